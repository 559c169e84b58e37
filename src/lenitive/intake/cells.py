"""One row's cells as typed values; each cell that is wrong becomes a problem."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime

from lenitive.files import day_from, ends_with_year
from lenitive.intake.amounts import mg_from
from lenitive.intake.report import ProblemReport
from lenitive.intake.scripts import LOOK_ALIKE, deceptive
from lenitive.intake.text import original
from lenitive.record import LONGEST
from lenitive.terms import EARLIEST, LATEST, DateOrder, near_words, plain_words

__all__ = ["Cells", "number_from"]

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?|[+-]?\.\d{1,30}", re.ASCII)
_DECIMAL_COMMA = re.compile(r"([+-]?\d{1,15}),(\d{1,2}|\d{4,30})", re.ASCII)
_WITH_UNIT = re.compile(r"[+-]?[\d.,]+\s*[^\W\d]+", re.ASCII)
_OF_TEN = re.compile(r"([^/\s]{1,40})\s{0,3}/\s{0,3}10", re.ASCII)
_HOURS = re.compile(r"(\d{1,2})\s*(?::|h)\s*([0-5]\d)(?:\s*m(?:in)?)?", re.ASCII)


def number_from(text: str) -> float | None:
    """The finite number that a text writes, with a decimal point or comma; None when it writes none.

    A comma before exactly three digits could also part thousands, so that it is not taken for either.
    """
    if not _NUMBER.fullmatch(text):
        comma = _DECIMAL_COMMA.fullmatch(text)
        if comma is None:
            return None
        text = f"{comma[1]}.{comma[2]}"
    value = float(text) + 0.0  # minus nought is nought
    return value if math.isfinite(value) else None


class Cells:
    """The cells of one row. A wrong cell reads as None, adds a problem, and makes ``ok`` false.

    Attributes:
        ok: Whether every cell asked for so far was right.
        line: The line the row begins on.
    """

    __slots__ = ("_cells", "_report", "line", "ok")

    def __init__(self, report: ProblemReport, line: int, cells: dict[str, str]) -> None:
        self._report = report
        self._cells = cells
        self.line = line
        self.ok = True

    def wrong(self, column: str | None, what: str, remedy: str) -> None:
        """Report a wrong cell, or a wrong row when no column is given."""
        self._report.add(self.line, column, what, remedy)
        self.ok = False

    def note(self, column: str | None, what: str, remedy: str) -> None:
        """Report something that was read all the same."""
        self._report.add(self.line, column, what, remedy, fatal=False)

    def word(self, column: str, *, required: bool = False) -> str:
        """A cell without surrounding space; empty when nothing is there."""
        text = self._cells.get(column, "").strip()
        if required and not text:
            self.wrong(column, "the cell is empty", "Fill it in, or remove the row")
        return text

    def free(self, column: str) -> str:
        """Free text, unchanged: the patient's own words."""
        text = original(self._cells.get(column, ""))
        if len(text) > LONGEST:
            self.wrong(column, f"the text is longer than {LONGEST} characters", "Shorten it")
            return ""
        return text

    def day(self, column: str, *, required: bool = False) -> date | None:
        """A day, or None when the cell is empty."""
        text = self.word(column, required=required)
        return self._day(column, text) if text else None

    def days(self, column: str) -> frozenset[date]:
        """Days joined by ``;``."""
        found = (self._day(column, part.strip()) for part in self.word(column).split(";") if part.strip())
        return frozenset(day for day in found if day is not None)

    def _day(self, column: str, text: str) -> date | None:
        order = self._report.order
        day = day_from(text, order)
        if day is None and order is DateOrder.YMD and ends_with_year(text):
            # One problem for all of them, when the file has been read.
            self._report.other_dates.append((self.line, column, text))
            self.ok = False
        elif day is None:
            own = "" if order is DateOrder.YMD else f", or as {order.words}, the order that was said"
            self.wrong(column, "this is not a date", f"Write it as year-month-day, such as 2026-05-01{own}")
        elif not EARLIEST <= day <= LATEST:
            self.wrong(column, "the year cannot be right", f"Use years from {EARLIEST.year} to {LATEST.year}")
            return None
        else:
            self._report.days.append((day, self.line, column))
        return day

    def number(self, column: str, low: float, high: float, *, required: bool = False) -> float | None:
        """A number within bounds, or None when the cell is empty."""
        text = self._cells.get(column, "").strip()
        if not text:
            if required:
                self.word(column, required=True)
            return None
        return self._number(column, text, low, high)

    def score(self, column: str) -> float | None:
        """A score from 0 to 10, also written as ``7/10``; None when the cell is empty."""
        of_ten = _OF_TEN.fullmatch(self.word(column))
        return self._number(column, of_ten[1], 0, 10) if of_ten else self.number(column, 0, 10)

    def hours(self, column: str) -> float | None:
        """Hours of a day, also written as ``6:40`` or ``6h40``; None when the cell is empty."""
        clock = _HOURS.fullmatch(self.word(column))
        if clock is None:
            return self.number(column, 0, 24)
        return self._number(column, repr(int(clock[1]) + int(clock[2]) / 60), 0, 24)

    def dose_mg(self, column: str, high: float) -> float | None:
        """A dose in mg, also with its unit (``15mg``, ``0.5 g``, ``500 mcg``); None when the cell is empty or wrong."""
        mg = mg_from(self.word(column))
        if mg is None:
            return self.number(column, 0, high, required=True)
        return self._number(column, repr(mg), 0, high)

    def _number(self, column: str, text: str, low: float, high: float) -> float | None:
        value = number_from(text)
        if value is None:
            if text.startswith(("=", "@", "'")):
                self.wrong(column, "this is a formula, not a number", "Paste its value as a plain number")
            elif _WITH_UNIT.fullmatch(text):
                self.wrong(
                    column,
                    "a unit stands beside the number",
                    f"Write the number alone; {column} says what it counts",
                )
            else:
                self.wrong(
                    column, "this is not a number", "Write a number such as 6 or 6.5, or leave the cell empty"
                )
            return None
        if not low <= value <= high:
            self.wrong(
                column,
                f"the number is not between {low:g} and {high:g}",
                "Correct it, or leave the cell empty",
            )
            return None
        return value

    def whole(self, column: str, low: int, high: int) -> int | None:
        """A whole number within bounds, or None when the cell is empty."""
        value = self.number(column, low, high)
        if value is not None and value != int(value):
            self.wrong(column, "this is not a whole number", "Write a whole number, or leave the cell empty")
            return None
        return None if value is None else int(value)

    def meant(
        self, column: str, words: Mapping[str, str], known: tuple[str, ...], *, required: bool = False
    ) -> str | None:
        """The id that a word means, by a table of plain words; None when the cell is empty or means none.

        Args:
            column: The column.
            words: Plain words (lower case, no accents or marks) to ids.
            known: The ids, in the order in which a message lists them.
            required: Whether the cell may not be empty.
        """
        text = self.word(column, required=required)
        if not text:
            return None
        if text.lower() in known:
            return text.lower()
        if deceptive(text):
            self.wrong(column, *LOOK_ALIKE)
            return None
        id_ = words.get(plain_words(text))
        if id_ is None:
            near = tuple(dict.fromkeys(words[word] for word in near_words(text, words)))
            if near:
                self.wrong(
                    column, "the word is not one of those known here", f"Perhaps it is {' or '.join(near)}"
                )
                return None
            return self.choice(column, known)
        return id_

    def choice(self, column: str, known: tuple[str, ...], *, required: bool = False) -> str | None:
        """One of the known words, or None when the cell is empty."""
        text = self.word(column, required=required).lower()
        if not text:
            return None
        if text not in known:
            shown = (
                ", ".join(known)
                if len(known) <= 12
                else f"{', '.join(known[:12])}, ... (docs/guide/record.md lists all)"
            )
            self.wrong(column, "the word is not one of those known here", f"Use one of {shown}")
            return None
        return text

    def moment(self, column: str) -> datetime | None:
        """A moment with its UTC offset, or None when the cell is empty."""
        text = self.word(column)
        if not text:
            return None
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            self.wrong(column, "this is not a moment", "Write it as 2026-05-01T21:30:00+02:00")
            return None
        if when.tzinfo is None:
            self.wrong(column, "the moment has no UTC offset", "Add it, as in 2026-05-01T21:30:00+02:00")
            return None
        if not EARLIEST.year <= when.year <= LATEST.year:
            self.wrong(column, "the year cannot be right", f"Use years from {EARLIEST.year} to {LATEST.year}")
            return None
        return when
