"""The diary's nights beside the measured ones: do they tell the same story?

Three questions, each with its answer or "cannot tell":

* level: how far the hours in the diary lie from those measured;
* night to night: whether nights called bad are the nights measured short;
* change: whether both moved the same way from the first regimen to the last, all nights of each together.

The two measure different things, and in fibromyalgia the complaint is known to be larger than the recording. So a
difference is reported, never corrected, and neither overrules the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.knowledge import SleepLines
from lenitive.record import ObjectiveNight, Record
from lenitive.sleep.stretches import Mean, Stretch, days_of, line, mean_of, quantile

__all__ = [
    "Change",
    "DiaryComparison",
    "LevelDifference",
    "NightToNight",
    "Story",
    "change_between",
    "compare",
]

_Z = 1.959964


class Story(StrEnum):
    """What came of a question."""

    AGREE = "agree"
    DISAGREE = "disagree"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelDifference:
    """Hours in the diary less hours measured.

    Attributes:
        nights: Nights with both.
        difference_min: Mean of diary less measured, min.
        low: 95 % limit of the mean.
        high: 95 % limit of the mean.
        limits: Limits of agreement: 95 % of single nights differ by this much, min.
    """

    nights: int
    difference_min: float
    low: float
    high: float
    limits: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class NightToNight:
    """Whether bad nights in the diary are short nights on the device.

    Attributes:
        nights: Nights with both.
        rho: Spearman's correlation of disturbance with measured sleep; below 0 when they agree.
        low: 95 % limit, allowing for likeness from night to night.
        high: 95 % limit.
        story: Agree when the whole interval is below 0, disagree when it excludes all but a weak likeness.
    """

    nights: int
    rho: float
    low: float
    high: float
    story: Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change from one stretch to another, with 95 % limits."""

    change: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryComparison:
    """The diary beside one source of measured nights.

    Attributes:
        source: What measured.
        definition: By which definition.
        nights: Measured nights.
        level: None with too few nights of both.
        night_to_night: None with too few nights of both.
        least_nights: Nights of both that a regimen must have for a change to be counted from it.
        first: All days of the first regimen, from which the change is counted; None when there are not two regimens with
            so many nights each.
        last: All days of the last regimen.
        disturbance: Change of the diary's sleep disturbance, points; None without two stretches.
        tst: Change of measured sleep, min.
        change: Whether both moved the same way.
    """

    source: str
    definition: str
    nights: int
    level: LevelDifference | None
    night_to_night: NightToNight | None
    least_nights: int
    first: Stretch | None
    last: Stretch | None
    disturbance: Change | None
    tst: Change | None
    change: Story

    @property
    def disagree(self) -> bool:
        """Whether any question was answered with a disagreement."""
        paired = self.night_to_night is not None and self.night_to_night.story is Story.DISAGREE
        return paired or self.change is Story.DISAGREE


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mid-ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[inverse], dtype=np.float64)


def _lag_one(e: NDArray[np.float64]) -> float:
    total = float(e @ e)
    return float(e[1:] @ e[:-1]) / total if total > 0 else 0.0


def _correlation(x: Sequence[float], y: Sequence[float]) -> tuple[float, float, float] | None:
    """Spearman's correlation with 95 % limits: Fisher's z, its nights counted down for autocorrelation (Bartlett)."""
    a, b = (_ranks(np.array(v, dtype=np.float64)) for v in (x, y))
    a, b = a - a.mean(), b - b.mean()
    scale = math.sqrt(float(a @ a) * float(b @ b))
    if scale == 0:
        return None
    rho = float(a @ b) / scale
    shared = max(0.0, _lag_one(a) * _lag_one(b))
    n = len(x) * (1 - shared) / (1 + shared)
    # 1.06: the variance of Fisher's z for ranks (Fieller, Hartley and Pearson 1957, doi:10.1093/biomet/44.3-4.470).
    half = _Z * math.sqrt(1.06 / max(n - 3, 1))
    z = math.atanh(max(-0.999999, min(0.999999, rho)))
    return rho, math.tanh(z - half), math.tanh(z + half)


def change_between(first: Mean | None, last: Mean | None) -> Change | None:
    """The difference of two means of different nights, or None when either has no standard error."""
    if first is None or last is None or first.se is None or last.se is None:
        return None
    # The fewer degrees of freedom of the two: wider than Welch's, never narrower.
    half = quantile(min(first.df or 2.0, last.df or 2.0)) * math.hypot(first.se, last.se)
    middle = last.mean - first.mean
    return Change(change=middle, low=middle - half, high=middle + half)


