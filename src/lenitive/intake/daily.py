"""``diary.csv``, ``effects.csv``, ``measurements.csv`` and ``activities.csv``: what happened on which day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta, timezone

from lenitive.intake.cells import Cells
from lenitive.intake.report import ProblemReport
from lenitive.intake.table import read_table
from lenitive.intake.units import in_own_unit
from lenitive.record import NIGHT_NUMBERS, ActivityDone, DiaryDay, EffectReport, Measurement, Taken
from lenitive.terms import (
    ACTIVITIES,
    ACTIVITY_WORDS,
    EFFECT_WORDS,
    EFFECTS,
    MEASURE_WORDS,
    MEASURES,
    SCORES,
    Quantity,
    Severity,
    UnitError,
)

__all__ = ["COLUMNS", "read_activities", "read_diary", "read_effects", "read_measurements"]

# file -> (required columns, optional columns)
COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "diary.csv": (
        ("date",),
        (*(s.value for s in SCORES), "sleep_hours", "awakenings", "taken", "entered_at", "note"),
    ),
    "effects.csv": (("date", "effect", "severity"), ("stops_activities", "note")),
    "measurements.csv": (("date", "measure", "value"), ("unit", "note")),
    "activities.csv": (("date", "activity"), ("minutes",)),
    "nights.csv": (
        ("date", "source", "device_class", "definition"),
        ("start", "end", *NIGHT_NUMBERS),
    ),
}

_FIRST_ZONE = timezone(timedelta(hours=14))
_SCORE_NAMES = tuple(s.value for s in SCORES)
_SEVERITIES = tuple(s.value for s in Severity)
_TAKEN = tuple(t.value for t in Taken)


def _rows(data: bytes, report: ProblemReport) -> Iterator[Cells]:
    required, optional = COLUMNS[report.file]
    for line, cells in read_table(report, data, required=required, optional=optional):
        yield Cells(report, line, cells)


def read_diary(data: bytes, report: ProblemReport) -> tuple[DiaryDay, ...]:
    """The days of ``diary.csv``, in order of the file; what is wrong is reported."""
    found: dict[object, tuple[int, DiaryDay]] = {}
    for row in _rows(data, report):
        entry = _diary_day(row)
        if entry is None:
            continue
        if entry.day in found:
            row.wrong(
                "date", f"the day already has an entry in line {found[entry.day][0]}", "Keep one row a day"
            )
        else:
            found[entry.day] = (row.line, entry)
    return tuple(entry for _, entry in found.values())


def _diary_day(row: Cells) -> DiaryDay | None:
    day = row.day("date", required=True)
    scores = {name: row.score(name) for name in _SCORE_NAMES}
    sleep_hours = row.hours("sleep_hours")
    awakenings = row.whole("awakenings", 0, 100)
    taken = row.choice("taken", _TAKEN)
    entered_at = row.moment("entered_at")
    # The day begins first at UTC+14. Before that nobody anywhere could report it, whatever offset was noted.
    if day is not None and entered_at is not None and entered_at < datetime.combine(day, time(), _FIRST_ZONE):
        row.wrong(
            "entered_at",
            "the entry was made before the day it reports began",
            "Correct the date or the moment",
        )
    if not row.ok or day is None:
        return None
    return DiaryDay(
        day=day,
        **scores,
        sleep_hours=sleep_hours,
        awakenings=awakenings,
        taken=None if taken is None else Taken(taken),
        entered_at=entered_at,
        note=row.free("note"),
    )


def read_effects(data: bytes, report: ProblemReport) -> tuple[EffectReport, ...]:
    """The reports of ``effects.csv``, in order of the file; what is wrong is reported."""
    found = []
    for row in _rows(data, report):
        day = row.day("date", required=True)
        effect = row.meant("effect", EFFECT_WORDS, tuple(EFFECTS), required=True)
        severity = row.choice("severity", _SEVERITIES, required=True)
        stops = row.choice("stops_activities", ("yes", "no"))
        if not row.ok or day is None or effect is None or severity is None:
            continue
        found.append(
            EffectReport(
                day=day,
                effect=effect,
                severity=Severity(severity),
                stops_activities=None if stops is None else stops == "yes",
                note=row.free("note"),
            )
        )
    return tuple(found)


def read_measurements(data: bytes, report: ProblemReport) -> tuple[Measurement, ...]:
    """The measurements of ``measurements.csv``, each in its measure's own unit; what is wrong is reported."""
    found = []
    for row in _rows(data, report):
        day = row.day("date", required=True)
        measure = row.meant("measure", MEASURE_WORDS, tuple(MEASURES), required=True)
        value = row.number("value", -1e9, 1e9, required=True)
        quantity = None if measure is None or value is None else _quantity(row, measure, value)
        note = row.free("note")
        if measure == "drug_level" and not note.strip():
            row.wrong("note", "a drug level needs its drug", "Write the drug's name in the note")
        if row.ok and day is not None and measure is not None and quantity is not None:
            found.append(Measurement(day=day, measure=measure, quantity=quantity, note=note))
    return tuple(found)


def _quantity(row: Cells, measure: str, value: float) -> Quantity | None:
    known = MEASURES[measure]
    try:
        quantity = in_own_unit(measure, value, row.word("unit"))
    except UnitError as error:
        row.wrong("unit", "the unit is missing, unknown, or not one of this measure", str(error))
        return None
    if not known.low <= quantity.value <= known.high:
        bounds = f"{known.low:g} to {known.high:g} {known.unit}".replace(" {score}", "")
        row.wrong("value", f"the value is not within {bounds}", "Correct the value or its unit")
        return None
    if known.whole and quantity.value != int(quantity.value):
        row.wrong("value", "this score is a whole number", "Correct the value")
        return None
    return quantity


def read_activities(data: bytes, report: ProblemReport) -> tuple[ActivityDone, ...]:
    """The strategies of ``activities.csv``, in order of the file; what is wrong is reported."""
    found = []
    for row in _rows(data, report):
        day = row.day("date", required=True)
        activity = row.meant("activity", ACTIVITY_WORDS, tuple(ACTIVITIES), required=True)
        minutes = row.number("minutes", 0, 24 * 60)
        if row.ok and day is not None and activity is not None:
            found.append(ActivityDone(day=day, activity=activity, minutes=minutes))
    return tuple(found)
