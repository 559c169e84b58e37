"""What a finding demands today as options, and what waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from lenitive.knowledge import URGENT
from lenitive.record import Plan, Record
from lenitive.review.binding import UrgentStep, urgent_steps
from lenitive.review.option import Option
from lenitive.review.plan_check import NOTHING_FOUND, checked_plan, checked_regimen
from lenitive.review.targets import safe_taper, targets
from lenitive.review.worth import Case, Expected
from lenitive.safety import Finding
from lenitive.terms import Message
from lenitive.titration import DosePlan, FactValue, Planner, interpret

__all__ = ["done_today", "waiting"]


_FOR_SAFETY = Expected.unknown(Message.of("review.worth.for_safety"))
_WAITS = Expected.unknown(Message.of("review.worth.waits"))


def done_today(
    record: Record, findings: Sequence[Finding], *, at: date, planner: Planner
) -> tuple[Option, ...]:
    """What findings demand today, as options in order, whatever medicine a review is about. Not yet ranked.

    Args:
        record: The record as it stood on the day.
        findings: What the safety check says of what is taken.
        at: The day.
        planner: Makes the way down where that is the safe one.
    """
    return tuple(_option(step, record, findings, at=at, planner=planner) for step in urgent_steps(findings))


def _option(
    step: UrgentStep, record: Record, findings: Sequence[Finding], *, at: date, planner: Planner
) -> Option:
    knowledge = planner.knowledge
    plan = safe_taper(record, planner, step.drug, at) if step.action == "taper" else None
    checked = NOTHING_FOUND
    if isinstance(plan, DosePlan):
        checked = checked_plan(plan, record, knowledge=knowledge, at=at, now=findings)
    elif step.drug and plan is None:
        ends = Plan(start=at + timedelta(days=1), stops=(step.drug,))
        checked = checked_regimen(ends, record, knowledge=knowledge, at=at, now=findings)
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
