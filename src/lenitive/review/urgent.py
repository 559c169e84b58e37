"""What a finding demands today as options, and what waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from lenitive.knowledge import URGENT
from lenitive.record import Plan
from lenitive.review.binding import UrgentStep
from lenitive.review.option import Option
from lenitive.review.plan_check import NOTHING_FOUND, checked_plan, checked_regimen
from lenitive.review.targets import safe_taper, targets
from lenitive.review.visit import Visit
from lenitive.review.worth import Case, Expected
from lenitive.terms import Message
from lenitive.titration import DosePlan, FactValue, Planner, interpret

__all__ = ["done_today", "waiting"]


_FOR_SAFETY = Expected.unknown(Message.of("review.worth.for_safety"))
_WAITS = Expected.unknown(Message.of("review.worth.waits"))


def done_today(visit: Visit, step: UrgentStep, planner: Planner) -> Option:
    """What has to be done today as an option, not yet ranked."""
    start = visit.at + timedelta(days=1)
    plan = safe_taper(visit, planner, step.drug) if step.action == "taper" else None
    now = visit.findings
    checked = NOTHING_FOUND
    if isinstance(plan, DosePlan):
        checked = checked_plan(plan, visit.record, knowledge=visit.knowledge, at=visit.at, now=now)
    elif step.drug and plan is None:
        ends = Plan(start=start, stops=(step.drug,))
        checked = checked_regimen(ends, visit.record, knowledge=visit.knowledge, at=visit.at, now=now)
    return Option(
        action=step.action,
        drug=step.drug,
        dose_mg=0.0 if step.drug else None,
        rank=None,
        expected=_FOR_SAFETY,
        because=step.because,
        rules=step.rules,
        sources=step.sources,
        plan=plan,
        # A finding demands it: what it brings about is said beside it, and withholds only a plan.
        withheld_by=checked.withheld_by if isinstance(plan, DosePlan) else (),
        findings=checked.findings,
    )


def waiting(case: Case, facts: Mapping[str, FactValue], rules: tuple[str, ...]) -> list[Option]:
    """What the protocol would offer if no finding had to be dealt with first, withheld for it and without plan or figures."""
    would = interpret(case.visit.protocol, {**facts, "critical_finding": False}).steps
    return [
        Option(
            action=step.action,
            drug=target.drug,
            dose_mg=target.dose,
            first_mg=target.first,
            rank=None,
            expected=_WAITS,
            because=(),
            rules=step.rules,
            sources=step.sources,
            plan=None,
            withheld_by=rules,
        )
        for step in would
        for target in targets(case, step, facts)
        if step.action not in URGENT
    ]
