"""What a step is expected to bring this patient, by the one valuation of ``net``: what it is worth, and in words what that is made of.

Side effects are taken to go with the level at waking where only the hour changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from functools import cached_property

from lenitive.frozen import dataclass
from lenitive.knowledge import Action
from lenitive.response import DosePath, DoseStep, Settling, SettlingStep
from lenitive.review.absent import Absent
from lenitive.review.harms import harm_cost
from lenitive.review.hours import HoursEarlier
from lenitive.review.later import DecidedLater, decided_later
from lenitive.review.net import Ahead, Net, NetPart
from lenitive.review.paths import path_of_plan, path_of_step, weighed_doses
from lenitive.review.visit import Visit
from lenitive.terms import Message, Score
from lenitive.titration import DosePlan, Falls, Refusal

__all__ = ["LEARNING", "Case", "Expected", "StepPrice", "expected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a step is expected to bring, mean of the days of the horizon, points; None where nothing is known.

    Attributes:
        benefit: Mean of the benefit.
        benefit_sd: Spread of what it is worth.
        cost: What side effects, weight and the way there take away.
        worth: Benefit less cost.
        basis: Whose numbers they are, what they are made of, and what is assumed or left out; or why there are none.
        falls: Of smaller steps down, their falls beside the one that brought withdrawal.
        hours: Of another hour of intake, what each candidate hour does to the level and to morning sleepiness.
        net: The valuation, with its parts.
        later: Of no change, of stopping and of a test: what it is worth to decide later, after going on or after the test.
    """

    benefit: float | None
    benefit_sd: float | None
    cost: float | None
    worth: float | None
    basis: tuple[Message, ...]
    falls: Falls | None = None
    hours: HoursEarlier | None = None
    net: Net | None = None
    later: DecidedLater | None = None

    @classmethod
    def unknown(cls, *basis: Message, hours: HoursEarlier | None = None) -> Expected:
        """No figures, and why."""
        return cls(benefit=None, benefit_sd=None, cost=None, worth=None, basis=basis, hours=hours)

    @classmethod
    def of(cls, net: Net, made_of: tuple[Message, ...], *basis: Message) -> Expected:
        """The figures of a net, with what it is made of in words."""
        return cls(
            benefit=net.benefit,
            benefit_sd=net.sd,
            cost=net.cost,
            worth=net.mean,
            basis=(*made_of, *basis),
            net=net,
        )


def _made_of(net: Net, least: float) -> tuple[Message, ...]:
    """A net number by number; a cost of no more than ``least`` points is not listed."""
    costs: dict[str, float] = {}
    for part in net.parts:
        if part.what != "benefit":
            costs[part.what] = costs.get(part.what, 0.0) - part.points
    whole = Message.of(
        "review.worth.net",
        weeks=net.horizon_weeks,
        benefit=net.benefit,
        cost=net.cost,
        net=net.mean,
        chance=net.better_than_none,
    )
    named = sorted(((points, what) for what, points in costs.items() if points > least), reverse=True)
    return whole, *(_cost_words(what, points) for points, what in named)


def _cost_words(what: str, points: float) -> Message:
    match what:
        case "weight":
            return Message.of("review.worth.cost_of_weight", points=points)
        case "withdrawal":
            return Message.of("review.worth.cost_of_withdrawal", points=points)
        case "class":
            return Message.of("review.worth.cost_of_class", points=points)
        case "test":
            return Message.of("review.worth.cost_of_test", points=points)
        case _:
            return Message.of("review.worth.cost_of_effect", effect=what, points=points)


