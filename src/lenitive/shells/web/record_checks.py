"""What is wrong, or in doubt, with a value that shall come into a record: alone, beside the others of its kind, and with all the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from lenitive.intake import LOOK_ALIKE, WrittenNames, read_folder, suggestion, write_folder
from lenitive.record import EffectReport, Measurement, MedicinePeriod, ObjectiveNight, Patient, Record
from lenitive.shells.web.record_cells import RecordValue
from lenitive.shells.web.reviews import knowledge
from lenitive.terms import Place, Problem

__all__ = ["alone", "beside", "with_the_rest"]


def _problem(field: str | None, what: str, remedy: str, *, fatal: bool = True) -> Problem:
    return Problem(where=Place(file="", field=field), what=what, remedy=remedy, fatal=fatal)


def _after_today(value: RecordValue, today: date) -> list[Problem]:
    if isinstance(value, Patient):
        return []
    if not isinstance(value, MedicinePeriod):
        return [_problem("date", "the day is after today", "Correct it")] if value.day > today else []
    found = []
    if value.start > today:
        found.append(
            _problem(
                "start", "the day is after today", "Correct it; what is to come is planned, not recorded"
            )
        )
    if any(day > today for day in value.missed):
        found.append(_problem("missed", "a day is after today", "Correct it"))
    return found


def alone(value: RecordValue, before: Record, today: date) -> list[Problem]:
    """What is wrong with a value by itself: days that are not yet, names that only look like known ones."""
    return _names(value, before.patient) if isinstance(value, Patient) else _after_today(value, today)


def _names(value: Patient, before: Patient) -> list[Problem]:
    """Names that no rule knows and that look like one which a rule does; those that stood before were asked about before."""
    names = WrittenNames(knowledge())
    found = []
    for field, items, stood, look in (
        ("conditions", value.conditions, before.conditions, names.condition),
        ("allergies", value.allergies, before.allergies, names.allergy),
    ):
        for item in items:
            if item in stood:
                continue
            known, near = look(item)
            if not known and near:
                what = "a name here is in no list, so that no rule checks it"
                found.append(
                    _problem(field, what, f"{suggestion(near)} If not, check it by hand", fatal=False)
                )
    return found


def beside(value: RecordValue, rest: Iterable[RecordValue]) -> list[Problem]:
    """What a value cannot stand beside, or should not without a second look."""
    if isinstance(value, EffectReport):
        if any(isinstance(r, EffectReport) and (r.day, r.effect) == (value.day, value.effect) for r in rest):
            return [
                _problem(
                    "effect", "this side effect is reported for this day already", "Correct that row instead"
                )
            ]
        return []
    if isinstance(value, Measurement):
        if value in rest:
            return [
                _problem(
                    None,
                    "the same measurement is there already",
                    "Leave it out, or say in the note how they differ",
                )
            ]
        return []
    if isinstance(value, ObjectiveNight):
        here = (value.day, value.source, value.definition)
        if any(isinstance(r, ObjectiveNight) and (r.day, r.source, r.definition) == here for r in rest):
            return [
                _problem(
                    "date",
                    "this source has a night of this definition on the day already",
                    "Correct that one instead",
                )
            ]
        return []
    if not isinstance(value, MedicinePeriod):
        return []
    names = WrittenNames(knowledge())
    found = []
    for other in rest:
        if (
            not isinstance(other, MedicinePeriod)
            or other.drug != value.drug
            or not _share_a_day(value, other)
        ):
            continue
        alike = names.drug(value.name).product == names.drug(other.name).product
        until = "goes on" if other.end is None else f"ends on {other.end.isoformat()}"
        that = f"{other.dose_mg:g} mg from {other.start.isoformat()}, which {until}"
        if alike and set(value.times) & set(other.times):
            what = f"this period overlaps another of the same drug: {that}"
            found.append(
                _problem(
                    "start",
                    what,
                    "End the earlier one the day before the later one starts, or give other times",
                )
            )
        elif not alike and value.dose_mg > 0 < other.dose_mg:
            what = f"the same drug is taken under another name on the same days: {that}; the doses are added"
            found.append(_problem("drug", what, "If one follows the other, end the first", fatal=False))
    return found


def _share_a_day(a: MedicinePeriod, b: MedicinePeriod) -> bool:
    return a.start <= (b.end or date.max) and b.start <= (a.end or date.max)


def with_the_rest(before: Record, change: Mapping[str, Any]) -> list[Problem]:
    """What is said of the whole record that was not said before: by its own rules, and by the intake's (doses in two units, stray days).

    Args:
        before: The record as it stands.
        change: What of it shall be otherwise, by the attribute's name.
    """
    try:
        after = replace(before, **change)
    except ValueError as error:
        return [_problem(None, str(error), "Look at the other rows")]
    old, new = (
        read_folder(write_folder(record), knowledge=knowledge()).problems for record in (before, after)
    )
    stood = Counter((p.where.file, p.where.field, p.what) for p in old)
    found: list[Problem] = []
    for p in new:
        mark = (p.where.file, p.where.field, p.what)
        # Names, and periods beside each other, were looked at above, with words that fit a page.
        if p.where.field == "drug" or (
            p.where.field in ("conditions", "allergies") and p.remedy != LOOK_ALIKE[1]
        ):
            continue
        if stood[mark] > 0:
            stood[mark] -= 1
        elif not any((q.where.field, q.what) == mark[1:] for q in found):
            found.append(_problem(p.where.field, p.what, p.remedy, fatal=p.fatal))
    return found
