"""What a simulated patient's level does from evening to evening, where her effect follows it instead of her dose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lenitive.kinetics import area_under_curve, one_compartment

__all__ = ["night_and_day"]

Array = NDArray[np.float64]

_ABSORPTION_PER_H = 2.2
"""Of mirtazapine (knowledge/kinetics)."""
_NIGHT_H = 9.0
"""From the bedtime dose at 22:00 to 7:00."""
_DAYS = 60


def night_and_day(taken_mg: Array, half_life_h: Array) -> tuple[Array, Array]:
    """Mean level in the night that ended on each day, and in the 24 hours up to its bedtime, both [n, T].

    Each as the daily dose, mg, whose steady state has this level in the same hours; every dose is taken at bedtime. The night
    is its own nine hours here, not the 24 hours that the response model takes for it.

    Args:
        taken_mg: Dose really taken [n, T], mg.
        half_life_h: Of each patient [n], h.
    """
    curve = one_compartment(clearance=np.log(2) / half_life_h, volume=1.0, ka=_ABSORPTION_PER_H)
    edges = np.sort(np.concatenate([24.0 * np.arange(_DAYS + 1), 24.0 * np.arange(_DAYS) + _NIGHT_H]))
    area = area_under_curve(curve, [0.0], [1.0], edges)
    nights, days = area[:, ::2], area[:, ::2] + area[:, 1::2]
    earlier = np.concatenate([np.zeros((len(taken_mg), 1)), taken_mg[:, :-1]], axis=1)

    def spread(shares: Array) -> Array:
        shares = shares / shares.sum(axis=1, keepdims=True)
        length = earlier.shape[1]
        return np.stack([np.convolve(mg, w)[:length] for mg, w in zip(earlier, shares, strict=True)])

    return spread(nights), spread(days)
