"""What to consider next: the protocol's steps, each with its plan, its expected worth to this patient, and who stops it.

The worth of a step is in NRS points: the expected benefit at the dose it leads to, by the patient's own posterior where
there is one and by the trials where there is none, less the cost of side effects by her own weights. A test is worth what
it would let one do better. Safety speaks last: a step that it withholds stays visible, unranked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lenitive.evidence import beliefs
from lenitive.knowledge import Knowledge
from lenitive.knowledge.schema.protocols import Action, Protocol
from lenitive.knowledge.schema.trials import PublishedPool
from lenitive.record import Record
from lenitive.response import (
    DEFAULT_PREFERENCES,
    Fit,
    Rebound,
    Settling,
    Step,
    Verdict,
    benefit_at,
    benefit_weights,
)
from lenitive.safety import check, withheld_by
from lenitive.terms import Score, Source
from lenitive.titration import DosePlan, Person, Planner, Refusal
from lenitive.titration.protocol import FactValue, Proposal, interpret
from lenitive.titration.protocol import Step as ProtocolStep

__all__ = ["LEARNING", "Expected", "Option", "Options", "Ranking", "options", "ranked_by_worth"]

_MILD = 0.4
"""Points that a lasting mild side effect takes away at weight 10; as in the verdict's cost. Assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a step is expected to bring, points; None where nothing is known.

    Attributes:
        benefit: Mean benefit at the dose it leads to.
        benefit_sd: Its spread.
        cost: What side effects take away.
        worth: Benefit less cost, or the worth of what a test would let one do better.
        basis: Whose numbers they are.
    """

    benefit: float | None
    benefit_sd: float | None
    cost: float | None
    worth: float | None
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A step to consider.

    Attributes:
        action: What kind.
        drug: The drug it is about; empty for none.
        dose_mg: Where it leads, mg a day; None for none.
        rank: 1 is the first to consider; None when it is withheld or cannot be planned.
        expected: What it is expected to bring.
        because: Why it is offered.
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
    because: tuple[str, ...]
    rules: tuple[str, ...]
    sources: tuple[Source, ...]
    plan: DosePlan | Refusal | None
    withheld_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Which option would come first under other weights."""

    weights: str
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
    sensitivity: tuple[Ranking, ...]
    rebound: Rebound | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """All that the worth of a step is computed from."""

    record: Record
    knowledge: Knowledge
    protocol: Protocol
    at: date
    fit: Fit | None
    verdict: Verdict | None
    settling: tuple[Settling, ...]
    dose: float
    preferences: Mapping[str, float]
    harm_factor: float = 1.0

    @property
    def drug(self) -> str:
        return self.protocol.drug

    @property
    def weights(self) -> dict[Score, float]:
        outcomes = (
            self.fit.outcomes
            if self.fit is not None
            else (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)
        )
        return benefit_weights(outcomes, self.preferences)

    def cost_now(self) -> float:
        if self.verdict is None:
            return 0.0
        own = {c.what: c for c in self.verdict.costs}
        return self.harm_factor * sum(c.points for c in own.values())

    def own(self, dose: float) -> Expected:
        """At another dose of the drug that is taken. Side effects are taken to go with the dose: assumed."""
        if dose <= 0:
            return Expected(
                benefit=0.0, benefit_sd=0.0, cost=0.0, worth=0.0, basis="without it, by definition"
            )
        if (
            self.fit is None
            or self.fit.posterior is None
            or self.drug not in [i.name for i in self.fit.inputs]
        ):
            return self.trials(self.drug, dose)
        b = benefit_at(self.fit, self.drug, dose, self.weights)
        ratio = dose / self.dose if self.dose > 0 else 1.0
        cost = self.cost_now() * ratio
        return Expected(
            benefit=b.mean,
            benefit_sd=b.sd,
            cost=cost,
            worth=b.mean - cost,
            basis="this patient's diary and the trials",
        )

    def trials(self, drug: str, dose: float) -> Expected:
        """Of a drug that this diary says nothing about."""
        weights = self.weights
        found = {b.outcome: b for b in beliefs(self.knowledge, {drug: dose}, outcomes=tuple(weights))}
        if not found:
            return Expected(benefit=None, benefit_sd=None, cost=None, worth=None, basis="no trial figures")
        mean = -sum(weights[o] * b.mean for o, b in found.items())
        # Effects on the three scores go together within a person; taken as one, which is the wider choice.
        sd = sum(weights[o] * b.sd for o, b in found.items())
        cost = self.harm_factor * self.typical_cost(drug)
        return Expected(
            benefit=mean,
            benefit_sd=sd,
            cost=cost,
            worth=mean - cost,
            basis="the trials' average, not this patient",
        )

    def typical_cost(self, drug: str) -> float:
        """Share who get each side effect over placebo, each counted as mild and lasting, by the patient's weights."""
        if drug not in self.knowledge.drugs:
            return 0.0
        rows = [a for a in self.knowledge.drugs[drug].adverse.values() if a.effect and a.grade.may_decide]
        excess: dict[str, float] = {}
        for a in sorted(rows, key=lambda a: a.setting != "fibromyalgia"):
            if a.excess_pct is not None:
                excess.setdefault(a.effect, max(0.0, a.excess_pct / 100))
        given = {**DEFAULT_PREFERENCES, **self.preferences}
        return sum(share * _MILD * given.get(effect, 5.0) / 10 for effect, share in excess.items())

    def test(self, kinds: tuple[Step, ...]) -> Expected:
        """What knowing more would be worth: the gain of being able to stop, or go on, in the light of it."""
        best = next((s for s in self.settling if s.step in kinds), None)
        now = self.own(self.dose)
        if best is None or now.worth is None or self.dose <= 0:
            return Expected(
                benefit=None, benefit_sd=None, cost=None, worth=None, basis="nothing to compute it from"
            )
        learned = math.sqrt(max(best.sd_now**2 - best.sd_after**2, 0.0))
        return Expected(
            benefit=now.benefit,
            benefit_sd=best.sd_after,
            cost=now.cost,
            worth=_best_of_two(now.worth, learned),
            basis="worth of going on or stopping after it, whichever is then better",
        )


