"""Works, works at a cost, does not work, or cannot tell: one drug's verdict with the rules it passed.

The benefit is one number per draw of the joint posterior, in NRS points: the attributable improvements of sleep, pain and fatigue, averaged
with the patient's own weights,

    B = sum_o w_o (-E_o)      sum_o w_o = 1

The cost is what present side effects and weight are worth to her on the same scale. The drug *works* when B is probably at least the smallest benefit
that matters, *at a cost* when it is, but B less the cost probably is not. Below stated minima of time, data and certainty nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from lenitive.frozen import dataclass
from lenitive.knowledge import PreferenceLines
from lenitive.record import Record
from lenitive.response.courses import SideEffectCourse
from lenitive.response.filters import daily_mg
from lenitive.response.fit import Fit, Posterior
from lenitive.response.mixture import cdf, summarise
from lenitive.response.preferences import Cost, benefit_weights, lasting_costs
from lenitive.response.result import Array, FitStatus, Input, InputKind
from lenitive.response.weight import WeightTrajectory
from lenitive.terms import Fact, Outcome, Reason, Score, Source

__all__ = [
    "Gate",
    "Verdict",
    "VerdictKind",
    "VerdictSettings",
    "benefit_direction",
    "gated",
    "verdict",
    "verdicts",
]


class VerdictKind(StrEnum):
    """What is concluded about one drug or activity."""

    WORKS = "works"
    WORKS_AT_A_COST = "works_at_a_cost"
    DOES_NOT_WORK = "does_not_work"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """No verdict on benefit before this much treatment.

    Attributes:
        drug: The drug's id.
        weeks: Weeks since the first day at the dose.
        weeks_taken: Weeks really spent at the dose within them.
        at_least_mg: The dose, mg/day. Where the verdict is about a lower one (the dose that is tolerated), that one counts.
        stated: What it rests on.
        sources: Where that stands.
    """

    drug: str
    weeks: float
    weeks_taken: float
    at_least_mg: float
    stated: str
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        if not (0 <= self.weeks_taken <= self.weeks and self.at_least_mg >= 0):
            raise ValueError("a gate has a dose and weeks from zero up, of which some are spent at the dose")


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictSettings:
    """Where the lines are; what is known says where, see ``verdict_settings``.

    Attributes:
        benefit: Smallest attributable benefit that matters, points.
        sure: Probability from which benefit, or its absence, is called.
        worth: Probability from which the benefit is called worth its cost.
        from_diary: Least share of the prior variance of the benefit that the diary must have taken away. Below it the verdict would be the trials'
            and not this patient's.
        weighing: What counts how much where the patient says nothing, and what side effects take away.
        gates: Least treatment per drug.
    """

    benefit: float
    sure: float
    worth: float
    from_diary: float
    weighing: PreferenceLines
    gates: tuple[Gate, ...] = ()

    def __post_init__(self) -> None:
        if not (self.benefit > 0 and 0.5 < self.sure < 1 and 0 < self.worth < 1 and 0 <= self.from_diary < 1):
            raise ValueError(
                "a benefit is above zero; sure lies between 0.5 and 1, worth and from_diary within 0-1"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict on one drug or activity at its current dose.

    Attributes:
        drug: Its name.
        kind: Drug or activity.
        dose: The dose the verdict is about (mg, minutes or sessions a day).
        verdict: The conclusion.
        probability: That the benefit is at least the smallest that matters.
        probability_worth_it: That it still is after the cost.
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
    benefit_mean: float | None
    benefit_sd: float | None
    benefit_quantiles: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    share_from_diary: float | None
    pain: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    weights: Mapping[Score, float]
    costs: tuple[Cost, ...]
    stated_preferences: bool
    because: tuple[Reason, ...]


def verdicts(
    record: Record,
    fit: Fit,
    *,
    courses: Sequence[SideEffectCourse] = (),
    weight: WeightTrajectory | None = None,
    settings: VerdictSettings,
    judged: Sequence[str] | None = None,
) -> tuple[Verdict, ...]:
    """The verdict on every drug and activity that is judged, in that order; without a list, on every one of the fit.

    The other inputs are in the fit so that what they do is not put down to these.
    """
    inputs = [i.name for i in fit.inputs]
    names = inputs if judged is None else [name for name in judged if name in inputs]
    return tuple(
        verdict(record, fit, name, courses=courses, weight=weight, settings=settings) for name in names
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
    """The verdict on one drug or activity.

    Args:
        record: The record that was fitted; its patient's preferences weigh.
        fit: The posterior.
        name: A drug or activity of the fit.
        courses: Side effects; those that come from this drug and are there to stay count as cost.
        weight: The trajectory of weight, or None.
        settings: Where the lines are.

    Raises:
        KeyError: When the name is not an input of the fit.
    """
    item = next((i for i in fit.inputs if i.name == name), None)
    if item is None:
        raise KeyError(f"{name!r} is not an input of this fit")
    own = dict(record.patient.preferences)
    weights = benefit_weights(fit.outcomes, own, settings.weighing)
    costs = lasting_costs(item, courses, weight, own, settings.weighing)
    cost = sum(c.points for c in costs)
    sampled = Reason(
        rule="response.verdict.sampled",
        outcome=Outcome.MET if fit.status is not FitStatus.REFUSED else Outcome.NOT_MET,
        facts=(Fact(name="status", value=fit.status.value), Fact(name="reason", value=fit.reason)),
    )
    if fit.posterior is None:
        return Verdict(
            drug=name,
            kind=item.kind,
            dose=item.current,
            verdict=VerdictKind.CANNOT_TELL,
            probability=None,
            probability_worth_it=None,
            benefit_mean=None,
            benefit_sd=None,
            share_from_diary=None,
            weights=weights,
            costs=costs,
            stated_preferences=bool(own),
            because=(sampled,),
        )
    direction = benefit_direction(fit.posterior, item, weights)
    draws = fit.posterior.draws.weight
    mean, sd = _moments(fit.posterior, direction)
    limits = np.array([[settings.benefit, settings.benefit + cost]])
    below = cdf(limits, draws, mean[None], sd[None])[0]
    helps, worth = float(np.clip(1 - below[0], 0, 1)), float(np.clip(1 - below[1], 0, 1))
    summary = summarise(draws, mean[None], sd[None])[0]
    prior_var = float(direction**2 @ fit.posterior.design.prior_sd**2)
    share = float(np.clip(1 - summary.sd**2 / prior_var, 0, 1))
    because = (
        sampled,
        _separable(fit, name),
        *gated(record, item, fit.at, settings),
        Reason(
            rule="response.verdict.from_diary",
            outcome=Outcome.MET if share >= settings.from_diary else Outcome.NOT_MET,
            facts=(
                Fact(name="share_from_diary", value=round(share, 4), unit="1"),
                Fact(name="needed", value=settings.from_diary, unit="1"),
            ),
        ),
        Reason(
            rule="response.verdict.sure",
            outcome=Outcome.MET if max(helps, 1 - helps) >= settings.sure else Outcome.NOT_MET,
            facts=(
                Fact(name="probability_of_benefit", value=round(helps, 4), unit="1"),
                Fact(name="benefit", value=settings.benefit, unit="{score}"),
                Fact(name="needed", value=settings.sure, unit="1"),
            ),
        ),
        Reason(
            rule="response.verdict.worth_its_cost",
            outcome=Outcome.MET if worth >= settings.worth else Outcome.NOT_MET,
            facts=(
                Fact(name="probability_after_cost", value=round(worth, 4), unit="1"),
                Fact(name="cost", value=round(cost, 4), unit="{score}"),
            ),
        ),
    )
    if any(r.outcome is not Outcome.MET for r in because[:-1]):
        kind = VerdictKind.CANNOT_TELL
    elif helps < 0.5:
        kind = VerdictKind.DOES_NOT_WORK
    else:
        kind = VerdictKind.WORKS if worth >= settings.worth else VerdictKind.WORKS_AT_A_COST
    return Verdict(
        drug=name,
        kind=item.kind,
        dose=item.current,
        verdict=kind,
        probability=helps,
        probability_worth_it=worth,
        benefit_mean=summary.mean,
        benefit_sd=summary.sd,
        benefit_quantiles=summary.quantiles,
        share_from_diary=share,
        pain=_pain(fit, name),
        weights=weights,
        costs=costs,
        stated_preferences=bool(own),
        because=because,
    )


def benefit_direction(posterior: Posterior, item: Input, weights: Mapping[Score, float]) -> Array:
    """``[p]`` vector v with v.beta = benefit B at the current dose."""
    design = posterior.design
    k = [s.input.name for s in design.sources].index(item.name)
    v = np.zeros(design.columns)
    for slot, outcome in enumerate(design.outcomes):
        v -= weights[outcome] * design.effect_weights(k, slot, item.current)
    return v


def _moments(posterior: Posterior, direction: Array) -> tuple[Array, Array]:
    """``[draw]`` conditional mean and SD of a linear combination of coefficients."""
    m = posterior.moments
    variance = (m.cov @ direction) @ direction
    return m.mean @ direction, np.sqrt(np.maximum(variance, 1e-16))


def _pain(fit: Fit, name: str) -> dict[str, float]:
    """Probabilities about pain, or about the outcome in its slot."""
    effect = fit.effect(name, fit.outcomes[1])
    if effect is None or fit.posterior is None:
        return {}
    found = dict(effect.probability)
    if effect.reference_level is not None:
        lines = fit.settings.lines
        limit = max(lines.clear_points, lines.moderate_share * effect.reference_level)
        item = next(i for i in fit.inputs if i.name == name)
        mean, sd = _moments(
            fit.posterior,
            benefit_direction(fit.posterior, item, {o: float(o is fit.outcomes[1]) for o in fit.outcomes}),
        )
        below = cdf(np.array([[limit]]), fit.posterior.draws.weight, mean[None], sd[None])[0, 0]
        found["2_points_and_30pct"] = float(np.clip(1 - below, 0, 1))
    return found


def _separable(fit: Fit, name: str) -> Reason:
    others = [
        s.second if s.first == name else s.first for s in fit.separability if name in (s.first, s.second)
    ]
    return Reason(
        rule="response.verdict.separable",
        outcome=Outcome.NOT_MET if others else Outcome.MET,
        facts=tuple(Fact(name="went_together_with", value=o) for o in others),
    )


def gated(record: Record, item: Input, at: date, settings: VerdictSettings) -> list[Reason]:
    """Whether a drug was taken long enough at its dose by a day, one reason for each gate that is about it."""
    found = []
    for gate in settings.gates:
        if gate.drug != item.name:
            continue
        last = item.last_day or at
        span = max((min(last, at) - item.first_day).days + 1, 0)
        least = min(gate.at_least_mg, item.current)
        enough = daily_mg(record, item.name, item.first_day, span) >= least - 1e-9
        weeks = (span - int(enough.argmax())) / 7 if enough.any() else 0.0
        taken = int(enough.sum()) / 7
        found.append(
            Reason(
                rule="response.verdict.weeks_at_dose",
                outcome=Outcome.MET if weeks >= gate.weeks and taken >= gate.weeks_taken else Outcome.NOT_MET,
                facts=(
                    Fact(name="weeks_since_dose_reached", value=round(weeks, 2), unit="wk"),
                    Fact(name="weeks_taken", value=round(taken, 2), unit="wk"),
                    Fact(name="needed", value=gate.weeks, unit="wk"),
                    Fact(name="needed_taken", value=gate.weeks_taken, unit="wk"),
                    Fact(name="dose", value=least, unit="mg"),
                ),
                sources=gate.sources,
            )
        )
    return found
