"""Steady state: where a regimen settles, how soon, and how much it accumulates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lenitive.frozen import dataclass
from lenitive.kinetics.curve import NG_PER_ML, Curve, concentration
from lenitive.kinetics.shares import daily_shares

__all__ = ["SteadyState", "steady_state"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyState:
    """Where a daily regimen settles.

    Attributes:
        mean: ng/mL over a day: dose over clearance, whatever the absorption.
        peak: ng/mL.
        trough: ng/mL.
        accumulation: Area under the curve of a day at steady state over that of the first 24 hours after one dose of the day's
            amount: 1 / the share of a dose that falls in its first 24 hours.
        days_to_90_percent: Days until the daily mean is within a tenth of its final value.
        half_life_h: Of the last phase, h.
    """

    mean: float
    peak: float
    trough: float
    accumulation: float
    days_to_90_percent: float
    half_life_h: float


def steady_state(curve: Curve, times_of_day_h: npt.ArrayLike, dose_mg: npt.ArrayLike) -> SteadyState:
    """The steady state of one patient on a regimen that repeats each 24 hours.

    Args:
        curve: One patient.
        times_of_day_h: Hours after midnight of each intake.
        dose_mg: mg of each intake, or one for all.

    Raises:
        ValueError: When the curve holds more than one patient.
    """
    if curve.ka.size != 1:
        raise ValueError("steady_state looks at one patient")
    times = np.atleast_1d(np.asarray(times_of_day_h, dtype=np.float64))
    mg = np.broadcast_to(np.asarray(dose_mg, dtype=np.float64), times.shape)
    slowest = float(curve.rate.min())
    clearance = 1.0 / float((curve.coefficient / curve.rate).sum())
    mean = float(mg.sum()) / 24.0 / clearance * NG_PER_ML
    # Long enough that what is missing of the sum is below a billionth.
    days = int(np.ceil(21.0 / (min(slowest, float(curve.ka[0])) * 24.0))) + 2
    at = (np.arange(days)[:, None] * 24.0 + times[None, :]).ravel()
    look = (days - 1) * 24.0 + np.arange(0.0, 24.0, 0.05)
    level = concentration(curve, at, np.tile(mg, days), look)[0]
    # The share of the final mean still to come after n days of one exponential is exp(-r 24 n); the slowest rules.
    left = np.exp(-slowest * 24.0)
    return SteadyState(
        mean=mean,
        peak=float(level.max()),
        trough=float(level.min()),
        accumulation=float(1.0 / daily_shares(curve)[0]),
        days_to_90_percent=float(np.log(0.1) / np.log(left)),
        half_life_h=float(np.log(2) / slowest),
    )
