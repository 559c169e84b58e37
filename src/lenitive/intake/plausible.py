"""Doses that nobody takes: another unit, a digit too many, or mg where tablets were meant."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.intake.names import WrittenNames
from lenitive.intake.report import ProblemReport
from lenitive.record import MedicinePeriod

__all__ = ["report_doses"]

# A dose a day above the highest licensed one by more than the first factor is asked about, by more than the second it stops
# the record. Both are ours: use beyond the licence goes to two or three times it, a misplaced decimal point is ten times.
_ASK = 3.0
_STOP = 10.0


def report_doses(
    rows: Sequence[tuple[int, MedicinePeriod]], names: WrittenNames, report: ProblemReport
) -> None:
    """Report each row whose dose a day lies far above the highest that any licence of its drug allows."""
    highest: dict[str, float | None] = {}
    for line, period in rows:
        if period.drug not in highest:
            highest[period.drug] = names.highest_licensed_mg(period.drug)
        most = highest[period.drug]
        if most is None or period.dose_mg_per_day <= _ASK * most:
            continue
        stops = period.dose_mg_per_day > _STOP * most
        report.add(
            line,
            "dose_mg",
            f"the dose a day is more than {_STOP if stops else _ASK:g} times the highest licensed one, {most:g} mg",
            "Correct it; dose_mg is mg of one intake, taken at each of the times",
            fatal=stops,
        )
