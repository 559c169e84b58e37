"""Who the patient is, in words."""

from __future__ import annotations

from collections.abc import Iterator

from lenitive.record import Latest
from lenitive.render.blocks import Bullets, Paragraph, Section
from lenitive.render.direction import isolated
from lenitive.render.words import and_list, day, drug_name
from lenitive.review import Adherence, PersonLine, Review

__all__ = ["adherence_words", "person_section", "who_words"]


_LIVER = {
    None: "liver not recorded",
    "none": "no liver disease",
    "mild": "mild liver disease",
    "moderate": "moderate liver disease",
    "severe": "severe liver disease",
}


def _measured(value: Latest | None, unit: str) -> str:
    if value is None:
        return "not recorded"
    on = "" if value.on is None else f" ({day(value.on)})"
    return f"{value.value:g}\N{NO-BREAK SPACE}{unit}{on}"


def who_words(person: PersonLine) -> str:
    """``54 years, female``; what is not recorded is said."""
    age = "age not recorded" if person.age is None else f"{person.age} years"
    return f"{age}, {person.sex or 'sex not recorded'}"


def adherence_words(one: Adherence) -> str:
    """What was taken of what was due, with what nobody answered."""
    parts = [f"taken on {one.taken} of {one.due} days on which it was due"]
    if one.part:
        parts.append(f"in part on {one.part}")
    if one.missed:
        parts.append(f"not on {one.missed}")
    if one.unanswered:
        parts.append(f"not answered on {one.unanswered}")
    return f"{and_list(parts)}, since {day(one.since)}"


def _lines(person: PersonLine) -> Iterator[Paragraph]:
    conditions = and_list([isolated(c) for c in person.conditions]) or "none recorded"
    yield Paragraph(lead="Conditions:", text=f"{conditions}.")
    liver = _LIVER[person.liver]
    yield Paragraph(lead="Kidneys and liver:", text=f"eGFR {_measured(person.kidneys, 'mL/min')}; {liver}.")
    if person.weight is not None or person.height is not None:
        weight, height = _measured(person.weight, "kg"), _measured(person.height, "cm")
        yield Paragraph(lead="Weight and height:", text=f"{weight}; {height}.")
    if person.last_entry is None:
        yield Paragraph(lead="Diary:", text="no entry.")
    else:
        yield Paragraph(
            lead="Diary:",
            text=f"{person.entries} of {person.days} days entered, last on {day(person.last_entry)}.",
        )
    for one in person.adherence:
        yield Paragraph(lead=f"{drug_name(one.drug).capitalize()}:", text=f"{adherence_words(one)}.")


def person_section(review: Review) -> Section:
    """Age, sex, conditions, organs, how complete the diary is, and what was taken of what was due."""
    person = review.person
    first = Paragraph(text=f"{who_words(person)}.".capitalize())
    return Section(id="who", title="Who", blocks=(first, Bullets(items=tuple(_lines(person)))))
