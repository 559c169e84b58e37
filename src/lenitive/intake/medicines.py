"""``medicines.csv``: periods of constant dosing, and what is wrong between them."""

from __future__ import annotations

import re
from itertools import pairwise

from lenitive.intake.cells import Cells
from lenitive.intake.report import Report
from lenitive.intake.table import read_table
from lenitive.record import IntakeTime, MedicinePeriod

__all__ = ["FILE", "OPTIONAL", "REQUIRED", "read_medicines"]

FILE = "medicines.csv"
REQUIRED = ("drug", "dose_mg", "start")
OPTIONAL = ("end", "times", "form", "reason", "missed", "masked", "believed")

# More of one drug at one intake than anything taken by mouth in a day; a larger number is another unit.
_MOST_MG = 100_000.0

# Two neighbouring doses of one drug do not lie this far apart, but mg and g are a thousand apart. Titration and
# hyperbolic tapers go by steps far smaller than this. The figure is ours.
_MIXED_UNITS_RATIO = 100.0


def read_medicines(data: bytes, report: Report) -> tuple[MedicinePeriod, ...]:
    """The periods of ``medicines.csv``, in order of the file; what is wrong is reported."""
    found: list[tuple[int, MedicinePeriod]] = []
    for line, cells in read_table(report, data, required=REQUIRED, optional=OPTIONAL):
        period = _period(Cells(report, line, cells))
        if period is not None:
            found.append((line, period))
    _overlaps(found, report)
    _mixed_units(found, report)
    return tuple(period for _, period in found)


def _period(row: Cells) -> MedicinePeriod | None:
    drug = " ".join(row.word("drug", required=True).lower().split())
    if drug and not re.fullmatch(MedicinePeriod.DRUG, drug):
        row.wrong("drug", "this is not a drug's name", "Write the name alone, in letters")
    dose = row.number("dose_mg", 0, _MOST_MG, required=True)
    start = row.day("start", required=True)
    end = row.day("end")
    times = _times(row, dose)
    missed = row.days("missed")
    masked = row.choice("masked", ("yes", "no")) == "yes"
    if any(time.text == "prn" for time in times):
        # One row for each day taken: an open end would not say on which days.
        if end is None:
            end = start
        elif start is not None and end != start:
            row.wrong(
                "end",
                "an as-needed row is one day",
                "Write one row for each day it was taken, with end = start",
            )
    if start is not None and end is not None and end < start:
        row.wrong(
            "end", "the period ends before it starts", "Correct one of the two dates; both are included"
        )
    elif start is not None and any(day < start or (end is not None and day > end) for day in missed):
        row.wrong("missed", "a missed day lies outside the period", "Name only days from start to end")
    if not row.ok or dose is None or start is None:
        return None
    return MedicinePeriod(
        drug=drug,
        dose_mg=dose,
        start=start,
        end=end,
        times=times,
        form=row.free("form"),
        reason=row.free("reason"),
        missed=missed,
        masked=masked,
        believed=row.free("believed") or None,
    )


def _times(row: Cells, dose: float | None) -> tuple[IntakeTime, ...]:
    words = [part.strip().lower() for part in row.word("times").split(";") if part.strip()]
    if not words:
        if dose:
            row.note(
                "times",
                "no time of intake is given; one intake at bedtime was taken",
                "Write the times, such as bedtime or morning;noon",
            )
        return (IntakeTime("bedtime"),)
    try:
        times = tuple(IntakeTime(word) for word in words)
    except ValueError:
        row.wrong(
            "times",
            "this is not a list of times",
            "Use bedtime, morning, noon, evening, prn or HH:MM, joined by ;",
        )
        return (IntakeTime("bedtime"),)
    if len(set(words)) != len(words):
        row.wrong(
            "times", "one time is there twice", "dose_mg is the amount of one intake: name each time once"
        )
    elif "prn" in words and len(words) > 1:
        row.wrong("times", "prn stands beside other times", "Write as-needed intakes as rows of their own")
    return times


def _overlaps(found: list[tuple[int, MedicinePeriod]], report: Report) -> None:
    """Report each period that shares a day and a time of intake with an earlier one of its drug."""
    by_intake: dict[tuple[str, IntakeTime], list[tuple[int, MedicinePeriod]]] = {}
    for line, period in found:
        for time in period.times:
            by_intake.setdefault((period.drug, time), []).append((line, period))
    reported: set[int] = set()
    for rows in by_intake.values():
        # In order of start, a period overlaps an earlier one when it begins before the latest end so far.
        rows.sort(key=lambda item: (item[1].start, item[0]))
        reach_line, reach = rows[0]
        for line, period in rows[1:]:
            if (reach.end is None or period.start <= reach.end) and line not in reported:
                reported.add(line)
                report.add(
                    line,
                    "start",
                    f"this period overlaps the one of the same drug in line {reach_line}",
                    "End the earlier period the day before this one starts, or give the intakes different times",
                )
            if reach.end is not None and (period.end is None or period.end > reach.end):
                reach_line, reach = line, period


def _mixed_units(found: list[tuple[int, MedicinePeriod]], report: Report) -> None:
    """Report doses so far below the other doses of their drug that they must be in another unit."""
    for drug in dict.fromkeys(period.drug for _, period in found):
        own = [(line, period) for line, period in found if period.drug == drug and period.dose_mg > 0]
        doses = sorted({period.dose_mg for _, period in own})
        gap = next((high for low, high in pairwise(doses) if high >= _MIXED_UNITS_RATIO * low), None)
        if gap is None:
            continue
        for line, period in own:
            if period.dose_mg < gap:
                report.add(
                    line,
                    "dose_mg",
                    f"other doses of this drug are {_MIXED_UNITS_RATIO:g} times as large or more; mg and g seem mixed",
                    "Write every dose in mg",
                )
