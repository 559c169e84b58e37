"""A table of trials from a file: CSV with commas, semicolons or tabs, decimal points or commas, or the first sheet of a workbook."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from lenitive.shells.cli.answers import refuse

__all__ = ["table_columns"]

_WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_LARGEST = 50 * 2**20
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_DECIMAL_POINT = re.compile(r"-?\d+\.\d+")


def table_columns(path: Path) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """The columns of a file as text, and what was done to read them; refused with its reason when it is no table."""
    try:
        if path.stat().st_size > _LARGEST:
            refuse(f"{path}: is larger than {_LARGEST // 2**20} MiB. Give the table alone")
        raw = path.read_bytes()
    except OSError as error:
        refuse(f"{path}: cannot be read ({error.strerror})")
    if path.suffix.lower() in _WORKBOOKS:
        rows, notes = _workbook(path, raw)
    else:
        rows, notes = _text(path, raw)
    if not rows:
        refuse(f"{path}: is empty. Give a header line and one row a study or arm")
    head = [h.strip() for h in rows[0]]
    if len(set(head)) < len(head):
        refuse(f"{path}:1: a column name occurs twice")
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(head):
            refuse(f"{path}: row {line} has {len(row)} cells, the header {len(head)}")
    return {name: [row[i].strip() for row in rows[1:]] for i, name in enumerate(head)}, notes


def _workbook(path: Path, raw: bytes) -> tuple[list[list[str]], tuple[str, ...]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheet = book.get_sheet_by_index(0).to_python()
        name = book.sheet_names[0]
    except (python_calamine.CalamineError, ValueError, IndexError, OSError) as error:
        refuse(f"{path}: cannot be read as a workbook ({type(error).__name__}). Save it again, or as CSV")
    rows = [[_cell(c) for c in row] for row in sheet]
    rows = [row for row in rows if any(row)]
    while rows and all(not row[-1] for row in rows):
        rows = [row[:-1] for row in rows]
    more = f"; {len(book.sheet_names) - 1} more sheets are left out" if len(book.sheet_names) > 1 else ""
    return rows, (f"the sheet {name!r} was read{more}",)


def _cell(value: object) -> str:
    """A cell as text; whole numbers without the point that workbooks give every number."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return "" if value is None else str(value).strip()


def _text(path: Path, raw: bytes) -> tuple[list[list[str]], tuple[str, ...]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse(f"{path}: is not UTF-8 text. Save it as CSV in UTF-8")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=lambda d: (first.count(d), d == ","))
    try:
        rows = [
            r
            for r in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
            if any(c.strip() for c in r)
        ]
    except csv.Error as error:
        refuse(f"{path}: is not CSV ({error})")
    notes = (
        [] if delimiter == "," else [f"cells are separated by {'semicolons' if delimiter == ';' else 'tabs'}"]
    )
    cells = [c.strip() for row in rows[1:] for c in row]
    commas = sum(_DECIMAL_COMMA.fullmatch(c) is not None for c in cells)
    if delimiter != "," and commas:
        if any(_DECIMAL_POINT.fullmatch(c) for c in cells):
            refuse(f"{path}: has numbers with decimal points and with decimal commas. Use one of them")
        rows = [
            rows[0],
            *(
                [c.replace(",", ".") if _DECIMAL_COMMA.fullmatch(c.strip()) else c for c in r]
                for r in rows[1:]
            ),
        ]
        notes.append("numbers have decimal commas")
    return rows, tuple(notes)
