"""What to consider next: the protocol's steps, each with its plan, its expected worth to this patient, and who stops it.

Safety speaks last: a step that it withholds stays visible, unranked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from lenitive.knowledge import Action, Knowledge, PublishedPool
from lenitive.response import Rebound, ReboundKind
from lenitive.review.absent import Absent
from lenitive.review.hours import hours_earlier
from lenitive.review.visit import Visit
from lenitive.review.worth import Case, Expected, expected
from lenitive.safety import check, withheld_by
from lenitive.terms import Fact, Message, Outcome, Reason, Source, digest
from lenitive.titration import DosePlan, FactValue, Planner, Proposal, Refusal, interpret, person_from
from lenitive.titration import ProtocolStep as ProtocolStep

__all__ = ["FirstUnderWeights", "Option", "Options", "options", "ranked_by_worth"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A step to consider.

    Attributes:
        action: What kind.
        drug: The drug it is about; empty for none.
        dose_mg: Where it leads, mg a day; None for none.
        first_mg: Of smaller steps down, the dose to wait on before them, mg a day; else None.
        rank: 1 is the first to consider; None when it is withheld or cannot be planned.
        expected: What it is expected to bring.
        because: Why it is offered: the protocol's rules that were met, and what is known beside them.
        rules: The protocol's rules behind it.
        sources: What they rest on.
        plan: Day by day, for a step that changes tablets; a refusal where none can be made.
        withheld_by: Safety rules that stop it.
    """

    action: Action
    drug: str
    dose_mg: float | None
    rank: int | None
    expected: Expected
    because: tuple[Reason, ...]
    rules: tuple[str, ...]
    sources: tuple[Source, ...]
    plan: DosePlan | Refusal | None
    withheld_by: tuple[str, ...]
    first_mg: float | None = None

    @property
    def id(self) -> str:
        """The digest of what would be done, by which plan and rules, and what stops it; a sheet and a signature name it.

        What it is expected to bring is left out: its last digits are the processor's.
        """
        plan = self.plan.id if isinstance(self.plan, DosePlan) else self.plan and self.plan.rule
        return digest(
            (self.action, self.drug, self.dose_mg, self.first_mg, self.rules, plan, sorted(self.withheld_by))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstUnderWeights:
    """Which option would come first under other weights."""

    weights: Message
    first: Action
    drug: str
    worth: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The proposal of the protocol, with its options ranked.

    Attributes:
        proposal: State, rules and what was missing.
        facts: The facts handed to the protocol.
        options: Ranked first, then what is withheld or cannot be planned.
        sensitivity: The first option under other weights.
        rebound: What is seen since the last step down; None without one.
    """

    proposal: Proposal
    facts: Mapping[str, FactValue]
    options: tuple[Option, ...]
    sensitivity: tuple[FirstUnderWeights, ...]
    rebound: Rebound | None = None


class _Target(NamedTuple):
    """A drug and the dose that a step leads to; for smaller steps down also the dose to wait on first."""

    drug: str
    dose: float | None
    first: float | None = None


def _targets(case: Case, step: ProtocolStep, facts: Mapping[str, FactValue]) -> list[_Target]:
    """The drugs and doses that a step may lead to."""
    return [_Target(*t) for t in _where_to(case, step, facts)]


def _before_the_fall(case: Case) -> float | None:
    """The dose to go back to when the last step down brought withdrawal, or the condition back."""
    seen = case.visit.rebound
    worse = seen is not None and seen.kind in {ReboundKind.WITHDRAWAL, ReboundKind.RELAPSE}
    return seen.from_mg if seen is not None and worse else None


def _where_to(
    case: Case, step: ProtocolStep, facts: Mapping[str, FactValue]
) -> Sequence[tuple[str, float | None] | tuple[str, float | None, float | None]]:
    limit = case.visit.protocol.limit
    size = limit["step_mg"].value
    match step.action:
        case "start":
            older = facts.get("older") is True and "start_older_mg" in limit
            return [(case.drug, limit["start_older_mg" if older else "start_mg"].value)]
        case "step_up":
            up = min(_before_the_fall(case) or case.dose + size, limit["max_mg"].value)
            return [(case.drug, up)] if up > case.dose else []
        case "step_down" if facts.get("restarted") is True:
            older = facts.get("older") is True and "start_older_mg" in limit
            return [(case.drug, limit["start_older_mg" if older else "start_mg"].value)]
        case "step_down":
            down = case.dose - size
            return [(case.drug, down if down > 0 else case.dose / 2)]
        case "smaller_steps":
            if case.visit.rebound is None or case.visit.rebound.kind is not ReboundKind.WITHDRAWAL:
                return []
            # On the way to nothing the aim stays nothing; after a single step down it is the dose it led to.
            to_nothing = facts.get("falling") is True or case.dose <= 0
            aim = 0.0 if to_nothing else case.dose
            return [
                (case.drug, aim, first)
                for first in (case.visit.rebound.from_mg, case.dose)
                if first > aim + 1e-9
            ]
        case "taper" | "stop":
            return [(case.drug, 0.0)]
        case "switch":
            taken = {p.drug for p in case.visit.record.regimen(case.visit.at)}
            return [(drug, mg) for drug, mg in case.visit.protocol.switch_to.items() if drug not in taken]
        case "add":
            return list(case.visit.protocol.add.items())
        case "add_non_drug":
            return [("", None)]
        case _:
            return [(case.drug, case.dose or None)]


def _plan(case: Case, planner: Planner, action: Action, target: _Target) -> DosePlan | Refusal | None:
    record, at = case.visit.record, case.visit.at
    drug, dose = target.drug, target.dose
    begin = at + timedelta(days=1)
    person = person_from(record, planner.knowledge, case.drug, at)
    match action:
        case "start":
            return planner.start(drug, dose or 0.0, begin, person)
        case "step_up" | "step_down":
            return planner.step(drug, case.dose, dose or 0.0, begin, person)
        case "taper" | "stop":
            return planner.taper(drug, case.dose, begin, person)
        case "smaller_steps" if case.visit.rebound is not None:
            return planner.after_withdrawal(
                drug,
                case.visit.rebound.from_mg,
                case.visit.rebound.to_mg,
                begin,
                person,
                to_mg=dose or 0.0,
                hold=target.first == case.dose,
            )
        case "switch":
            if case.dose <= 0:
                return planner.start(drug, dose or 0.0, begin, person)
            return planner.switch(case.drug, case.dose, drug, dose or 0.0, begin, person)
        case "add":
            return planner.add(drug, dose or 0.0, begin, person)
        case _:
            return None


def _pain_pools(knowledge: Knowledge) -> tuple[PublishedPool, ...]:
    pools = knowledge.trials.nondrug.pool
    return tuple(p for p in pools if p.outcome == "pain" and p.measure == "SMD" and p.grade.may_decide)


def _sizes(knowledge: Knowledge) -> tuple[Reason, ...]:
    """How large the pooled effects of non-drug strategies on pain are, and why they are not ranked with drugs."""
    pools = _pain_pools(knowledge)
    if not pools:
        return ()
    return (
        Reason(rule="review.option.pooled", outcome=Outcome.MET),
        *map(_size, pools),
        Reason(
            rule="review.option.pooled_not_ranked",
            outcome=Outcome.MET,
            text=knowledge.trials.nondrug.warning,
        ),
    )


def _size(pool: PublishedPool) -> Reason:
    facts = (
        Fact(name="treatment", value=pool.treatment),
        Fact(name="estimate", value=pool.estimate, unit="1"),
    )
    sources = (Source(article=pool.source),)
    if pool.low is None or pool.high is None:
        return Reason(
            rule="review.option.pool_without_interval", outcome=Outcome.MET, facts=facts, sources=sources
        )
    limits = (Fact(name="low", value=pool.low, unit="1"), Fact(name="high", value=pool.high, unit="1"))
    return Reason(rule="review.option.pool", outcome=Outcome.MET, facts=(*facts, *limits), sources=sources)


def _order(options: list[Option], stay: float, same: float) -> list[Option]:
    """By worth; what has no figure stands beside no change; a withheld or unplannable step goes to the end.

    Another hour that brings less than ``same`` points stands beside no change as well: what it does to sleep is unknown.
    """

    def open_(o: Option) -> bool:
        return not o.withheld_by and not isinstance(o.plan, Refusal)

    def key(item: tuple[int, Option]) -> tuple[bool, float, bool, int]:
        place, o = item
        worth = stay if o.expected.worth is None else o.expected.worth
        if o.action == "change_time" and abs(worth - stay) < same:
            worth = stay
        return (not open_(o), -round(worth, 6), o.action != "no_change", place)

    ordered = [o for _, o in sorted(enumerate(options), key=key)]
    ranked = [o for o in ordered if open_(o)]
    return [replace(o, rank=i) for i, o in enumerate(ranked, 1)] + [o for o in ordered if not open_(o)]


_Step = tuple[ProtocolStep, _Target, DosePlan | Refusal | None, tuple[str, ...]]


def _also(case: Case, action: Action) -> tuple[Reason, ...]:
    """What is said of an option beside its rules, with where that stands."""
    match action:
        case "add_non_drug":
            return _sizes(case.visit.knowledge)
        case "no_change" if (
            case.visit.rebound is not None and case.visit.rebound.kind is ReboundKind.WITHDRAWAL
        ):
            wait = case.visit.knowledge.planning.limit["hold_after_withdrawal"]
            return (
                Reason(
                    rule="review.option.hold",
                    outcome=Outcome.MET,
                    facts=(Fact(name="days", value=wait.value, unit="d"),),
                    sources=wait.sources,
                ),
            )
        case _:
            return ()


def _rank(case: Case, steps: list[_Step]) -> list[Option]:
    also = {step.action: _also(case, step.action) for step, _, _, _ in steps}
    found = [
        Option(
            action=step.action,
            drug=target.drug,
            dose_mg=_arrives(target, plan),
            first_mg=target.first,
            rank=None,
            expected=expected(case, step.action, target.drug, _arrives(target, plan), plan),
            because=(*step.because, *also[step.action]),
            rules=step.rules,
            sources=tuple(dict.fromkeys((*step.sources, *(s for r in also[step.action] for s in r.sources)))),
            plan=plan,
            withheld_by=stopped,
        )
        for step, target, plan, stopped in steps
    ]
    stay = next((o.expected.worth for o in found if o.action == "no_change"), None)
    same = case.visit.knowledge.judgement.visit.same_worth.value
    return _order(found, stay or 0.0, same)


def _arrives(target: _Target, plan: DosePlan | Refusal | None) -> float | None:
    """Where it leads: short of the aim where products end sooner, or a limit of this patient lies lower."""
    if isinstance(plan, DosePlan) and plan.falls is not None and plan.falls.blocked is not None:
        return plan.falls.blocked[0]
    if isinstance(plan, DosePlan) and plan.stopped_at_mg is not None:
        return plan.stopped_at_mg
    return target.dose


def _case(visit: Visit, facts: Mapping[str, FactValue], steps: Sequence[ProtocolStep]) -> Case:
    asked = any(s.action == "change_time" for s in steps)
    return Case(
        visit=visit,
        hours=hours_earlier(
            visit.record, visit.knowledge, visit.protocol.drug, at=visit.at, verdict=visit.verdict
        )
        if asked
        else Absent(Message.of("review.hours.not_offered")),
        dose=float(facts.get("dose_mg", 0.0)) if facts.get("taking") else 0.0,
        preferences=visit.record.patient.preferences,
    )


def ranked_by_worth(visit: Visit, facts: Mapping[str, FactValue]) -> tuple[Option, ...]:
    """The protocol's options ranked by worth alone: without plans and without the safety check, for simulations.

    Never for a patient: nothing is withheld here.
    """
    offered = interpret(visit.protocol, facts).steps
    case = _case(visit, facts, offered)
    steps: list[_Step] = [
        (step, target, None, ()) for step in offered for target in _targets(case, step, facts)
    ]
    return tuple(_rank(case, steps))


def options(visit: Visit, facts: Mapping[str, FactValue]) -> Options:
    """The protocol's options for these facts, planned, weighed, checked for safety and ranked."""
    record, knowledge, at = visit.record, visit.knowledge, visit.at
    proposal = interpret(visit.protocol, facts)
    case = _case(visit, facts, proposal.steps)
    planner = Planner(knowledge, visit.market)
    steps: list[_Step] = []
    for step in proposal.steps:
        planned = [(t, _plan(case, planner, step.action, t)) for t in _targets(case, step, facts)]
        if step.action == "smaller_steps":
            # Going back and staying are two ways; where neither can be planned one reason is enough.
            planned = [(t, p) for t, p in planned if isinstance(p, DosePlan)] or planned[:1]
        for target, plan in planned:
            stopped: tuple[str, ...] = ()
            if isinstance(plan, DosePlan):
                stopped = withheld_by(check(record, plan.as_plan(), knowledge=knowledge, at=at))
            steps.append((step, target, plan, stopped))
    ranked = _rank(case, steps)
    others = (
        (Message.of("review.weights.own"), case),
        (
            Message.of("review.weights.pain"),
            replace(case, preferences={**case.preferences, "sleep": 0.0, "fatigue": 0.0, "pain": 10.0}),
        ),
        (
            Message.of("review.weights.sleep"),
            replace(case, preferences={**case.preferences, "sleep": 10.0, "fatigue": 0.0, "pain": 0.0}),
        ),
        (Message.of("review.weights.harm_twice"), replace(case, harm_factor=2.0)),
        (Message.of("review.weights.harm_left_out"), replace(case, harm_factor=0.0)),
    )
    sensitivity = []
    for name, other in others:
        first = next((o for o in _rank(other, steps) if o.rank == 1), None)
        if first is not None:
            sensitivity.append(
                FirstUnderWeights(weights=name, first=first.action, drug=first.drug, worth=first.expected.worth)
            )
    return Options(
        proposal=proposal,
        facts=dict(facts),
        options=tuple(ranked),
        sensitivity=tuple(sensitivity),
        rebound=visit.rebound,
    )
