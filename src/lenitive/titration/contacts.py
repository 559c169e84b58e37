"""When the clinic and the patient speak: after each change of a plan, by the days of the drug's protocol."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from lenitive.knowledge import Knowledge
from lenitive.terms import Message
from lenitive.titration.dose_plan import Contact, PlanStage

__all__ = ["contacts"]


def _days_after(knowledge: Knowledge, drug: str) -> int:
    """Days from a change to the contact: the limit of the drug's protocol, where it has one."""
    found = [p.limit["contact_days"].value for p in knowledge.protocols.values() if p.drug == drug]
    return int(min(found, default=knowledge.planning.limit["contact"].value))


def contacts(knowledge: Knowledge, stages: Sequence[PlanStage]) -> tuple[Contact, ...]:
    """One after each change; where two drugs change on one day, the sooner."""
    changes: dict[date, int] = {}
    for stage in stages:
        days = _days_after(knowledge, stage.drug)
        ends = [] if stage.last is None else [stage.last + timedelta(days=1)]
        for change in (stage.first, *ends):
            changes[change] = min(days, changes.get(change, days))
    return tuple(
        Contact(
            day=change + timedelta(days=days),
            why=Message.of("titration.contact.after_change", days=days, change=change),
        )
        for change, days in sorted(changes.items())
    )
