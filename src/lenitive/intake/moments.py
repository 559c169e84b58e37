"""The day and moment that a cell names, in the forms that tables write them: ISO, a pattern, Unix and Excel time, numbered days."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from lenitive.files import day_from
from lenitive.intake.mapping import Day
from lenitive.terms import DateOrder

__all__ = ["DatedCell", "swapped", "written"]

# Excel's day 0, counted so that its 29 February 1900, which never was, does no harm from 1 March 1900 on
# (ECMA-376 part 1, 18.17.4.1, the 1900 date base).
_EXCEL_ZERO = datetime(1899, 12, 30)
# What forms add to their local times: the offset of their own zone, and a.m. with points.
_ZONE = re.compile(r"\s{0,3}(?:GMT|UTC)\s{0,3}[+-]?\d{0,2}(?::?\d{2})?$", re.IGNORECASE | re.ASCII)
_HALF = re.compile(r"\b([AaPp])\.\s?[Mm]\.", re.ASCII)
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE | re.ASCII)


def written(text: str, pattern: str) -> datetime:
    """The moment that a text writes in a pattern of ``strptime``; an English ordinal (``22nd``) is its number,
    and the name of a zone after a local time (``GMT+1``) is passed over.

    Raises:
        ValueError: When it writes none.
    """
    try:
        return datetime.strptime(text, pattern)
    except ValueError:
        plain = _ZONE.sub("", _HALF.sub(r"\1M", _ORDINAL.sub(r"\1", text)))
        if plain == text:
            raise
        return datetime.strptime(plain, pattern)


def swapped(pattern: str) -> str | None:
    """The pattern with day and month exchanged, or None for a pattern in which they cannot be mistaken."""
    if "%d" not in pattern or "%m" not in pattern:
        return None
    return pattern.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


class DatedCell:
    """How one column of days is read.

    Attributes:
        checked: Whether day and month could be mistaken for one another, so that the order of the rows is looked at.
    """

    def __init__(self, day: Day, order: DateOrder) -> None:
        self.day, self.order = day, order
        self.checked = swapped(day.format) is not None

    def cell_of(self, columns: tuple[str, ...]) -> Callable[[list[str]], tuple[str, str]]:
        """What takes from a row what it says of its day and of its time.

        The day is the text of a column, of three joined, or of the first of two that is filled; an offset of Unix time stands
        after a NUL, which no cell holds.
        """
        day = self.day
        clock = columns.index(day.time_column) if day.time_column else None
        if day.columns is not None:
            three = [columns.index(name) for name in (day.columns.year, day.columns.month, day.columns.day)]
            return lambda row: ("-".join([row[i] for i in three]), "" if clock is None else row[clock])
        at = columns.index(day.column)
        other = columns.index(day.else_column) if day.else_column else at
        if day.offset_column:
            offset = columns.index(day.offset_column)
            return lambda row: (
                f"{row[at] or row[other]}\0{row[offset]}",
                "" if clock is None else row[clock],
            )
        if clock is None:
            return lambda row: (row[at] or row[other], "")
        return lambda row: (row[at] or row[other], row[clock])

    def read(self, text: str) -> tuple[datetime, bool]:
        """The moment, and whether it has a time of day.

        Raises:
            ValueError: When the cell names none.
            OverflowError: When it lies beyond all calendars.
        """
        day = self.day
        if day.columns is not None:
            year, month, number = (int(part) for part in text.split("-"))
            return datetime(year, month, number), False
        if day.format == "iso":
            return self._iso(text)
        if day.format in {"unix", "unix-ms"}:
            text, _, offset = text.partition("\0")
            seconds = float(text) / (1000 if day.format == "unix-ms" else 1)
            when = datetime.fromtimestamp(seconds + float(offset or 0), UTC)
            # With the offset beside it, the moment is told by the clock on the wall.
            return when.replace(tzinfo=None) if offset else when, True
        if day.format == "excel":
            value = float(text.replace(",", "."))
            return _EXCEL_ZERO + timedelta(days=round(value * 86400) / 86400), value % 1 != 0
        if day.format == "number":
            if day.first is None:
                raise ValueError("numbered days need their first day")
            count = int(float(text)) - day.counts_from
            return datetime.combine(day.first + timedelta(days=count), datetime.min.time()), False
        timed = "%H" in day.format or "%I" in day.format
        return written(text, day.format), timed

    def _iso(self, text: str) -> tuple[datetime, bool]:
        day = day_from(text, self.order)
        if day is not None:
            return datetime(day.year, day.month, day.day), False
        # A comma before the fraction is ISO's own mark.
        return datetime.fromisoformat(text.replace(",", ".")), ":" in text

    def day_by(self, text: str, pattern: str) -> date | None:
        """The day of a text by another pattern, or None."""
        try:
            return written(text, pattern).date()
        except ValueError:
            return None

    def fits(self, text: str, pattern: str) -> bool:
        """Whether a text is a date in another pattern."""
        return self.day_by(text, pattern) is not None
