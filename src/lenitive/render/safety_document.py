"""Findings and checks due as parts of the review document."""

from __future__ import annotations

from typing import Any

from lenitive.render.sections.findings import fact_words, missing_words
from lenitive.render.sections.monitoring import what_words
from lenitive.safety import Finding, MonitoringItem
from lenitive.terms import Fact

__all__ = ["findings_document", "monitoring_document"]


def _fact(fact: Fact) -> dict[str, Any]:
    on = None if fact.on is None else fact.on.isoformat()
    return {"name": fact.name, "value": fact.value, "unit": fact.unit, "on": on, "words": fact_words(fact)}


def findings_document(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """Each finding with its parts; ``because`` holds one entry a rule met, ``action`` that of the loudest."""
    return [
        {
            "id": f.id,
            "key": f.key,
            "severity": f.tier.value,
            "title": f.title,
            "drugs": list(f.drugs),
            "withholds": f.withholds,
            "because": [
                {
                    "rule": p.rule,
                    "severity": p.tier.value,
                    "severity_from": p.tier_basis,
                    "drugs": list(p.drugs),
                    "says": p.says,
                    "mechanism": p.mechanism,
                    "size": p.size,
                    "action": p.action,
                    "facts": [_fact(fact) for fact in p.facts],
                    "missing": list(p.missing),
                    "planned": p.planned,
                    "withholds": p.withholds,
                    "from": p.from_day.isoformat(),
                    "grade": p.grade.value,
                    "sources": [str(s) for s in p.sources],
                }
                for p in f.parts
            ],
            "action": f.parts[0].action,
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
            "why": " ".join(i.why),
            "timing_from": i.basis,
            "last": None if i.last is None else i.last.isoformat(),
            "if_applies": missing_words(i.missing) if i.missing else "",
            "sources": [str(s) for s in i.sources],
        }
        for i in items
    ]
