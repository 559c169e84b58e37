"""The doses that hold for one patient: a drug's default row, tightened by age, kidneys, liver, company and protocol."""

from __future__ import annotations

from lenitive.knowledge import Dosing, Drug, Knowledge
from lenitive.terms import Message
from lenitive.titration.company import by_company, by_metaboliser
from lenitive.titration.limits import Duration, Limits, Tightening, tightened_by
from lenitive.titration.no_plan import NoPlan, row_message, sources_of
from lenitive.titration.organs import by_kidney, by_liver
from lenitive.titration.person import Person

__all__ = [
    "adult_max_mg",
    "check_beginning",
    "duration_of",
    "limits_down",
    "limits_for",
    "with_maximum",
]


def limits_for(drug: Drug, person: Person, knowledge: Knowledge) -> Limits:
    """The strictest of all rows that hold for the patient.

    Raises:
        NoPlan: When a row on kidneys or liver says to avoid the drug, or none says what weak ones ask for.
    """
    row = drug.default_dosing
    return tightened_by(
        row,
        _says(drug, row),
        sources_of(row),
        (
            *_by_age(drug, person, knowledge),
            *by_kidney(drug, person, knowledge),
            *by_liver(drug, person),
            *by_company(drug, person, knowledge),
            *by_metaboliser(drug, person, knowledge),
            *_by_protocol(drug, knowledge),
        ),
    )


def limits_down(drug: Drug, person: Person, knowledge: Knowledge) -> Limits:
    """What bounds a way down: age alone, because a dose already taken must come down whatever else holds."""
    row = drug.default_dosing
    return tightened_by(row, _says(drug, row), sources_of(row), _by_age(drug, person, knowledge))


def _older_rows(drug: Drug) -> list[Dosing]:
    return [d for d in drug.dosing.values() if d.population == "older" and d.decides]


def _by_age(drug: Drug, person: Person, knowledge: Knowledge) -> tuple[Tightening, ...]:
    """The rows for older people when the patient is one of them; when that is unknown, their maximum."""
    older_from = knowledge.judgement.people.older_adult_age.value
    rows = _older_rows(drug)
    if person.age is None:
        most = min((r.max_mg for r in rows if r.max_mg is not None), default=None)
        return () if most is None else (Tightening(says=(), max_mg=most),)
    if person.age < older_from:
        return ()
    row = drug.default_dosing
    found = []
    for one in rows:
        given = (one.start_mg, one.step_mg, one.max_mg, one.min_days)
        tighter = any(
            x is not None and (y is None or x < y)
            for x, y in zip(given[:3], (row.start_mg, row.step_mg, row.max_mg), strict=True)
        ) or (one.min_days or 0) > (row.min_days or 0)
        says = (Message.of("titration.rests.from_age", drug=drug.id, age=older_from), _says(drug, one))
        found.append(
            Tightening(
                says=says if tighter else (),
                sources=sources_of(one),
                grades=(one.grade,) if tighter else (),
                start_mg=one.start_mg,
                step_mg=one.step_mg,
                max_mg=one.max_mg,
                min_days=one.min_days,
                own_steps=one.start_mg is not None or one.max_mg is not None,
            )
        )
    return tuple(found)


def _by_protocol(drug: Drug, knowledge: Knowledge) -> tuple[Tightening, ...]:
    """Days between two steps, where the drug's protocol keeps more than its dosing row."""
    protocol = knowledge.protocols.get(drug.id)
    if protocol is None:
        return ()
    limit = protocol.limit["min_days_between_steps"]
    longer = limit.value > (drug.default_dosing.min_days or 0)
    says = (row_message("protocol_limit", f"{protocol.id}.min_days_between_steps", limit.says, drug.id),)
    return (Tightening(says=says, sources=limit.sources, min_days=int(limit.value)),) if longer else ()


def adult_max_mg(drug: Drug, person: Person) -> float | None:
    """Where the age is unknown and older people have a lower maximum, that of adults; else None."""
    row = drug.default_dosing
    lower = [d.max_mg for d in _older_rows(drug) if d.max_mg is not None]
    if person.age is not None or row.max_mg is None or min(lower, default=row.max_mg) >= row.max_mg:
        return None
    return row.max_mg


def duration_of(drug: Drug) -> Duration | None:
    """The fewest days of use to which a source limits the drug, for whatever purpose: a lower dose does not lift it. Ours."""
    rows = [(d.max_days, d) for d in drug.dosing.values() if d.max_days is not None and d.decides]
    if not rows:
        return None
    days, row = min(rows, key=lambda found: found[0])
    return Duration(days=days, says=_says(drug, row), sources=sources_of(row), grade=row.grade)


def check_beginning(drug: Drug, person: Person, knowledge: Knowledge) -> tuple[Message, ...]:
    """What is to be said of a drug that is begun or raised in pregnancy.

    Raises:
        NoPlan: When an allergy to it is recorded, or the patient is pregnant and no source read speaks of that.
    """
    ingredient = knowledge.substances.ingredient
    if any(ingredient(a) == ingredient(drug.id) for a in person.allergies):
        raise NoPlan(Message.of("titration.plan.allergy", drug=drug.id))
    if not person.pregnant:
        return ()
    rows = [f for f in drug.pregnancy.values() if f.verified]
    if not rows:
        raise NoPlan(Message.of("titration.plan.pregnancy_unknown", drug=drug.id))
    return tuple(row_message("pregnancy", f.id, f.says, drug.id) for f in rows)


def _says(drug: Drug, row: Dosing) -> Message:
    """A row in its own words, or its numbers where it has none."""
    if row.says:
        return row_message("dosing", row.id, row.says, drug.id)
    return Message.of(
        "titration.rests.start_and_most", drug=drug.id, start_mg=row.start_mg, most_mg=row.max_mg
    )


def with_maximum(dosing: Dosing, at_least: float) -> Dosing:
    """A dosing row whose maximum is not below a dose already taken."""
    if dosing.max_mg is None or dosing.max_mg >= at_least:
        return dosing
    return dosing.model_copy(update={"max_mg": at_least})
