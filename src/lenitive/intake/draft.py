"""A mapping drafted from a table itself: each guess with what told it, and what nothing tells asked for.

The draft is the text of a mapping file, read back by the same checks as one written by hand. Nothing is guessed that would change
a number in silence: an order of dates, a scale or a first day that the table does not tell is a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from fnmatch import fnmatchcase
from itertools import islice
from types import MappingProxyType

from lenitive.files import FileForm, FileRefusal, Probe, RefusedError, grid_of
from lenitive.frozen import dataclass
from lenitive.intake.column_guess import ColumnGuess, guess_column
from lenitive.intake.column_words import meaning_of, says
from lenitive.intake.date_guess import DateGuess, day_columns, guess_dates
from lenitive.intake.names import WrittenNames
from lenitive.intake.write import toml_text
from lenitive.terms import DateOrder, one_line

__all__ = ["Draft", "DraftHints", "draft_of"]

_SAMPLE = 20_000
_MOST_NAMES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftHints:
    """What was said beside the table.

    Attributes:
        dates: The order of dates that end with their year.
        scales: The values that become 0 (best) and 10 (worst), by column.
        first_day: The day that numbered days begin on.
        day: The lines of ``[day]`` where the kind of export is known; empty elsewhere.
        title: What the table is called.
        meanings: What columns are, where somebody said it: a name that tells it, ``date`` for the day, empty to leave it out.
    """

    dates: DateOrder = DateOrder.YMD
    scales: Mapping[str, tuple[float, float]]
    first_day: date | None = None
    day: str = ""
    title: str = "A diary table"
    meanings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A drafted mapping.

    Attributes:
        text: The mapping file.
        guesses: Each guess in words, in the order of the columns.
        questions: What the table does not tell, and the remedy; while there is one, nothing is to be read by the draft.
    """

    text: str
    guesses: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]


def _head_line(probe: Probe) -> int:
    """How many lines stand before the one that names the columns: a preamble has fewer cells than the table."""
    if probe.form is FileForm.WORKBOOK:
        return 0
    lines = probe.head_text.splitlines()[:30]
    # Inside quotation marks a comma parts thousands, and no cells.
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]
    counts = [max(line.count(mark) for mark in ",;\t|") for line in bare]
    usual = max(set(counts), key=lambda n: (counts.count(n) if n else 0, n), default=0)
    return next((i for i, n in enumerate(counts) if n >= usual and lines[i].strip()), 0) if usual else 0


def draft_of(probe: Probe, hints: DraftHints) -> Draft:
    """A mapping for a table.

    Raises:
        RefusedError: When it is no table, or has no column of days.
    """
    skip = _head_line(probe)
    grid = grid_of(probe, skip_lines=skip)
    rows = [cells for _, cells in islice(grid.rows, _SAMPLE)]
    columns = list(grid.columns)
    cells = {
        name: [row[i] for row in rows if i < len(row) and row[i]] for i, name in enumerate(columns) if name
    }
    doubled = sorted({name for name in columns if name and columns.count(name) > 1})
    if doubled:
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT, "two columns have one name", "Rename one of them", key=doubled[0]
        )
    if not any(letter.isalpha() for name in columns for letter in name):
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            "a table whose first line names no columns",
            "Write the names of the columns into its first line",
            line=grid.first,
        )
    work = _Draft(hints, cells, rows, columns, decimal=_decimal(cells))
    if not hints.day:
        work.find_day()
    long = work.long_table()
    if long is not None:
        cells = work.pivot(*long)
    for name, texts in cells.items():
        if name not in work.used:
            work.column(name, texts)
    return work.draft(encoding=grid.encoding, certain=grid.certain, delimiter=grid.delimiter, skip=skip)


def _decimal(cells: Mapping[str, Sequence[str]]) -> str:
    """The decimal mark: a comma where cells write numbers with it and none with a point."""
    comma = sum(bool(re.fullmatch(r"-?\d+,\d{1,2}", text)) for texts in cells.values() for text in texts)
    point = sum(bool(re.fullmatch(r"-?\d+\.\d{1,2}", text)) for texts in cells.values() for text in texts)
    return "," if comma > point else "."


