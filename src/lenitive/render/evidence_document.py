"""The evidence as a document for programs: the same figures as the report, unrounded."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from lenitive.evidence import (
    Comparison,
    Further,
    Meta,
    NetworkResult,
    Pooled,
    Synthesis,
    contributions,
    decompose_q,
    node_splits,
)
from lenitive.knowledge import Knowledge
from lenitive.render.catalogue import said
from lenitive.render.evidence_panel import reason_words

__all__ = ["evidence_json", "meta_json"]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _comparison(s: Synthesis, c: Comparison) -> dict[str, Any]:
    assert s.network is not None
    shown = s.network.shown
    return {
        "treatment": c.treatment,
        "comparator": c.comparator,
        "estimate": shown(c.estimate),
        "low": shown(c.low),
        "high": shown(c.high),
        "p": c.p,
        "prediction": None if c.prediction is None else [shown(c.prediction[0]), shown(c.prediction[1])],
    }


def _pooled(p: Pooled) -> dict[str, Any]:
    return {
        "k": p.k,
        "estimate": p.shown(p.effect.estimate),
        "low": p.shown(p.effect.low),
        "high": p.shown(p.effect.high),
        "tau2": p.tau2,
        "tau2_interval": None if p.tau2_interval is None else list(p.tau2_interval),
        "i2": _finite(p.i2),
        "h2": _finite(p.h2),
        "q": _finite(p.q),
        "q_df": p.q_df,
        "q_p": _finite(p.q_p),
        "prediction": None if p.prediction is None else [p.shown(x) for x in p.prediction],
        "model": p.model,
        "method": p.method,
        "test": p.test,
        "notes": list(p.notes),
    }


def _synthesis(s: Synthesis) -> dict[str, Any]:
    outcome = s.selected.outcome
    levels = {(c.treatment, c.comparator): c for c in s.certainties}
    document: dict[str, Any] = {
        "outcome": outcome.id,
        "words": outcome.words,
        "measure": outcome.measure,
        "unit": outcome.unit,
        "better": outcome.better,
        "important": outcome.important,
        "notes": [said(n) for n in s.notes],
        "studies": [],
        "network": None,
        "mirtazapine_against": [
            {
                "other": v.other,
                "says": v.says,
                "why": said(v.why),
                "comparison": None if v.comparison is None else _comparison(s, v.comparison),
                "certainty": None if v.certainty is None else v.certainty.level.value,
            }
            for v in s.versus
        ],
        "of_100_people": [
            {
                "treatment": a.treatment,
                "without": a.without,
                "with": a.with_it,
                "low": a.low,
                "high": a.high,
                "number_needed": a.number_needed,
            }
            for a in s.absolute
        ],
        "missing": [
            {
                "study": m.study,
                "status": m.status,
                "randomised": m.randomised,
                "known": m.known,
                "source": m.source,
            }
            for m in s.selected.missing
        ],
        "not_pooled": [
            {"study": x.study, "treatment": x.treatment, "category": x.category, "why": x.why}
            for x in s.selected.left_out
        ],
    }
    if s.network is not None:
        shown = s.network.shown
        document["studies"] = [
            {
                "study": line.study,
                "treatment": line.treatment,
                "estimate": shown(line.estimate),
                "low": shown(line.low),
                "high": shown(line.high),
                "people": line.people,
                "figures": line.figures,
                "flags": list(line.flags),
                "source": str(line.source),
            }
            for p in s.pools
            for line in p.lines
        ]
        document["pairwise"] = {p.treatment: _pooled(p.pooled) for p in s.pools}
        document["network"] = {
            "model": s.network.model,
            "tau2": s.network.tau2,
            "q": s.network.q,
            "q_df": s.network.q_df,
            "q_p": s.network.q_p,
            "against_placebo": [
                {
                    **_comparison(s, c),
                    "certainty": levels[c.treatment, "placebo"].level.value,
                    "domains": [
                        {"name": d.name, "concern": d.concern.value, "reason": reason_words(d)}
                        for d in levels[c.treatment, "placebo"].domains
                    ],
                }
                for c in s.network.against_reference()
            ],
            "league": [_comparison(s, c) for row in s.network.league() for c in row if c is not None],
            "ranks_withheld": s.ranking.withheld if s.ranking is not None else "one treatment alone",
            "ranks": [
                {
                    "treatment": r.treatment,
                    "p_score": r.p_score,
                    "mean": r.mean,
                    "low": r.low,
                    "high": r.high,
                    "probabilities": list(r.probabilities),
                }
                for r in (s.ranking.ranks if s.ranking is not None else ())
            ],
        }
    return document


def evidence_json(knowledge: Knowledge, syntheses: Sequence[Synthesis], *, version: str) -> str:
    """The document, as text."""
    document = {
        "schema": "lenitive.evidence/1",
        "version": version,
        "knowledge": knowledge.version,
        "outcomes": [_synthesis(s) for s in syntheses],
        "published_pools": [
            {
                "treatment": p.treatment,
                "outcome": p.outcome,
                "measure": p.measure,
                "estimate": p.estimate,
                "low": p.low,
                "high": p.high,
                "source": p.source,
                "remark": p.remark,
            }
            for p in knowledge.trials.published
            if p.outcome in {s.selected.outcome.id for s in syntheses}
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _appraised(n: NetworkResult) -> dict[str, Any]:
    """Q by design, every split, and all contributions."""
    q, c = decompose_q(n.network), contributions(n)
    return {
        "q_within": [q.q_within, q.df_within, q.p_within],
        "q_between": [q.q_between, q.df_between, q.p_between],
        "node_splits": [
            {
                "treatment": s.treatment,
                "comparator": s.comparator,
                "direct": s.direct,
                "direct_se": s.direct_se,
                "indirect": s.indirect,
                "indirect_se": s.indirect_se,
                "difference": s.difference,
                "difference_se": s.difference_se,
                "p": s.p,
                "independent": s.independent,
            }
            for s in node_splits(n.network, model=n.model)
        ],
        "contributions": {
            "method": "random walk",
            "direct": [list(d) for d in c.directs],
            "of": [
                {"treatment": a, "comparator": b, "shares": [float(x) for x in row]}
                for (a, b), row in c.of.items()
            ],
        },
    }


def _models(further: Further, *, ratio: bool) -> dict[str, Any]:
    """The further models that were asked for, on the scale of the analysis; infinity, which JSON does not have, is None."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [plain(v) for v in value]
        return _finite(value) if isinstance(value, float) else value

    found = {name: plain(model) for name, model in asdict(further).items() if model is not None}
    return {"scale": "log" if ratio else "identity", **found} if found else {}


def meta_json(result: Meta, *, version: str) -> str:
    """A table's meta-analysis, as text."""
    document: dict[str, Any] = {"schema": "lenitive.meta/1", "version": version, "layout": result.layout}
    if result.network is not None:
        n = result.network
        document |= {
            "measure": n.network.measure,
            "reference": n.reference,
            "model": n.model,
            "method": n.method,
            "tau2": n.tau2,
            "q": n.q,
            "q_df": n.q_df,
            "q_p": n.q_p,
            **_appraised(n),
        }
    elif result.pooled is not None:
        document |= {"measure": result.pooled.measure, "pooled": _pooled(result.pooled)}
    document |= {"rows": result.rows(), "notes": list(result.notes)}
    ratio = (
        result.network.is_ratio
        if result.network is not None
        else result.pooled is not None and result.pooled.is_ratio
    )
    if models := _models(result.further, ratio=ratio):
        document["models"] = models
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