LEARNING = (
    SettlingStep.DOSE_CHANGE,
    SettlingStep.OPEN_BREAK,
    SettlingStep.BREAK_AND_RESTART,
    SettlingStep.BLINDED_BLOCKS,
    SettlingStep.RESTART,
)
"""What a test may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPrice:
    """What a step that would settle it costs.

    Attributes:
        step: Its kind.
        weeks: How long it takes.
        cost_points: What it takes away if nothing were learnt by it, mean of the days of the horizon, points.
        chance_it_changes_what_to_do: Probability that another dose is chosen after it than by today's knowledge.
    """

    step: SettlingStep
    weeks: float
    cost_points: float
    chance_it_changes_what_to_do: float


@dataclass(frozen=True, kw_only=True)
class Case:
    """All that the worth of a step is computed from.

    Attributes:
        visit: The patient, and what was concluded about the drug.
        hours: What another hour of intake would do, where it is offered.
        dose: What is taken of the drug now, mg a day.
        preferences: Weight 0-10 on outcomes and side effects.
        ahead: What the nets are computed from.
        harm_factor: What the cost of side effects is multiplied by.
    """

    visit: Visit
    hours: HoursEarlier | Absent
    dose: float
    preferences: Mapping[str, float]
    ahead: Ahead = field(repr=False, compare=False)
    harm_factor: float = 1.0

    @property
    def drug(self) -> str:
        """The protocol's drug."""
        return self.visit.protocol.drug

    @property
    def weights(self) -> dict[Score, float]:
        """Weight of each outcome in the benefit."""
        return self.ahead.weights(self.preferences)

    def along(self, path: DosePath) -> Expected:
        """What a way of dosing is expected to bring."""
        basis = self._basis(path)
        net = self.ahead.net(path, weights=self.weights, harm_factor=self.harm_factor)
        if net is not None:
            return Expected.of(net, self.made_of(net), *basis)
        lacking = [d for d in path.drugs if self.ahead.benefit(d) is None]
        if any(self.ahead.disputed(d) for d in lacking):
            return Expected.unknown(Message.of("review.worth.disputed"))
        if lacking:
            return Expected.unknown(Message.of("review.worth.no_trials"))
        benefit, sd = self.ahead.benefit_alone(path, weights=self.weights)
        return Expected(benefit=benefit, benefit_sd=sd, cost=None, worth=None, basis=basis)

    def made_of(self, net: Net) -> tuple[Message, ...]:
        """A net in words, number by number."""
        return _made_of(net, self.visit.knowledge.judgement.preferences.least_points.value)

    @cached_property
    def waiting(self) -> DecidedLater | None:
        """What it is worth to go on for some weeks and to decide then; None where nothing is taken or nothing can be said of it."""
        weeks = self.visit.knowledge.judgement.valuation.test_waiting_weeks.value
        step = next(
            (s for s in self.visit.settling if s.step is SettlingStep.WAIT and s.weeks == weeks), None
        )
        return None if step is None or self.dose <= 0 else self.after(step)

    def after(self, step: Settling) -> DecidedLater | None:
        """What it is worth to take a step that settles something and to decide then, its trouble left out."""
        days = 0
        first: list[DoseStep] = []
        for stretch in step.stretches:
            if not first or first[-1][1] != stretch.dose:
                first.append((days, stretch.dose))
            days += stretch.days
        return decided_later(
            self.ahead,
            self.drug,
            first,
            days,
            doses=sorted({0.0, self.dose, *weighed_doses(self.visit.protocol, self.visit.record)}),
            narrowing=min(step.sd_after / step.sd_now, 1.0) if step.sd_now > 0 else 1.0,
            weights=self.weights,
            harm_factor=self.harm_factor,
        )

    @cached_property
    def tests(self) -> tuple[tuple[Settling, DecidedLater], ...]:
        """The tests that are short enough, each with what it is worth to decide in its light, its trouble left out."""
        lines = self.visit.knowledge.judgement.valuation
        longest = min(
            lines.test_longest_weeks.value, lines.test_longest_share.value * lines.horizon_weeks.value
        )
        short = [s for s in self.visit.settling if s.step in LEARNING and s.weeks <= longest + 1e-9]
        return tuple((s, d) for s in short if (d := self.after(s)) is not None)

    @property
    def test(self) -> tuple[Settling, DecidedLater] | None:
        """The one of them that is worth most; None for none."""
        return max(self.tests, key=lambda p: self.worth_of_test(*p), default=None)

    @property
    def prices(self) -> tuple[StepPrice, ...]:
        """What each of them costs, and the chance that it changes what is done."""
        return tuple(
            StepPrice(
                step=s.step,
                weeks=s.weeks,
                cost_points=self.price_of_test(s, d),
                chance_it_changes_what_to_do=d.changes,
            )
            for s, d in self.tests
        )

    def price_of_test(self, step: Settling, then: DecidedLater) -> float:
        """What a test costs against the best that is known today, if nothing were learnt by it, points."""
        stay = self.ahead.net(
            DosePath.steady(**{self.drug: self.dose}), weights=self.weights, harm_factor=self.harm_factor
        )
        now = then.unlearnt if stay is None else max(stay.mean, then.unlearnt)
        return now - then.unlearnt + self._trouble(step)

    def worth_of_test(self, step: Settling, then: DecidedLater) -> float:
        """What is expected in its light, less its trouble, points."""
        return then.worth - self._trouble(step)

    def _trouble(self, step: Settling) -> float:
        """What a test itself takes away, as mean of the horizon."""
        lines = self.visit.knowledge.judgement.valuation
        return lines.test_burden.value * step.weeks / lines.horizon_weeks.value

    def testing(self) -> Expected:
        """What a test is expected to bring: what is taken during it, the best that may be done in its light, less its trouble."""
        found = self.test
        if found is None and self.ahead.disputed(self.drug):
            return Expected.unknown(Message.of("review.worth.disputed"))
        if found is None:
            return Expected.unknown(Message.of("review.worth.no_short_test"))
        step, then = found
        trouble = self._trouble(step)
        return Expected(
            benefit=None,
            benefit_sd=None,
            cost=None,
            worth=then.worth - trouble,
            basis=(
                Message.of(
                    "review.worth.test",
                    weeks=step.weeks,
                    price=self.price_of_test(step, then),
                    chance=then.changes,
                    worth=then.worth - trouble,
                ),
            ),
            later=then,
        )

    def _basis(self, path: DosePath) -> tuple[Message, ...]:
        """Whose numbers they are."""
        taken = [d for d in path.drugs if any(mg > 0 for _, mg in path.steps[d])]
        if not taken:
            own = Message.of("review.worth.without_from_now")
            return (own,) if self.ahead.taken(self.drug) else (Message.of("review.worth.without"),)
        found: list[Message] = []
        for drug in taken:
            if self.ahead.by_own_diary(drug):
                found.append(Message.of("review.worth.own"))
            else:
                found.append(Message.of("review.worth.trials"))
            if not self.ahead.taken(drug):
                found += harm_cost(self.visit, drug, self.preferences).basis
        if self._nothing_asked and self.drug in taken:
            found.append(Message.of("review.worth.harms_not_asked"))
        return tuple(dict.fromkeys(found))

    @property
    def _nothing_asked(self) -> bool:
        """Whether nothing is recorded from which a cost of the drug could be told: no side effect, had or denied, and no weight."""
        record = self.visit.record
        return not record.effects and not record.series("weight")


