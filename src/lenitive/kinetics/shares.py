"""How long one dose's level lasts, day after day: what of its whole area falls in each 24 hours that follow it."""

from __future__ import annotations

import math

import numpy as np

from lenitive.kinetics.curve import Array, Curve, area_under_curve

__all__ = ["daily_shares"]

_REST = 1e-6
"""What may be missing of the area."""
_LONGEST_DAYS = 365


def daily_shares(curve: Curve) -> Array:
    """The share of one dose's area under the curve in the first, second, ... 24 hours after it; they sum to 1.

        w_j = [A(24 (j + 1)) - A(24 j)] / A(infinity),        A(t) the area up to t hours after the dose

    Kinetics are linear, so doses of one amount taken once every 24 hours, convolved with ``w``, are the mean level from
    each intake to the next as a multiple of that amount's steady state. The clearance cancels: only the shape of the
    curve enters.

    Args:
        curve: One patient.

    Returns:
        Shape (day,): as many days as it takes until less than a millionth is missing, and a year at most; what is
        missing is laid on all alike.

    Raises:
        ValueError: When the curve holds more than one patient.
    """
    if curve.ka.size != 1:
        raise ValueError("daily_shares looks at one patient")
    slowest = min(float(curve.rate.min()), float(curve.ka[0]))
    days = math.ceil((-math.log(_REST) / slowest + curve.lag_h) / 24.0) + 1
    edges = 24.0 * np.arange(min(days, _LONGEST_DAYS) + 1)
    area = area_under_curve(curve, [0.0], [1.0], edges)[0]
    return np.asarray(area / area.sum())
