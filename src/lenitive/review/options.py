"""What to consider next: the protocol's steps, each with its plan, its expected worth to this patient, and what safety says of it.

Safety speaks last: a step that it withholds stays visible, unranked, and one that it warns of is not offered without the warning. Where a
finding has to be dealt with today, what that takes is all that is offered, and what the protocol would have offered waits for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from lenitive.frozen import dataclass
from lenitive.knowledge import Action, Knowledge, PublishedPool
from lenitive.record import Record
from lenitive.response import ReboundKind
from lenitive.review.absent import Absent
from lenitive.review.binding import binding_rules, binds
from lenitive.review.hours import hours_earlier
from lenitive.review.net import Ahead
from lenitive.review.option import FirstUnderWeights, Option, Options
from lenitive.review.plan_check import NOTHING_FOUND, CheckedPlan, checked_plan, checked_regimen
from lenitive.review.running_test import whether_it_pays
from lenitive.review.targets import StepTarget, best_targets, planned, targets, tested
from lenitive.review.urgent import done_today, waiting
from lenitive.review.visit import Visit
from lenitive.review.worth import Case, expected
from lenitive.safety import Finding
from lenitive.terms import Fact, Message, Outcome, Reason, Source
from lenitive.titration import DosePlan, FactValue, Planner, Proposal, ProtocolStep, Refusal, interpret

__all__ = ["options", "options_without_protocol", "ranked_by_worth"]


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


_STAYING = ("no_change", "ask_for_data", "change_time", "add_non_drug")
"""What changes no dose."""
_ENDS = ("taper", "stop")
_MOVES = ("step_up", "step_down", "taper")
"""What a rule that weighs doses may offer beside staying."""
_KEEPS = ("no_change", "step_up", "step_down")
_OF_ONE_DRUG = (*_STAYING, "step_up", "step_down", "smaller_steps", "taper", "stop", "start")
"""What another drug has no part in."""


def _open(o: Option) -> bool:
    """Whether it may be offered: nothing withholds it, and it can be planned."""
    return not o.withheld_by and not isinstance(o.plan, Refusal)


def _order(options: list[Option], stay: float, hour: float, same: float) -> list[Option]:
    """By net; what has no figure stands beside no change; a withheld or unplannable step goes to the end.

    Stopping is for good, and what is left of the question is not answered then: where going on for some weeks and deciding then is worth
    more, it stands behind the best of what goes on. A test stands before that only for what it is worth beyond it.

    Of those whose net lies within ``same`` points of the best no change comes first, then the lower dose: a step is only left for
    more. A benefit without a figure for the harm stands behind all that have one: a missing harm is not no harm. Another hour
    that brings less than ``hour`` points stands beside no change as well: what it does to sleep is unknown.
    """

    waiting = next((o.expected.later for o in options if o.action in _ENDS and o.expected.later), None)
    going_on = [
        o.expected.worth
        for o in options
        if _open(o)
        and o.action in _KEEPS
        and o.drug
        and (o.dose_mg or 0) > 0
        and o.expected.worth is not None
    ]

    def worth(o: Option) -> float:
        if waiting is not None and o.expected.worth is not None:
            if o.action in _ENDS and going_on and waiting.worth >= o.expected.worth:
                return min(o.expected.worth, max(going_on) - 2 * same)
            if o.action == "test":
                return stay + o.expected.worth - max(waiting.worth, stay)
        if o.expected.worth is not None and any(r.rule == _NOT_TRIED for r in o.because):
            # A higher dose that nobody of this age was tried on is never put before going on.
            return min(o.expected.worth, stay - 2 * same)
        if o.expected.worth is None or (o.action == "change_time" and abs(o.expected.worth - stay) < hour):
            return stay
        return o.expected.worth

    def lacks_harm(o: Option) -> bool:
        return o.expected.worth is None and o.expected.benefit is not None

    best = max((worth(o) for o in options if _open(o) and not lacks_harm(o)), default=stay)

    def key(item: tuple[int, Option]) -> tuple[bool, bool, bool, bool, bool, float, bool, int]:
        place, o = item
        by, moves = -round(worth(o), 6), o.action not in _STAYING
        equal, other = best - worth(o) <= same, o.action not in _OF_ONE_DRUG
        lower = o.dose_mg if equal and moves and not other and o.dose_mg is not None else by
        first = (moves, other) if equal else (False, False)
        return (not _open(o), lacks_harm(o), not equal, *first, lower, o.action != "no_change", place)

    ordered = [o for _, o in sorted(enumerate(options), key=key)]
    ranked = [o for o in ordered if _open(o)]
    return [replace(o, rank=i) for i, o in enumerate(ranked, 1)] + [o for o in ordered if not _open(o)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A step on its way to one target, with its plan and what safety says of it."""

    step: ProtocolStep
    target: StepTarget
    plan: DosePlan | Refusal | None = None
    checked: CheckedPlan = NOTHING_FOUND


