"""What was agreed before treatment, answered: the goal, how much of the change is the medicine's, the day of review, the rule for stopping.

What a text of the plan says is read by a small grammar (`lenitive.review.goal`); what it does not understand is shown as it was agreed
and is the reader's to judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from lenitive.frozen import dataclass
from lenitive.knowledge import Judgement
from lenitive.record import PlanTarget, Record
from lenitive.response import Estimand, Fit
from lenitive.review.absent import Absent
from lenitive.review.goal import Goal, GoalKind, Goals, goals, subject_of
from lenitive.review.goal_standing import GoalStanding, Standpoint, Start, standing_of
from lenitive.review.goal_words import SubjectKind
from lenitive.terms import Message, Score

__all__ = ["AgreedPlan", "DueTo", "GoalAnswer", "StopAnswer", "agreed", "plan_readings"]


_NAMED = {
    GoalKind.FALL: "review.agreed.named.fall",
    GoalKind.RISE: "review.agreed.named.rise",
    GoalKind.BELOW: "review.agreed.named.below",
    GoalKind.AT_MOST: "review.agreed.named.at_most",
    GoalKind.ABOVE: "review.agreed.named.above",
    GoalKind.AT_LEAST: "review.agreed.named.at_least",
    GoalKind.SHORT: "review.agreed.named.short",
    GoalKind.NO_BENEFIT: "review.agreed.named.no_benefit",
    GoalKind.NAMED: "review.agreed.named.named",
}
_GOALS = {
    Standpoint.MET: "review.agreed.goal.met",
    Standpoint.NOT_MET: "review.agreed.goal.not_met",
    Standpoint.NOT_YET: "review.agreed.goal.not_yet",
    Standpoint.UNKNOWN: "review.agreed.goal.unknown",
}
_STOPS = {
    Standpoint.MET: "review.agreed.stop.met",
    Standpoint.NOT_MET: "review.agreed.stop.not_met",
    Standpoint.NOT_YET: "review.agreed.stop.not_yet",
    Standpoint.UNKNOWN: "review.agreed.stop.unknown",
}
_LACKS = {
    "before": "review.agreed.lacks.before",
    "now": "review.agreed.lacks.now",
    "start": "review.agreed.lacks.start",
    "success": "review.agreed.lacks.success",
    "threshold": "review.agreed.lacks.threshold",
}
# By whether it was measured (else it is a mean of the diary), and whether it is known where it stood before.
_TOLD = {
    (True, True): "review.agreed.from.measured",
    (True, False): "review.agreed.now.measured",
    (False, True): "review.agreed.from.mean",
    (False, False): "review.agreed.now.mean",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTo:
    """How much easier a medicine makes it now, points; above zero is easier.

    Attributes:
        drug: Its name.
        mean: Posterior mean.
        low: 2.5 % quantile.
        high: 97.5 % quantile.
    """

    drug: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalAnswer:
    """One goal, where it stands, and how much of the change is due to what is taken.

    Attributes:
        stands: Where it stands.
        due_to: By medicine taken now; empty where the diary gives no estimate of this outcome.
        rest: What of the fall is due to none of them, points; None where that is not known.
    """

    stands: GoalStanding
    due_to: tuple[DueTo, ...] = ()
    rest: float | None = None

    @property
    def says(self) -> tuple[Message, ...]:
        """Where it stands; first what it is."""
        return tuple(_standing(self.stands))

    @property
    def shares(self) -> tuple[Message, ...]:
        """How much of the change is whose; the same for every goal about one score."""
        return tuple(self._shares())

    def _shares(self) -> Iterator[Message]:
        one = self.stands
        for part in self.due_to:
            yield Message.of(
                "review.agreed.due_to", drug=part.drug, mean=part.mean, low=part.low, high=part.high
            )
        if self.rest is not None and self.rest >= 0:
            yield Message.of("review.agreed.rest", rest=self.rest)
        elif self.rest is not None:
            yield Message.of("review.agreed.would_have_risen", more=-self.rest)
        elif one.fall is not None and not self.due_to and one.goal.sort is not SubjectKind.ACTIVITY:
            yield Message.of("review.agreed.no_part")


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAnswer:
    """One rule for stopping and whether it holds."""

    stands: GoalStanding

    @property
    def says(self) -> tuple[Message, ...]:
        """What is to be said of it."""
        return tuple(_standing(self.stands, stops=True))


def _in_unit(value: float | None, unit: str) -> tuple[str, ...] | None:
    """A value with its unit, for the catalogue to print."""
    return None if value is None else (str(value), unit)


def _name(goal: Goal) -> Message:
    return Message.of(_NAMED[goal.kind], subject=goal.subject, amount=_in_unit(goal.amount, goal.unit))


def _standing(one: GoalStanding, *, stops: bool = False) -> Iterator[Message]:
    goal, unit = one.goal, one.unit
    yield _name(goal)
    yield Message.of((_STOPS if stops else _GOALS)[one.standpoint], due=one.due)
    if one.lacks:
        yield Message.of(_LACKS[one.lacks])
    if one.now is not None:
        told = _TOLD[goal.sort is SubjectKind.MEASURE, one.before is not None]
        yield Message.of(
            "review.agreed.days" if goal.sort is SubjectKind.ACTIVITY else told,
            subject=goal.subject,
            now=_in_unit(one.now.value, unit),
            last=one.now.last,
            entries=one.now.entries,
            window=one.window_days,
            before=None if one.before is None else _in_unit(one.before.value, unit),
            first=None if one.before is None else one.before.last,
        )
    if one.standpoint is Standpoint.NOT_MET and not stops:
        yield Message.of("review.agreed.short", short=_in_unit(one.short, unit))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedPlan:
    """What was agreed, with its answer.

    Attributes:
        outcome: What was to get better, as written.
        success: What was to count as success, as written.
        stop_rule: When to stop, as written.
        review_date: The day agreed for a review.
        days_to_review: Days from the day of this review to that; below zero once it has passed.
        goals: The goals understood; empty where the text is none of the grammar.
        any_goal: Whether one of them is enough.
        stops: The rules for stopping understood.
        any_stop: Whether one of them is enough.
    """

    outcome: str
    success: str
    stop_rule: str
    review_date: date | None
    days_to_review: int | None
    goals: tuple[GoalAnswer, ...]
    any_goal: bool
    stops: tuple[StopAnswer, ...]
    any_stop: bool

    @property
    def reached(self) -> Standpoint:
        """Whether what was agreed as success is reached."""
        return _together([g.stands for g in self.goals], self.any_goal)

    @property
    def stop_holds(self) -> Standpoint:
        """Whether the rule for stopping holds."""
        return _together([s.stands for s in self.stops], self.any_stop)

    @property
    def review_says(self) -> Message:
        """Whether the day agreed for a review has come."""
        if self.days_to_review is None:
            return Message.of("review.agreed.review.none")
        if self.days_to_review == 0:
            return Message.of("review.agreed.review.today")
        passed = self.days_to_review < 0
        return Message.of(
            "review.agreed.review.passed" if passed else "review.agreed.review.ahead",
            on=self.review_date,
            count=abs(self.days_to_review),
        )

    @property
    def not_understood(self) -> tuple[str, ...]:
        """Texts of the plan that are the reader's to judge: ``success``, ``stop_rule``."""
        goal = self.success or self.outcome
        open_ = (("success", goal, self.goals), ("stop_rule", self.stop_rule, self.stops))
        return tuple(name for name, text, read in open_ if text and not read)


