"""``medicines.csv``: periods of constant dosing, and what is wrong between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from lenitive.frozen import dataclass
from lenitive.intake.cells import Cells
from lenitive.intake.names import DrugName, WrittenNames, suggestion
from lenitive.intake.plausible import report_doses
from lenitive.intake.report import ProblemReport
from lenitive.intake.scripts import LOOK_ALIKE
from lenitive.intake.table import read_table
from lenitive.intake.times import times_from
from lenitive.record import IntakeTime, MedicinePeriod

__all__ = ["FILE", "OPTIONAL", "REQUIRED", "read_medicines"]

FILE = "medicines.csv"
REQUIRED = ("drug", "dose_mg", "start")
OPTIONAL = ("end", "times", "form", "reason", "missed", "masked", "believed")

# More of one drug at one intake than anything taken by mouth in a day; a larger number is another unit.
_MOST_MG = 100_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A period with the line it stands on and what its name was taken to mean."""

    line: int
    period: MedicinePeriod
    name: DrugName


# Two neighbouring doses of one drug do not lie this far apart, but mg and g are a thousand apart. Titration and
# hyperbolic tapers go by steps far smaller than this. The figure is ours.
_MIXED_UNITS_RATIO = 100.0


def read_medicines(data: bytes, report: ProblemReport, names: WrittenNames) -> tuple[MedicinePeriod, ...]:
    """The periods of ``medicines.csv``, in order of the file, each under the one name of its drug; what is wrong is reported."""
    found: list[_Row] = []
    for line, cells in read_table(report, data, required=REQUIRED, optional=OPTIONAL):
        row = _row(Cells(report, line, cells), names)
        if row is not None:
            found.append(row)
    _overlaps(found, report)
    _taken_twice(found, report)
    periods = [(row.line, row.period) for row in found]
    _mixed_units(periods, report)
    report_doses([(row.line, row.period) for row in found if row.name.known], names, report)
    return tuple(row.period for row in found)


def _drug(row: Cells, names: WrittenNames) -> tuple[str, DrugName]:
    """The drug's name as it is written, and what it means. A slip of a known name is asked about: nothing is made of a guess."""
    written = " ".join(row.word("drug", required=True).split())
    if not written:
        return "", DrugName(drug="")
    if not re.fullmatch(MedicinePeriod.DRUG, written) or not re.fullmatch(
        MedicinePeriod.DRUG, written.lower()
    ):
        row.wrong("drug", "this is not a drug's name", "Write the name alone, in letters")
        return "", DrugName(drug="")
    name = names.drug(written)
    if name.deceptive:
        row.wrong("drug", *LOOK_ALIKE)
    elif name.near:
        row.wrong(
            "drug",
            "the name is in no list of drugs, and looks like one that is",
            f"{suggestion(name.near)} Correct it; if it is another drug, say in brackets what it is, "
            "as in name (a herb)",
        )
    return written, name


def _row(row: Cells, names: WrittenNames) -> _Row | None:
    written, name = _drug(row, names)
    dose = row.dose_mg("dose_mg", _MOST_MG)
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
    period = MedicinePeriod(
        drug=name.drug,
        dose_mg=dose,
        start=start,
        end=end,
        times=times,
        form=row.free("form"),
        reason=row.free("reason"),
        missed=missed,
        masked=masked,
        believed=row.free("believed") or None,
        written="" if written == name.drug else written,
    )
    return _Row(line=row.line, period=period, name=name)


def _times(row: Cells, dose: float | None) -> tuple[IntakeTime, ...]:
    text = row.word("times")
    if not text.strip("; "):
        if dose:
            row.note(
                "times",
                "no time of intake is given; one intake at bedtime was taken",
                "Write the times, such as bedtime or morning;noon",
            )
        return (IntakeTime("bedtime"),)
    times = times_from(text)
    if times is None:
        row.wrong(
            "times",
            "this is not a list of times",
            "Use bedtime, morning, noon, evening, prn or HH:MM, joined by ;",
        )
        return (IntakeTime("bedtime"),)
    if len(set(times)) != len(times):
        row.wrong(
            "times", "one time is there twice", "dose_mg is the amount of one intake: name each time once"
        )
    elif IntakeTime("prn") in times and len(times) > 1:
        row.wrong("times", "prn stands beside other times", "Write as-needed intakes as rows of their own")
    return times


def _overlaps(found: list[_Row], report: ProblemReport) -> None:
    """Report each period that shares a day and a time of intake with an earlier one of its drug and product."""
    by_intake: dict[tuple[str, str, IntakeTime], list[tuple[int, MedicinePeriod]]] = {}
    for row in found:
        for time in row.period.times:
            key = (row.period.drug, row.name.product, time)
            by_intake.setdefault(key, []).append((row.line, row.period))
    reported: set[int] = set()
    for rows in by_intake.values():
        for line, _, reach_line in _reached(rows):
            if line not in reported:
                reported.add(line)
                report.add(
                    line,
                    "start",
                    f"this period overlaps the one of the same drug in line {reach_line}",
                    "End the earlier period the day before this one starts, or give the intakes different times",
                )


def _reached(rows: list[tuple[int, MedicinePeriod]]) -> Iterator[tuple[int, MedicinePeriod, int]]:
    """Each period that begins before the latest end of those before it, with that one's line."""
    rows.sort(key=lambda item: (item[1].start, item[0]))
    reach_line, reach = rows[0]
    for line, period in rows[1:]:
        if reach.end is None or period.start <= reach.end:
            yield line, period, reach_line
        if reach.end is not None and (period.end is None or period.end > reach.end):
            reach_line, reach = line, period


def _taken_twice(found: list[_Row], report: ProblemReport) -> None:
    """Say where two products of one drug are taken on one day: their doses are added, and a reader may not have meant it."""
    by_drug: dict[str, list[_Row]] = {}
    for row in found:
        if row.period.dose_mg > 0:
            by_drug.setdefault(row.period.drug, []).append(row)
    for rows in by_drug.values():
        product = {row.line: row.name.product for row in rows}
        if len(set(product.values())) < 2:
            continue
        for line, _, reach_line in _reached([(row.line, row.period) for row in rows]):
            if product[line] != product[reach_line]:
                report.add(
                    line,
                    "drug",
                    f"this is another name of the drug in line {reach_line}, taken on the same days; the doses were added",
                    "If it is one product under two names, keep one row; if one follows the other, end the first",
                    fatal=False,
                )


def _mixed_units(found: list[tuple[int, MedicinePeriod]], report: ProblemReport) -> None:
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
