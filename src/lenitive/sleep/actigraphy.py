"""Sleep and wake from a wrist actigraph's counts a minute, by the two rules that most papers use.

Cole-Kripke (Cole et al., Sleep 1992;15:461-469, doi:10.1093/sleep/15.5.461), for counts of one-minute epochs, as it is used on
ActiGraph's counts: divided by 100 and capped at 300.

    D = 0.001 (106 a_-4 + 54 a_-3 + 58 a_-2 + 76 a_-1 + 230 a_0 + 74 a_+1 + 67 a_+2),  sleep where D < 1.

Sadeh (Sadeh et al., Sleep 1994;17:201-207, doi:10.1093/sleep/17.3.201), counts capped at 300:

    PS = 7.601 - 0.065 mean(w5) - 1.08 NAT - 0.056 SD(w5 up to now) - 0.703 ln(a_0 + 1),  sleep where PS > -4.

mean(w5) is over the minute and five on each side, NAT how many of those eleven lie from 50 to below 100, the SD over the minute and the five
before it. Beyond the ends of the record counts are nought. Neither tells stages, so that a minute is asleep or awake.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from lenitive.sleep.hypnogram import Hypnogram
from lenitive.sleep.stage import Stage

__all__ = ["cole_kripke", "sadeh"]

_COLE = np.array([106, 54, 58, 76, 230, 74, 67], dtype=np.float64)
_MOST = 300.0
_ACTIVE = (50.0, 100.0)


def _counts(counts: Sequence[float]) -> NDArray[np.float64]:
    a = np.asarray(counts, dtype=np.float64)
    if a.ndim != 1 or a.size == 0 or not np.isfinite(a).all() or bool((a < 0).any()):
        raise ValueError("counts are one row of numbers, nought or more, a minute each")
    return a


def _night(asleep: NDArray[np.bool_], start: datetime | None) -> Hypnogram:
    codes = np.where(asleep, int(Stage.ASLEEP), int(Stage.WAKE)).astype(np.int8)
    return Hypnogram(codes=codes, epoch_s=60.0, start=start, scorer="actigraph")


def cole_kripke(counts: Sequence[float], *, start: datetime | None = None) -> Hypnogram:
    """Sleep and wake by Cole and Kripke's rule, a minute an epoch.

    Args:
        counts: Counts a minute, in ActiGraph's unit.
        start: When the first minute began.

    Raises:
        ValueError: When a count is negative or no number.
    """
    padded = np.pad(np.minimum(_counts(counts) / 100, _MOST), (4, 2))
    return _night(0.001 * (sliding_window_view(padded, 7) @ _COLE) < 1, start)


def sadeh(counts: Sequence[float], *, start: datetime | None = None) -> Hypnogram:
    """Sleep and wake by Sadeh's rule, a minute an epoch.

    Args:
        counts: Counts a minute, in ActiGraph's unit.
        start: When the first minute began.

    Raises:
        ValueError: When a count is negative or no number.
    """
    a = np.minimum(_counts(counts), _MOST)
    window = sliding_window_view(np.pad(a, 5), 11)
    before = sliding_window_view(np.pad(a, (5, 0)), 6)
    active = ((window >= _ACTIVE[0]) & (window < _ACTIVE[1])).sum(axis=1)
    score = (
        7.601
        - 0.065 * window.mean(axis=1)
        - 1.08 * active
        - 0.056 * before.std(axis=1, ddof=1)
        - 0.703 * np.log(a + 1)
    )
    return _night(score > -4, start)