def _best_of_two(mean: float, sd: float) -> float:
    """E[max(X, 0)] for X normal."""
    if sd <= 0:
        return max(mean, 0.0)
    z = mean / sd
    return mean * 0.5 * (1 + math.erf(z / math.sqrt(2))) + sd * math.exp(-0.5 * z * z) / math.sqrt(
        2 * math.pi
    )


LEARNING = (Step.DOSE_CHANGE, Step.OPEN_BREAK, Step.BREAK_AND_RESTART, Step.BLINDED_BLOCKS, Step.RESTART)
"""What a test may be."""


def _targets(
    case: _Case, step: ProtocolStep, facts: Mapping[str, FactValue]
) -> list[tuple[str, float | None]]:
    """The drugs and doses that a step may lead to."""
    limit = case.protocol.limit
    size = limit["step_mg"].value
    match step.action:
        case "start":
            older = facts.get("older") is True and "start_older_mg" in limit
            return [(case.drug, limit["start_older_mg" if older else "start_mg"].value)]
        case "step_up":
            up = min(case.dose + size, limit["max_mg"].value)
            return [(case.drug, up)] if up > case.dose else []
        case "step_down":
            down = case.dose - size
            return [(case.drug, down if down > 0 else case.dose / 2)]
        case "taper" | "stop":
            return [(case.drug, 0.0)]
        case "switch":
            taken = {p.drug for p in case.record.regimen(case.at)}
            return [(drug, mg) for drug, mg in case.protocol.switch_to.items() if drug not in taken]
        case "add":
            return list(case.protocol.add.items())
        case "add_non_drug":
            return [("", None)]
        case _:
            return [(case.drug, case.dose or None)]


