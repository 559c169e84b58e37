"""One score as the time line takes it: what was entered, the estimate, and what each drug does to it."""

from __future__ import annotations

from datetime import date

from lenitive.frozen import dataclass
from lenitive.render.words import points

__all__ = ["DueEffect", "Estimate", "ScorePanel"]

# Below this difference, points, the two courses are one line to the eye.
SAME = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The posterior of a score, day by day, and the course expected without the medicines; all of the same length."""

    days: tuple[date, ...]
    mean: tuple[float, ...]
    low80: tuple[float, ...]
    high80: tuple[float, ...]
    low95: tuple[float, ...]
    high95: tuple[float, ...]
    without: tuple[float, ...]

    def __post_init__(self) -> None:
        columns = (self.mean, self.low80, self.high80, self.low95, self.high95, self.without)
        if any(len(c) != len(self.days) for c in columns):
            raise ValueError("an estimate has each of its columns for each of its days")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueEffect:
    """What one drug does to the score at its present dose, points, with its 95 % range; below zero is better."""

    drug: str
    mean: float
    low: float
    high: float

    @property
    def unclear(self) -> bool:
        """Whether the range holds zero."""
        return self.low <= 0 <= self.high

    @property
    def range(self) -> str:
        """``−2.2 to −0.5``."""
        return f"{points(self.low)} to {points(self.high)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePanel:
    """One score.

    Attributes:
        title: Its name.
        token: Its colour.
        entered: Day and score, as reported.
        gaps: Stretches without entries, both days included: hatched, the line broken.
        estimate: The posterior, where there is one.
        due: What each drug in force does, the first ones drawn.
        weekly: Middle day and mean of each week, where the entries alone are shown.
    """

    title: str
    token: str
    entered: tuple[tuple[date, float], ...]
    gaps: tuple[tuple[date, date], ...] = ()
    estimate: Estimate | None = None
    due: tuple[DueEffect, ...] = ()
    weekly: tuple[tuple[date, float], ...] = ()

    @property
    def now(self) -> float | None:
        """Where the estimate is on its last day; None without one, and where that day is in a gap: nothing is known of now."""
        e = self.estimate
        if e is None or not e.days or any(a <= e.days[-1] <= b for a, b in self.gaps):
            return None
        return e.mean[-1]

    @property
    def parts(self) -> bool:
        """Whether the course expected without the medicines is one that the eye can tell from the estimate."""
        e = self.estimate
        return e is not None and any(abs(a - b) >= SAME for a, b in zip(e.without, e.mean, strict=True))
