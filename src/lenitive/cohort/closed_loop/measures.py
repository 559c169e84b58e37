"""What is counted of a simulated course of treatment, and how policies compare on the same patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lenitive.cohort.closed_loop.course import BASELINE_DAYS, doses
from lenitive.cohort.closed_loop.life import GivenDoses
from lenitive.cohort.closed_loop.truth import SimulatedPeople
from lenitive.frozen import dataclass

__all__ = ["MEASURES", "PolicyRow", "compare", "measured"]

Array = NDArray[np.float64]

TO_BE_HAD = 0.25
"""Off the drug counts as a loss when her best constant dose would have brought at least so many points."""
GAIN = 0.07
"""Share of her first weight from which weight gained is an event: the threshold of the US label."""

MEASURES = (
    "net",
    "relief",
    "side_effects",
    "weight",
    "on_below_zero",
    "off_to_be_had",
    "in_test",
    "gained",
    "last_dose",
    "changes",
    "tests",
)
_RESAMPLES = 4000


def measured(who: SimulatedPeople, decided: Sequence[GivenDoses], weeks: int) -> dict[str, Array]:
    """Every measure of every patient [n].

    ``net``, ``relief``, ``side_effects`` and ``weight`` are points a day over the course. ``on_below_zero``: on the drug on the last day of the
    outcome phase, at a dose whose true net benefit over a whole course is below zero. ``off_to_be_had``: off it then, although her
    best constant dose has ``TO_BE_HAD`` points or more. ``in_test``: in a test on the last day of the course. ``gained``: true weight ever up
    by ``GAIN``. ``changes``: changes of dose after the first, those of tests included.
    """
    length = who.cohort.missed.shape[1]
    dose = np.stack([doses(d.path, length) for d in decided])
    got = who.net(dose, weeks)
    last = dose[:, -1]
    held = np.zeros_like(dose)
    held[:, BASELINE_DAYS:] = last[:, None]
    _, best = who.best_constant(weeks)
    relative = dose / who.cohort.world.reference_dose_mg
    gain = np.array([who.cohort.weight_gain(i, r).max() for i, r in enumerate(relative)])
    return {
        "net": got.net,
        "relief": got.relief,
        "side_effects": got.side_effects,
        "weight": got.weight,
        "on_below_zero": ((last > 0) & (who.net(held, weeks).net < 0)).astype(float),
        "off_to_be_had": ((last == 0) & (best >= TO_BE_HAD)).astype(float),
        "in_test": np.array([float(d.in_test) for d in decided]),
        "gained": (gain >= GAIN).astype(float),
        "last_dose": last,
        "changes": np.count_nonzero(np.diff(dose[:, BASELINE_DAYS:]), axis=1).astype(float),
        "tests": np.array([float(d.tests) for d in decided]),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """One policy in one arm; every interval is a 95 % bootstrap interval, patients drawn with replacement.

    Attributes:
        policy: Which.
        net: Mean net benefit, points a day.
        interval: Of it.
        share_of_clairvoyant: TrueNet benefit over that of the best constant dose of each patient.
        share_interval: Of it.
        product_minus: What the product's net benefit is above this one's, patient by patient; None for the product itself.
        product_minus_interval: Of it.
        measures: Means of ``MEASURES``.
    """

    policy: str
    net: float
    interval: tuple[float, float]
    share_of_clairvoyant: float
    share_interval: tuple[float, float]
    product_minus: float | None
    product_minus_interval: tuple[float, float] | None
    measures: Mapping[str, float]


def compare(found: Mapping[str, Mapping[str, Array]], best: Array, seed: int) -> tuple[PolicyRow, ...]:
    """Policies on the same patients, the first of them the product.

    Args:
        found: Measures by policy.
        best: TrueNet benefit of each patient's best constant dose.
        seed: Of the bootstrap.

    Raises:
        ValueError: When the policies were not lived by the same number of patients.
    """
    n = best.size
    if {m["net"].size for m in found.values()} != {n}:
        raise ValueError("the policies are compared on the same patients")
    drawn = np.random.default_rng([seed, 9]).integers(0, n, size=(_RESAMPLES, n))
    of_best = best[drawn].mean(axis=1)
    product = next(iter(found.values()))["net"]
    rows = []
    for place, (policy, m) in enumerate(found.items()):
        nets = m["net"][drawn].mean(axis=1)
        more = product - m["net"]
        rows.append(
            PolicyRow(
                policy=policy,
                net=float(m["net"].mean()),
                interval=_middle(nets),
                share_of_clairvoyant=float(m["net"].mean() / best.mean()),
                share_interval=_middle(nets / of_best),
                product_minus=float(more.mean()) if place else None,
                product_minus_interval=_middle(more[drawn].mean(axis=1)) if place else None,
                measures={k: float(m[k].mean()) for k in MEASURES},
            )
        )
    return tuple(rows)


def _middle(x: Array) -> tuple[float, float]:
    low, high = np.quantile(x, (0.025, 0.975))
    return float(low), float(high)