class _Draft:
    """One draft being made."""

    def __init__(
        self,
        hints: DraftHints,
        cells: Mapping[str, Sequence[str]],
        rows: Sequence[Sequence[str]],
        columns: Sequence[str],
        *,
        decimal: str,
    ) -> None:
        self.hints, self.cells, self.rows, self.columns, self.decimal = hints, cells, rows, columns, decimal
        self.names = WrittenNames()
        self.used: set[str] = set(re.findall(r'column = "([^"]+)"', hints.day))
        self.day = hints.day
        self.long = ""
        self.parts: list[str] = []
        self.taken: set[str] = set()
        self.guesses: list[str] = []
        self.questions: list[tuple[str, str]] = []
        self.ignored: list[str] = []
        self.fill_down: tuple[str, ...] = ()
        self.pains: list[tuple[str, str]] = []
        self.usual = len(rows)

    # --- the day ---------------------------------------------------------------------------------------------

    def find_day(self) -> None:
        """The column of days: the one whose cells are dates, first among those whose name says so."""
        found: list[tuple[bool, str, DateGuess]] = []
        said = {name for name, meant in self.hints.meanings.items() if meant == "date"}
        for name, texts in self.cells.items():
            if (said and name not in said) or self.hints.meanings.get(name, "date") != "date":
                continue
            guess = guess_dates(texts, self.hints.dates)
            if guess is not None and (says(name, "day") or guess.format not in {"excel", "unix", "unix-ms"}):
                found.append((not says(name, "day"), name, guess))
        if found:
            _, name, guess = min(found, key=lambda entry: entry[0])
            self.used.add(name)
            self.day = f"column = {toml_text(name)}\n"
            if guess.ask is not None:
                self.questions.append(guess.ask)
                self.day += 'format = "iso"\n'
                return
            self.day += f"format = {toml_text(guess.format)}\n"
            self.guesses.append(f"{name}: the day, {guess.format} ({guess.told})")
            if "%H" not in guess.format and "%I" not in guess.format:
                self._time(guess)
            return
        if not said and self._three_columns():
            return
        self._numbered()

    def _three_columns(self) -> bool:
        """Whether year, month and day stand in columns of their own; an empty cell then is that of the row above."""
        found = day_columns(self.cells)
        if found is None:
            return False
        self.used |= set(found)
        year, month, day = map(toml_text, found)
        self.day = f"columns = {{ year = {year}, month = {month}, day = {day} }}\n"
        self.fill_down = tuple(name for name in found if len(self.cells[name]) < len(self.rows))
        above = ", empty cells as in the row above" if self.fill_down else ""
        self.guesses.append(f"{', '.join(found)}: the day in three columns{above}")
        return True

    def _time(self, guess: DateGuess) -> None:
        for name, texts in self.cells.items():
            clock = [bool(re.fullmatch(r"\d{1,2}:\d{2}", text)) for text in texts]
            if says(name, "time") and name not in self.used and clock and sum(clock) >= 0.8 * len(clock):
                if guess.format == "iso" and any(":" in t for t in self.cells[next(iter(self.used))]):
                    return
                self.used.add(name)
                self.day += f"time_column = {toml_text(name)}\n"
                self.guesses.append(f"{name}: the time of day")
                return

    def _numbered(self) -> None:
        for name, texts in self.cells.items():
            if (
                not texts
                or not says(name, "number")
                or not all(re.fullmatch(r"\d{1,4}", text) for text in texts)
            ):
                continue
            self.used.add(name)
            counts_from = 0 if min(int(text) for text in texts) == 0 else 1
            if self.hints.first_day is None:
                what = f"{name} numbers the days and does not say on which day {counts_from} was"
                self.questions.append((what, "Say it, as in --first-day 2026-03-01"))
            first = self.hints.first_day or date(2000, 1, 1)
            self.day = f'column = {toml_text(name)}\nformat = "number"\nfirst = {first}\ncounts_from = {counts_from}\n'
            being = f", {counts_from} being {first}" if self.hints.first_day is not None else ""
            self.guesses.append(f"{name}: numbered days{being}")
            return
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            "a table without a column of days",
            "Name the column date, or write a mapping: lenitive import table --help",
        )

    # --- long tables -----------------------------------------------------------------------------------------

    def long_table(self) -> tuple[str, str] | None:
        """The columns with the names and the values of a long table, or None for a wide one."""
        value = next(
            (
                n
                for n in self.cells
                if says(n, "value") and n not in self.used and _numeric(self.cells[n], self.decimal)
            ),
            None,
        )
        names = [
            n
            for n in self.cells
            if says(n, "name") and n not in self.used and n != value and _named(set(self.cells[n]))
        ]
        if value is None or not names:
            return None
        return names[0], value

    def pivot(self, name: str, value: str) -> dict[str, list[str]]:
        """The answers under each name."""
        self.used |= {name, value}
        self.long = f"column = {toml_text(name)}\nvalue = {toml_text(value)}\n"
        self.guesses.append(f"{name} names what {value} answers: a long table")
        at, to = self.columns.index(name), self.columns.index(value)
        found: dict[str, list[str]] = {}
        for row in self.rows:
            if max(at, to) < len(row) and row[at] and row[to]:
                found.setdefault(row[at], []).append(row[to])
        for other in self.cells:
            if other not in self.used:
                self.ignored.append(other)
        self.usual = max(map(len, found.values()), default=0)
        return found

    # --- columns ---------------------------------------------------------------------------------------------

    def column(self, name: str, texts: Sequence[str]) -> None:
        """One column: what it is mapped to, or why it is left out."""
        meant = self.hints.meanings.get(name)
        if not texts or meant == "":
            self.ignored.append(name)
            return
        scale = self.hints.scales.get(name)
        if scale is None:
            patterns = (one for said, one in self.hints.scales.items() if fnmatchcase(name, said))
            scale = next(patterns, None)
        guess = guess_column(name, texts, self.names, scale=scale, decimal=self.decimal, called=meant or "")
        if guess is None:
            self.ignored.append(name)
            return
        if guess.target == "pain" and self.long and guess.lines:
            scale_line = guess.lines.partition("\nscale = ")[2].strip()
            self.pains.append((name, scale_line))
            if len(self.pains) > 1 and scale_line == self.pains[0][1]:
                # Each row of a long table is one region's pain: the worst region makes the day's.
                self.guesses.append(f"{name}: {guess.told}; of several regions the worst counts")
                return
        if guess.target and guess.target in self.taken:
            guess = ColumnGuess(told=f"left out: {guess.target} is read from another column")
        if guess.target.startswith("medicines") and guess.lines and len(texts) < self.usual / 2:
            guess = _seldom(name, guess, len(texts), self.usual)
        self.guesses.append(f"{name}: {guess.told}")
        if guess.question is not None:
            self.questions.append(guess.question)
        if guess.lines:
            self.parts.append(guess.lines)
            self.taken.add(guess.target)
        else:
            self.ignored.append(name)

    def draft(self, *, encoding: str, certain: bool, delimiter: str, skip: int) -> Draft:
        """The text of the mapping."""
        if not self.parts and not self.questions:
            raise RefusedError(
                FileRefusal.UNKNOWN_FORMAT,
                "a table of which no column is known by its name",
                "Name columns pain, sleep_disturbance, fatigue, or write a mapping: lenitive import table --help",
            )
        told = "".join(f"# {one_line(line)}\n" for line in self.guesses)
        asked = "".join(f"# ASK: {one_line(what)}. {remedy}\n" for what, remedy in self.questions)
        regions = [name for name, scale in self.pains if scale == self.pains[0][1]]
        if len(regions) > 1:
            one = f"[diary.pain]\nof = {toml_text(regions[0])}\n"
            some = f'[diary.pain]\nof = [{", ".join(map(toml_text, regions))}]\nacross = "max"\n'
            self.parts = [part.replace(one, some) for part in self.parts]
        shape = f"decimal = {toml_text(self.decimal)}\n"
        if encoding:
            shape += f"encoding = {toml_text(encoding)}{'' if certain else '  # the likeliest: look at the accents'}\n"
        if delimiter:
            shape += f"delimiter = {toml_text(delimiter)}\n"
        if skip:
            shape += f"skip_lines = {skip}\n"
        if self.fill_down:
            shape += f"fill_down = [{', '.join(map(toml_text, self.fill_down))}]\n"
        left = ", ".join(toml_text(name) for name in dict.fromkeys(self.ignored))
        if any(not name for name in self.columns):
            left = f'"", {left}' if left else '""'
        text = (
            f"# Drafted from the table itself; each guess and what told it:\n{told}{asked}"
            f'format = "lenitive.mapping/1"\ntitle = {toml_text(self.hints.title)}\n'
            + (f"ignore = [{left}]\n" if left else "")
            + f"\n[file]\n{shape}\n[day]\n{self.day}"
            + (f"\n[names]\n{self.long}" if self.long else "")
            + "".join(f"\n{part}" for part in self.parts)
        )
        return Draft(text=text, guesses=tuple(map(one_line, self.guesses)), questions=tuple(self.questions))


def _seldom(name: str, guess: ColumnGuess, filled: int, usual: int) -> ColumnGuess:
    """Doses on few days: taken when needed, or written down when they change. By a mapping, a dose goes on until another is written."""
    what = (
        f"{name} holds a dose in {filled} of {usual} rows, and it is not told whether it was taken in between"
    )
    remedy = "Write 0 on the days without it, or its dose on each; medicines taken when needed go into medicines.csv, times = prn"
    return ColumnGuess(told=f"{guess.told}, on few days", target=guess.target, question=(what, remedy))


def _named(names: set[str]) -> bool:
    """Whether cells name answers: several, or one that means something; a single person's name means nothing."""
    if len(names) == 1:
        return meaning_of(next(iter(names))) is not None
    return 1 < len(names) <= _MOST_NAMES


def _numeric(texts: Sequence[str], decimal: str) -> bool:
    count = sum(bool(re.fullmatch(r"-?\d+(?:[.,]\d+)?(?:\s*/\s*\d+)?", text)) for text in texts)
    return bool(texts) and count >= 0.6 * len(texts)
