"""A table from elsewhere as dated rows: its dialect, its days, its local time."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lenitive.files.dates import day_from, ends_with_year
from lenitive.frozen import dataclass
from lenitive.intake.mapping import Day, FileShape, TableMapping
from lenitive.intake.report import ProblemReport
from lenitive.intake.table import delimiter_of
from lenitive.terms import EARLIEST, LATEST, DateOrder

__all__ = ["SOURCE_LIMIT_BYTES", "DatedRow", "TableSource", "local_day", "read_source"]

SOURCE_LIMIT_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class DatedRow:
    """One row of the source.

    Attributes:
        line: The line it begins on.
        day: The patient's local day it counts to.
        at: The local time of day, or None when the source has none.
        moment: The moment with its offset, or None when the time or the zone is not known.
        cells: What the columns hold, without surrounding space; what means missing is left out.
    """

    line: int
    day: date
    at: time | None
    moment: datetime | None
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class TableSource:
    """The columns of a table and its dated rows, in order of day and time."""

    columns: tuple[str, ...]
    rows: tuple[DatedRow, ...]
    read: int


def local_day(moment: datetime, zone: ZoneInfo, starts: time = time(0)) -> date:
    """The local day that a moment counts to, when days begin at ``starts``.

    What is entered after midnight and before ``starts`` is about the day before. Changes of the clock need no case
    of their own: the offset in force at that moment decides.
    """
    local = moment.astimezone(zone)
    return local.date() - timedelta(days=local.time() < starts)


def read_source(report: ProblemReport, data: bytes, mapping: TableMapping) -> TableSource | None:
    """The dated rows of a table; None when it cannot be read. Rows without a day are reported and left out."""
    text = _decoded(report, data, mapping.file)
    if text is None:
        return None
    table = _rows(report, text, mapping.file)
    if table is None:
        return None
    columns, rows = table
    if not _has_columns(report, columns, mapping):
        return None
    found = []
    for line, cells in rows:
        if report.full:
            return None
        dated = _dated(report, line, cells, mapping.day)
        if dated is not None:
            kept = {name: cell for name, cell in cells.items() if cell not in mapping.file.missing}
            found.append(DatedRow(line, *dated, kept))
    found.sort(
        key=lambda row: (
            row.day,
            row.moment is not None and row.moment.timestamp(),
            row.at or time(0),
            row.line,
        )
    )
    return TableSource(columns, tuple(found), len(rows))


def _decoded(report: ProblemReport, data: bytes, shape: FileShape) -> str | None:
    if len(data) > SOURCE_LIMIT_BYTES:
        report.add(
            None, None, f"the file is larger than {SOURCE_LIMIT_BYTES // 1_000_000} MB", "Split it by years"
        )
        return None
    encoding = {"utf-8": "utf-8-sig", "windows-1252": "cp1252"}.get(shape.encoding, shape.encoding)
    try:
        text = data.decode(encoding)
    except UnicodeError:
        report.add(None, None, f"the file is not {shape.encoding} text", "Set file.encoding in the mapping")
        return None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        report.add(
            line, None, "there is a NUL character in this line", "Set file.encoding, or export the file again"
        )
        return None
    return text


def _rows(
    report: ProblemReport, text: str, shape: FileShape
) -> tuple[tuple[str, ...], list[tuple[int, dict[str, str]]]] | None:
    lines = io.StringIO(text, newline="")
    for _ in range(shape.skip_lines):
        lines.readline()
    start = lines.tell()
    delimiter = delimiter_of(text[start:]) if shape.delimiter == "auto" else shape.delimiter
    reader = csv.reader(lines, delimiter=delimiter)
    header: tuple[str, ...] | None = None
    found: list[tuple[int, dict[str, str]]] = []
    above: dict[str, str] = {}
    first = shape.skip_lines + 1
    try:
        for row in reader:
            line, first = first, shape.skip_lines + reader.line_num + 1
            stripped = [cell.strip() for cell in row]
            if header is None:
                header = tuple(stripped)
                continue
            if not any(stripped):
                continue
            cells = dict(zip(header, stripped, strict=False))
            # Before any row is left out: the rows below a row with a date of its own still need that date.
            for name in shape.fill_down:
                above[name] = cells.get(name) or above.get(name, "")
                cells[name] = above[name]
            if any(stripped[len(header) :]) and shape.extra_cells == "leave the row out":
                what = "the row has more cells than there are columns; it was left out"
                remedy = "Mend the row, or set file.delimiter or file.extra_cells"
                report.add(line, None, what, remedy, fatal=False)
                continue
            found.append((line, cells))
    except csv.Error:
        report.add(
            first,
            None,
            "the cells of this row cannot be told apart",
            "Mend the quotation marks, or set file.delimiter",
        )
        return None
    if header is None:
        report.add(
            None, None, "the file has no line that names the columns", "Check the file, and file.skip_lines"
        )
        return None
    return header, found


def _has_columns(report: ProblemReport, columns: tuple[str, ...], mapping: TableMapping) -> bool:
    """Whether every column that the mapping names is there, once."""
    wanted = sorted(mapping.columns())
    if mapping.names is None:
        wanted += [name for _, item in mapping.items() for name in item.of]
    good = True
    for name in dict.fromkeys(wanted):
        if columns.count(name) != 1:
            what = (
                "the mapping names a column that is not there"
                if name not in columns
                else "the column is there twice"
            )
            report.add(
                mapping.file.skip_lines + 1,
                name,
                what,
                "Correct the name in the mapping, or file.skip_lines and file.delimiter",
            )
            good = False
    return good


def _written(text: str, order: DateOrder) -> datetime:
    """The moment of a cell for which the mapping gives no pattern.

    Raises:
        ValueError: When there is none, or when it ends with its year and no order was said.
    """
    day = day_from(text, order)
    return datetime.fromisoformat(text) if day is None else datetime(day.year, day.month, day.day)


def _dated(
    report: ProblemReport, line: int, cells: dict[str, str], day: Day
) -> tuple[date, time | None, datetime | None] | None:
    """The day a row counts to, its time and its moment; None after reporting that it has no day."""
    column = day.column or (day.columns.day if day.columns else "")

    def left_out(field: str, what: str, remedy: str) -> None:
        report.add(line, field, f"{what}; the row was left out", remedy, fatal=False)

    try:
        if day.columns is not None:
            parts = [
                int(cells.get(name, "")) for name in (day.columns.year, day.columns.month, day.columns.day)
            ]
            when = datetime(*parts)  # type: ignore[arg-type]
        elif day.format == "iso":
            when = _written(cells.get(day.column, ""), report.order)
        else:
            when = datetime.strptime(cells.get(day.column, ""), day.format)
    except (ValueError, OverflowError):
        if day.format == "iso" and ends_with_year(cells.get(column, "")):
            report.other_dates.append((line, column, cells[column]))
            return None
        left_out(column, "this is no date in the form that the mapping gives", "Correct it, or day.format")
        return None
    timed = ":" in cells.get(day.column, "") and day.columns is None
    if day.time_column:
        clock = cells.get(day.time_column, "")
        try:
            at = datetime.strptime(clock, day.time_format)
        except ValueError:
            left_out(
                day.time_column,
                "this is no time in the form that the mapping gives",
                "Correct it, or day.time_format",
            )
            return None
        when = datetime.combine(when.date(), at.time(), when.tzinfo)
        timed = True
    if not EARLIEST.year < when.year < LATEST.year:
        left_out(column, "the year cannot be right", f"Use years from {EARLIEST.year} to {LATEST.year}")
        return None
    if not timed:
        return when.date(), None, None
    if day.timezone is None:
        if when.tzinfo is not None:
            left_out(column, "the moment has an offset but the mapping no zone", "Set day.timezone")
            return None
        return when.date() - timedelta(days=when.time() < day.starts), when.time(), None
    zone = ZoneInfo(day.timezone)
    if when.tzinfo is None:
        when = when.replace(tzinfo=ZoneInfo(day.given_in or day.timezone))
    local = when.astimezone(zone)
    return local_day(when, zone, day.starts), local.time().replace(tzinfo=None), local