def _by_the_review(one: GoalStanding, review_date: date | None, at: date) -> GoalStanding:
    """A goal without a time of its own was agreed for the day of the review: before it, what is not reached is not reached so far."""
    if (
        one.standpoint is Standpoint.NOT_MET
        and one.due is None
        and review_date is not None
        and at < review_date
    ):
        return replace(one, standpoint=Standpoint.NOT_YET, due=review_date)
    return one


def _together(parts: Sequence[GoalStanding], any_: bool) -> Standpoint:
    """Of several, all or any; what is unknown leaves open what the others do not settle."""
    found = {p.standpoint for p in parts}
    if not found:
        return Standpoint.UNKNOWN
    settles, other = (Standpoint.MET, Standpoint.NOT_MET) if any_ else (Standpoint.NOT_MET, Standpoint.MET)
    if settles in found:
        return settles
    if found == {other}:
        return other
    return Standpoint.UNKNOWN if Standpoint.UNKNOWN in found else Standpoint.NOT_YET


def _due_to(one: GoalStanding, record: Record, fit: Fit | None, at: date) -> tuple[DueTo, ...]:
    """What the medicines taken now take off the score that a goal is about."""
    if fit is None or one.goal.sort is not SubjectKind.SCORE or Score(one.goal.subject) not in fit.outcomes:
        return ()
    found = []
    # An as-needed intake follows the bad day, so that what is estimated of it is no part of the answer.
    for drug in dict.fromkeys(p.drug for p in record.regimen(at) if not p.as_needed):
        effect = fit.effect(drug, Score(one.goal.subject), Estimand.ATTRIBUTABLE)
        if effect is not None:
            low, high = -effect.quantiles["0.975"], -effect.quantiles["0.025"]
            found.append(DueTo(drug=drug, mean=-effect.mean, low=low, high=high))
    return tuple(found)


