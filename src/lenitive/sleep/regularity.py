"""How regular sleep is over nights.

Source: Phillips et al. 2017, doi:10.1038/s41598-017-03171-4 (sleep regularity index); Wittmann et al. 2006,
doi:10.1080/07420520500545979 (social jet lag). Both work on the wall clock: "24 hours apart" means the same local time
on the next day, also when clocks change.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from lenitive.frozen import dataclass
from lenitive.knowledge import SleepLines
from lenitive.sleep.nights import Night
from lenitive.sleep.stage import Stage

__all__ = ["Regularity", "regularity"]

_DAY = 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class Regularity:
    """None where there are too few nights.

    Attributes:
        nights: Nights used.
        day_pairs: Neighbouring days compared for the index.
        sri: Sleep regularity index: 100 the same every day, 0 as at random.
        midpoint_sd_min: Standard deviation of the middle of the main sleep, min.
        social_jet_lag_min: Middle of sleep on free nights less that on work nights, size alone, min. Free nights are those
            that end on a Saturday or Sunday, unless the caller says otherwise.
    """

    nights: int
    day_pairs: int
    sri: float | None
    midpoint_sd_min: float | None
    social_jet_lag_min: float | None


def _clock_min(when: datetime, day: date, evening: float) -> int:
    """Local clock minutes after the evening hour of the day before."""
    zero = datetime(day.year, day.month, day.day) - timedelta(hours=24 - evening)
    return round((when.replace(tzinfo=None) - zero).total_seconds() / 60)


def _asleep(night: Night, evening: float) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    """1 asleep, 0 awake for each minute of the day that runs from evening to evening and holds the night."""
    row = np.zeros(_DAY, dtype=np.int8)
    for session in (night.main, *night.naps):
        begin = _clock_min(session.start, night.day, evening)
        scored = session.scored
        if scored is None:
            row[max(0, begin) : max(0, _clock_min(session.end, night.day, evening))] = 1
            continue
        per = scored.epoch_s / 60
        asleep = np.flatnonzero(scored.codes >= Stage.N1)
        at = begin + np.floor(asleep * per).astype(int)
        row[at[(at >= 0) & (at < _DAY)]] = 1
    return row


def _midpoint(night: Night, evening: float) -> float:
    """Middle between falling asleep and waking for good, minutes after the evening hour."""
    scored = night.main.scored
    begin, end = (
        float(_clock_min(night.main.start, night.day, evening)),
        float(_clock_min(night.main.end, night.day, evening)),
    )
    if scored is not None:
        asleep = np.flatnonzero(scored.codes >= Stage.N1)
        if asleep.size:
            per = scored.epoch_s / 60
            begin, end = begin + float(asleep[0]) * per, begin + float(asleep[-1] + 1) * per
    return (begin + end) / 2


def regularity(
    some: Sequence[Night], *, lines: SleepLines, free_days: frozenset[date] | None = None
) -> Regularity:
    """How regular a row of nights was. Days without a night, or with naps only, are unknown and compared with none.

    Args:
        some: One night a day.
        lines: When an evening begins, and from how many nights on there is a number.
        free_days: Days on which the person was free to sleep in; None takes Saturdays and Sundays.
    """
    evening = lines.evening_hour.value
    some = [night for night in some if not night.only_naps]
    rows = {n.day: _asleep(n, evening) for n in some}
    pairs = [(rows[d], rows[d + timedelta(days=1)]) for d in sorted(rows) if d + timedelta(days=1) in rows]
    sri = None
    if len(pairs) >= lines.least_day_pairs.value:
        sri = -100 + 200 * float(np.mean([np.mean(a == b) for a, b in pairs]))
    middle = {n.day: _midpoint(n, evening) for n in some}
    free = [m for d, m in middle.items() if (d.weekday() >= 5 if free_days is None else d in free_days)]
    work = [m for d, m in middle.items() if not (d.weekday() >= 5 if free_days is None else d in free_days)]
    lag = None
    if min(len(free), len(work)) >= lines.least_each.value:
        lag = abs(float(np.mean(free)) - float(np.mean(work)))
    several = len(middle) > lines.least_day_pairs.value
    spread = float(np.std(list(middle.values()), ddof=1)) if several else None
    return Regularity(
        nights=len(rows), day_pairs=len(pairs), sri=sri, midpoint_sd_min=spread, social_jet_lag_min=lag
    )
