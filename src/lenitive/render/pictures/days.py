"""The time axis: where a day stands, and which days are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from lenitive.frozen import dataclass
from lenitive.render.pictures.svg import width_of

__all__ = ["DayAxis", "Tick"]

_SIZE = 12.0
_APART = 10.0
# Days and months between two named days, the densest first.
_DAY_STEPS = (1, 2, 7, 14)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
# From here on weeks say less than months.
_LONG = 75


@dataclass(frozen=True, slots=True)
class Tick:
    """A named day: its place, and its name, empty where it has a line only."""

    x: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAxis:
    """Days laid out from left to right; each has a width, the last one too.

    Attributes:
        first: First day.
        last: Last day, on or after the first.
        left: Where the first day begins.
        right: Where the last day ends.
    """

    first: date
    last: date
    left: float
    right: float

    @property
    def width(self) -> float:
        """Width of a day."""
        return (self.right - self.left) / ((self.last - self.first).days + 1)

    def start(self, day: date) -> float:
        """Where a day begins; days outside stand at the nearer edge."""
        return min(max(self.left + (day - self.first).days * self.width, self.left), self.right)

    def end(self, day: date) -> float:
        """Where a day ends."""
        return self.start(day + timedelta(days=1)) if day < self.last else self.right

    def middle(self, day: date) -> float:
        """Its middle, where its entry is drawn."""
        return (self.start(day) + self.end(day)) / 2

    def middles(self, days: Iterable[date]) -> list[float]:
        """The middles of days on the axis, of whom nobody asks whether they are."""
        first, width = self.first, self.width
        left = self.left + width / 2
        return [left + (d - first).days * width for d in days]

    def holds(self, day: date) -> bool:
        """Whether the day is on the axis."""
        return self.first <= day <= self.last

    def ticks(self) -> tuple[Tick, ...]:
        """As many named days as fit without touching: weeks on a short axis, months or years on a long one."""
        return _ticks(self)

    def fits(self, ticks: Sequence[Tick]) -> bool:
        """Whether no two names touch, and the last ends on the axis."""
        ends = [(t.x, t.x + width_of(t.words, _SIZE)) for t in ticks if t.words]
        apart = all(b[0] - a[1] >= _APART for a, b in pairwise(ends))
        return apart and (not ends or ends[-1][1] <= self.right + 1)

    def candidates(self) -> Iterator[tuple[Tick, ...]]:
        """Ways to name days, the densest first."""
        total = (self.last - self.first).days + 1
        if total <= _LONG:
            for step in _DAY_STEPS:
                days = [self.first + timedelta(days=i) for i in range(0, total, step)]
                yield self._ending(tuple(Tick(self.start(d), f"{d.day} {d:%b}") for d in days))
            yield (Tick(self.left, f"{self.first.day} {self.first:%b}"),)
            return
        for months in _MONTH_STEPS:
            yield self._ending(self._months(months))

    def _ending(self, ticks: tuple[Tick, ...]) -> tuple[Tick, ...]:
        """A name that would run past the right edge is dropped; its line stays."""
        return tuple(
            Tick(t.x, t.words if t.x + width_of(t.words, _SIZE) <= self.right + 1 else "") for t in ticks
        )

    def _months(self, step: int) -> tuple[Tick, ...]:
        month = self.first.year * 12 + self.first.month - 1
        last = self.last.year * 12 + self.last.month - 1
        starts = [date(m // 12, m % 12 + 1, 1) for m in range(month + 1, last + 1) if m % step == 0]
        named: list[Tick] = []
        year = None
        if step < 12:
            # The month that the axis begins in has a name too, where the next one leaves room for it.
            name = f"{self.first:%b %Y}"
            room = self.start(starts[0]) - self.left if starts else self.right - self.left
            if width_of(name, _SIZE) + _APART <= room:
                named.append(Tick(self.left, name))
                year = self.first.year
        for d in starts:
            words = str(d.year) if step >= 12 else f"{d:%b %Y}" if d.year != year else f"{d:%b}"
            named.append(Tick(self.start(d), words))
            year = d.year
        return tuple(named)


@lru_cache(maxsize=64)
def _ticks(axis: DayAxis) -> tuple[Tick, ...]:
    # Remembered: each panel of a picture asks for them again.
    found: tuple[Tick, ...] = ()
    for found in axis.candidates():
        if axis.fits(found):
            return found
    return found[:1]
