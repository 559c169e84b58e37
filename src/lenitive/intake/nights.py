"""``nights.csv``: nights as a laboratory or a device measured them."""

from __future__ import annotations

from datetime import datetime

from lenitive.intake.cells import Cells
from lenitive.intake.daily import COLUMNS
from lenitive.intake.report import ProblemReport
from lenitive.intake.table import read_table
from lenitive.record import NIGHT_NUMBERS, DeviceClass, ObjectiveNight
from lenitive.terms import EARLIEST, LATEST

__all__ = ["read_nights"]

_CLASSES = tuple(c.value for c in DeviceClass)


def read_nights(data: bytes, report: ProblemReport) -> tuple[ObjectiveNight, ...]:
    """The nights of ``nights.csv``, in order of the file; what is wrong is reported."""
    required, optional = COLUMNS["nights.csv"]
    found: dict[object, tuple[int, ObjectiveNight]] = {}
    for line, cells in read_table(report, data, required=required, optional=optional):
        row = Cells(report, line, cells)
        night = _night(row)
        if night is None:
            continue
        key = (night.day, night.source, night.definition)
        if key in found:
            row.wrong(
                "date",
                f"this source already has a night of this definition on the day, in line {found[key][0]}",
                "Keep one of the two",
            )
        else:
            found[key] = (line, night)
    return tuple(night for _, night in found.values())


def _night(row: Cells) -> ObjectiveNight | None:
    day = row.day("date", required=True)
    row.word("source", required=True)
    source = row.free("source").strip()
    kind = row.choice("device_class", _CLASSES, required=True)
    row.word("definition", required=True)
    definition = row.free("definition").strip()
    start, end = _local(row, "start"), _local(row, "end")
    numbers = {name: row.number(name, 0, high) for name, high in NIGHT_NUMBERS.items()}
    if not row.ok or day is None or kind is None:
        return None
    try:
        return ObjectiveNight(
            day=day,
            source=source,
            device_class=DeviceClass(kind),
            definition=definition,
            start=start,
            end=end,
            **numbers,
        )
    except ValueError as error:
        row.wrong(None, str(error), "Correct the row")
        return None


def _local(row: Cells, column: str) -> datetime | None:
    """A local time; its offset may stay out, for devices that do not give one."""
    text = row.word(column)
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        row.wrong(
            column, "this is not a moment", "Write it as 2026-05-01T21:30:00 or with an offset after it"
        )
        return None
    if not EARLIEST.year <= when.year <= LATEST.year:
        row.wrong(column, "the year cannot be right", f"Use years from {EARLIEST.year} to {LATEST.year}")
        return None
    return when