def _also(case: Case, action: Action, dose: float | None) -> tuple[Reason, ...]:
    """What is said of an option beside its rules, with where that stands."""
    if action == "no_change":
        return (*_hold(case), *whether_it_pays(case))
    match action:
        case "add_non_drug":
            return _sizes(case.visit.knowledge)
        case "step_up":
            return (*_left_out(case.visit), *_above(case.visit, dose))
        case _:
            return ()


def _hold(case: Case) -> tuple[Reason, ...]:
    """How long a dose is held after a step down that brought withdrawal."""
    if case.visit.rebound is None or case.visit.rebound.kind is not ReboundKind.WITHDRAWAL:
        return ()
    wait = case.visit.knowledge.planning.limit["hold_after_withdrawal"]
    return (
        Reason(
            rule="review.option.hold",
            outcome=Outcome.MET,
            facts=(Fact(name="days", value=wait.value, unit="d"),),
            sources=wait.sources,
        ),
    )


def _above(visit: Visit, dose: float | None) -> tuple[Reason, ...]:
    """Why a dose that no trial supports is weighed, in the clinician's words, beside what the trials support."""
    most, plan = visit.protocol.limit["supported_mg"], visit.record.patient.plan
    if dose is None or dose <= most.value + 1e-9 or plan is None or not plan.above_supported:
        return ()
    facts = (
        Fact(name="supported_mg", value=most.value, unit="mg"),
        Fact(name="stated", value=plan.above_supported),
    )
    return (
        Reason(
            rule="review.option.above_supported",
            outcome=Outcome.MET,
            facts=facts,
            sources=most.sources,
        ),
    )


_NOT_TRIED = "review.option.not_tried_at_this_age"


def _left_out(visit: Visit) -> tuple[Reason, ...]:
    """That a higher dose was not tried in people of this age, where the drug's file says whom its trial left out."""
    age, knowledge = visit.record.patient.age(visit.at), visit.knowledge
    drug = knowledge.drugs.get(visit.protocol.drug)
    row = drug.efficacy.get("who_was_left_out") if drug is not None else None
    if row is None or age is None or age < knowledge.judgement.people.older_adult_age.value:
        return ()
    return (
        Reason(
            rule=_NOT_TRIED,
            outcome=Outcome.MET,
            facts=(Fact(name="age", value=float(age), unit="a"),),
            sources=row.sources,
        ),
    )


def _rank(case: Case, candidates: Sequence[_Candidate]) -> list[Option]:
    found = [
        Option(
            action=c.step.action,
            drug=c.target.drug,
            dose_mg=_arrives(c.target, c.plan),
            first_mg=c.target.first,
            rank=None,
            expected=expected(case, c.step.action, c.target.drug, _arrives(c.target, c.plan), c.plan),
            because=(*c.step.because, *also),
            rules=c.step.rules,
            sources=tuple(dict.fromkeys((*c.step.sources, *(s for r in also for s in r.sources)))),
            plan=c.plan,
            withheld_by=c.checked.withheld_by,
            findings=c.checked.findings,
        )
        for c in candidates
        for also in (_also(case, c.step.action, _arrives(c.target, c.plan)),)
    ]
    stay = next((o.expected.worth for o in found if o.action == "no_change"), None)
    lines = case.visit.knowledge.judgement
    same = lines.valuation.same_net.value
    ordered = _order(found, stay or 0.0, lines.visit.same_worth.value, same)
    return _with_equals([_set_against(o, stay) for o in ordered], same)


def _set_against(option: Option, stay: float | None) -> Option:
    """The option with how far its net lies from that of no change, in words."""
    e = option.expected
    if stay is None or e.worth is None or option.action in _STAYING:
        return option
    more = e.worth - stay
    words = (
        Message.of("review.worth.more_than_staying", points=more)
        if more >= 0
        else Message.of("review.worth.less_than_staying", points=-more)
    )
    return replace(option, expected=replace(e, basis=(*e.basis, words)))


def _with_equals(ordered: list[Option], same: float) -> list[Option]:
    """The options with, for each that is as good as the best, the ids of the others that are."""
    figures = [o for o in ordered if o.rank is not None and o.expected.worth is not None]
    best = max((o.expected.worth or 0.0 for o in figures), default=0.0)
    equal = [o for o in figures if best - (o.expected.worth or 0.0) <= same]
    if len(equal) < 2:
        return ordered
    ids = {id(o): o.id for o in equal}
    return [
        replace(o, tied_with=tuple(i for k, i in ids.items() if k != id(o))) if id(o) in ids else o
        for o in ordered
    ]


def _arrives(target: StepTarget, plan: DosePlan | Refusal | None) -> float | None:
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
        ahead=Ahead(visit),
    )


def ranked_by_worth(
    visit: Visit, facts: Mapping[str, FactValue], *, only: Collection[Action] = ()
) -> tuple[Option, ...]:
    """The protocol's options ranked by worth alone: without plans and without the safety check, for simulations.

    Never for a patient: nothing is withheld here.

    Args:
        visit: The simulated patient on the day.
        facts: What the protocol goes by.
        only: The actions that her world can carry out; all of them where none is named.
    """
    offered = [s for s in interpret(visit.protocol, facts).steps if not only or s.action in only]
    case = _case(visit, facts, offered)
    candidates = [
        _Candidate(step=step, target=target)
        for step in offered
        for target in best_targets(case, step.action, targets(case, step, facts))
    ]
    return tuple(_rank(case, candidates))


