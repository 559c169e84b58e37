"""Any table of trials: columns decide what it is, and the answer comes back as a table of the same kind.

Tables may be pandas or polars (or anything narwhals knows), or a plain mapping of columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lenitive.evidence.network import (
    Network,
    NetworkResult,
    fit_network,
    from_arm_counts,
    from_arm_means,
    from_contrasts,
)
from lenitive.evidence.pairwise import Effects, Pooled, from_counts, from_means, generic, pool
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["LAYOUTS", "Meta", "meta"]

# Layout: the columns it needs, and the measures it can have, its own first.
LAYOUTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "pairwise counts": (("study", "events1", "n1", "events2", "n2"), ("RR", "OR", "RD", "PETO")),
    "pairwise means": (("study", "mean1", "sd1", "n1", "mean2", "sd2", "n2"), ("MD", "SMD")),
    "network contrasts": (("study", "treat1", "treat2", "te", "se"), ("MD", "SMD", "OR", "RR", "RD")),
    "network arm counts": (("study", "treatment", "events", "n"), ("OR", "RR", "RD")),
    "network arm means": (("study", "treatment", "mean", "sd", "n"), ("MD", "SMD")),
    "effects and variances": (("study", "yi", "vi"), ("GEN", "MD", "SMD", "OR", "RR", "RD")),
    "effects and standard errors": (("study", "yi", "se"), ("GEN", "MD", "SMD", "OR", "RR", "RD")),
}
_WORDS = {"study", "treatment", "treat1", "treat2"}


@dataclass(frozen=True, kw_only=True)
class Meta:
    """A meta-analysis of a table.

    Attributes:
        layout: What the columns were taken to be, one of ``LAYOUTS``.
        effects: The studies' effects; None for a network.
        pooled: The pooled result; None for a network.
        network: The network's result; None for two treatments.
    """

    layout: str
    effects: Effects | None
    pooled: Pooled | None
    network: NetworkResult | None
    _like: Any = None

    @property
    def notes(self) -> tuple[str, ...]:
        """The caveats."""
        if self.network is not None:
            return self.network.notes
        return () if self.pooled is None else self.pooled.notes

    def rows(self) -> list[dict[str, Any]]:
        """The result as plain rows: studies and the pooled effect, or every comparison; ratios as ratios."""
        out: list[dict[str, Any]] = []
        if self.network is not None:
            shown = self.network.shown
            for a in self.network.treatments:
                for b in self.network.treatments:
                    if a == b:
                        continue
                    c = self.network.compare(a, b)
                    out.append(
                        {
                            "treatment": a,
                            "comparator": b,
                            "estimate": shown(c.estimate),
                            "low": shown(c.low),
                            "high": shown(c.high),
                            "se": c.se,
                            "p": c.p,
                            "prediction_low": None if c.prediction is None else shown(c.prediction[0]),
                            "prediction_high": None if c.prediction is None else shown(c.prediction[1]),
                        }
                    )
            return out
        assert self.effects is not None
        assert self.pooled is not None
        shown = self.pooled.shown
        z = 1.959963984540054
        for study, y, v, w in zip(
            self.effects.studies, self.effects.yi, self.effects.vi, self.pooled.weights, strict=True
        ):
            s = float(np.sqrt(v))
            out.append(
                {
                    "study": study,
                    "estimate": shown(float(y)),
                    "low": shown(float(y) - z * s),
                    "high": shown(float(y) + z * s),
                    "se": s,
                    "weight_percent": w,
                }
            )
        c0 = self.pooled.effect
        out.append(
            {
                "study": "pooled",
                "estimate": shown(c0.estimate),
                "low": shown(c0.low),
                "high": shown(c0.high),
                "se": c0.se,
                "weight_percent": 100.0,
            }
        )
        return out

    def to_frame(self) -> Any:
        """The rows as a table of the kind that came in; as a mapping of columns when a mapping came in."""
        rows = self.rows()
        columns = {name: [r[name] for r in rows] for name in rows[0]}
        if self._like is None:
            return columns
        import narwhals.stable.v1 as nw

        return nw.from_dict(columns, backend=self._like).to_native()


def _columns(table: Any) -> tuple[dict[str, list[Any]], Any]:
    if isinstance(table, Mapping):
        columns = {str(k): list(v) for k, v in table.items()}
        if len({len(v) for v in columns.values()}) > 1:
            raise NotEstimable("lengths_differ", "columns are not equally long", "Give one value a row")
        return columns, None
    import narwhals.stable.v1 as nw

    try:
        frame = nw.from_native(table, eager_only=True)
    except TypeError:
        raise NotEstimable(
            "not_a_table",
            f"a {type(table).__name__} is not a table",
            "Give a pandas or polars frame, or a mapping",
        ) from None
    return {c: frame[c].to_list() for c in frame.columns}, frame.implementation


def layout_of(columns: Sequence[str]) -> str:
    """Which layout a table's columns make.

    Raises:
        NotEstimable: ``unknown_columns``, naming the layouts there are.
    """
    have = set(columns)
    for name, (needed, _) in LAYOUTS.items():
        if set(needed) <= have:
            return name
    known = "; ".join(f"{name}: {', '.join(needed)}" for name, (needed, _) in LAYOUTS.items())
    raise NotEstimable(
        "unknown_columns",
        f"the columns {', '.join(sorted(map(str, have))) or '(none)'} make no known layout",
        f"Name them as one of: {known}",
    )


def _numbers(name: str, values: list[Any]) -> list[float]:
    out = []
    for row, value in enumerate(values, start=1):
        try:
            out.append(float(value))
        except (TypeError, ValueError):
            raise NotEstimable(
                "not_a_number" if value not in (None, "") else "missing_value",
                f"{name} of row {row} is {'empty' if value in (None, '') else 'not a number'}",
                "Correct the cell, or leave the row out",
            ) from None
    return out


def meta(
    table: Any,
    *,
    measure: str | None = None,
    model: str | None = None,
    method: str = "REML",
    test: str = "z",
    reference: str | None = None,
    level: float = 0.95,
) -> Meta:
    """The meta-analysis that a table's columns ask for.

    Args:
        table: A pandas or polars frame, or a mapping of columns, in one of ``LAYOUTS``. Ratios given as effects are logs.
        measure: What to compute, or what the given effects are; the layout's own by default.
        model: ``common`` or ``random``; random effects by default, common ones for Peto's odds ratio, which assumes them.
        method: Estimator of tau2: ``REML, ML, DL``; for two treatments also ``PM, EB, SJ``.
        test: For two treatments: ``z, hk, hk_adhoc``.
        reference: For a network: what others are compared with.
        level: Of the intervals.

    Raises:
        NotEstimable: When the table cannot be read or pooled; its name, cause and remedy are in the message.
    """
    columns, like = _columns(table)
    layout = layout_of(list(columns))
    needed, measures = LAYOUTS[layout]
    measure = measures[0] if measure is None else measure
    if measure not in measures:
        raise NotEstimable(
            "unknown_measure", f"{measure!r} does not go with {layout}", f"Use one of {', '.join(measures)}"
        )
    data: dict[str, Any] = {
        c: [str(v) for v in columns[c]] if c in _WORDS else _numbers(c, columns[c]) for c in needed
    }
    model = ("common" if measure == "PETO" else "random") if model is None else model
    if not data["study"]:
        raise NotEstimable("no_studies", "the table has no rows", "Give at least one study")
    if layout.startswith("network"):
        network: Network
        if layout == "network contrasts":
            network = from_contrasts(*(data[c] for c in needed), measure=measure)
        elif layout == "network arm counts":
            network = from_arm_counts(*(data[c] for c in needed), measure=measure)
        else:
            network = from_arm_means(*(data[c] for c in needed), measure=measure)
        result = fit_network(network, reference=reference, model=model, method=method, level=level)
        return Meta(layout=layout, effects=None, pooled=None, network=result, _like=like)
    studies = tuple(data.pop("study"))
    if layout == "pairwise counts":
        effects = from_counts(*(data[c] for c in needed[1:]), measure=measure, studies=studies)
    elif layout == "pairwise means":
        effects = from_means(*(data[c] for c in needed[1:]), measure=measure, studies=studies)
    else:
        if layout.endswith("errors") and min(data["se"]) < 0:
            raise NotEstimable("negative_variance", "a standard error is below zero", "Look at the source")
        vi = data["vi"] if "vi" in data else [s * s for s in data["se"]]
        effects = generic(data["yi"], vi, studies=studies, measure=measure)
    pooled = pool(effects, model=model, method=method, test=test, level=level)
    return Meta(layout=layout, effects=effects, pooled=pooled, network=None, _like=like)
