"""Tables as rows of text cells, from delimited text of any dialect or from a workbook; read row by row, never whole."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from lenitive.files.encoding import encoding_of
from lenitive.files.probe import FileForm, Probe
from lenitive.files.refusal import FileRefusal, RefusedError
from lenitive.files.sheets import sheet_rows
from lenitive.frozen import dataclass

__all__ = ["DELIMITERS", "Grid", "grid_of"]

DELIMITERS = ",;\t|"
_CHUNK = 1 << 18
_LONGEST_LINE = 1_000_000
_MOST_COLUMNS = 2_000
_SEP = re.compile(r'"?sep=([^"\s]|\t)"?;*\s*', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """A table as its rows.

    Attributes:
        columns: What the first line calls the columns.
        first: The line that names them.
        rows: Every row below, with the line it begins on; cells stand without space around them.
        encoding: What its bytes were read as; empty for a workbook.
        certain: Whether the bytes themselves say so.
        delimiter: What parts its cells; empty for a workbook.
        sheet: The sheet of a workbook; empty elsewhere.
    """

    columns: tuple[str, ...]
    first: int
    rows: Iterator[tuple[int, list[str]]]
    encoding: str = ""
    certain: bool = True
    delimiter: str = ""
    sheet: str = ""


def _lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """The lines of a text, their ends made one.

    Raises:
        RefusedError: At a line too long to be one of a table, at a NUL, or where the bytes are not of this encoding.
    """
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    rest, count = "", 0
    while True:
        chunk = stream.read(_CHUNK)
        try:
            rest += decoder.decode(chunk, final=not chunk)
        except UnicodeError:
            raise RefusedError(
                FileRefusal.BROKEN,
                f"the file is not {encoding.removesuffix('-sig')} text",
                "Set file.encoding in the mapping, or save it as UTF-8",
                line=count + 1,
            ) from None
        *whole, rest = rest.split("\n")
        for line in whole:
            count += 1
            if len(line) > _LONGEST_LINE or "\0" in line:
                raise _unfit(line, count)
            yield line + "\n"
        if len(rest) > _LONGEST_LINE or (not chunk and "\0" in rest):
            raise _unfit(rest, count + 1)
        if not chunk:
            if rest:
                yield rest
            return


def _unfit(line: str, number: int) -> RefusedError:
    if len(line) > _LONGEST_LINE:
        return RefusedError(
            FileRefusal.DANGEROUS,
            f"a line of more than {_LONGEST_LINE // 1_000_000} million characters",
            "Give the file as the app exported it",
            line=number,
        )
    return RefusedError(
        FileRefusal.BROKEN,
        "there is a NUL character in this line",
        "Set file.encoding, or export the file again",
        line=number,
    )


def grid_of(probe: Probe, *, encoding: str = "auto", delimiter: str = "auto", skip_lines: int = 0) -> Grid:
    """A file as a table.

    Args:
        probe: The file: text, or a workbook, whose first sheet with rows is taken.
        encoding: A codec's name, or ``auto``.
        delimiter: What parts the cells, or ``auto``: as a first line ``sep=;`` says, else what the line of names has most of.
        skip_lines: Lines before the one that names the columns.

    Raises:
        RefusedError: When it is no table, or (also while its rows are read) when it breaks off.
    """
    if probe.form is FileForm.WORKBOOK:
        name, cells = sheet_rows(probe)
        numbered = iter(enumerate(cells, start=1))
        for _ in range(skip_lines):
            next(numbered, None)
        head = next(numbered, None)
        if head is None:
            raise _nameless()
        return Grid(columns=_few(head[1]), first=head[0], rows=numbered, sheet=name)
    if (
        probe.form is not FileForm.TEXT and probe.form is not FileForm.JSON
    ):  # a name in brackets begins like JSON
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            f"this is no table but {probe.form.value}",
            "Give a table: CSV, XLSX or ODS",
        )
    found = encoding_of(probe.head) if encoding == "auto" else (encoding, True)
    if found is None:
        raise RefusedError(FileRefusal.BROKEN, "the file is no text", "Export it as CSV in UTF-8")
    probe.stream.seek(0)
    lines = _lines(probe.stream, found[0])
    skipped = 0
    for _ in range(skip_lines):
        next(lines, None)
        skipped += 1
    names = next(lines, None)
    said = _SEP.fullmatch(names) if names is not None else None
    if said is not None:
        skipped += 1
        names = next(lines, None)
    while names is not None and not names.strip():
        skipped += 1
        names = next(lines, None)
    if names is None:
        raise _nameless()
    bare = re.sub(r'"[^"]*"', "", names)
    own = said[1] if said is not None else max(DELIMITERS, key=bare.count)
    part = own if delimiter == "auto" else delimiter
    reader = _records(_again(names, lines), part, skipped)
    first, columns = next(reader)
    return Grid(
        columns=_few(columns),
        first=first,
        rows=reader,
        encoding=found[0].removesuffix("-sig"),
        certain=found[1],
        delimiter=part,
    )


def _nameless() -> RefusedError:
    return RefusedError(
        FileRefusal.EMPTY,
        "the file has no line that names the columns",
        "Check the file, and file.skip_lines",
    )


def _few(columns: list[str]) -> tuple[str, ...]:
    if len(columns) > _MOST_COLUMNS:
        raise RefusedError(
            FileRefusal.DANGEROUS,
            f"a table of more than {_MOST_COLUMNS} columns",
            "Leave out columns that are no answers",
        )
    return tuple(columns)


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _records(lines: Iterator[str], delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    line = skipped + 1
    try:
        for row in reader:
            yield line, list(map(str.strip, row))
            line = skipped + reader.line_num + 1
    except csv.Error:
        raise RefusedError(
            FileRefusal.BROKEN,
            "the cells of this row cannot be told apart",
            "Mend the quotation marks, or set file.delimiter",
            line=line,
        ) from None
