"""Workbooks (XLSX, ODS) as rows of text cells; macros are never run, formulas read as their last value."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from lenitive.files.archive import opened
from lenitive.files.probe import Probe
from lenitive.files.refusal import FileRefusal, RefusedError
from lenitive.files.sheet_size import rectangle

__all__ = ["cell_text", "sheet_rows"]

_MOST_UNPACKED = 64 * 2**20
_MOST_CELLS = 2_000_000


def cell_text(value: object) -> str:
    """A cell's value as a table of text would write it: whole numbers without a point, days as ISO, lengths of time as h:mm."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time(0) else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return str(value).strip()


def _refuse_wide(probe: Probe) -> None:
    """Nothing, for a workbook whose sheets fit into memory as the full rectangles that a reader makes of them.

    Raises:
        RefusedError: When it unpacks to too much, or a cell stands so far out that the rectangle would not fit.
    """
    total = 0
    for member in probe.members:
        with opened(probe.archive, member, most=_MOST_UNPACKED) as inner:
            data = inner.read()
        total += len(data)
        # Which part is a sheet another part says, and its name may be any: each is looked at.
        if total > _MOST_UNPACKED or rectangle(data) > _MOST_CELLS:
            raise RefusedError(
                FileRefusal.DANGEROUS,
                "a workbook of more cells than fit into memory",
                "Export the sheet as CSV (UTF-8)",
            )


def sheet_rows(probe: Probe) -> tuple[str, Iterator[list[str]]]:
    """The name and the rows of a workbook's first sheet that has rows; the workbook is opened once, however many ask.

    Raises:
        RefusedError: When it is damaged, protected, too large, or empty.
    """
    if probe.sheet is None:
        try:
            probe.sheet = _first_sheet(probe)
        except RefusedError as no:
            probe.sheet = no
    if isinstance(probe.sheet, RefusedError):
        raise probe.sheet.with_traceback(None)
    name, rows = probe.sheet
    return name, ([cell_text(cell) for cell in row] for row in rows)


def _first_sheet(probe: Probe) -> tuple[str, Sequence[Sequence[object]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    _refuse_wide(probe)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(probe.data()))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if len(rows) > 1:
                return name, rows
    except (CalamineError, ValueError, OSError) as error:
        raise RefusedError(
            FileRefusal.BROKEN,
            f"a workbook that cannot be opened ({type(error).__name__})",
            "Save it again without a password, or export the sheet as CSV (UTF-8)",
        ) from None
    raise RefusedError(FileRefusal.EMPTY, "a workbook without rows", "Give the one with the diary")
