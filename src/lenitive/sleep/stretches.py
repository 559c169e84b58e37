"""Measured nights and diary nights over doses: one line for each stretch of one regimen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from lenitive.frozen import dataclass
from lenitive.record import ObjectiveNight, Record

__all__ = [
    "MEASURES",
    "Mean",
    "Stretch",
    "days_of",
    "line",
    "mean_of",
    "quantile",
    "series_value",
    "stretches",
]

MEASURES: tuple[str, ...] = ("tst", "se", "sol", "waso", "awakenings", "n3", "rem", "rem_latency")
"""What is followed over doses. Names are those of the studies; ``n3`` and ``rem`` are shares of sleep, in per cent."""


def quantile(df: float) -> float:
    """The 97.5 % point of Student's t."""
    # Imported here: SciPy's special functions take longer to load than a review without nights takes in all.
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.975))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean over nights, with the standard error that their likeness from night to night leaves.

    Attributes:
        n: Nights.
        mean: In the measure's unit.
        se: Standard error; None with too few nights, where it would be noise.
        df: Its degrees of freedom.
    """

    n: int
    mean: float
    se: float | None
    df: float | None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % limits, or None without a standard error."""
        if self.se is None or self.df is None:
            return None
        half = quantile(self.df) * self.se
        return self.mean - half, self.mean + half


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Days of one regimen.

    Attributes:
        first: First day whose night belongs to it.
        last: Last such day.
        regimen: Drug and mg a day, in order of name; empty without a drug.
        measured: Means of measured nights, by measure.
        diary_disturbance: Mean of the diary's sleep disturbance, 0-10.
        diary_tst_min: Mean of the diary's hours of sleep, min.
    """

    first: date
    last: date
    regimen: tuple[tuple[str, float], ...]
    measured: dict[str, Mean]
    diary_disturbance: Mean | None
    diary_tst_min: Mean | None


def series_value(night: ObjectiveNight, measure: str) -> float | None:
    """A night's value of a measure, or None where it has none."""
    if measure in {"n3", "rem"}:
        minutes = night.n3_min if measure == "n3" else night.rem_min
        return None if minutes is None or not night.tst_min else 100 * minutes / night.tst_min
    if measure == "se":
        return night.se_pct
    if measure == "awakenings":
        return night.awakenings
    return night.number(f"{measure}_min")


def mean_of(values: Sequence[tuple[date, float]], least: int) -> Mean | None:
    """The mean of dated values with a standard error that allows for likeness from night to night.

    se = s / sqrt(n) * sqrt((1 + r) / (1 - r)), where r is the correlation of neighbouring days, corrected for its small-
    sample bias by + (1 + 3 r) / n and kept within 0 to 0.9. Degrees of freedom: n (1 - r) / (1 + r) - 1, at least 2.

    Args:
        values: Day and value, in order of day.
        least: Values from which on there is a standard error.

    Source: Bayley and Hammersley 1946, doi:10.2307/2983560 (effective sample size); Kendall 1954,
        doi:10.1093/biomet/41.3-4.403 (bias of r).
    """
    if not values:
        return None
    y = np.array([v for _, v in values], dtype=np.float64)
    n = int(y.size)
    if n < least:
        return Mean(n=n, mean=float(y.mean()), se=None, df=None)
    e = y - y.mean()
    variance = float(e @ e) / (n - 1)
    t = np.array([d.toordinal() for d, _ in values])
    next_day = np.diff(t) == 1
    r = 0.0
    if variance > 0 and next_day.sum() >= least - 1:
        r = float(np.mean(e[:-1][next_day] * e[1:][next_day])) / variance
        r = min(0.9, max(0.0, r + (1 + 3 * r) / n))
    effective = n * (1 - r) / (1 + r)
    return Mean(n=n, mean=float(y.mean()), se=(variance / effective) ** 0.5, df=max(2.0, effective - 1))


def _regimen(record: Record, day: date) -> tuple[tuple[str, float], ...]:
    """What was taken before the night that ended on a day: the regimen of the evening before."""
    evening = day - timedelta(days=1)
    doses: dict[str, float] = {}
    for p in record.medicines:
        if p.covers(evening) and p.dose_mg > 0 and not p.as_needed:
            doses[p.drug] = doses.get(p.drug, 0.0) + p.dose_mg_per_day
    return tuple(sorted(doses.items()))


def line(
    record: Record,
    nights: Sequence[ObjectiveNight],
    days: Sequence[date],
    regimen: tuple[tuple[str, float], ...],
    least: int,
) -> Stretch | None:
    """Means over some days, or None when none of them has a measured night.

    Args:
        record: The record.
        nights: Measured nights of one source and definition.
        days: The days, in order; they may lie apart.
        regimen: What was taken before those nights.
        least: Nights from which on a mean has an interval.
    """
    by_day = {n.day: n for n in nights}
    diary = {d.day: d for d in record.diary}
    measured: dict[str, Mean] = {}
    for measure in MEASURES:
        values = [(d, v) for d in days if d in by_day and (v := series_value(by_day[d], measure)) is not None]
        mean = mean_of(values, least)
        if mean is not None:
            measured[measure] = mean
    if not measured:
        return None
    disturbed = [(d, v) for d in days if d in diary and (v := diary[d].sleep_disturbance) is not None]
    hours = [(d, 60 * v) for d in days if d in diary and (v := diary[d].sleep_hours) is not None]
    return Stretch(
        first=days[0],
        last=days[-1],
        regimen=regimen,
        measured=measured,
        diary_disturbance=mean_of(disturbed, least),
        diary_tst_min=mean_of(hours, least),
    )


def days_of(
    record: Record, nights: Sequence[ObjectiveNight]
) -> list[tuple[date, tuple[tuple[str, float], ...]]]:
    """Every day with a diary entry or a measured night, from the first to the last measured one, with its regimen."""
    if not nights:
        return []
    first, last = nights[0].day, nights[-1].day
    days = sorted({n.day for n in nights} | {d.day for d in record.diary if first <= d.day <= last})
    return [(day, _regimen(record, day)) for day in days]


def stretches(record: Record, nights: Sequence[ObjectiveNight], least: int) -> tuple[Stretch, ...]:
    """Stretches of one regimen that hold a measured night, in order; nights are of one source and definition."""
    groups: list[tuple[tuple[tuple[str, float], ...], list[date]]] = []
    for day, regimen in days_of(record, nights):
        if groups and groups[-1][0] == regimen:
            groups[-1][1].append(day)
        else:
            groups.append((regimen, [day]))
    made = (line(record, nights, days, regimen, least) for regimen, days in groups)
    return tuple(s for s in made if s is not None)
