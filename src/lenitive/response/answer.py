"""One drug's answer: does it help at all, by how much, and by what matters to her; with every rule that it passed.

The benefit is one number per draw of the joint posterior, in NRS points above zero where it is better: the attributable improvements of the scores
that were entered, averaged with the patient's own weights,

    B = sum_o w_o (-E_o)      sum_o w_o = 1

A score that was never entered, or that had nothing to ease, is left out of B and named. The cost is what present side effects and weight are worth to
her on the same scale. Below stated minima of time, data and soundness no grade is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from types import MappingProxyType

import numpy as np

from lenitive.frozen import dataclass
from lenitive.record import Record
from lenitive.response.conditions import conditions, identified, left_out
from lenitive.response.courses import SideEffectCourse
from lenitive.response.fit import Fit
from lenitive.response.grade import BenefitGrade, grade_by
from lenitive.response.matters import BenefitLine, line_for
from lenitive.response.preferences import Cost, benefit_weights, lasting_costs
from lenitive.response.result import Input, InputKind, Summary
from lenitive.response.verdict_settings import VerdictSettings
from lenitive.response.weighed import Weighed
from lenitive.response.weight import WeightTrajectory
from lenitive.terms import Fact, Outcome, Reason, Score

__all__ = ["BenefitAnswer", "TrialsOnly", "answer", "answers", "unanswered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialsOnly:
    """The same three numbers from what was believed before the diary was read.

    Attributes:
        helps: Probability of any benefit.
        size: The benefit.
        reaches: Probability that it is at least the line.
    """

    helps: float
    size: Summary
    reaches: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitAnswer:
    """The answer about one drug or activity at its current dose. Benefit is a number above zero.

    Attributes:
        drug: Its name.
        kind: Drug or activity.
        dose: The dose that it is about (mg, minutes or sessions a day).
        grade: The conclusion.
        helps: Probability of any benefit; None where no number is given.
        size: The benefit B, points; None where the diary cannot tell the drug's part from another's.
        line: What the benefit is held against.
        offered: A smaller line, where the usual one is open: what the patient may take for her own; None elsewhere.
        pain_line: The same of pain alone, by the usual line; None where pain is not among several scores that are used.
        sure: Probability from which a line is called reached.
        worth: Probability that the benefit is at least the line after the cost.
        share_from_diary: 1 - posterior variance / prior variance of B.
        pain: Probabilities about the first-named pain slot: ``mcid`` points; ``2_points_and_30pct``; ``30pct``; ``50pct``.
        weights: Weight of each score that is used; they sum to 1.
        never_entered: Scores that count for her and were never entered.
        at_floor: Scores that were so low that there was nothing to ease.
        trials_only: What was believed before the diary; None where there is no fit.
        costs: What takes away from the benefit, greatest first.
        stated_preferences: Whether the patient gave weights of her own.
        because: Every rule considered, in order.
    """

    drug: str
    kind: InputKind
    dose: float
    grade: BenefitGrade
    helps: float | None
    size: Summary | None
    line: BenefitLine
    pain_line: BenefitLine | None
    sure: float
    worth: float | None
    share_from_diary: float | None
    pain: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    weights: Mapping[Score, float]
    never_entered: tuple[Score, ...]
    at_floor: tuple[Score, ...]
    trials_only: TrialsOnly | None
    costs: tuple[Cost, ...]
    stated_preferences: bool
    because: tuple[Reason, ...]
    offered: BenefitLine | None = None

    @property
    def may_help(self) -> bool:
        """Whether some benefit is more likely than none, also where the line is missed."""
        return self.helps is not None and self.helps >= 0.5

    @property
    def more_on_pain(self) -> bool:
        """Whether pain alone reaches its line for certain where the scores together do not."""
        own, together = self.pain_line, self.line
        if own is None or own.probability is None or together.probability is None:
            return False
        return own.probability >= self.sure > together.probability

    @property
    def unmet(self) -> tuple[Reason, ...]:
        """The rules that forbid a grade, in order."""
        return tuple(r for r in self.because if r.outcome is not Outcome.MET and r.rule not in _SAYS_WHICH)

    @property
    def sound(self) -> bool:
        """Whether its figures may be shown and reckoned with: there are some, and the fit behind them is sampled and not disputed."""
        return self.size is not None and not _UNSOUND & {r.rule for r in self.unmet}

    @property
    def disputed(self) -> bool:
        """Whether there are figures and they are no answer, so that nothing is to be shown of them or reckoned with them."""
        return self.size is not None and not self.sound


_SAYS_WHICH = ("response.verdict.sure", "response.verdict.worth_its_cost")
"""The rules that choose between grades and forbid none."""
_UNSOUND = frozenset({"response.verdict.sampled", "response.verdict.undisputed"})
"""Conditions without which the figures of a fit are no answer either."""
_OPEN = (BenefitGrade.OPEN, BenefitGrade.HELPS_SIZE_OPEN)
"""The grades that leave the line open."""


def answer(
    record: Record,
    fit: Fit,
    name: str,
    *,
    courses: Sequence[SideEffectCourse] = (),
    weight: WeightTrajectory | None = None,
    settings: VerdictSettings,
) -> BenefitAnswer:
    """The answer about one drug or activity.

    Args:
        record: The record that was fitted; its patient's preferences weigh.
        fit: The posterior.
        name: A drug or activity of the fit.
        courses: Side effects; those that come from this drug and are there to stay count as cost.
        weight: The trajectory of weight, or None.
        settings: What it goes by.

    Raises:
        KeyError: When the name is not an input of the fit.
    """
    item = next((i for i in fit.inputs if i.name == name), None)
    if item is None:
        raise KeyError(f"{name!r} is not an input of this fit")
    own = dict(record.patient.preferences)
    costs = lasting_costs(item, courses, weight, own, settings.weighing)
    if fit.posterior is None:
        return replace(_without_fit(record, fit, item, settings), costs=costs)
    absent, floor = left_out(fit, item, settings)
    used = [o for o in fit.outcomes if o not in absent and o not in floor]
    kept = used or [o for o in fit.outcomes if o not in absent] or list(fit.outcomes)
    weights = dict.fromkeys(fit.outcomes, 0.0) | benefit_weights(kept, own, settings.weighing)
    weighed = Weighed.of(fit.posterior, item, weights)
    line = line_for(weights, _said(record), settings.lines)
    cost = sum(c.points for c in costs)
    helps, reaches, worth = weighed.beyond(0.0, line.points, line.points + cost)
    size = weighed.summary
    prior = weighed.before
    share = float(np.clip(1 - size.sd**2 / prior.sd**2, 0, 1)) if prior.sd > 0 else 0.0
    known = identified(fit, item)
    because = (
        *conditions(record, fit, item, weighed, line=line.points, share=share, settings=settings),
        _sure(reaches, line, settings),
        Reason(
            rule="response.verdict.worth_its_cost",
            outcome=Outcome.MET if worth >= settings.worth else Outcome.NOT_MET,
            facts=(
                Fact(name="probability_after_cost", value=round(worth, 4), unit="1"),
                Fact(name="cost", value=round(cost, 4), unit="{score}"),
            ),
        ),
    )
    made = BenefitAnswer(
        drug=name,
        kind=item.kind,
        dose=item.current,
        grade=BenefitGrade.CANNOT_TELL,
        helps=helps if known else None,
        size=size if known else None,
        line=replace(line, probability=reaches if known else None),
        pain_line=_pain_line(fit, item, weights, settings) if known else None,
        sure=settings.sure,
        worth=worth if known else None,
        share_from_diary=share,
        pain=_pain(fit, item) if known else {},
        weights=weights,
        never_entered=absent,
        at_floor=floor,
        trials_only=TrialsOnly(
            helps=weighed.believed(0.0), size=prior, reaches=weighed.believed(line.points)
        ),
        costs=costs,
        stated_preferences=bool(own),
        because=because,
    )
    if floor and not used:
        return replace(made, grade=BenefitGrade.NOTHING_TO_EASE)
    if made.unmet:
        return made
    grade = grade_by(helps, reaches, settings.grades)
    if grade is BenefitGrade.WORKS and worth < settings.worth:
        grade = BenefitGrade.WORKS_AT_A_COST
    return replace(made, grade=grade, offered=_offered(made.line, grade, weighed, settings.lines.offered))


def _offered(line: BenefitLine, grade: BenefitGrade, weighed: Weighed, points: float) -> BenefitLine | None:
    """The smaller line, where the usual one is open and the patient said none herself."""
    if grade not in _OPEN or line.stated or line.points <= points:
        return None
    return replace(line, points=points, probability=weighed.beyond(points)[0])


def answers(
    record: Record,
    fit: Fit,
    *,
    courses: Sequence[SideEffectCourse] = (),
    weight: WeightTrajectory | None = None,
    settings: VerdictSettings,
    judged: Sequence[str] | None = None,
) -> tuple[BenefitAnswer, ...]:
    """The answer about every drug and activity that is judged, in that order; without a list, about every one of the fit.

    The other inputs are in the fit so that what they do is not put down to these.
    """
    inputs = [i.name for i in fit.inputs]
    names = inputs if judged is None else [name for name in judged if name in inputs]
    return tuple(
        answer(record, fit, name, courses=courses, weight=weight, settings=settings) for name in names
    )


def _said(record: Record) -> float | None:
    """How much relief the patient wants, points."""
    return None if record.patient.plan is None else record.patient.plan.line


def _sure(reaches: float, line: BenefitLine, settings: VerdictSettings) -> Reason:
    sure = max(reaches, 1 - reaches) >= settings.grades.sure
    return Reason(
        rule="response.verdict.sure",
        outcome=Outcome.MET if sure else Outcome.NOT_MET,
        facts=(
            Fact(name="probability_of_benefit", value=round(reaches, 4), unit="1"),
            Fact(name="benefit", value=round(line.points, 4), unit="{score}"),
            Fact(name="needed", value=settings.grades.sure, unit="1"),
        ),
    )


def _without_fit(record: Record, fit: Fit, item: Input, settings: VerdictSettings) -> BenefitAnswer:
    weights = benefit_weights(fit.outcomes, dict(record.patient.preferences), settings.weighing)
    because = Reason(
        rule="response.verdict.sampled",
        outcome=Outcome.NOT_MET,
        facts=(Fact(name="status", value=fit.status.value), Fact(name="reason", value=fit.reason)),
        missing=tuple(o.value for o in fit.outcomes if fit.observed.shape[0] == 0),
    )
    return unanswered(record, item.name, item.current, (because,), weights, settings, kind=item.kind)


def unanswered(
    record: Record,
    name: str,
    dose: float,
    because: tuple[Reason, ...],
    weights: Mapping[Score, float],
    settings: VerdictSettings,
    *,
    kind: InputKind = InputKind.DRUG,
) -> BenefitAnswer:
    """Cannot tell, where there is no posterior to tell from. Costs are not weighed against a benefit that has no number.

    Args:
        record: The record.
        name: Of the drug or activity.
        dose: The dose that it is about.
        because: Why.
        weights: Weight of each score that would be used.
        settings: What an answer goes by.
        kind: Drug or activity.
    """
    return BenefitAnswer(
        drug=name,
        kind=kind,
        dose=dose,
        grade=BenefitGrade.CANNOT_TELL,
        helps=None,
        size=None,
        line=line_for(weights, _said(record), settings.lines),
        pain_line=None,
        sure=settings.sure,
        worth=None,
        share_from_diary=None,
        weights=weights,
        never_entered=(),
        at_floor=(),
        trials_only=None,
        costs=(),
        stated_preferences=bool(record.patient.preferences),
        because=because,
    )


def _alone(outcomes: Sequence[Score], one: Score) -> dict[Score, float]:
    return {o: float(o is one) for o in outcomes}


def _pain_line(
    fit: Fit, item: Input, weights: Mapping[Score, float], settings: VerdictSettings
) -> BenefitLine | None:
    """The usual line of pain alone, where pain is one of several scores that are used."""
    used = [o for o, w in weights.items() if w > 0]
    if fit.posterior is None or Score.PAIN not in used or len(used) < 2:
        return None
    line = line_for(_alone(fit.outcomes, Score.PAIN), None, settings.lines)
    found = Weighed.of(fit.posterior, item, _alone(fit.outcomes, Score.PAIN))
    return replace(line, probability=found.beyond(line.points)[0])


def _pain(fit: Fit, item: Input) -> dict[str, float]:
    """Probabilities about pain, or about the outcome in its slot."""
    outcome = fit.outcomes[1]
    effect = fit.effect(item.name, outcome)
    if effect is None or fit.posterior is None:
        return {}
    found = dict(effect.probability)
    if effect.reference_level is not None:
        lines = fit.settings.lines
        limit = max(lines.clear_points, lines.moderate_share * effect.reference_level)
        weighed = Weighed.of(fit.posterior, item, _alone(fit.outcomes, outcome))
        found["2_points_and_30pct"] = weighed.beyond(limit)[0]
    return found
