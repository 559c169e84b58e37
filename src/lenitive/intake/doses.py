"""A column of doses to periods of constant dosing."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from lenitive.intake.mapping import DoseItem, FileShape, When
from lenitive.intake.report import Report
from lenitive.intake.source import DatedRow
from lenitive.record import IntakeTime, MedicinePeriod

__all__ = ["periods_from"]


def periods_from(
    item: DoseItem, rows: tuple[DatedRow, ...], shape: FileShape, report: Report, account: list[str]
) -> tuple[MedicinePeriod, ...]:
    """The periods of one medicine, by its dose column or as the mapping states them.

    The last row of a day counts. A dose goes on until the first row that shows another, also over days without a
    row; a period of dose 0 is kept, because it says that the drug was known not to be taken.
    """
    times = tuple(IntakeTime(text) for text in item.times)
    drug = " ".join(item.drug.lower().split())
    try:
        if not item.dose_of:
            periods = (
                MedicinePeriod(
                    drug=drug,
                    dose_mg=item.dose_mg or 0.0,
                    start=item.start or date.min,
                    end=item.end,
                    times=times,
                    form=item.form,
                    reason=item.reason,
                ),
            )
            account.append(f"medicines.{drug}: the period that the mapping states.")
            return periods
        return _from_column(item, drug, times, rows, shape, report, account)
    except ValueError as error:
        report.add(None, f"medicines.{drug}", str(error), "Correct [[medicines]] in the mapping")
        return ()


def _from_column(
    item: DoseItem,
    drug: str,
    times: tuple[IntakeTime, ...],
    rows: tuple[DatedRow, ...],
    shape: FileShape,
    report: Report,
    account: list[str],
) -> tuple[MedicinePeriod, ...]:
    by_day: dict[date, tuple[float, bool]] = {}
    for row in rows:
        text = row.cells.get(item.dose_of)
        if text is None:
            continue
        dose = shape.number(text)
        if dose is None or dose < 0:
            report.add(
                row.line,
                item.dose_of,
                "this is not a dose; it was left out",
                "Correct it, or add it to file.missing",
                fatal=False,
            )
            continue
        by_day[row.day] = (dose, _says(item.masked, row))
    missed = {row.day for row in rows if _says(item.missed, row)}
    share = len(times) if item.dose_is == "day" else 1
    runs = [
        (key, [day for day, _ in run])
        for key, run in groupby(sorted(by_day.items()), key=lambda entry: entry[1])
    ]
    found = []
    for i, ((dose, masked), days) in enumerate(runs):
        start = item.begun if i == 0 and item.begun is not None else days[0]
        if i + 1 < len(runs):
            end: date | None = runs[i + 1][1][0] - timedelta(days=1)
        else:
            end = None if item.at_end == "goes on" else days[-1]
        found.append(
            MedicinePeriod(
                drug=drug,
                dose_mg=round(dose / share, 6),
                start=start,
                end=end,
                times=times,
                form=item.form,
                reason=item.reason,
                missed=frozenset(
                    day for day in missed if dose > 0 and start <= day and (end is None or day <= end)
                ),
                masked=masked,
            )
        )
    begun = f", the first taken to have begun on {item.begun}" if item.begun is not None else ""
    per = "mg a day" if item.dose_is == "day" else "mg an intake"
    hidden = sum(period.masked for period in found)
    account.append(
        f"medicines.{drug}: last {item.dose_of} of a day, {per}; {len(found)} periods, {hidden} of them masked{begun}."
    )
    return tuple(found)


def _says(when: When | None, row: DatedRow) -> bool:
    return when is not None and row.cells.get(when.of, "") in when.values
