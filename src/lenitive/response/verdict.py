"""The answer in four words: works, works at a cost, does not work, or cannot tell; for who reads the verdicts of before.

An answer says more (see ``answer``). Of its grades three are these words; every other reads *cannot tell* here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType

from lenitive.frozen import dataclass
from lenitive.record import Record
from lenitive.response.answer import BenefitAnswer, answer, answers
from lenitive.response.courses import SideEffectCourse
from lenitive.response.fit import Fit
from lenitive.response.grade import BenefitGrade
from lenitive.response.preferences import Cost
from lenitive.response.result import InputKind
from lenitive.response.verdict_settings import VerdictSettings
from lenitive.response.weight import WeightTrajectory
from lenitive.terms import Reason, Score

__all__ = ["Verdict", "VerdictKind", "verdict", "verdict_of", "verdicts"]


class VerdictKind(StrEnum):
    """What is concluded about one drug or activity."""

    WORKS = "works"
    WORKS_AT_A_COST = "works_at_a_cost"
    DOES_NOT_WORK = "does_not_work"
    CANNOT_TELL = "cannot_tell"


_WORDS = {
    BenefitGrade.WORKS: VerdictKind.WORKS,
    BenefitGrade.WORKS_AT_A_COST: VerdictKind.WORKS_AT_A_COST,
    BenefitGrade.DOES_NOT_WORK: VerdictKind.DOES_NOT_WORK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict on one drug or activity at its current dose.

    Attributes:
        drug: Its name.
        kind: Drug or activity.
        dose: The dose the verdict is about (mg, minutes or sessions a day).
        verdict: The conclusion.
        probability: That the benefit is at least the line.
        probability_worth_it: That it still is after the cost.
        line: What the benefit is held against, points.
        benefit_mean: Posterior mean of the benefit B, points; positive is better.
        benefit_sd: Its posterior SD.
        benefit_quantiles: Keyed as in the review document.
        share_from_diary: 1 - posterior variance / prior variance of B.
        pain: Probabilities about the first-named pain slot: ``mcid`` points; ``2_points_and_30pct``; ``30pct``; ``50pct``.
        weights: Weight of each outcome in B; they sum to 1.
        costs: What takes away from it, greatest first.
        stated_preferences: Whether the patient gave weights of her own.
        because: Every rule considered, in order.
    """

    drug: str
    kind: InputKind
    dose: float
    verdict: VerdictKind
    probability: float | None
    probability_worth_it: float | None
    line: float
    benefit_mean: float | None
    benefit_sd: float | None
    benefit_quantiles: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    share_from_diary: float | None
    pain: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    weights: Mapping[Score, float]
    costs: tuple[Cost, ...]
    stated_preferences: bool
    because: tuple[Reason, ...]


def verdict_of(found: BenefitAnswer) -> Verdict:
    """An answer in the four words."""
    size = found.size
    return Verdict(
        drug=found.drug,
        kind=found.kind,
        dose=found.dose,
        verdict=_WORDS.get(found.grade, VerdictKind.CANNOT_TELL),
        probability=found.line.probability,
        probability_worth_it=found.worth,
        line=found.line.points,
        benefit_mean=None if size is None else size.mean,
        benefit_sd=None if size is None else size.sd,
        benefit_quantiles={} if size is None else size.quantiles,
        share_from_diary=found.share_from_diary,
        pain=found.pain,
        weights=found.weights,
        costs=found.costs,
        stated_preferences=found.stated_preferences,
        because=found.because,
    )


def verdict(
    record: Record,
    fit: Fit,
    name: str,
    *,
    courses: Sequence[SideEffectCourse] = (),
    weight: WeightTrajectory | None = None,
    settings: VerdictSettings,
) -> Verdict:
    """The verdict on one drug or activity; see ``answer``.

    Raises:
        KeyError: When the name is not an input of the fit.
    """
    return verdict_of(answer(record, fit, name, courses=courses, weight=weight, settings=settings))


def verdicts(
    record: Record,
    fit: Fit,
    *,
    courses: Sequence[SideEffectCourse] = (),
    weight: WeightTrajectory | None = None,
    settings: VerdictSettings,
    judged: Sequence[str] | None = None,
) -> tuple[Verdict, ...]:
    """The verdict on every drug and activity that is judged; see ``answers``."""
    found = answers(record, fit, courses=courses, weight=weight, settings=settings, judged=judged)
    return tuple(map(verdict_of, found))
