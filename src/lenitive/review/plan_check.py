"""A plan with what the safety check says of it: the one place where planner and check meet, for reviews, commands and sheets.

A planned day is judged as a taken day: the record, with its kidneys, liver, age, pregnancy, conditions and other medicines, is checked
on every day on which the plan changes something. A finding belongs to the plan when the plan brings it about, makes it worse, or
is louder on a day of the plan than today; what stands today stands in the findings of the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge
from lenitive.record import Plan, Record
from lenitive.review.binding import binding_rules, urgent_steps
from lenitive.safety import Finding, Part, Tier, check
from lenitive.terms import Outcome
from lenitive.titration import DosePlan, PlanKind

__all__ = ["NOTHING_FOUND", "CheckedPlan", "checked_plan", "checked_regimen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPlan:
    """What the safety check says of a proposal.

    Attributes:
        findings: What it brings about: warnings and louder, and what is information about a fact recorded of this patient (a
            label's word on her blood pressure). A sheet or an option without them must not leave.
        withheld_by: The rules for which it is withheld: those that withhold a plan, and whatever is critical.
        every: All that was found with it, what stands today and what is only information among it.
    """

    findings: tuple[Finding, ...]
    withheld_by: tuple[str, ...]
    every: tuple[Finding, ...]

    @property
    def withholding(self) -> tuple[Part, ...]:
        """What withholds it, loudest first."""
        parts = (p for f in self.every for p in f.parts if p.rule in self.withheld_by)
        return tuple(sorted(dict.fromkeys(parts), key=lambda p: (p.tier.rank, not p.planned)))

    def about(self, plan: DosePlan) -> tuple[Finding, ...]:
        """For a sheet of the plan: what is loud, and what is information on a drug that the plan speaks about.

        What holds today is left out where the plan makes the same rule hold of more.
        """
        drugs = set(plan.drugs)

        def told(part: Part, finding: Finding) -> bool:
            wider = (p for p in finding.parts if p.planned and p.rule == part.rule)
            if not part.planned and any(set(p.drugs) >= set(part.drugs) for p in wider):
                return False
            # What was not checked is said of whatever is taken: a sheet without it would read as a clean one.
            silent = finding.topic == "not_checked"
            return part.tier is not Tier.INFO or silent or bool(drugs & set(part.drugs))

        kept = ((f, tuple(p for p in f.parts if told(p, f))) for f in self.every)
        return tuple(replace(f, parts=parts) for f, parts in kept if parts)


NOTHING_FOUND = CheckedPlan(findings=(), withheld_by=(), every=())
"""Of a step that changes no dose."""


def checked_plan(
    plan: DosePlan, record: Record, *, knowledge: Knowledge, at: date, now: Sequence[Finding] | None = None
) -> CheckedPlan:
    """What the safety check says of a plan.

    While a finding on what is taken today binds, every plan is withheld for it but the taper that it names as the safe way.

    Args:
        plan: The plan.
        record: The patient's record; nothing dated after ``at`` is used.
        knowledge: What is known.
        at: The day of the check, before the plan's first.
        now: What the check says of what is taken today, where that is at hand.
    """
    today = check(record, knowledge=knowledge, at=at) if now is None else tuple(now)
    checked = checked_regimen(plan.as_plan(), record, knowledge=knowledge, at=at, now=today)
    safe = {s.drug for s in urgent_steps(today) if s.action == "taper"}
    if plan.kind is PlanKind.TAPER and set(plan.drugs) <= safe:
        return checked
    rules = (*binding_rules(today), *checked.withheld_by)
    return replace(checked, withheld_by=tuple(dict.fromkeys(rules)))


def checked_regimen(
    plan: Plan, record: Record, *, knowledge: Knowledge, at: date, now: Sequence[Finding] | None = None
) -> CheckedPlan:
    """The same of doses that are in no plan of the planner: a stop, or the stretches of a test."""
    today = check(record, knowledge=knowledge, at=at) if now is None else now
    loudest: dict[tuple[str, frozenset[str]], int] = {}
    for part in (p for f in today for p in f.parts):
        key = (part.rule, frozenset(part.drugs))
        loudest[key] = min(part.tier.rank, loudest.get(key, part.tier.rank))
    every = check(record, plan, knowledge=knowledge, at=at)

    def by_the_plan(part: Part) -> bool:
        if part.planned:
            return True
        same = [
            rank
            for (rule, drugs), rank in loudest.items()
            if rule == part.rule and drugs >= frozenset(part.drugs)
        ]
        return part.tier.rank < min(same, default=len(Tier))

    found = []
    for finding in every:
        parts = tuple(p for p in finding.parts if _is_told(p) and by_the_plan(p))
        if parts:
            tier = min((p.tier for p in parts), key=lambda t: t.rank)
            missing = tuple(dict.fromkeys(m for p in parts for m in p.missing))
            found.append(replace(finding, tier=tier, parts=parts, missing=missing))
    stops = (p.rule for f in found for p in f.parts if p.tier is Tier.CRITICAL or p.withholds)
    return CheckedPlan(findings=tuple(found), withheld_by=tuple(dict.fromkeys(stops)), every=every)


def _is_told(part: Part) -> bool:
    """Whether it stands beside an option: it is loud, or it was met by something recorded of the patient beside her drugs."""
    own = {f.name.partition(".")[0] for f in part.facts} - set(part.drugs)
    return part.tier is not Tier.INFO or (part.outcome is Outcome.MET and bool(own))
