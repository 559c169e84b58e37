r"""Groups of trials side by side: each analysed by itself, and whether they share one effect.

The test is :math:`Q = \sum_g w_g (\hat\theta_g - \bar\theta)^2` with weights :math:`1/\mathrm{se}_g^2`, on groups less one degrees of freedom.

Source: Cochrane Handbook 6.4, 10.11.3.1 (Borenstein and others 2009, chapter 19).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lenitive.evidence.asked.values import Group, Grouped, GroupTest, Interval
from lenitive.evidence.distributions import chi2_tail, normal_quantile
from lenitive.evidence.network import NetworkResult, fit_network
from lenitive.evidence.network.data import subset
from lenitive.evidence.pairwise import Effects, Pooled, pool
from lenitive.evidence.refusal import NotEstimable

__all__ = ["grouped"]

Estimates = dict[str, tuple[float, float]]
"""Effect and standard error by name."""


def _fit(
    members: list[str], result: NetworkResult | Pooled, effects: Effects | None
) -> tuple[Estimates, float | None]:
    """The effects of some trials, and their variance between trials."""
    keep = set(members)
    if isinstance(result, NetworkResult):
        inside = [s for s in result.network.studies if s.name in keep]
        if not any(result.reference in s.treatments for s in inside):
            raise NotEstimable(
                "no_reference", f"no trial of it compares with {result.reference}", "Name another reference"
            )
        one = fit_network(
            subset(result.network, inside).part(result.reference),
            reference=result.reference,
            model=result.model,
            method=result.method if result.model == "random" else "REML",
            level=result.level,
        )
        tau2 = one.tau2 if one.q_df > 0 and one.model == "random" else None
        return {c.treatment: (c.estimate, c.se) for c in one.against_reference()}, tau2
    assert effects is not None
    part = pool(
        effects.take(np.array([u in keep for u in effects.studies])),
        model=result.model,
        method=result.method if result.model == "random" else "REML",
        level=result.level,
        tau2_interval=False,
    )
    return {"pooled": (part.effect.estimate, part.effect.se)}, part.tau2


def grouped(
    column: str,
    labels: Mapping[str, str],
    result: NetworkResult | Pooled,
    effects: Effects | None,
    *,
    level: float,
) -> Grouped:
    """The groups.

    Args:
        column: What groups the trials.
        labels: The group of each trial that has one.
        result: All trials together.
        effects: The trials' effects, for two treatments.
        level: Of the intervals.

    Raises:
        NotEstimable: ``one_group``.
    """
    names = (
        [s.name for s in result.network.studies]
        if isinstance(result, NetworkResult)
        else list(effects.studies if effects is not None else ())
    )
    members: dict[str, list[str]] = {}
    for name in names:
        if name in labels:
            members.setdefault(labels[name], []).append(name)
    if len(members) < 2:
        raise NotEstimable(
            "one_group", f"{column} does not tell two groups of trials apart", "Name another column"
        )
    z = normal_quantile(0.5 + level / 2)
    groups, seen = [], dict[str, list[tuple[float, float]]]()
    for label, mine in members.items():
        try:
            found, tau2 = _fit(mine, result, effects)
        except NotEstimable as refusal:
            groups.append(Group(name=label, trials=len(mine), effects=(), tau2=None, why=refusal.what))
            continue
        for name, one in found.items():
            seen.setdefault(name, []).append(one)
        groups.append(
            Group(
                name=label,
                trials=len(mine),
                effects=tuple(
                    Interval(name=name, estimate=e, low=e - z * se, high=e + z * se)
                    for name, (e, se) in found.items()
                ),
                tau2=tau2,
            )
        )
    return Grouped(
        column=column,
        groups=tuple(groups),
        tests=tuple(_test(name, ones) for name, ones in seen.items() if len(ones) > 1),
        left_out=tuple(n for n in names if n not in labels),
    )


def _test(name: str, ones: list[tuple[float, float]]) -> GroupTest:
    estimate = np.array([e for e, _ in ones])
    weight = np.array([se**-2 for _, se in ones])
    q = float(weight @ (estimate - float(weight @ estimate / weight.sum())) ** 2)
    return GroupTest(name=name, groups=len(ones), q=q, df=len(ones) - 1, p=chi2_tail(q, len(ones) - 1))
