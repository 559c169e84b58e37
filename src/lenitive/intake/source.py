"""A table from elsewhere as dated rows: its dialect, its days, its local time.

A long diary has a million rows. Each is one flat tuple of what the mapping asks for and nothing else, dates are read once for
each way they are written, and the file is never held as a whole.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from fnmatch import fnmatchcase
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from lenitive.files import Grid, Probe, RefusedError, ends_with_year, grid_of, in_order, probed
from lenitive.frozen import dataclass
from lenitive.intake.mapping import Day, TableMapping
from lenitive.intake.moments import DatedCell, swapped, written
from lenitive.intake.report import ProblemReport
from lenitive.terms import EARLIEST, LATEST

__all__ = [
    "AT",
    "CELLS",
    "DAY",
    "LINE",
    "MOMENT",
    "SOURCE_LIMIT_BYTES",
    "Row",
    "TableSource",
    "local_day",
    "read_source",
    "same_word",
]

SOURCE_LIMIT_BYTES = 200_000_000
_MOST_ROWS = 2_000_000
_ONE_DAY = timedelta(days=1)
_MOST_KEPT = 50_000  # dates remembered at once; a diary of ten years with ten entries a day has fewer days

Row = tuple[Any, ...]
"""The line it begins on, the local day it counts to, the local time of day or None, the moment with its offset or None, and
the cells of ``TableSource.places``."""
LINE, DAY, AT, MOMENT, CELLS = range(5)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TableSource:
    """The columns of a table and its dated rows, in order of day and time.

    Attributes:
        columns: Every column.
        places: Where in a row the cell of a column stands, for the columns that were asked for.
        rows: The rows. A cell that means missing is empty.
        read: How many rows there were, those left out by a filter apart.
        loud: Whether the dates are such that a reader must look, though each could be read.
    """

    columns: tuple[str, ...]
    places: dict[str, int]
    rows: list[Row]
    read: int
    loud: bool = False


def local_day(moment: datetime, zone: ZoneInfo, starts: time = time(0)) -> date:
    """The local day that a moment counts to, when days begin at ``starts``.

    What is entered after midnight and before ``starts`` is about the day before. Changes of the clock need no case
    of their own: the offset in force at that moment decides.
    """
    local = moment.astimezone(zone)
    return local.date() - timedelta(days=local.time() < starts)


def same_word(text: str, patterns: tuple[str, ...]) -> bool:
    """Whether a cell is one of some words, in any case; ``*`` stands for any text."""
    plain = " ".join(text.casefold().split())
    return any(fnmatchcase(plain, " ".join(p.casefold().split())) for p in patterns)


def read_source(report: ProblemReport, data: bytes | Probe, mapping: TableMapping) -> TableSource | None:
    """The dated rows of a table; None when it cannot be read. Rows without a day are reported and left out."""
    if isinstance(data, bytes) and len(data) > SOURCE_LIMIT_BYTES:
        limit = SOURCE_LIMIT_BYTES // 1_000_000
        report.add(None, None, f"the file is larger than {limit} MB", "Split it by years")
        return None
    try:
        probe = probed(report.file, io.BytesIO(data)) if isinstance(data, bytes) else data
        shape = mapping.file
        grid = grid_of(probe, encoding=shape.codec, delimiter=shape.delimiter, skip_lines=shape.skip_lines)
        if not grid.certain:
            what = f"the file does not say its encoding; it was read as {grid.encoding}"
            report.add(
                None, None, what, "Look at its accents; set file.encoding if they are wrong", fatal=False
            )
        if not _has_columns(report, grid, mapping):
            return None
        return _Reading(report, grid, mapping).source()
    except RefusedError as no:
        report.add(no.line, no.key, no.what, no.remedy)
        return None


def _has_columns(report: ProblemReport, grid: Grid, mapping: TableMapping) -> bool:
    """Whether every column that the mapping names is there, once."""
    wanted = sorted(mapping.columns())
    if mapping.names is None:
        wanted += [name for _, item in mapping.items() for name in item.of]
    good = True
    for name in dict.fromkeys(wanted):
        if grid.columns.count(name) != 1:
            what = (
                "the mapping names a column that is not there"
                if name not in grid.columns
                else "the column is there twice"
            )
            remedy = "Correct the name in the mapping, or file.skip_lines and file.delimiter"
            report.add(grid.first, name, what, remedy)
            good = False
    return good


class _Fault:
    """Why a row has no day."""

    __slots__ = ("other_order", "said")

    def __init__(self, said: tuple[str, str, str], other_order: bool = False) -> None:
        self.said, self.other_order = said, other_order


class _Reading:
    """One table being read."""

    def __init__(self, report: ProblemReport, grid: Grid, mapping: TableMapping) -> None:
        self.report, self.grid, self.mapping = report, grid, mapping
        self.dates = DatedCell(mapping.day, report.order)
        wanted = mapping.columns()
        if mapping.names is None:
            wanted |= {name for _, item in mapping.items() for name in item.of}
        kept = [name for name in dict.fromkeys(grid.columns) if name in wanted]
        self.at = {name: grid.columns.index(name) for name in kept}
        self.places = {name: CELLS + i for i, name in enumerate(kept)}
        self.known: dict[tuple[str, str], tuple[date, time | None, datetime | None] | _Fault] = {}
        self.days: dict[str, tuple[date, time | None, datetime | None] | _Fault] = {}
        self.times: dict[str, time | _Fault] = {}
        self.texts: list[str] = []
        self.read = self.failed = 0

    def source(self) -> TableSource | None:
        rows = list(self._rows())
        if self.report.full or not self._dates_fit(rows):
            return None
        loud = self._unordered(rows)
        self.texts = []
        if any(row[MOMENT] is not None for row in rows):
            rows.sort(key=lambda row: 0.0 if row[MOMENT] is None else row[MOMENT].timestamp())
        elif any(row[AT] is not None for row in rows):
            rows.sort(key=lambda row: row[AT] or time(0))
        rows.sort(key=itemgetter(DAY))
        return TableSource(
            columns=self.grid.columns, places=self.places, rows=rows, read=self.read, loud=loud
        )

    def _rows(self) -> Iterator[Row]:
        shape, where = self.mapping.file, self.mapping.where
        missing = frozenset((*shape.missing, ""))
        columns = self.grid.columns
        width, places = len(columns), tuple(self.at.values())
        fill = [columns.index(name) for name in shape.fill_down]
        above = dict.fromkeys(fill, "")
        filters = [(columns.index(name), words) for name, words in where.items()]
        cell_of, dated, report = self.dates.cell_of(columns), self._dated, self.report
        known, texts = self.known, self.texts if self.dates.checked else None
        words: dict[str, str] = {}
        for line, cells in self.grid.rows:
            if report.full:
                return
            if len(cells) != width:
                if not any(cells):
                    continue
                over = cells[width:]
                cells += [""] * (width - len(cells))
            else:
                over = []
            # Before any row is left out: the rows below a row with a date of its own still need that date.
            for i in fill:
                above[i] = cells[i] = cells[i] or above[i]
            if over and any(over) and shape.extra_cells == "leave the row out":
                what = "the row has more cells than there are columns; it was left out"
                remedy = "Mend the row, or set file.delimiter or file.extra_cells"
                report.add(line, None, what, remedy, fatal=False)
                continue
            if filters and not all(same_word(cells[i], wanted) for i, wanted in filters):
                continue
            key = cell_of(cells)
            placed = known.get(key)
            if placed is None:
                if not any(cells):
                    continue
                placed = dated(key)
            self.read += 1
            if texts is not None:
                texts.append(key[0])
            if self.read > _MOST_ROWS:
                report.add(line, None, f"the file has more than {_MOST_ROWS} rows", "Split it by years")
                return
            if isinstance(placed, _Fault):
                self._left_out(line, key[0], placed)
                continue
            yield (
                line,
                *placed,
                *["" if (cell := cells[i]) in missing else words.setdefault(cell, cell) for i in places],
            )
            if len(words) > _MOST_KEPT:
                words.clear()

    def _dated(self, key: tuple[str, str]) -> tuple[date, time | None, datetime | None] | _Fault:
        """The day that a cell of dates and one of times name; each is read once for each way it is written."""
        text, clock = key
        day = self.mapping.day
        if len(self.known) > _MOST_KEPT:
            self.known.clear()
        if not clock or day.timezone is not None or day.format not in {"iso", "number"}:
            found = self.known[key] = self._placed(text, clock, day)
            return found
        # Local times beside their day: a long diary has a million pairs of a few thousand days and a few hundred times.
        placed, at = self.days.get(text), self.times.get(clock)
        if placed is None:
            placed = self.days[text] = self._placed(text, "", day, alone=True)
        if at is None:
            at = self.times[clock] = self._time(clock, day)
        if isinstance(placed, _Fault) or isinstance(at, _Fault):
            return placed if isinstance(placed, _Fault) else at if isinstance(at, _Fault) else placed
        return (placed[0] - _ONE_DAY if at < day.starts else placed[0]), at, None

    def _time(self, clock: str, day: Day) -> time | _Fault:
        """A time of day in the mapping's form."""
        try:
            return written(clock, day.time_format).time()
        except ValueError:
            what = "this is no time in the form that the mapping gives"
            return _Fault((day.time_column, what, "Correct it, or day.time_format"))

    def _left_out(self, line: int, text: str, fault: _Fault) -> None:
        field, what, remedy = fault.said
        self.failed += 1
        if fault.other_order:
            self.report.other_dates.append((line, field, text))
        else:
            self.report.add(line, field, f"{what}; the row was left out", remedy, fatal=False)

    def _placed(
        self, text: str, clock: str, day: Day, *, alone: bool = False
    ) -> tuple[date, time | None, datetime | None] | _Fault:
        column = day.column or (day.columns.day if day.columns else "")
        try:
            when, timed = self.dates.read(text)
        except (ValueError, OverflowError):
            other = day.format == "iso" and ends_with_year(text)
            return _Fault(
                (column, "this is no date in the form that the mapping gives", "Correct it, or day.format"),
                other,
            )
        if day.time_column and not alone:
            at = self._time(clock, day)
            if isinstance(at, _Fault):
                return at
            when, timed = datetime.combine(when.date(), at, when.tzinfo), True
        if not EARLIEST.year < when.year < LATEST.year:
            years = f"Use years from {EARLIEST.year} to {LATEST.year}"
            return _Fault((column, "the year cannot be right", years))
        if alone or not timed:
            return when.date(), None, None
        if day.timezone is None:
            if when.tzinfo is not None and day.format == "iso":
                return _Fault(
                    (column, "the moment has an offset but the mapping no zone", "Set day.timezone")
                )
            return when.date() - timedelta(days=when.time() < day.starts), when.time(), None
        zone = ZoneInfo(day.timezone)
        if when.tzinfo is None:
            when = when.replace(tzinfo=ZoneInfo(day.given_in or day.timezone))
        local = when.astimezone(zone)
        return local_day(when, zone, day.starts), local.time().replace(tzinfo=None), local

    # --- whether the dates are what the mapping says -------------------------------------------------------------

    def _dates_fit(self, rows: list[Row]) -> bool:
        """Whether most dates fit the pattern, and no other order fits more of them; else one fatal problem."""
        day = self.mapping.day
        if not self.failed or not self.texts:
            return True
        count, fit = len(self.texts), len(self.texts) - self.failed
        other = swapped(day.format)
        better = other is not None and sum(self.dates.fits(text, other) for text in self.texts)
        order = "" if in_order([row[DAY] for row in rows]) else "; the rows are not in order"
        if other is not None and better > fit:
            all_of = f"all {count}" if better == count else f"{better}"
            what = f"{fit} of {count} dates fit {day.format}; {all_of} fit {other}{order}"
            self.report.add(None, day.column, what, f'Set day.format = "{other}"')
            return False
        if 2 * fit < count:
            what = f"{fit} of {count} dates fit {day.format}{order}"
            self.report.add(None, day.column, what, "Correct day.format, or day.column")
            return False
        return True

    def _unordered(self, rows: list[Row]) -> bool:
        """Whether rows whose day and month could be mistaken run neither up nor down, after saying so.

        A table that the other order would put in order is refused; one that neither does is read, and said to be unsorted.
        """
        day = self.mapping.day
        last: dict[object, date] = {}
        up = down = 0
        first = None
        name = self.places.get(self.mapping.names.column) if self.mapping.names is not None else None
        if not self.dates.checked or day.order == "any":
            return False
        for row in rows:
            key = row[name] if name is not None else None
            before = last.get(key)
            if before is not None and row[DAY] != before:
                up, down = up + (row[DAY] > before), down + (row[DAY] < before)
                if up and down and first is None:
                    first = row[LINE]
            last[key] = row[DAY]
        if first is None:
            return False
        other = swapped(day.format)
        again = [] if other is None else [self.dates.day_by(text, other) for text in self.texts]
        if again and name is None and None not in again and in_order([d for d in again if d is not None]):
            what = f"the rows are not in order by {day.format}, and are by {other}"
            self.report.add(first, day.column, what, f'Set day.format = "{other}"')
            self.report.full = True
            return True
        what = "the rows are not in order of time from here on"
        remedy = 'Check day.format; set day.order = "any" for a table that is not sorted'
        self.report.add(first, day.column, what, remedy, fatal=False)
        return True
