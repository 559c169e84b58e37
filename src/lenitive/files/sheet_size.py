"""How large a sheet becomes in memory, told from its XML before anything is made of it.

The library that reads workbooks makes a full rectangle of each sheet, from its first cell to its last. A few hundred bytes can say that the
last cell stands in column XFD of row 1048576, or that a row is repeated a million times, and the memory that this asks for ends the whole
program. So the rectangle is worked out first, in the ways in which the two formats say where a cell stands; a part counts whatever it is called.
"""

from __future__ import annotations

import re

__all__ = ["rectangle"]

# XLSX: rows and cells, each with its place or in the order of the text; a prefix may stand before any name.
_XLSX = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*)>")
_PLACE = re.compile(rb"(?<![\w:])r\s*=\s*[\"']\s*([A-Za-z]{0,3})(\d{1,7})")
# ODS: tables, rows and cells, each repeated as often as it says.
_ODS = re.compile(rb"<(/?)(?:\w+:)?(table-row|table-cell|covered-table-cell|table)(?=[\s/>])([^<>]*)>")
_TIMES = re.compile(rb"number-(?:columns|rows)-repeated\s*=\s*[\"']\s*(\d{1,9})")
_MOST_ROWS = 1 << 20


def rectangle(data: bytes) -> int:
    """The number of cells of the rectangles that the sheets in a part of a workbook become; 0 for a part without cells."""
    return max(_xlsx(data), _ods(data))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _xlsx(data: bytes) -> int:
    row = column = tall = wide = 0
    for found in _XLSX.finditer(data):
        place = _PLACE.search(found[2])
        if found[1] == b"row":
            row, column = int(place[2]) if place is not None else row + 1, 0
            continue
        if place is not None and place[1]:
            column, row = _column(place[1]), int(place[2])
        else:
            column += 1
        tall, wide = max(tall, row), max(wide, column)
    return tall * wide


def _ods(data: bytes) -> int:
    """Cells between the first and the last that hold something; empty ones beyond that are the spreadsheet's edge."""
    most = row = column = tall = wide = last = 0
    times = 1
    for found in _ODS.finditer(data):
        closing, kind, rest = found.groups()
        if kind == b"table":
            row = column = tall = wide = last = 0
            continue
        if kind == b"table-row":
            if closing or rest.endswith(b"/"):
                # Of a row that holds nothing the repeats do not count until one below holds something.
                repeated = times if closing else _repeats(rest)
                row += repeated
                if closing and last:
                    tall, wide = row, max(wide, last)
                    most = max(most, tall * wide)
                column = last = 0
            else:
                times, column, last = _repeats(rest), 0, 0
            continue
        if closing:
            continue
        column += _repeats(rest)
        if not rest.endswith(b"/") or b"value" in rest:
            last = column
    return most


def _repeats(rest: bytes) -> int:
    found = _TIMES.search(rest)
    return min(int(found[1]), _MOST_ROWS) if found is not None else 1
