"""What it is worth to go on, or to test, and to decide then: what is learnt by then lets one choose better.

The nets of the ways to go on afterwards all depend on one unknown, the steady benefit b. What is learnt moves the mean of b by a normal with
the variance s0^2 - s1^2, where s0 is its SD now and s1 the one expected then, and moves the mean of each net by its slope on b. So

    worth of deciding then = E[max over ways (net + slope * move)]

and never less than the best way that could be settled on today after the same weeks. What is learnt of harms is left out: it would only add, and little
(``benchmarks/harms_learned.py``: known for sure, 0.006 to 0.025 points, another order of going on and stopping in 1 of 120 reviews).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lenitive.frozen import dataclass
from lenitive.response import DosePath, DoseStep, OwnBenefit
from lenitive.review.net import Ahead
from lenitive.terms import Score

__all__ = ["DecidedLater", "decided_later"]

_NODES = np.linspace(-3.5, 3.5, 57)
_CHANCES = np.exp(-0.5 * _NODES**2) / np.exp(-0.5 * _NODES**2).sum()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedLater:
    """What it is worth to do something first and to decide then.

    Attributes:
        worth: Expected net over the horizon, points.
        unlearnt: The same if nothing were learnt: the best way that today's knowledge would choose then.
        changes: Probability that another dose is chosen then than by today's knowledge.
        dose: That dose, mg a day.
    """

    worth: float
    unlearnt: float
    changes: float
    dose: float


def decided_later(
    ahead: Ahead,
    drug: str,
    first: Sequence[DoseStep],
    days: int,
    *,
    doses: Sequence[float],
    narrowing: float,
    weights: dict[Score, float],
    harm_factor: float = 1.0,
) -> DecidedLater | None:
    """What it is worth to take some doses first and to decide then.

    Args:
        ahead: The patient.
        drug: The drug, one of her own fit.
        first: The doses of the days until then.
        days: How many those are.
        doses: What may be chosen then, mg a day.
        narrowing: Expected SD of the benefit then, as a share of the one now.
        weights: Of the outcomes.
        harm_factor: What costs are multiplied by.

    Returns:
        The worth; None where the fit does not hold the drug.
    """
    benefit = ahead.benefit(drug)
    if not isinstance(benefit, OwnBenefit):
        return None
    nets, slopes, spread = [], [], 0.0
    for mg in doses:
        path = DosePath(steps={drug: (*first, (days, mg))})
        net = ahead.net(path, weights=weights, harm_factor=harm_factor)
        if net is None:
            return None
        slope, spread = benefit.slope(path, ahead.days, weights)
        nets.append(net.mean)
        slopes.append(slope)
    move = spread * math.sqrt(max(1 - narrowing**2, 0.0))
    worth = np.array(nets)[:, None] + np.array(slopes)[:, None] * move * _NODES
    now = int(np.argmax(nets))
    return DecidedLater(
        worth=float(worth.max(axis=0) @ _CHANCES),
        unlearnt=nets[now],
        changes=float(_CHANCES[worth.argmax(axis=0) != now].sum()),
        dose=float(doses[now]),
    )
