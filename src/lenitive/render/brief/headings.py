"""The words that stand on every page, whoever it is about."""

from __future__ import annotations

from lenitive.render.catalogue import said
from lenitive.terms import Message

__all__ = ["headings"]

_IDS = {
    "answer": "render.brief.heading.answer",
    "safety": "render.brief.heading.safety",
    "timeline": "render.brief.heading.timeline",
    "next": "render.brief.heading.next",
    "stops": "render.brief.heading.stops",
    "checks": "render.brief.heading.checks",
    "goal": "render.brief.heading.goal",
    "decided": "render.brief.decided",
    "other": "render.brief.decided_other",
    "visit": "render.brief.next_visit",
    "signed": "render.brief.signed",
    "beside": "render.brief.beside_lead",
    "withheld": "render.brief.withheld_lead",
    "worse": "render.brief.worse",
    "better": "render.brief.better",
}


def headings() -> dict[str, str]:
    """By a short name, the headings and the words of the decision line."""
    return {name: said(Message.of(id_)) for name, id_ in _IDS.items()}