def _plan(
    case: _Case, planner: Planner, action: Action, drug: str, dose: float | None
) -> DosePlan | Refusal | None:
    record, at = case.record, case.at
    begin = at + timedelta(days=1)
    age = record.patient.age(at)
    others = tuple(p.drug for p in record.regimen(at) if p.drug != drug)
    first = min((p.start for p in record.periods(case.drug) if p.dose_mg > 0), default=at)
    person = Person(age=age, used_days=max((at - first).days, 0), others=tuple(dict.fromkeys(others)))
    match action:
        case "start":
            return planner.start(drug, dose or 0.0, begin, person)
        case "step_up" | "step_down":
            return planner.step(drug, case.dose, dose or 0.0, begin, person)
        case "taper" | "stop":
            return planner.taper(drug, case.dose, begin, person)
        case "switch":
            if case.dose <= 0:
                return planner.start(drug, dose or 0.0, begin, person)
            beside = replace(person, others=tuple(o for o in person.others if o != case.drug))
            return planner.switch(case.drug, case.dose, drug, dose or 0.0, begin, beside)
        case "add":
            return planner.add(drug, dose or 0.0, begin, person)
        case _:
            return None


def _expected(case: _Case, action: Action, drug: str, dose: float | None) -> Expected:
    match action:
        case "no_change":
            return case.own(case.dose)
        case "step_up" | "step_down":
            return case.own(dose or 0.0)
        case "taper" | "stop":
            return case.own(0.0)
        case "start" | "switch":
            return case.trials(drug, dose or 0.0)
        case "test":
            return case.test(LEARNING)
        case "ask_for_data":
            return case.test((Step.FULLER_DIARY, Step.WAIT))
        case "add":
            now, more = case.own(case.dose), case.trials(drug, dose or 0.0)
            if now.worth is None or more.worth is None or now.benefit is None or more.benefit is None:
                return Expected(
                    benefit=None,
                    benefit_sd=None,
                    cost=None,
                    worth=None,
                    basis="no trial figures of adding it",
                )
            return Expected(
                benefit=now.benefit + more.benefit,
                benefit_sd=math.hypot(now.benefit_sd or 0.0, more.benefit_sd or 0.0),
                cost=(now.cost or 0.0) + (more.cost or 0.0),
                worth=now.worth + more.worth,
                basis="both taken to add up, which no trial has shown",
            )
        case _:
            return Expected(
                benefit=None, benefit_sd=None, cost=None, worth=None, basis="no comparable figure"
            )


def _pain_pools(knowledge: Knowledge) -> tuple[PublishedPool, ...]:
    pools = knowledge.trials.nondrug.pool
    return tuple(p for p in pools if p.outcome == "pain" and p.measure == "SMD" and p.grade.may_decide)


def _size_sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(Source(article=p.source) for p in _pain_pools(knowledge)))


def _sizes(knowledge: Knowledge) -> tuple[str, ...]:
    """How large the pooled effects of non-drug strategies on pain are, and why they are not ranked with drugs."""
    said = [
        f"{p.treatment} {p.estimate:.2f}"
        + (f" ({p.low:.2f} to {p.high:.2f})" if p.low is not None and p.high is not None else "")
        for p in _pain_pools(knowledge)
    ]
    if not said:
        return ()
    return (
        f"Pooled on pain, standard deviations, negative is better: {'; '.join(said)}.",
        knowledge.trials.nondrug.warning,
    )


def _order(options: list[Option], stay: float) -> list[Option]:
    """By worth; what has no figure stands beside no change; a withheld or unplannable step goes to the end."""

    def open_(o: Option) -> bool:
        return not o.withheld_by and not isinstance(o.plan, Refusal)

    def key(item: tuple[int, Option]) -> tuple[bool, float, bool, int]:
        place, o = item
        worth = stay if o.expected.worth is None else o.expected.worth
        return (not open_(o), -round(worth, 6), o.action != "no_change", place)

    ordered = [o for _, o in sorted(enumerate(options), key=key)]
    ranked = [o for o in ordered if open_(o)]
    return [replace(o, rank=i) for i, o in enumerate(ranked, 1)] + [o for o in ordered if not open_(o)]


_Step = tuple[ProtocolStep, str, float | None, DosePlan | Refusal | None, tuple[str, ...]]