def _ends(record: Record, nights: Sequence[ObjectiveNight], least: int) -> tuple[Stretch, Stretch] | None:
    """All days of the first regimen and all of the last, where both have nights enough; stretches of one regimen go together.

    The regimens are the first and the last that have so many nights of diary and device.
    """
    days: dict[tuple[tuple[str, float], ...], list[date]] = {}
    for day, regimen in days_of(record, nights):
        days.setdefault(regimen, []).append(day)
    pooled = [
        s for regimen, some in days.items() if (s := line(record, nights, some, regimen, least)) is not None
    ]
    good = [
        s
        for s in pooled
        if "tst" in s.measured
        and s.measured["tst"].n >= least
        and s.diary_disturbance is not None
        and s.diary_disturbance.n >= least
    ]
    if len(good) < 2:
        return None
    return min(good, key=lambda s: s.first), max(good, key=lambda s: s.last)


def _story(disturbance: Change, tst: Change, lines: SleepLines) -> Story:
    """Both better, both worse: agree. One moved and the other moved against it or surely stayed: disagree."""
    points, minutes = lines.disturbance_points.value, lines.tst_min.value
    better_diary = disturbance.high < 0 and disturbance.change <= -points
    worse_diary = disturbance.low > 0 and disturbance.change >= points
    better_tst = tst.low > 0 and tst.change >= minutes
    worse_tst = tst.high < 0 and tst.change <= -minutes
    still_tst = tst.low > -minutes and tst.high < minutes
    still_diary = disturbance.low > -points and disturbance.high < points
    if (better_diary and better_tst) or (worse_diary and worse_tst) or (still_diary and still_tst):
        return Story.AGREE
    if (
        (better_diary and (worse_tst or still_tst))
        or (worse_diary and (better_tst or still_tst))
        or (still_diary and (better_tst or worse_tst))
    ):
        return Story.DISAGREE
    return Story.CANNOT_TELL


def compare(record: Record, nights: Sequence[ObjectiveNight], lines: SleepLines) -> DiaryComparison:
    """The diary beside measured nights of one source and definition.

    Args:
        record: The record, already cut off at the day of the review.
        nights: Its nights of one source and definition, in order of day; at least one.
        lines: What counts as a change, and how many nights it takes.
    """
    least = lines.least_nights.whole
    diary = {d.day: d for d in record.diary}
    hours = [
        (n.day, 60 * d.sleep_hours - n.tst_min)
        for n in nights
        if n.tst_min is not None and (d := diary.get(n.day)) is not None and d.sleep_hours is not None
    ]
    level = None
    mean = mean_of(hours, least)
    if mean is not None and mean.interval is not None:
        spread = float(np.std([v for _, v in hours], ddof=1))
        level = LevelDifference(
            nights=mean.n,
            difference_min=mean.mean,
            low=mean.interval[0],
            high=mean.interval[1],
            limits=(mean.mean - _Z * spread, mean.mean + _Z * spread),
        )
    paired = [
        (d.sleep_disturbance, n.tst_min)
        for n in nights
        if n.tst_min is not None and (d := diary.get(n.day)) is not None and d.sleep_disturbance is not None
    ]
    following = None
    if len(paired) >= lines.least_pairs.value:
        found = _correlation([p[0] for p in paired], [p[1] for p in paired])
        if found is not None:
            rho, low, high = found
            weak = lines.weak.value
            story = Story.AGREE if high < 0 else Story.DISAGREE if low > -weak else Story.CANNOT_TELL
            following = NightToNight(nights=len(paired), rho=rho, low=low, high=high, story=story)
    ends = _ends(record, nights, least)
    disturbance = tst = None
    story = Story.CANNOT_TELL
    if ends is not None:
        first, last = ends
        disturbance = change_between(first.diary_disturbance, last.diary_disturbance)
        tst = change_between(first.measured.get("tst"), last.measured.get("tst"))
        if disturbance is not None and tst is not None:
            story = _story(disturbance, tst, lines)
    return DiaryComparison(
        source=nights[0].source,
        definition=nights[0].definition,
        nights=len(nights),
        level=level,
        night_to_night=following,
        least_nights=least,
        first=None if ends is None else ends[0],
        last=None if ends is None else ends[1],
        disturbance=disturbance,
        tst=tst,
        change=story,
    )
