"""The review document, ``lenitive.review/2``: a fixed interface that other programs read.

The version before it, which has no answers, is still written for who asks for it.

Its keys are views, rounded to six digits; the last ones (``asked``, ``parts``, ``digest``) are what a review is read back from.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any

import numpy as np

from lenitive.library import Opening
from lenitive.render.agreed_document import agreed_document
from lenitive.render.answer_document import answer_document
from lenitive.render.catalogue import said, sentences
from lenitive.render.safety_document import findings_document, monitoring_document
from lenitive.render.sections.evidence import evidence_document
from lenitive.render.sleep_part import assessment_document
from lenitive.render.stored import asked_document, document_digest, parts_document
from lenitive.response import (
    EffectPosterior,
    InputKind,
    SideEffectCourse,
    Verdict,
    WeightTrajectory,
)
from lenitive.review import Absent, Expected, Followed, Option, Options, Review
from lenitive.terms import Message
from lenitive.titration import DosePlan, Refusal

__all__ = ["SCHEMA", "SCHEMAS", "review_document", "review_json"]

SCHEMA = "lenitive.review/2"
SCHEMAS = {1: "lenitive.review/1", 2: SCHEMA}
"""What may be written, by its number."""
# Monte Carlo error is larger than this by orders of magnitude; more digits would only promise what is not there.
_DIGITS = 6


def plain(value: Any) -> Any:
    """A value as JSON data: dataclasses as objects, days as ISO, enumerations as words, numbers to six digits.

    Raises:
        ValueError: When a number is not finite: numerical failure must have been named before.
        TypeError: When a value has no form in JSON.
    """
    return _way(value.__class__)(value)


def _number(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("a number that is not finite must not reach the document")
    return float(f"{value:.{_DIGITS}g}")


def _of_dataclass(kind: Any) -> Callable[[Any], Any]:
    names = tuple(f.name for f in fields(kind) if f.metadata.get("stored", True))
    if len(names) < 2:
        return lambda v: {name: plain(getattr(v, name)) for name in names}
    told = attrgetter(*names)
    return lambda v: {
        name: x if x.__class__ is str else _way(x.__class__)(x)
        for name, x in zip(names, told(v), strict=True)
    }


@cache
def _way(kind: Any) -> Callable[[Any], Any]:
    """How a value of a class is written, found once; the order of the questions matters, for a class may be of several kinds."""
    if issubclass(kind, type(None) | bool):
        return lambda v: v
    if issubclass(kind, int):
        return int
    if issubclass(kind, Enum):
        return lambda v: v.value
    if issubclass(kind, str):
        return lambda v: v
    if issubclass(kind, float):
        return _number
    if issubclass(kind, date):
        return lambda v: v.isoformat()
    if issubclass(kind, tuple | list):
        return lambda v: [_way(x.__class__)(x) for x in v]
    if issubclass(kind, Absent):
        return lambda v: None
    if issubclass(kind, Message):
        return lambda v: {"id": v.id, "facts": plain(v.facts), "words": said(v)}
    # Before mappings, of which every class would be asked whether it is one.
    if is_dataclass(kind):
        return _of_dataclass(kind)
    if issubclass(kind, Mapping):
        return lambda v: {str(plain(k)): plain(x) for k, x in v.items()}
    if issubclass(kind, np.ndarray):
        return lambda v: plain(v.tolist())
    if issubclass(kind, frozenset):
        return lambda v: [plain(x) for x in sorted(v)]
    raise TypeError(f"{kind.__name__} has no form in the review document")


def _effect(
    e: EffectPosterior, followed: Mapping[str, Followed], current: Mapping[str, float]
) -> dict[str, Any]:
    who = (
        {"drug": e.input, "dose_mg_per_day": e.dose}
        if e.kind is InputKind.DRUG
        else {"activity": e.input, "amount_per_day": e.dose}
    )
    return {
        **who,
        "current": e.dose == current.get(e.input),
        "outcome": e.outcome.value,
        "estimand": e.estimand.value,
        "unit": e.unit,
        "mean": plain(e.mean),
        "sd": plain(e.sd),
        "quantiles": plain(e.quantiles),
        "probability": {"mcid": None, "30pct": None, "50pct": None, **plain(e.probability)},
        "prior": None if e.prior_mean is None else {"mean": plain(e.prior_mean), "sd": plain(e.prior_sd)},
        "share_from_diary": plain(e.share_from_diary),
        "sd_vague": plain(e.sd_vague),
        "diagnostics": {**plain(e.diagnostics), "input": _input(followed.get(e.input))},
    }


def _input(f: Followed | None) -> dict[str, Any]:
    """What the effect follows, and why."""
    if f is None:
        return {"follows": "amount", "because": "An activity acts by how much of it was done."}
    return {
        "follows": f.by,
        "half_life_h": plain(f.half_life_h),
        "because": sentences(r.message for r in f.because),
        "reasons": plain(f.because),
    }


def _would_settle(review: Review, name: str) -> list[dict[str, Any]]:
    """The model's steps; where there is no diary to compute them from, the entries that are needed."""
    found = next(a for a in review.answers if a.drug == name)
    if review.needed and found.size is None:
        return [{"step": "keep_a_diary", "entries": plain(review.needed)}]
    prices = review.options.prices if isinstance(review.options, Options) else ()
    priced = {(p.step, p.weeks): p for p in prices if name == _protocol_drug(review)}
    return [
        {**plain(s), **(plain(priced[s.step, s.weeks]) if (s.step, s.weeks) in priced else {})}
        for s in review.settling.get(name, ())
    ]


