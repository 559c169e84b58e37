"""Effects that move with something about the trial: of two treatments, or of a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lenitive.evidence.asked.values import AtValue, Interval, Regression, normal_interval
from lenitive.evidence.network import NetworkResult, network_regression
from lenitive.evidence.network.data import subset
from lenitive.evidence.pairwise import Effects, Pooled, pool
from lenitive.evidence.pairwise.pool import Coefficient
from lenitive.evidence.refusal import NotEstimable

__all__ = ["regression"]

_FEW = 10
"""Trials below which a slope says little. Source: Cochrane Handbook 6.4, 10.11.4."""


def regression(
    column: str,
    values: Mapping[str, float],
    result: NetworkResult | Pooled,
    effects: Effects | None,
    how: Mapping[str, Any],
    notes: tuple[str, ...],
) -> Regression:
    """The regression on the trials that have a value.

    Args:
        column: What the covariate is called.
        values: Of each trial that has one.
        result: What was fitted without it.
        effects: The trials' effects, for two treatments.
        how: ``slopes`` (``common`` or ``independent``) and ``at``, beside the usual options.
        notes: How the covariate was read.

    Raises:
        NotEstimable: ``constant_covariate``, ``not_identified``, ``too_few_studies``, ``unknown_slopes``.
    """
    if not values:
        raise NotEstimable("missing_covariate", f"{column} has no value in any trial", "Name another column")
    at = how.get("at")
    spread = sorted(values.values())
    wanted = [spread[0], float(np.mean(spread)), spread[-1]] if at is None else [float(at)]
    few = f"{len(values)} trials: a slope of fewer than {_FEW} says little, and one found among several that were tried says less"
    if len(values) < _FEW:
        notes = (*notes, few)
    if isinstance(result, NetworkResult):
        return _network(column, values, result, wanted, how, notes)
    assert effects is not None
    return _pairwise(column, values, result, effects, wanted, notes)


def _coefficient(c: Coefficient, name: str) -> Interval:
    return Interval(name=name, estimate=c.estimate, low=c.low, high=c.high)


def _pairwise(
    column: str,
    values: Mapping[str, float],
    result: Pooled,
    effects: Effects,
    wanted: list[float],
    notes: tuple[str, ...],
) -> Regression:
    has = np.array([u in values for u in effects.studies])
    if not has.any():
        raise NotEstimable("missing_covariate", f"{column} has no value in any trial", "Name another column")
    kept = effects.take(has)
    x = np.array([values[u] for u in kept.studies])
    if np.ptp(x) == 0:
        raise NotEstimable(
            "constant_covariate", f"{column} is the same in all trials", "Nothing can be learnt of it"
        )
    how: dict[str, Any] = {
        "model": result.model,
        "method": result.method if result.model == "random" else "REML",
        "test": result.test,
        "level": result.level,
        "tau2_interval": False,
    }
    at = [pool(kept, moderators={column: x - value}, **how) for value in wanted]
    fitted, without = at[0], pool(kept, **how)
    return Regression(
        covariate=column,
        trials=len(kept.studies),
        left_out=tuple(u for u, one in zip(effects.studies, has, strict=True) if not one),
        lowest=float(x.min()),
        highest=float(x.max()),
        slopes=(_coefficient(fitted.coefficients[1], "pooled"),),
        p=fitted.coefficients[1].p,
        tau2=fitted.tau2 or 0.0,
        tau2_without=without.tau2 or 0.0,
        at=tuple(
            AtValue(
                value=value,
                within=bool(x.min() <= value <= x.max()),
                effects=(_coefficient(one.effect, "pooled"),),
            )
            for value, one in zip(wanted, at, strict=True)
        ),
        notes=notes,
    )


def _network(
    column: str,
    values: Mapping[str, float],
    result: NetworkResult,
    wanted: list[float],
    how: Mapping[str, Any],
    notes: tuple[str, ...],
) -> Regression:
    kept = [s for s in result.network.studies if s.name in values]
    left_out = tuple(s.name for s in result.network.studies if s.name not in values)
    if not kept or not any(result.reference in s.treatments for s in kept):
        raise NotEstimable(
            "missing_covariate",
            f"no trial of {result.reference} has a value of {column}",
            "Name another column, or another reference",
        )
    network = subset(result.network, kept).part(result.reference)
    apart = len(kept) - len(network.studies)
    if apart:
        notes = (
            *notes,
            f"{apart} trials that those without a value joined to {result.reference} are left out too",
        )
    fitted = network_regression(
        network,
        values,
        reference=result.reference,
        slopes=str(how.get("slopes") or "common"),
        model=result.model,
        method=result.method if result.model == "random" else "REML",
    )
    return Regression(
        covariate=column,
        trials=len(network.studies),
        left_out=left_out,
        lowest=fitted.lowest,
        highest=fitted.highest,
        slopes=tuple(normal_interval(s, result.level) for s in fitted.slopes),
        p=fitted.p,
        tau2=fitted.tau2,
        tau2_without=fitted.tau2_without,
        at=tuple(
            AtValue(
                value=value,
                within=fitted.lowest <= value <= fitted.highest,
                effects=tuple(
                    normal_interval(fitted.at(t, value), result.level) for t in fitted.treatments[1:]
                ),
            )
            for value in wanted
        ),
        notes=notes,
    )