def _without_weighing(case: Case, steps: Sequence[ProtocolStep]) -> list[ProtocolStep]:
    """The steps without the doses that are offered to be weighed alone, and without the reasons that speak of it."""
    weighs = {r.id for r in case.visit.protocol.rule if r.weighs}
    return [
        replace(s, because=tuple(r for r in s.because if r.rule not in weighs) or s.because)
        for s in steps
        if not (s.action in _MOVES and weighs.issuperset(s.rules))
    ]


def _candidates(
    case: Case, steps: Sequence[ProtocolStep], facts: Mapping[str, FactValue]
) -> list[_Candidate]:
    """Every step to every target, planned and checked."""
    visit, planner = case.visit, Planner(case.visit.knowledge, case.visit.market)
    record, knowledge, at, now = visit.record, visit.knowledge, visit.at, visit.findings
    found = []
    for step in _without_weighing(case, steps) if case.ahead.disputed(case.drug) else steps:
        aims = best_targets(case, step.action, targets(case, step, facts))
        plans = [(t, planned(case, planner, step.action, t)) for t in aims]
        if step.action == "smaller_steps":
            # Going back and staying are two ways; where neither can be planned one reason is enough.
            plans = [(t, p) for t, p in plans if isinstance(p, DosePlan)] or plans[:1]
        for target, plan in plans:
            one = _Candidate(step=step, target=target, plan=plan)
            if isinstance(plan, DosePlan):
                one = replace(one, checked=checked_plan(plan, record, knowledge=knowledge, at=at, now=now))
            elif step.action == "test" and (doses := tested(case)) is not None:
                one = replace(
                    one, checked=checked_regimen(doses, record, knowledge=knowledge, at=at, now=now)
                )
            found.append(one)
    return found


def _sensitivity(
    case: Case, candidates: Sequence[_Candidate], behind: list[Option]
) -> tuple[FirstUnderWeights, ...]:
    """What comes first under other weights; by her own it is what was ranked."""
    own = case.preferences
    others = (
        (
            Message.of("review.weights.pain"),
            replace(case, preferences={**own, "sleep": 0.0, "fatigue": 0.0, "pain": 10.0}),
        ),
        (
            Message.of("review.weights.sleep"),
            replace(case, preferences={**own, "sleep": 10.0, "fatigue": 0.0, "pain": 0.0}),
        ),
        (Message.of("review.weights.harm_twice"), replace(case, harm_factor=2.0)),
        (Message.of("review.weights.harm_left_out"), replace(case, harm_factor=0.0)),
    )
    found = []
    ranked = [(Message.of("review.weights.own"), behind)]
    ranked += [(name, _rank(other, candidates)) for name, other in others]
    for name, ordered in ranked:
        first = next((o for o in ordered if o.rank == 1), None)
        if first is not None:
            found.append(
                FirstUnderWeights(
                    weights=name, first=first.action, drug=first.drug, worth=first.expected.worth
                )
            )
    return tuple(found)


def _numbered(every: Sequence[Option]) -> tuple[Option, ...]:
    """Those that may be offered ranked in order, and the others behind them."""
    ranked = [replace(o, rank=i) for i, o in enumerate(filter(_open, every), 1)]
    return (*ranked, *(o for o in every if not _open(o)))


def options_without_protocol(
    record: Record, findings: Sequence[Finding], *, at: date, planner: Planner
) -> Options | None:
    """What has to be done today where no protocol is about the medicine in question; None where nothing has to."""
    today = done_today(record, findings, at=at, planner=planner)
    if not today:
        return None
    nothing = Proposal(protocol="", state="", title="", steps=(), reasons=(), missing=())
    facts: dict[str, FactValue] = {"critical_finding": binds(findings)}
    return Options(proposal=nothing, facts=facts, options=_numbered(today), sensitivity=())


def options(visit: Visit, facts: Mapping[str, FactValue]) -> Options:
    """The protocol's options for these facts, planned, weighed, checked for safety and ranked.

    What has to be done today because of a finding comes first; where one binds, nothing else is ranked.
    """
    proposal = interpret(visit.protocol, facts)
    case = _case(visit, facts, proposal.steps)
    planner = Planner(visit.knowledge, visit.market)
    today = done_today(visit.record, visit.findings, at=visit.at, planner=planner)
    sensitivity: tuple[FirstUnderWeights, ...] = ()
    if binds(visit.findings):
        behind = waiting(case, facts, binding_rules(visit.findings))
    else:
        candidates = _candidates(case, proposal.steps, facts)
        behind = _rank(case, candidates)
        sensitivity = _sensitivity(case, candidates, behind)
    return Options(
        proposal=proposal,
        facts=dict(facts),
        options=_numbered([*today, *behind]),
        sensitivity=sensitivity,
        rebound=visit.rebound,
        prices=case.prices if any(o.action == "test" and not o.withheld_by for o in behind) else (),
    )
