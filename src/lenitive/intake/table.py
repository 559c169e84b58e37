"""CSV text to rows that know their line."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import field
from difflib import get_close_matches

from lenitive.frozen import dataclass
from lenitive.intake.report import ProblemReport
from lenitive.intake.text import decode

__all__ = ["TableLines", "delimiter_of", "read_table"]

_NAME = re.compile(r"[^\W\d][\w .\-]{0,39}")


@dataclass(slots=True)
class TableLines:
    """The physical lines of a text for a CSV reader, without the blank lines and comments between records.

    A comment is a line that begins with ``#`` where a record could begin; inside a quoted cell it is text. A
    spreadsheet that saves the file may put quotation marks round a comment; it stays one.

    Attributes:
        text: All of it.
        line: The number of the line handed out last.
        first: The number of the line that began the record being read.
    """

    text: str
    line: int = 0
    first: int = 0
    _between: bool = True
    _source: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._source = iter(io.StringIO(self.text, newline=""))

    def __iter__(self) -> Iterator[str]:
        """The lines."""
        return self

    def __next__(self) -> str:
        """The next line that belongs to a record."""
        for text in self._source:
            self.line += 1
            if not self._between:
                return text
            if text.strip() and not text.startswith(("#", '"#')):
                self._between = False
                self.first = self.line
                return text
        raise StopIteration

    def next_record(self) -> None:
        """Say that a record has ended."""
        self._between = True


def delimiter_of(text: str) -> str:
    """The character that separates the cells: comma, semicolon or tab, whichever the first record has most of."""
    first = next(TableLines(text), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(",;\t", key=bare.count)


def read_table(
    report: ProblemReport, data: bytes, *, required: tuple[str, ...], optional: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file, each with the line it begins on and its cells by column; what is wrong is reported.

    Args:
        report: Receives the problems. Reading ends when it is full.
        data: The bytes. A file without any line has no rows.
        required: Columns that must be there.
        optional: Columns that may be there. Any other is reported and left out.

    Yields:
        The rows up to the first that cannot be told from its neighbours; none when the file is no such table.
    """
    text = decode(report, data)
    if text is None:
        return
    lines = TableLines(text)
    reader = csv.reader(lines, delimiter=delimiter_of(text), strict=True, skipinitialspace=True)
    header: list[str] | None = None
    kept: list[tuple[int, str]] = []
    nameless: list[int] = []
    try:
        for cells in reader:
            lines.next_record()
            if header is None:
                header = [cell.strip().lower() for cell in cells]
                if not _header_fits(report, lines.first, header, required, optional):
                    return
                known = {*required, *optional}
                kept = [(i, name) for i, name in enumerate(header) if name in known]
                nameless = [i for i, name in enumerate(header) if not name]
                continue
            if report.full:
                return
            if any(cell.strip() for cell in cells[len(header) :]):
                report.add(
                    lines.first,
                    None,
                    "the row has more cells than there are columns",
                    'Put quotation marks round a cell that holds the separator, as in "6,5", or use a decimal point',
                )
                continue
            if not any(cell.strip() for cell in cells):
                continue
            filled = [i for i in nameless if i < len(cells) and cells[i].strip()]
            for i in filled:
                what = f"column {i + 1} has no name; it was left out"
                report.add(lines.first, None, what, "Name it in the first line", fatal=False)
                nameless.remove(i)
            yield lines.first, {name: cells[i] for i, name in kept if i < len(cells)}
    except csv.Error:
        report.add(
            lines.first or 1,
            None,
            "the cells of this row cannot be told apart",
            "Close every quotation mark, and double one that belongs to the text",
        )


def _header_fits(
    report: ProblemReport, line: int, header: list[str], required: tuple[str, ...], optional: tuple[str, ...]
) -> bool:
    """Whether the rows below can be read; reports what is wrong with the first line."""
    known = (*required, *optional)
    counts = Counter(header)
    missing = [name for name in required if name not in counts]
    twice = [name for name in known if counts[name] > 1]
    for name in missing:
        remedy = f"Name the columns in the first line; this file may have {', '.join(known)}"
        report.add(line, name, "the column is missing", remedy)
    for name in twice:
        report.add(line, name, "the column is there twice", "Keep one of them")
    for i, name in enumerate(header):
        if not name or name in known:
            continue
        if report.full:
            break
        # Without the required columns the first line may be a row of values, which no message repeats.
        shown = name if not missing and _NAME.fullmatch(name) else f"column {i + 1}"
        near = get_close_matches(name[:40], known, n=1)
        remedy = f"Perhaps it is {near[0]}" if near else f"Known columns: {', '.join(known)}"
        report.add(line, shown, "the column is not known; it was left out", remedy, fatal=False)
    return not missing and not twice