def _answered(one: GoalStanding, record: Record, fit: Fit | None, at: date) -> GoalAnswer:
    # What a medicine does now belongs to a score of now: a diary that has stopped says nothing of it.
    parts = _due_to(one, record, fit, at) if one.now is not None else ()
    rest = one.fall - sum(p.mean for p in parts) if parts and one.fall is not None else None
    return GoalAnswer(stands=one, due_to=parts, rest=rest)


def _goals(plan: PlanTarget, about: tuple[SubjectKind, str] | None, window_days: int) -> Goals:
    """The goals of a plan; the outcome alone where no success was agreed."""
    text = plan.success or plan.outcome
    found = goals(text, about, stops=False, window_days=window_days)
    if found is None and about is not None and not plan.success:
        return Goals(of=(Goal(sort=about[0], subject=about[1], kind=GoalKind.NAMED),))
    return found or Goals(of=())


def plan_readings(plan: PlanTarget, window_days: int) -> dict[str, tuple[Message, ...]]:
    """How each text of a plan is read, by its key; a text that is the reader's to judge has no message.

    Args:
        plan: The plan.
        window_days: The days that a mean is taken over.
    """
    about = subject_of(plan.outcome)
    key = "success" if plan.success else "outcome"
    found = {key: _goals(plan, about, window_days)} if plan.success or plan.outcome else {}
    if plan.stop_rule:
        rule = goals(plan.stop_rule, about, stops=True, window_days=window_days)
        found["stop_rule"] = rule or Goals(of=())
    return {name: tuple(map(_name, read.of)) for name, read in found.items()}


def agreed(
    record: Record, *, at: date, start: Start, lines: Judgement, fit: Fit | None
) -> AgreedPlan | Absent:
    """What was agreed, with its answer, or that nothing was.

    Args:
        record: The record as it stood on the day.
        at: The day.
        start: When the drug in question began, and when its dose was last changed.
        lines: Over how many days means are taken, and which falls matter.
        fit: The response model's answer; None where there is none.
    """
    plan = record.patient.plan
    if plan is None or not (plan.outcome or plan.success or plan.stop_rule or plan.review_date):
        return Absent(Message.of("review.agreed.nothing"))
    window = lines.verdict.window_days.whole
    about = subject_of(plan.outcome)
    success = _goals(plan, about, window)
    stops = goals(plan.stop_rule, about, stops=True, window_days=window) or Goals(of=())

    def judged(goal: Goal) -> GoalStanding:
        return standing_of(goal, record, at=at, start=start, lines=lines)

    return AgreedPlan(
        outcome=plan.outcome,
        success=plan.success,
        stop_rule=plan.stop_rule,
        review_date=plan.review_date,
        days_to_review=None if plan.review_date is None else (plan.review_date - at).days,
        goals=tuple(
            _answered(_by_the_review(judged(g), plan.review_date, at), record, fit, at) for g in success.of
        ),
        any_goal=success.any,
        stops=tuple(StopAnswer(stands=judged(g)) for g in stops.of),
        any_stop=stops.any,
    )
