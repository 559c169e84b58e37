"""Findings, checks due and drugs together as data that other programs read: English words, and the messages beside them."""

from __future__ import annotations

from typing import Any

from lenitive.render.catalogue import Audience, said, sentences
from lenitive.render.sections.findings import fact_words, missing_words, says_words, size_words
from lenitive.render.sections.monitoring import what_words
from lenitive.safety import Finding, MonitoringItem, Part, Together
from lenitive.terms import Fact, Message

__all__ = [
    "findings_document",
    "message_document",
    "monitoring_document",
    "part_document",
    "together_document",
]


def _fact(fact: Fact) -> dict[str, Any]:
    on = None if fact.on is None else fact.on.isoformat()
    return {"name": fact.name, "value": fact.value, "unit": fact.unit, "on": on, "words": fact_words(fact)}


def message_document(message: Message, audience: Audience = Audience.CLINICIAN) -> dict[str, Any]:
    """A message's id and facts beside its English; a day is ISO text with the unit ``date``."""
    facts = [
        {
            "name": f.name,
            "value": list(f.value) if isinstance(f.value, tuple) else f.value,
            "unit": f.unit,
            "on": None if f.on is None else f.on.isoformat(),
        }
        for f in message.facts
    ]
    return {"id": message.id, "facts": facts, "words": said(message, audience)}


def _message(message: Message | None) -> dict[str, Any] | None:
    return None if message is None else message_document(message)


def part_document(p: Part) -> dict[str, Any]:
    """A part: its words in English, and under ``messages`` what they were made from."""
    return {
        "rule": p.rule,
        "outcome": p.outcome.value,
        "severity": p.tier.value,
        "severity_from": p.tier_basis,
        "drugs": list(p.drugs),
        "says": says_words(p),
        "mechanism": "" if p.mechanism is None else said(p.mechanism),
        "size": size_words(p),
        "action": said(p.action),
        "plain": "" if p.plain is None else said(p.plain, Audience.PATIENT),
        "messages": {
            "says": message_document(p.says),
            "mechanism": _message(p.mechanism),
            "size": list(map(message_document, p.size)),
            "action": message_document(p.action),
            "plain": None if p.plain is None else message_document(p.plain, Audience.PATIENT),
        },
        "facts": [_fact(fact) for fact in p.facts],
        "missing": list(p.missing),
        "planned": p.planned,
        "withholds": p.withholds,
        "demands": None if p.demands is None else p.demands.value,
        "demands_from": p.demands_basis,
        "acts_on": list(p.acts_on),
        "tapers": list(p.tapers),
        "from": p.from_day.isoformat(),
        "grade": p.grade.value,
        "sources": [str(s) for s in p.sources],
    }


def findings_document(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """Each finding with its parts; ``because`` holds one entry a rule met, ``action`` that of the loudest."""
    return [
        {
            "id": f.id,
            "key": f.key,
            "severity": f.tier.value,
            "title": said(f.title),
            "drugs": list(f.drugs),
            "withholds": f.withholds,
            "demands": None if f.demands is None else f.demands.value,
            "stops": list(f.stops),
            "holds": list(f.holds),
            "tapers": list(f.tapers),
            "because": [part_document(p) for p in f.parts],
            "action": said(f.parts[0].action),
            "missing": list(f.missing),
            "sources": list(dict.fromkeys(str(s) for p in f.parts for s in p.sources)),
        }
        for f in findings
    ]


def monitoring_document(items: tuple[MonitoringItem, ...]) -> list[dict[str, Any]]:
    """Each check due."""
    return [
        {
            "what": what_words(i),
            "measures": list(i.what),
            "due": i.due.isoformat(),
            "state": i.state.value,
            "drugs": list(i.drugs),
            "why": sentences(i.why),
            "messages": {"why": list(map(message_document, i.why))},
            "timing_from": i.basis,
            "last": None if i.last is None else i.last.isoformat(),
            "if_applies": missing_words(i.missing) if i.missing else "",
            "sources": [str(s) for s in i.sources],
        }
        for i in items
    ]


def together_document(found: Together) -> dict[str, Any]:
    """``lenitive.interactions/1``: what drugs do together, and the waits between them."""
    return {
        "schema": "lenitive.interactions/1",
        "drugs": {name: match.id for name, match in found.names.known.items()},
        "not_checked": [*found.names.unknown, *found.names.uncovered],
        "findings": [
            {
                "topic": f.topic,
                "title": said(f.title),
                "tier": f.tier.value,
                "parts": list(map(_together_part, f.parts)),
                "missing": list(f.missing),
            }
            for f in found.findings
        ],
        "waits": [
            {
                "first": w.first,
                "then": w.then,
                "days": w.days,
                "says": "" if w.says is None else said(w.says),
                "sources": [{"article": s.article, "at": s.at} for s in w.sources],
            }
            for w in found.waits
        ],
    }


def _together_part(p: Part) -> dict[str, Any]:
    """A part by this document's own keys; what it found of a stand-in patient is left out with the facts."""
    words = part_document(p)
    kept = (
        "rule",
        "outcome",
        "drugs",
        "says",
        "mechanism",
        "size",
        "action",
        "plain",
        "messages",
        "facts",
        "missing",
    )
    return {
        **{k: words[k] for k in kept},
        "tier": words["severity"],
        "tier_basis": words["severity_from"],
        "sources": [{"article": s.article, "at": s.at} for s in p.sources],
        "grade": words["grade"],
        "from_day": words["from"],
        "withholds": p.withholds,
        "planned": p.planned,
        "demands": words["demands"],
        "acts_on": words["acts_on"],
        "tapers": words["tapers"],
    }
