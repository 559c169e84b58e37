"""Any table of trials: columns decide what it is, and the answer comes back as a table of the same kind.

Tables may be pandas or polars (or anything narwhals knows), or a plain mapping of columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, Unpack

import numpy as np

from lenitive.evidence.asked import Further, asked_models
from lenitive.evidence.asked.columns import arm_doses
from lenitive.evidence.asked.models import TableRead
from lenitive.evidence.certainty import Risk, StudyJudgement
from lenitive.evidence.distributions import normal_quantile
from lenitive.evidence.labels import as_one
from lenitive.evidence.layouts import JUDGED, LAYOUTS, by_usual_names, layout_of, usual_reference
from lenitive.evidence.meta_options import MetaOptions
from lenitive.evidence.network import (
    Network,
    NetworkResult,
    fit_network,
    from_arm_counts,
    from_arm_means,
    from_arm_rates,
    from_contrasts,
)
from lenitive.evidence.pairwise import (
    Effects,
    Pooled,
    from_counts,
    from_means,
    from_rates,
    generic,
    pool,
)
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["LAYOUTS", "Meta", "MetaOptions", "meta"]

_WORDS = {"study", "treatment", "treat1", "treat2"}


@dataclass(frozen=True, kw_only=True)
class Meta:
    """A meta-analysis of a table.

    Attributes:
        layout: What the columns were taken to be, one of ``LAYOUTS``.
        effects: The studies' effects; None for a network.
        pooled: The pooled result; None for a network.
        network: The network's result; None for two treatments.
        judged: What the table says was judged of each study.
        read: How the table was read.
        further: Models beside the usual one, where they were asked for.
    """

    layout: str
    effects: Effects | None
    pooled: Pooled | None
    network: NetworkResult | None
    judged: Mapping[str, StudyJudgement] = field(default_factory=dict)
    read: tuple[str, ...] = ()
    further: Further = field(default_factory=Further)
    _like: Any = None

    @property
    def notes(self) -> tuple[str, ...]:
        """The caveats, and how the table was read."""
        if self.network is not None:
            return (*self.read, *self.network.notes)
        return (*self.read, *(() if self.pooled is None else self.pooled.notes))

    def reading(self, how: tuple[str, ...]) -> Meta:
        """The same, with how its file was read said first."""
        return replace(self, read=(*how, *self.read))

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
        z = normal_quantile(0.5 + self.pooled.level / 2)
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


_FURTHER = {"likelihood", "covariate", "subgroup", "dose", "cluster"}
_BESIDE = ("covariate", "subgroup", "dose", "cluster")
"""Options that name a column beside the layout's own."""


_RISKS = {
    **dict.fromkeys(("low", "l", "1", "1.0"), Risk.LOW),
    **dict.fromkeys(("some", "some concerns", "unclear", "moderate", "m", "s", "u", "2", "2.0"), Risk.SOME),
    **dict.fromkeys(("high", "serious", "h", "3", "3.0"), Risk.HIGH),
    **dict.fromkeys(("", "na", "nan", "none", "not judged", "?"), Risk.NOT_JUDGED),
}


def _judged(columns: Mapping[str, list[Any]], studies: list[str]) -> dict[str, StudyJudgement]:
    """What a table says was judged; of several rows of a study the worst counts."""
    order = (Risk.LOW, Risk.NOT_JUDGED, Risk.SOME, Risk.HIGH)
    found: dict[str, dict[str, Risk]] = {}
    for what in JUDGED:
        for row, (study, cell) in enumerate(zip(studies, columns.get(what, ()), strict=False), start=1):
            risk = _RISKS.get(str(cell).strip().casefold())
            if risk is None:
                raise NotEstimable(
                    "unknown_judgement",
                    f"{what} of row {row} is {str(cell)[:40]!r}",
                    "Write low, some or high, or leave it empty",
                )
            mine = found.setdefault(study, {})
            mine[what] = max(mine.get(what, risk), risk, key=order.index)
    return {
        s: StudyJudgement(
            bias=kinds.get("bias", Risk.NOT_JUDGED),
            indirectness=kinds.get("indirectness", Risk.NOT_JUDGED),
        )
        for s, kinds in found.items()
    }


def _read(table: Any, beside: tuple[str, ...]) -> tuple[dict[str, list[Any]], str, tuple[str, ...], Any]:
    """A table's columns by the names of its layout, the layout, how it was read, and what it was."""
    columns, like = _columns(table)
    columns, notes = by_usual_names(columns, beside=beside)
    return columns, layout_of(list(columns)), notes, like