def _protocol_drug(review: Review) -> str:
    """The drug that the options are about; empty for none."""
    if isinstance(review.options, Absent):
        return ""
    return next((o.drug for o in review.options.options if o.action == "test"), "")


def _verdict(v: Verdict, answer: dict[str, Any]) -> dict[str, Any]:
    """An answer in the four words of before; what both say is made once."""
    who = {"drug": v.drug} if v.kind is InputKind.DRUG else {"activity": v.drug}
    size = answer["size"] or {"mean": None, "sd": None, "quantiles": {}}
    shared = ("share_from_diary", "weights", "costs", "because")
    return {
        **who,
        "dose_per_day": plain(v.dose),
        "verdict": v.verdict.value,
        "probability": answer["line"]["probability"],
        "probability_worth_it": answer["worth"]["probability"],
        "benefit": size,
        "pain": plain(v.pain),
        "stated_preferences": v.stated_preferences,
        **{key: answer[key] for key in shared},
        "would_settle": [s for s in answer["would_settle"] if s["step"] != "enter_scores"],
    }


def _article(a: Opening) -> dict[str, Any]:
    return {
        "id": a.article,
        "title": a.title,
        "audience": a.audience.value,
        "why": a.why,
        "because": plain(a.because),
    }


def _first_days(o: Option) -> int | None:
    """Of smaller steps down, the days on the dose before them."""
    if o.first_mg is None or not isinstance(o.plan, DosePlan):
        return None
    first = o.plan.stages[0]
    return None if first.last is None else (first.last - first.first).days + 1


def _not_planned(refusal: Refusal) -> dict[str, Any]:
    why = (refusal.reason, *refusal.details)
    return {
        "rule": refusal.rule,
        "reason": sentences(why),
        "messages": plain(why),
        "sources": plain(refusal.sources),
    }


def _expected(e: Expected) -> dict[str, Any]:
    """Its numbers, with what they rest on in English and as messages."""
    return {**plain(e), "basis": sentences(e.basis), "basis_messages": plain(e.basis)}


def _option(o: Option) -> dict[str, Any]:
    plan = o.plan
    return {
        "id": o.id,
        "action": o.action,
        "to": {
            "drug": o.drug,
            "dose_mg_per_day": plain(o.dose_mg),
            "first_mg_per_day": plain(o.first_mg),
            "first_days": _first_days(o),
        },
        "rank": o.rank,
        "expected": _expected(o.expected),
        "because": [said(r.message) for r in o.because],
        "reasons": plain(o.because),
        "rules": list(o.rules),
        "sources": plain(o.sources),
        "withheld_by": list(o.withheld_by),
        "findings": findings_document(o.findings),
        "plan": {"id": plan.id, **plain(plan)} if isinstance(plan, DosePlan) else None,
        "not_planned": _not_planned(plan) if isinstance(plan, Refusal) else None,
    }


def _protocol(options: Options) -> dict[str, Any]:
    return {
        "id": options.proposal.protocol,
        "state": options.proposal.state,
        "facts": plain(options.facts),
        "reasons": plain(options.proposal.reasons),
        "missing": list(options.proposal.missing),
        "sensitivity": [
            {**plain(r), "weights": said(r.weights), "weights_message": plain(r.weights)}
            for r in options.sensitivity
        ],
        "rebound": plain(options.rebound),
    }


def _side_effect(c: SideEffectCourse) -> dict[str, Any]:
    forecast = {
        "gone_by": plain(c.gone_by),
        "gone_by_80": plain(c.gone_by_80),
        "present_in_4_weeks": plain(c.present_in_4_weeks),
    }
    return {
        "effect": c.effect,
        "drug": c.drug,
        "course": c.course.value,
        "forecast": forecast,
        "probability": plain(c.probability),
        "from_drug": plain(c.from_drug),
        "severity_now": plain(c.severity_now),
        "reports": c.reports,
        "prior": sentences(c.prior_stated),
        "prior_messages": plain(c.prior_stated),
        "because": plain(c.because),
    }


def _weight(w: WeightTrajectory) -> dict[str, Any]:
    """The trajectory, with what its prior rests on in English and as messages."""
    return {
        **plain(w),
        "prior_stated": sentences(w.prior_stated),
        "prior_messages": plain(w.prior_stated),
    }


