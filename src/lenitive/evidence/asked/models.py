"""The further models that a table is asked for, each from what `lenitive.evidence` already fits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from lenitive.evidence.asked.columns import baseline, labels_of, values_of
from lenitive.evidence.asked.doses import dose_curves
from lenitive.evidence.asked.groups import grouped
from lenitive.evidence.asked.regression import regression
from lenitive.evidence.asked.values import ExactCounts, Further, Interval, Regression
from lenitive.evidence.network import NetworkResult, binomial_network
from lenitive.evidence.pairwise import Effects, Pooled, binomial_normal, multilevel, robust
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["TableRead", "asked_models"]

_WIDEST_TAU = 5.0
"""The prior of tau on the log odds scale is uniform up to it, as gemtc's was for its published chains."""


@dataclass(frozen=True, kw_only=True)
class TableRead:
    """A table as it was read.

    Attributes:
        layout: One of the layouts.
        data: The layout's own columns.
        columns: All columns, the layout's own under their usual names.
        units: For each row what carries one value of a covariate: its study; of two treatments the row itself.
        effects: The rows' effects, named by unit; None for a network.
    """

    layout: str
    data: Mapping[str, Any]
    columns: Mapping[str, Sequence[Any]]
    units: Sequence[str]
    effects: Effects | None = None
    doses: Mapping[str, tuple[str, float]] = field(default_factory=dict)

    def column(self, name: str) -> Sequence[Any]:
        """The cells of a column.

        Raises:
            NotEstimable: ``unknown_column``.
        """
        if name not in self.columns:
            raise NotEstimable(
                "unknown_column",
                f"the table has no column {name!r}",
                f"Name one of {', '.join(sorted(self.columns))}",
            )
        return self.columns[name]


def asked_models(table: TableRead, result: NetworkResult | Pooled, how: Mapping[str, Any]) -> Further:
    """The further models that ``how`` names; see ``MetaOptions``.

    Raises:
        NotEstimable: When a model does not go with the table, or cannot be fitted.
    """
    cluster = how.get("cluster")
    if cluster is not None and table.effects is None:
        raise NotEstimable(
            "wrong_model",
            "a network takes the arms of a study together already",
            "Leave --cluster out; it is for tables of two treatments",
        )
    labels = None if cluster is None else _clusters(table, cluster)
    effects, level = table.effects, how.get("level", 0.95)
    subgroup = how.get("subgroup")
    return Further(
        exact=_exact(table, result, level) if how.get("likelihood") == "exact" else None,
        regression=_regression(table, result, how) if how.get("covariate") else None,
        groups=None
        if subgroup is None
        else grouped(
            subgroup, labels_of(subgroup, table.column(subgroup), table.units), result, effects, level=level
        ),
        doses=dose_curves(table.doses, result, how)
        if table.doses and isinstance(result, NetworkResult)
        else None,
        levels=None if labels is None or effects is None else multilevel(effects, labels, level=level),
        robust=None if labels is None or effects is None else robust(effects, labels, level=level),
    )


def _clusters(table: TableRead, column: str) -> list[str]:
    assert table.effects is not None
    labels = labels_of(column, table.column(column), table.units)
    empty = [u for u in table.effects.studies if u not in labels]
    if empty:
        raise NotEstimable(
            "missing_value", f"{column} of {empty[0]} is empty", "Say which group each row belongs to"
        )
    return [labels[u] for u in table.effects.studies]


def _exact(table: TableRead, result: NetworkResult | Pooled, level: float) -> ExactCounts:
    measure = result.network.measure if isinstance(result, NetworkResult) else result.measure
    if not table.layout.endswith("counts") or measure != "OR":
        raise NotEstimable(
            "wrong_model",
            "the likelihood of counts is that of odds ratios of events and people",
            "Give a table of counts, with --measure OR",
        )
    data = table.data
    if isinstance(result, Pooled):
        one = binomial_normal(
            data["events1"], data["n1"], data["events2"], data["n2"], level=level, likelihood="exact"
        )
        effect = Interval(
            name="pooled", estimate=one.effect.estimate, low=one.effect.low, high=one.effect.high
        )
        return ExactCounts(
            posterior=False,
            effects=(effect,),
            tau=math.sqrt(one.tau2 or 0.0),
            widest_tau=None,
            notes=one.notes,
        )
    inside = {s.name for s in result.network.studies}
    rows = [i for i, u in enumerate(table.units) if u in inside]
    widest = _WIDEST_TAU if result.model == "random" else 0.0
    found = binomial_network(
        [table.units[i] for i in rows],
        [data["treatment"][i] for i in rows],
        [data["events"][i] for i in rows],
        [data["n"][i] for i in rows],
        reference=result.reference,
        scale=widest,
    )
    tail = 0.5 - level / 2
    effects = []
    for t in result.treatments[1:]:
        posterior = found.compare(t, result.reference)
        effects.append(
            Interval(
                name=t,
                estimate=posterior.quantile(0.5),
                low=posterior.quantile(tail),
                high=posterior.quantile(1 - tail),
            )
        )
    return ExactCounts(posterior=True, effects=tuple(effects), tau=found.tau_mean, widest_tau=widest)


def _regression(table: TableRead, result: NetworkResult | Pooled, how: Mapping[str, Any]) -> Regression:
    column = str(how["covariate"])
    notes: tuple[str, ...]
    if column == "baseline" and column not in table.columns:
        control = result.reference if isinstance(result, NetworkResult) else None
        values = baseline(table.layout, {**table.data, "study": table.units}, control)
        notes = (
            "baseline is the control's own log odds, log rate or mean; it is a part of the effect and known with error, which "
            "by itself makes effects look larger where it is high or low",
        )
    else:
        values, notes = values_of(column, table.column(column), table.units)
    at = how.get("at")
    if at is not None and not np.isfinite(at):
        raise NotEstimable("wrong_value", "--at is not a finite number", "Give a value of the covariate")
    return regression(column, values, result, table.effects, how, notes)