def meta(table: Any, **how: Unpack[MetaOptions]) -> Meta:
    """The meta-analysis that a table's columns ask for.

    Args:
        table: A pandas or polars frame, or a mapping of columns, in one of ``LAYOUTS``, or with the names that other programs
            give them. Ratios given as effects are logs.
        **how: See ``MetaOptions``.

    Raises:
        NotEstimable: When the table cannot be read or pooled; its name, cause and remedy are in the message.
    """
    beside = tuple(str(how[b]) for b in _BESIDE if how.get(b))  # type: ignore[literal-required]
    columns, layout, notes, like = _read(table, beside)
    needed, measures = LAYOUTS[layout]
    measure = how.get("measure") or measures[0]
    if measure not in measures:
        raise NotEstimable(
            "unknown_measure", f"{measure!r} does not go with {layout}", f"Use one of {', '.join(measures)}"
        )
    data: dict[str, Any] = {
        c: [str(v) for v in columns[c]] if c in _WORDS else _numbers(c, columns[c]) for c in needed
    }
    if not data["study"]:
        raise NotEstimable("no_studies", "the table has no rows", "Give at least one study")
    named, _ = as_one(data["study"])
    judged = _judged(columns, named)
    how = {**how, "model": how.get("model") or ("common" if measure == "PETO" else "random")}
    if layout.startswith("network"):
        doses = _with_doses(layout, data, columns, how.get("dose"))
        network = _fitted(layout, [data[c] for c in needed], measure, how)
        read = TableRead(layout=layout, data=data, columns=columns, units=named, doses=doses)
        return Meta(
            layout=layout,
            effects=None,
            pooled=None,
            network=network,
            judged=judged,
            read=notes,
            further=asked_models(read, network, how) if _FURTHER & how.keys() else Further(),
            _like=like,
        )
    if how.get("dose"):
        raise NotEstimable(
            "wrong_model", "curves of the dose are for networks", "Give one row an arm, with its dose"
        )
    units = _units(named)
    read = TableRead(
        layout=layout,
        data=dict(data),
        columns=columns,
        units=units,
        effects=_effects(layout, {**data, "study": units}, measure),
    )
    effects = _effects(layout, data, measure)
    pooled = pool(
        effects,
        model=how["model"] or "random",
        method=how.get("method", "REML"),
        test=how.get("test", "z"),
        level=how.get("level", 0.95),
        prediction=how.get("prediction", "normal"),
    )
    return Meta(
        layout=layout,
        effects=effects,
        pooled=pooled,
        network=None,
        judged=judged,
        read=notes,
        further=asked_models(read, pooled, how) if _FURTHER & how.keys() else Further(),
        _like=like,
    )


def _units(studies: list[str]) -> list[str]:
    """A name for each row of two treatments: its study, with the row where that is on several."""
    rows: dict[str, int] = {}
    for s in studies:
        rows[s] = rows.get(s, 0) + 1
    return [s if rows[s] == 1 else f"{s} (row {i})" for i, s in enumerate(studies, start=1)]


def _with_doses(
    layout: str, data: dict[str, Any], columns: Mapping[str, list[Any]], column: str | None
) -> dict[str, tuple[str, float]]:
    """Names every dose of a treatment a treatment of its own; what each name stands for is returned."""
    if column is None:
        return {}
    if column not in columns or not layout.startswith("network arm"):
        raise NotEstimable(
            "unknown_column",
            f"the table has no column {column!r} with the dose of each arm",
            "Give one row an arm, with its dose",
        )
    data["treatment"], _ = as_one(data["treatment"])
    doses = arm_doses(column, columns[column], data)
    drugs = list(data["treatment"])
    data["treatment"] = [f"{d} {x:g}" if x else d for d, x in zip(drugs, doses, strict=True)]
    return dict(zip(data["treatment"], zip(drugs, doses, strict=True), strict=True))


def _fitted(layout: str, columns: list[Any], measure: str, how: MetaOptions) -> NetworkResult:
    network: Network
    if layout == "network contrasts":
        network = from_contrasts(*columns, measure=measure)
    elif layout == "network arm rates":
        network = from_arm_rates(*columns)
    elif layout == "network arm counts":
        network = from_arm_counts(*columns, measure=measure)
    else:
        network = from_arm_means(*columns, measure=measure)
    part = how.get("part")
    if part is not None:
        network = network.part(part)
    return fit_network(
        network,
        reference=how.get("reference") or usual_reference(network.treatments),
        model=how["model"] or "random",
        method=how.get("method", "REML"),
        level=how.get("level", 0.95),
    )


def _effects(layout: str, data: dict[str, Any], measure: str) -> Effects:
    studies = tuple(data.pop("study"))
    if layout == "pairwise counts":
        return from_counts(*data.values(), measure=measure, studies=studies)
    if layout == "pairwise rates":
        return from_rates(*data.values(), studies=studies)
    if layout == "pairwise means":
        return from_means(*data.values(), measure=measure, studies=studies)
    if layout.endswith("errors") and min(data["se"]) < 0:
        raise NotEstimable("negative_variance", "a standard error is below zero", "Look at the source")
    vi = data["vi"] if "vi" in data else [s * s for s in data["se"]]
    return generic(data["yi"], vi, studies=studies, measure=measure)
