"""What a measured level says about the patient's own clearance.

The log ratios of her clearance and of her second parameter (half-life or volume) to the expected ones are normal with
the published spread; a level is log-normal around the curve with the published within-patient spread. With two
unknowns the posterior is summed on a grid: no approximation of its shape, and the same answer each time.
"""

from __future__ import annotations

from datetime import date, datetime

import numpy as np

from lenitive.frozen import dataclass
from lenitive.kinetics.curve import Array, concentration
from lenitive.kinetics.person import PersonKinetics

__all__ = ["ClearanceUpdate", "Level", "update"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A measured level.

    Attributes:
        day: The local day it was drawn.
        value: ng/mL.
        hours: Hours on the dose axis at which it may have been drawn; several when the time is not recorded.
        drawn_at: The recorded moment, or None.
        since_last_dose_h: Hours since the last intake, at the recorded or the assumed time; None before any.
        left_out: Why it is not used, empty when it is.
    """

    day: date
    value: float
    hours: tuple[float, ...]
    drawn_at: datetime | None
    since_last_dose_h: float | None
    left_out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceUpdate:
    """The patient's clearance after her levels.

    Attributes:
        expected: CL/F before any level, L/h.
        map: The most probable CL/F, L/h.
        low: 2.5 % quantile, L/h.
        high: 97.5 % quantile, L/h.
        used: How many levels were used.
        from_levels: How much of the prior's variance of log clearance the levels took away, 0-1.
        eta: The most probable log ratios, (clearance, second parameter).
        draws: Log ratios with their posterior spread, shape (draw, 2), for bands.
        surprise: Standard deviations between each used level and the curve expected before it, in log units.
    """

    expected: float
    map: float
    low: float
    high: float
    used: int
    from_levels: float
    eta: tuple[float, float]
    draws: Array
    surprise: tuple[float, ...]


_REACH = 4.5  # standard deviations of the prior on each side
_STEPS = (181, 61)


def update(
    who: PersonKinetics, dose_h: Array, dose_mg: Array, levels: tuple[Level, ...]
) -> ClearanceUpdate | None:
    """The patient's clearance given her levels, or None when no level can be used.

    Args:
        who: The expected parameters.
        dose_h: When doses were taken, h.
        dose_mg: How much, mg.
        levels: What was measured.
    """
    used = [level for level in levels if not level.left_out and level.value > 0]
    if not used:
        return None
    sd = np.array(who.sd)
    noise = float(np.sqrt(np.log1p(who.model.residual_cv.value**2)))
    axes = [np.linspace(-_REACH * s, _REACH * s, n) for s, n in zip(sd, _STEPS, strict=True)]
    eta = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)

    def log_density(points: Array) -> Array:
        total = -0.5 * ((points / sd) ** 2).sum(axis=1)
        curve = who.curve(points)
        for level in used:
            predicted = concentration(curve, dose_h, dose_mg, level.hours)
            with np.errstate(divide="ignore"):
                z = (np.log(level.value) - np.log(predicted)) / noise
            # An unknown time of day is averaged over, not guessed.
            total += np.logaddexp.reduce(-0.5 * z**2, axis=1) - np.log(len(level.hours))
        return np.asarray(total)

    # Imported here: most records hold no measured level, and starting the optimiser takes longer than a review.
    from scipy.optimize import minimize

    density = log_density(eta)
    weight = np.exp(density - density.max())
    weight /= weight.sum()
    best = minimize(
        lambda x: -float(log_density(np.atleast_2d(x))[0]),
        eta[int(density.argmax())],
        method="Nelder-Mead",
        options={"xatol": 1e-6, "fatol": 1e-9},
    ).x
    marginal = weight.reshape(_STEPS).sum(axis=1)
    low, high = np.interp([0.025, 0.975], np.cumsum(marginal) - marginal / 2, axes[0])
    mean = float((marginal * axes[0]).sum())
    variance = float((marginal * (axes[0] - mean) ** 2).sum())
    expected_curve, spread_curve = who.curve(), who.curve(who.spread())
    surprise = []
    for level in used:
        centre = float(np.log(concentration(expected_curve, dose_h, dose_mg, level.hours)).mean())
        wide = float(np.log(concentration(spread_curve, dose_h, dose_mg, level.hours)).std())
        surprise.append((float(np.log(level.value)) - centre) / float(np.hypot(wide, noise)))
    # Systematic resampling at fixed positions: bands that do not depend on chance.
    picks = np.searchsorted(np.cumsum(weight), (np.arange(512) + 0.5) / 512)
    return ClearanceUpdate(
        expected=who.clearance,
        map=float(who.clearance * np.exp(best[0])),
        low=float(who.clearance * np.exp(low)),
        high=float(who.clearance * np.exp(high)),
        used=len(used),
        from_levels=float(np.clip(1.0 - variance / sd[0] ** 2, 0.0, 1.0)),
        eta=(float(best[0]), float(best[1])),
        draws=eta[np.minimum(picks, len(eta) - 1)],
        surprise=tuple(surprise),
    )
