"""The rhythm of rest and activity over days, from counts of an actigraph: stability, fragmentation, amplitude.

With hourly means x_i over n hours, their mean m, and the mean x_h of each hour of the day over p = 24 hours:

    interdaily stability   IS = n sum_h (x_h - m)^2 / (p sum_i (x_i - m)^2)
    intradaily variability IV = n sum_i (x_i - x_(i-1))^2 / ((n - 1) sum_i (x_i - m)^2)
    relative amplitude     RA = (M10 - L5) / (M10 + L5)

M10 and L5 are the means of the ten most and the five least active hours in a row of the mean day (Witting et al., Biol Psychiatry
1990;27:563-572, doi:10.1016/0006-3223(90)90523-5; Van Someren et al., Chronobiol Int 1999;16:505-518, doi:10.3109/07420529908998724).
Hours without a count are unknown and are left out of every sum; where hours of the day then have different numbers of counts, each weighs by
its own in IS (n sum_h / p becomes sum_h n_h, the same where all are equal), which keeps it within 0 and 1; a step is taken only between neighbours that are both known.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lenitive.frozen import dataclass

__all__ = ["ActivityRhythm", "activity_rhythm"]

_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRhythm:
    """Rest and activity over days. None where nothing varies or an hour of the day was never recorded.

    Attributes:
        hours: Hours with a count.
        stability: Interdaily stability, 0 (no rhythm) to 1 (every day the same).
        variability: Intradaily variability, near 0 for a smooth day, about 2 for noise.
        amplitude: Relative amplitude, 0 to 1.
        most_active, least_active: Hour of the day at which M10 and L5 begin.
    """

    hours: int
    stability: float | None
    variability: float | None
    amplitude: float | None
    most_active: int | None
    least_active: int | None


def activity_rhythm(hourly: Sequence[float], *, first_hour: int = 0) -> ActivityRhythm:
    """The rhythm of hourly mean counts.

    Args:
        hourly: Mean count of each hour in order, NaN where there is none.
        first_hour: Hour of the day of the first, 0 to 23.
    """
    x = np.asarray(hourly, dtype=np.float64)
    known = np.isfinite(x)
    n = int(known.sum())
    nothing = ActivityRhythm(
        hours=n, stability=None, variability=None, amplitude=None, most_active=None, least_active=None
    )
    if n < 2:
        return nothing
    mean = float(x[known].mean())
    total = float(((x[known] - mean) ** 2).sum())
    if total == 0:
        return nothing
    hour = (np.arange(x.size) + first_hour) % _HOURS
    counts = np.array([int((known & (hour == h)).sum()) for h in range(_HOURS)])
    day = np.array(
        [x[known & (hour == h)].mean() if (known & (hour == h)).any() else np.nan for h in range(_HOURS)]
    )
    steps = (x[1:] - x[:-1])[known[1:] & known[:-1]]
    whole = bool(np.isfinite(day).all())
    stability = float((counts * (day - mean) ** 2).sum()) / total if whole else None
    variability = n * float((steps**2).sum()) / (steps.size * total) if steps.size else None
    if not whole:
        return ActivityRhythm(
            hours=n,
            stability=None,
            variability=variability,
            amplitude=None,
            most_active=None,
            least_active=None,
        )
    twice = np.concatenate([day, day])
    ten = np.array([twice[h : h + 10].mean() for h in range(_HOURS)])
    five = np.array([twice[h : h + 5].mean() for h in range(_HOURS)])
    high, low = float(ten.max()), float(five.min())
    return ActivityRhythm(
        hours=n,
        stability=stability,
        variability=variability,
        amplitude=(high - low) / (high + low) if high + low > 0 else None,
        most_active=int(ten.argmax()),
        least_active=int(five.argmin()),
    )
