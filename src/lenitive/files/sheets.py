"""Workbooks (XLSX, ODS) as rows of text cells; macros are never run, formulas read as their last value."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from lenitive.files.archive import opened
from lenitive.files.probe import Probe
from lenitive.files.refusal import FileRefusal, RefusedError

__all__ = ["cell_text", "sheet_rows"]

_MOST_UNPACKED = 64 * 2**20
_MOST_CELLS = 3_000_000
_AT = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_REPEATED = re.compile(rb'number-(columns|rows)-repeated="(\d{1,9})"([^>]*)>')


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


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refuse_wide(probe: Probe) -> None:
    """Nothing, for a workbook whose sheets fit into memory as the full rectangles that a reader makes of them.

    Raises:
        RefusedError: When it unpacks to too much, or a cell stands so far out that the rectangle would not fit.
    """
    total = 0
    for member in probe.members:
        if not member.filename.endswith(".xml"):
            continue
        with opened(probe.archive, member, most=_MOST_UNPACKED) as inner:
            data = inner.read()
        total += len(data)
        far = 0
        if member.filename.startswith("xl/worksheets/"):
            wide = tall = 1
            for found in _AT.finditer(data):
                wide, tall = max(wide, _column(found[1])), max(tall, int(found[2]))
            far = wide * tall
        elif member.filename == "content.xml":
            # Repeated cells that hold something are written out; a spreadsheet repeats empty ones to its edge.
            far = sum(int(n) for _, n, rest in _REPEATED.findall(data) if b"value" in rest)
        if total > _MOST_UNPACKED or far > _MOST_CELLS:
            raise RefusedError(
                FileRefusal.DANGEROUS,
                "a workbook of more cells than fit into memory",
                "Export the sheet as CSV (UTF-8)",
            )


def sheet_rows(probe: Probe) -> tuple[str, Iterator[list[str]]]:
    """The name and the rows of a workbook's first sheet that has rows.

    Raises:
        RefusedError: When it is damaged, protected, too large, or empty.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    _refuse_wide(probe)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(probe.data()))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if len(rows) > 1:
                return name, ([cell_text(cell) for cell in row] for row in rows)
    except (CalamineError, ValueError, OSError) as error:
        raise RefusedError(
            FileRefusal.BROKEN,
            f"a workbook that cannot be opened ({type(error).__name__})",
            "Save it again without a password, or export the sheet as CSV (UTF-8)",
        ) from None
    raise RefusedError(FileRefusal.EMPTY, "a workbook without rows", "Give the one with the diary")