def path_to(
    case: Case, action: Action, drug: str, dose: float | None, plan: DosePlan | Refusal | None
) -> DosePath | None:
    """The doses that a step would bring; None for one that is not about doses."""
    present = {case.drug: case.dose}
    match action:
        case "no_change" | "ask_for_data" | "change_time":
            return DosePath.steady(**present)
        case "step_up" | "step_down" | "smaller_steps" | "taper" | "stop" | "start" | "switch" | "add":
            if isinstance(plan, DosePlan):
                return path_of_plan(plan, case.visit.at, **present)
            return path_of_step(action, case.visit.protocol, case.dose, drug, dose or 0.0)
        case _:
            return None


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
    if action == "test":
        return case.testing()
    path = path_to(case, action, drug, dose, plan)
    if path is None:
        return Expected.unknown(Message.of("review.worth.not_comparable"))
    there = case.along(path)
    match action:
        case "no_change" | "taper" | "stop":
            return _with_waiting(case, there)
        case "change_time":
            return _another_hour(case, there)
        case "smaller_steps":
            return replace(
                there,
                basis=(*there.basis, Message.of("review.worth.smaller_steps")),
                falls=plan.falls if isinstance(plan, DosePlan) else None,
            )
        case "add" if there.benefit is not None:
            return replace(there, basis=(*there.basis, Message.of("review.worth.added")))
        case _:
            return there


def _with_waiting(case: Case, there: Expected) -> Expected:
    """Beside going on and beside stopping: what it is worth to go on for some weeks and to decide then."""
    waiting = case.waiting
    if waiting is None or there.net is None:
        return there
    lines = case.visit.knowledge.judgement.valuation
    said = Message.of(
        "review.worth.waiting",
        weeks=lines.test_waiting_weeks.value,
        worth=waiting.worth,
        chance=waiting.changes,
    )
    return replace(there, basis=(*there.basis, said), later=waiting)


def _another_hour(case: Case, now: Expected) -> Expected:
    """Worth now, and what the best of the hours takes off the cost of sleepiness."""
    if isinstance(case.hours, Absent):
        return Expected.unknown(Message.of("review.worth.no_hour"), case.hours.reason)
    if now.net is None or now.cost is None:
        return Expected.unknown(Message.of("review.worth.no_worth_now"), hours=case.hours)
    relief = case.harm_factor * case.hours.best.relief
    earlier = NetPart(what="hour", drug=case.drug, points=relief)
    net = replace(now.net, mean=now.net.mean + relief, parts=(*now.net.parts, earlier))
    found = Expected.of(net, case.made_of(net), *now.basis[len(case.made_of(now.net)) :], case.hours.basis)
    return replace(found, hours=case.hours)
