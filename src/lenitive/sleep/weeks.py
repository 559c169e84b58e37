"""Measured nights week by week: what sleep was made of, by one definition at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from lenitive.frozen import dataclass
from lenitive.record import ObjectiveNight
from lenitive.sleep.definitions import one_id

__all__ = ["WeekShare", "main_definition", "week_shares"]

# Deepest first: the order in which shares are stacked.
_STAGES = (("N3", "n3_min"), ("N2", "n2_min"), ("N1", "n1_min"), ("light", "light_min"), ("REM", "rem_min"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekShare:
    """Stage shares of one week, of time asleep.

    Attributes:
        monday: Its first day.
        nights: Nights it rests on.
        shares: Stage name and share 0-1, deepest first; they add up to 1.
    """

    monday: date
    nights: int
    shares: tuple[tuple[str, float], ...]


def main_definition(some: Sequence[ObjectiveNight]) -> tuple[str, str] | None:
    """The source and definition with most nights (the first by name of equal ones), or None without a night."""
    counts = Counter((n.source, n.definition) for n in some)
    return min(counts, key=lambda k: (-counts[k], k)) if counts else None


def week_shares(some: Sequence[ObjectiveNight]) -> tuple[WeekShare, ...]:
    """Stage shares of each week (Monday to Sunday mornings), total minutes over total minutes.

    Nights without stages are passed over.

    Raises:
        MixedDefinitionsError: When the nights do not share one definition.
    """
    staged = [n for n in some if n.tells_stages]
    if not staged:
        return ()
    one_id({n.definition for n in staged})
    weeks: dict[date, list[ObjectiveNight]] = defaultdict(list)
    for night in staged:
        weeks[night.day - timedelta(days=night.day.weekday())].append(night)
    out = []
    for monday in sorted(weeks):
        minutes = {name: sum(n.number(key) or 0.0 for n in weeks[monday]) for name, key in _STAGES}
        total = sum(minutes.values())
        if total > 0:
            shares = tuple((name, m / total) for name, m in minutes.items() if m > 0)
            out.append(WeekShare(monday=monday, nights=len(weeks[monday]), shares=shares))
    return tuple(out)