def _rank(case: _Case, steps: list[_Step]) -> list[Option]:
    found = [
        Option(
            action=step.action,
            drug=drug,
            dose_mg=dose,
            rank=None,
            expected=_expected(case, step.action, drug, dose),
            because=(*step.because, *_sizes(case.knowledge))
            if step.action == "add_non_drug"
            else step.because,
            rules=step.rules,
            sources=(*step.sources, *_size_sources(case.knowledge))
            if step.action == "add_non_drug"
            else step.sources,
            plan=plan,
            withheld_by=stopped,
        )
        for step, drug, dose, plan, stopped in steps
    ]
    stay = next((o.expected.worth for o in found if o.action == "no_change"), None)
    return _order(found, stay or 0.0)


def _case(
    record: Record,
    knowledge: Knowledge,
    protocol: Protocol,
    facts: Mapping[str, FactValue],
    at: date,
    fit: Fit | None,
    verdict: Verdict | None,
    settling: tuple[Settling, ...],
) -> _Case:
    return _Case(
        record=record,
        knowledge=knowledge,
        protocol=protocol,
        at=at,
        fit=fit,
        verdict=verdict,
        settling=settling,
        dose=float(facts.get("dose_mg", 0.0)) if facts.get("taking") else 0.0,
        preferences=dict(record.patient.preferences),
    )


def ranked_by_worth(
    record: Record,
    knowledge: Knowledge,
    protocol: Protocol,
    facts: Mapping[str, FactValue],
    *,
    at: date,
    fit: Fit | None,
    verdict: Verdict | None,
    settling: tuple[Settling, ...],
) -> tuple[Option, ...]:
    """The protocol's options ranked by worth alone: without plans and without the safety check, for simulations.

    Never for a patient: nothing is withheld here.
    """
    case = _case(record, knowledge, protocol, facts, at, fit, verdict, settling)
    steps: list[_Step] = [
        (step, drug, target, None, ())
        for step in interpret(protocol, facts).steps
        for drug, target in _targets(case, step, facts)
    ]
    return tuple(_rank(case, steps))


def options(
    record: Record,
    knowledge: Knowledge,
    protocol: Protocol,
    facts: Mapping[str, FactValue],
    *,
    at: date,
    fit: Fit | None,
    verdict: Verdict | None,
    settling: tuple[Settling, ...],
    rebound: Rebound | None = None,
    market: str = "us",
) -> Options:
    """The protocol's options for these facts, planned, weighed, checked for safety and ranked."""
    proposal = interpret(protocol, facts)
    case = _case(record, knowledge, protocol, facts, at, fit, verdict, settling)
    planner = Planner(knowledge, "uk" if market == "uk" else "us")
    steps: list[_Step] = []
    for step in proposal.steps:
        for drug, target in _targets(case, step, facts):
            plan = _plan(case, planner, step.action, drug, target)
            stopped: tuple[str, ...] = ()
            if isinstance(plan, DosePlan):
                stopped = withheld_by(check(record, plan.as_plan(), knowledge=knowledge, at=at))
            steps.append((step, drug, target, plan, stopped))
    ranked = _rank(case, steps)
    others = (
        ("the patient's own, or the usual ones", case),
        (
            "pain alone",
            replace(case, preferences={**case.preferences, "sleep": 0.0, "fatigue": 0.0, "pain": 10.0}),
        ),
        (
            "sleep alone",
            replace(case, preferences={**case.preferences, "sleep": 10.0, "fatigue": 0.0, "pain": 0.0}),
        ),
        ("side effects twice as heavy", replace(case, harm_factor=2.0)),
        ("side effects left out", replace(case, harm_factor=0.0)),
    )
    sensitivity = []
    for name, other in others:
        first = next((o for o in _rank(other, steps) if o.rank == 1), None)
        if first is not None:
            sensitivity.append(
                Ranking(weights=name, first=first.action, drug=first.drug, worth=first.expected.worth)
            )
    return Options(
        proposal=proposal,
        facts=dict(facts),
        options=tuple(ranked),
        sensitivity=tuple(sensitivity),
        rebound=rebound,
    )
