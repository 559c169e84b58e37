"""What a step is worth to this patient, in NRS points: expected benefit less the cost of side effects, by her own weights.

The benefit at a dose is her own posterior's where there is one, and the trials' where there is none. Side effects are taken to go
with the dose, and with the level at waking where only the hour changes. A test is worth what it would let one do better.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from lenitive.evidence import beliefs
from lenitive.frozen import dataclass
from lenitive.knowledge import Action
from lenitive.response import (
    SettlingStep,
    benefit_at,
    benefit_weights,
)
from lenitive.review.absent import Absent
from lenitive.review.harms import harm_cost
from lenitive.review.hours import HoursEarlier
from lenitive.review.visit import Visit
from lenitive.terms import Message, Score
from lenitive.titration import DosePlan, Falls, Refusal

__all__ = ["LEARNING", "Case", "Expected", "expected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a step is expected to bring, points; None where nothing is known.

    Attributes:
        benefit: Mean benefit at the dose it leads to.
        benefit_sd: Its spread.
        cost: What side effects take away.
        worth: Benefit less cost, or the worth of what a test would let one do better.
        basis: Whose numbers they are, and what is assumed or left out; or why there are none.
        falls: Of smaller steps down, their falls beside the one that brought withdrawal.
        hours: Of another hour of intake, what each candidate hour does to the level and to morning sleepiness.
    """

    benefit: float | None
    benefit_sd: float | None
    cost: float | None
    worth: float | None
    basis: tuple[Message, ...]
    falls: Falls | None = None
    hours: HoursEarlier | None = None

    @classmethod
    def unknown(cls, *basis: Message, hours: HoursEarlier | None = None) -> Expected:
        """No figures, and why."""
        return cls(benefit=None, benefit_sd=None, cost=None, worth=None, basis=basis, hours=hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that the worth of a step is computed from.

    Attributes:
        visit: The patient, and what was concluded about the drug.
        hours: What another hour of intake would do, where it is offered.
        dose: What is taken of the drug now, mg a day.
        preferences: Weight 0-10 on outcomes and side effects.
        harm_factor: What the cost of side effects is multiplied by.
    """

    visit: Visit
    hours: HoursEarlier | Absent
    dose: float
    preferences: Mapping[str, float]
    harm_factor: float = 1.0

    @property
    def drug(self) -> str:
        """The protocol's drug."""
        return self.visit.protocol.drug

    @property
    def weights(self) -> dict[Score, float]:
        """Weight of each outcome in the benefit."""
        outcomes = (
            self.visit.fit.outcomes
            if self.visit.fit is not None
            else (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)
        )
        return benefit_weights(outcomes, self.preferences, self.visit.knowledge.judgement.preferences)

    def cost_now(self) -> float:
        """What side effects take away at the present dose, points."""
        if self.visit.verdict is None:
            return 0.0
        own = {c.what: c for c in self.visit.verdict.costs}
        return self.harm_factor * sum(c.points for c in own.values())

    def own(self, dose: float) -> Expected:
        """At another dose of the drug that is taken. Side effects are taken to go with the dose: assumed."""
        if dose <= 0:
            nothing = (Message.of("review.worth.without"),)
            return Expected(benefit=0.0, benefit_sd=0.0, cost=0.0, worth=0.0, basis=nothing)
        if (
            self.visit.fit is None
            or self.visit.fit.posterior is None
            or self.drug not in [i.name for i in self.visit.fit.inputs]
        ):
            return self.trials(self.drug, dose)
        b = benefit_at(self.visit.fit, self.drug, dose, self.weights)
        basis: tuple[Message, ...] = (Message.of("review.worth.own"),)
        ratio = dose / self.dose if self.dose > 0 else 1.0
        cost: float | None = self.cost_now() * ratio
        if self._nothing_asked:
            harms = harm_cost(self.visit, self.drug, self.preferences)
            cost = None if harms.points is None else self.harm_factor * harms.points * ratio
            basis = (*basis, Message.of("review.worth.harms_not_asked"), *harms.basis)
        return Expected(
            benefit=b.mean,
            benefit_sd=b.sd,
            cost=cost,
            worth=None if cost is None else b.mean - cost,
            basis=basis,
        )

    @property
    def _nothing_asked(self) -> bool:
        """Whether nothing is recorded from which a cost of the drug could be told: no side effect, had or denied, and no weight."""
        verdict, record = self.visit.verdict, self.visit.record
        costs = verdict is not None and verdict.costs
        return not costs and not record.effects and not record.series("weight")

    def trials(self, drug: str, dose: float) -> Expected:
        """Of a drug that this diary says nothing about."""
        weights = self.weights
        found = {b.outcome: b for b in beliefs(self.visit.knowledge, {drug: dose}, outcomes=tuple(weights))}
        if not found:
            return Expected.unknown(Message.of("review.worth.no_trials"))
        mean = -sum(weights[o] * b.mean for o, b in found.items())
        # Effects on the three scores go together within a person; taken as one, which is the wider choice.
        sd = sum(weights[o] * b.sd for o, b in found.items())
        harms = harm_cost(self.visit, drug, self.preferences)
        cost = None if harms.points is None else self.harm_factor * harms.points
        return Expected(
            benefit=mean,
            benefit_sd=sd,
            cost=cost,
            worth=None if cost is None else mean - cost,
            basis=(Message.of("review.worth.trials"), *harms.basis),
        )

    def test(self, kinds: tuple[SettlingStep, ...]) -> Expected:
        """What knowing more would be worth: the gain of being able to stop, or go on, in the light of it."""
        best = next((s for s in self.visit.settling if s.step in kinds), None)
        now = self.own(self.dose)
        if best is None or now.worth is None or self.dose <= 0:
            return Expected.unknown(Message.of("review.worth.nothing_to_go_by"))
        learned = math.sqrt(max(best.sd_now**2 - best.sd_after**2, 0.0))
        return Expected(
            benefit=now.benefit,
            benefit_sd=best.sd_after,
            cost=now.cost,
            worth=_best_of_two(now.worth, learned),
            basis=(Message.of("review.worth.test"),),
        )


def _best_of_two(mean: float, sd: float) -> float:
    """E[max(X, 0)] for X normal."""
    if sd <= 0:
        return max(mean, 0.0)
    z = mean / sd
    return mean * 0.5 * (1 + math.erf(z / math.sqrt(2))) + sd * math.exp(-0.5 * z * z) / math.sqrt(
        2 * math.pi
    )


LEARNING = (
    SettlingStep.DOSE_CHANGE,
    SettlingStep.OPEN_BREAK,
    SettlingStep.BREAK_AND_RESTART,
    SettlingStep.BLINDED_BLOCKS,
    SettlingStep.RESTART,
)
"""What a test may be."""


def expected(
    case: Case, action: Action, drug: str, dose: float | None, plan: DosePlan | Refusal | None
) -> Expected:
    """What an action is expected to bring.

    Args:
        case: The patient.
        action: What kind of step.
        drug: The drug it leads to.
        dose: Where it leads, mg a day.
        plan: The step's plan, if there is one.
    """
    match action:
        case "no_change":
            return case.own(case.dose)
        case "change_time":
            return _another_hour(case)
        case "smaller_steps":
            there = case.own(dose or 0.0)
            return replace(
                there,
                basis=(*there.basis, Message.of("review.worth.smaller_steps")),
                falls=plan.falls if isinstance(plan, DosePlan) else None,
            )
        case "step_up" | "step_down":
            return case.own(dose or 0.0)
        case "taper" | "stop":
            return case.own(0.0)
        case "start" | "switch":
            return case.trials(drug, dose or 0.0)
        case "test":
            return case.test(LEARNING)
        case "ask_for_data":
            return case.test((SettlingStep.FULLER_DIARY, SettlingStep.WAIT))
        case "add":
            now, more = case.own(case.dose), case.trials(drug, dose or 0.0)
            if now.benefit is None or more.benefit is None:
                return Expected.unknown(Message.of("review.worth.no_trials_of_adding"))
            harm_known = now.cost is not None and more.cost is not None
            cost = (now.cost or 0.0) + (more.cost or 0.0) if harm_known else None
            benefit = now.benefit + more.benefit
            return Expected(
                benefit=benefit,
                benefit_sd=math.hypot(now.benefit_sd or 0.0, more.benefit_sd or 0.0),
                cost=cost,
                worth=None if cost is None else benefit - cost,
                basis=(Message.of("review.worth.added"), *more.basis),
            )
        case _:
            return Expected.unknown(Message.of("review.worth.not_comparable"))


def _another_hour(case: Case) -> Expected:
    """Worth now, and what the best of the hours takes off the cost of sleepiness."""
    now = case.own(case.dose)
    if isinstance(case.hours, Absent):
        return Expected.unknown(Message.of("review.worth.no_hour"), case.hours.reason)
    if now.worth is None or now.cost is None:
        return Expected.unknown(Message.of("review.worth.no_worth_now"), hours=case.hours)
    relief = case.harm_factor * case.hours.best.relief
    return replace(
        now,
        cost=now.cost - relief,
        worth=now.worth + relief,
        basis=(*now.basis, case.hours.basis),
        hours=case.hours,
    )