def _absent(review: Review) -> dict[str, Message]:
    """Why a part is missing, by the keys under which it would stand."""
    parts = (
        ("effects", review.fit),
        ("coupling", review.fit),
        ("options", review.options),
        ("agreed", review.agreed),
        ("protocol", review.options),
    )
    return {key: part.reason for key, part in parts if isinstance(part, Absent)}


def _question(review: Review) -> dict[str, Any]:
    """What is judged and what the other drugs are to it, with why in English and as messages."""
    q = review.question
    return {
        **plain(q),
        "because": [said(r.message) for r in q.because],
        "reasons": plain(q.because),
        "asks": plain(q.asks),
    }


def _quality(review: Review) -> dict[str, Any]:
    q = review.data_quality
    return {
        "days": q.days,
        "entries": q.entries,
        "silent_days": q.silent_days,
        "stale": q.stale,
        "first": plain(q.first),
        "last": plain(q.last),
        "missing": plain(q.missing),
        "at_floor": plain(q.at_floor),
        "at_ceiling": plain(q.at_ceiling),
        "other_scores_low": plain(q.other_scores_low),
        "asked_and_absent": plain(q.asked_and_absent),
        "gaps": [{"first": plain(g.first), "last": plain(g.last), "days": g.days} for g in q.gaps],
        "late_entries": q.late_entries,
        "remarks": plain(q.remarks),
        "problems": [
            {
                "file": p.where.file,
                "line": p.where.line,
                "field": p.where.field,
                "what": p.what,
                "remedy": p.remedy,
            }
            for p in q.problems
        ],
    }


def review_document(review: Review, schema: int = 2) -> dict[str, Any]:
    """The document as data. A key whose part is missing is null, with the reason under the same key of ``absent``.

    Args:
        review: The review.
        schema: Its version, one of ``SCHEMAS``.

    Raises:
        KeyError: When there is no such version.
    """
    fit = review.fit
    followed = {f.drug: f for f in review.followed}
    current = {} if isinstance(fit, Absent) else {i.name: i.current for i in fit.inputs}
    answers = [answer_document(review, a, plain, _would_settle) for a in review.answers]
    document: dict[str, Any] = {
        "schema": SCHEMAS[schema],
        "at": plain(review.at),
        "knowledge": review.knowledge,
        "seed": review.seed,
        "market": review.market,
        "outcomes": plain(review.outcomes),
        "simulated": bool(review.record.patient.simulated),
        "regimen": [
            {
                "drug": r.drug,
                "dose_mg_per_day": plain(r.dose_mg_per_day),
                "since": plain(r.since),
                "times": list(r.times),
                **({"written": list(r.written)} if r.written else {}),
            }
            for r in review.regimen
        ],
        "question": _question(review),
        "answers": answers,
        "verdicts": [_verdict(v, a) for v, a in zip(review.verdicts, answers, strict=True)],
        "not_known": plain(review.not_known),
        "effects": None
        if isinstance(fit, Absent)
        else [_effect(e, followed, current) for e in fit.effects if e.input in review.question.judged],
        "robustness": plain(review.robustness),
        "conflicts": [] if isinstance(fit, Absent) else plain(fit.conflicts),
        "separability": [] if isinstance(fit, Absent) else plain(fit.separability),
        "coupling": None if isinstance(fit, Absent) else plain(fit.coupling),
        "side_effects": [_side_effect(c) for c in review.side_effects],
        "weight": _weight(review.weight) if isinstance(review.weight, WeightTrajectory) else None,
        "findings": findings_document(review.findings),
        "options": None
        if isinstance(review.options, Absent)
        else [_option(o) for o in review.options.options],
        "protocol": None if isinstance(review.options, Absent) else _protocol(review.options),
        "monitoring": monitoring_document(review.monitoring),
        "articles": [_article(a) for a in review.articles],
        "sleep": assessment_document(review, plain),
        "evidence": evidence_document(review.evidence),
        **agreed_document(review, plain),
        "data_quality": _quality(review),
    }
    absent = _absent(review)
    document["absent"] = {key: said(reason) for key, reason in absent.items()}
    if document["weight"] is None:
        document["absent"]["weight"] = "too few weights for a trajectory"
    document["absent_messages"] = plain(absent)
    if schema < 2:
        _as_before(document)
    document["asked"] = asked_document(review)
    document["parts"] = parts_document(review)
    document["digest"] = document_digest(document)
    return document


def _as_before(document: dict[str, Any]) -> None:
    """Takes away what the first version had not."""
    del document["answers"]
    for effect in document["effects"] or ():
        del effect["current"]


def review_json(review: Review, schema: int = 2) -> str:
    """The document as text: equal reviews give equal bytes. The parts, which are for programs alone, stand on one line."""
    document = review_document(review, schema)
    parts = json.dumps(document.pop("parts"), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    head = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    return f'{head[:-2]},\n "parts": {parts}\n}}\n'
