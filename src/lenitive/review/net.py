"""One valuation for everything that may be done next: what a way of dosing is expected to bring, less what it costs, as the mean of the days
to come.

    net = 1/T sum_t (B_t - sum_h C_h,t)

B is the attributable benefit, weighed by the patient; C are the costs of side effects by their forecast courses, of weight by its forecast, and
of a way down. What is not taken yet is valued by the trials and by the sources on its harms. A missing harm is not no harm: a drug with too few
figures counts no less than the costliest of its class, and where no class has any there is no net.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lenitive.evidence import beliefs
from lenitive.frozen import dataclass
from lenitive.knowledge import PreferenceLines, SideEffectLines
from lenitive.response import (
    BelievedBenefit,
    BenefitAhead,
    Burden,
    CourseAhead,
    DosePath,
    MeanBenefit,
    OwnBenefit,
    WeightTrajectory,
    benefit_weights,
    cdf,
    course_ahead_of_prior,
    course_burden,
    daily_mg,
    fit_settings,
    points_at,
    preference_for,
    unknown_course,
    weight_ahead_of_prior,
    weight_burden,
)
from lenitive.review.harm_priors import course_priors, reference_mg, weight_priors
from lenitive.review.harms import excess_harms, harm_cost
from lenitive.review.visit import Visit
from lenitive.terms import Score

__all__ = ["Ahead", "Net", "NetPart", "net"]

_OUTCOME_OF = {"fatigue": Score.FATIGUE, "insomnia": Score.SLEEP_DISTURBANCE}
"""Side effects that are an outcome themselves: what a drug does to it is in the benefit already."""
_SCORES = (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetPart:
    """One part of a net.

    Attributes:
        what: ``benefit``, a side effect of the vocabulary, ``weight``, ``withdrawal``, ``test``, ``hour``, or ``class``: what the harms
            of another drug of its class add where its own are not known.
        drug: The drug it comes from.
        points: What it adds; below zero for a cost.
    """

    what: str
    drug: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """What a way of dosing is expected to bring, mean of the days to come, points.

    Attributes:
        mean: Benefit less costs.
        sd: Its spread, by what is not known of either.
        better_than_none: Probability that it is above that of never taking any of its drugs, which is zero.
        horizon_weeks: Weeks that the days are counted in.
        parts: What it is made of: they add up to the mean.
    """

    mean: float
    sd: float
    better_than_none: float
    horizon_weeks: float
    parts: tuple[NetPart, ...]

    @property
    def benefit(self) -> float:
        """The benefit in it."""
        return sum(p.points for p in self.parts if p.what == "benefit")

    @property
    def cost(self) -> float:
        """What is taken away in it."""
        return -sum(p.points for p in self.parts if p.what != "benefit")


@dataclass(frozen=True, slots=True)
class _Harms:
    """A drug's burdens, and those of the drug that stands in where there are too few of its own; None where nothing is known."""

    own: tuple[Burden, ...]
    instead: tuple[Burden, ...] = ()


class Ahead:
    """What the nets of a visit are computed from, made once for each drug and kept.

    Args:
        visit: The patient on the day.
        preferences: Weight 0-10 on side effects; without it, the patient's own.
    """

    def __init__(self, visit: Visit, preferences: Mapping[str, float] | None = None) -> None:
        self.visit = visit
        self.days = visit.knowledge.judgement.valuation.horizon_days
        own = visit.record.patient.preferences if preferences is None else preferences
        self._preferences = dict(own)
        self._benefits: dict[str, BenefitAhead | None] = {}
        self._harms: dict[str, _Harms | None] = {}
        self._costs: dict[tuple[str, object, int], tuple[tuple[str, float, float], ...]] = {}
        self._nets: dict[tuple[object, ...], Net | None] = {}

    # -- what is known of one drug ------------------------------------------------------------------------------------

    def present_mg(self, drug: str) -> float:
        """What is taken of a drug on the day, mg."""
        return sum(p.dose_mg_per_day for p in self.visit.record.periods(drug) if p.covers(self.visit.at))

    def past_mg(self, drug: str) -> np.ndarray:
        """``[day]`` mg up to the day, from the first one on."""
        periods = [p for p in self.visit.record.periods(drug) if p.start <= self.visit.at]
        if not periods:
            return np.zeros(1)
        first = min(p.start for p in periods)
        return daily_mg(self.visit.record, drug, first, (self.visit.at - first).days + 1)

    def benefit(self, drug: str) -> BenefitAhead | None:
        """Its benefit: by the patient's own posterior where there is one, else by the trials; None where there are none, or it is disputed."""
        if drug not in self._benefits:
            self._benefits[drug] = self._benefit(drug)
        return self._benefits[drug]

    def by_own_diary(self, drug: str) -> bool:
        """Whether the benefit is by the patient's own posterior."""
        fit = self.visit.fit
        return fit is not None and fit.posterior is not None and drug in [i.name for i in fit.inputs]

    def disputed(self, drug: str) -> bool:
        """Whether the patient's own posterior of a drug is no answer: then nothing is reckoned with it, nor with what it contradicts."""
        found = self.visit.answer
        return found is not None and found.drug == drug and found.disputed

    def _benefit(self, drug: str) -> BenefitAhead | None:
        visit = self.visit
        if self.disputed(drug):
            return None
        if self.by_own_diary(drug) and visit.fit is not None:
            return OwnBenefit(visit.fit, drug, self.present_mg(drug))
        known = visit.knowledge
        outcomes = _SCORES if visit.fit is None else visit.fit.outcomes
        mg = reference_mg(known.drugs[drug]) if drug in known.drugs else 1.0
        found = {b.outcome: b for b in beliefs(known, {drug: mg}, outcomes=outcomes)}
        if not found:
            return None
        priors = fit_settings(known.judgement).priors if visit.fit is None else visit.fit.settings.priors
        return BelievedBenefit(drug, found, priors, self.past_mg(drug))

    def harms(self, drug: str) -> _Harms | None:
        """Its burdens; None where no figure is known of it or of its class."""
        if drug not in self._harms:
            self._harms[drug] = self._harms_of(drug)
        return self._harms[drug]

    def _harms_of(self, drug: str) -> _Harms | None:
        lines = self.visit.knowledge.judgement.preferences
        own = self._burdens(drug, drug)
        if len(excess_harms(self.visit.knowledge, drug)) >= lines.harm_figures.whole or self.taken(drug):
            return _Harms(own)
        stands_in = harm_cost(self.visit, drug, self._preferences).stands_in
        return None if stands_in is None else _Harms(own, self._burdens(stands_in, drug))

    def taken(self, drug: str) -> bool:
        """Whether a drug is or was taken."""
        return any(p.start <= self.visit.at and p.dose_mg > 0 for p in self.visit.record.periods(drug))

    def _burdens(self, source: str, drug: str) -> tuple[Burden, ...]:
        """The burdens that one drug's harms would be in another's place, or its own."""
        known, past = self.visit.knowledge, self.past_mg(drug)
        lines, points = known.judgement.side_effects, known.judgement.preferences
        found: list[Burden] = []
        weight = self._weight_burden(source, drug, points)
        if weight is not None:
            found.append(weight)
        outcomes = _SCORES if self.visit.fit is None else self.visit.fit.outcomes
        for ahead in self._courses(source, drug, past, lines).values():
            in_benefit = _OUTCOME_OF.get(ahead.effect) in outcomes
            if in_benefit or (ahead.effect == "weight_gain" and weight is not None):
                continue
            preference = preference_for(ahead.effect, self._preferences, points)
            found.append(course_burden(ahead, points.severity_points, preference, lines))
        return tuple(found)

    def _courses(
        self, source: str, drug: str, past: np.ndarray, lines: SideEffectLines
    ) -> dict[str, CourseAhead]:
        """Each side effect of a drug by the patient's reports where there are any, else by the sources."""
        known = self.visit.knowledge
        own = reference_mg(known.drugs[drug]) if drug in known.drugs else 1.0
        had = {c.effect: c.severity_peak for c in self.visit.courses}
        if isinstance(self.visit.weight, WeightTrajectory):
            # Where weight has no figure in kg it counts as a side effect, as heavy as what she gained takes away.
            prices = known.judgement.preferences
            gained = points_at(prices.weight_points, self.visit.weight.change_percent)
            severity = np.interp(gained, prices.severity_points.points, prices.severity_points.at)
            had["weight_gain"] = max(had.get("weight_gain", 0.0), float(severity))
        priors = {p.effect: p for p in course_priors(known, (source,))}
        for effect, share in excess_harms(known, source).items():
            most = lines.most_share.value
            priors.setdefault(
                effect,
                replace(
                    unknown_course(lines),
                    drug=source,
                    effect=effect,
                    incidence=min(share, most),
                    reference_mg=own,
                ),
            )
        found = {
            effect: course_ahead_of_prior(
                replace(p, drug=drug, reference_mg=own if source != drug else p.reference_mg),
                past,
                lines,
                had.get(effect, 0.0),
            )
            for effect, p in priors.items()
        }
        if source == drug:
            found |= {a.effect: a for c in self.visit.courses for a in c.ahead if a.prior.drug == drug}
        return found

    def _weight_burden(self, source: str, drug: str, points: PreferenceLines) -> Burden | None:
        known, weight = self.visit.knowledge, self.visit.weight
        preference = preference_for("weight_gain", self._preferences, points)
        if source == drug and isinstance(weight, WeightTrajectory):
            for ahead in weight.ahead:
                if ahead.drug == drug:
                    return weight_burden(ahead, points.weight_points, preference)
        for prior in weight_priors(known, (source,)):
            own = (
                prior
                if source == drug
                else replace(prior, drug=drug, reference_mg=reference_mg(known.drugs[drug]))
            )
            return weight_burden(
                weight_ahead_of_prior(own, self.past_mg(drug)), points.weight_points, preference
            )
        return None

    # -- what a path brings -------------------------------------------------------------------------------------------

    def _costs_of(self, drug: str, path: DosePath, days: int) -> tuple[tuple[str, float, float], ...]:
        """What, mean and variance of each cost of a drug along a path."""
        key = (drug, path.steps.get(drug), days)
        if key not in self._costs:
            harms = self.harms(drug) or _Harms(())
            rows = [(b.what, m.mean, m.variance) for b in harms.own for m in (b.over(path, days),)]
            more = sum(b.over(path, days).mean for b in harms.instead) - sum(r[1] for r in rows)
            if more > 0:
                rows.append(("class", more, 0.0))
            rows += self._way_down(drug, path, days)
            self._costs[key] = tuple(rows)
        return self._costs[key]

    def _way_down(self, drug: str, path: DosePath, days: int) -> list[tuple[str, float, float]]:
        """What stopping takes away for a while."""
        present, lines = self.present_mg(drug), self.visit.knowledge.judgement.valuation
        if present <= 0 or path.stretches(drug, days)[-1][1] > 0:
            return []
        share = lines.withdrawal_days.value / days
        some = lines.withdrawal_points.value * share
        p = lines.withdrawal_share.value
        return [("withdrawal", p * some, p * (1 - p) * some**2)]

    def weights(self, preferences: Mapping[str, float] | None = None) -> dict[Score, float]:
        """Weight of each outcome in the benefit, by preferences or the patient's own."""
        outcomes = _SCORES if self.visit.fit is None else self.visit.fit.outcomes
        given = self._preferences if preferences is None else preferences
        return benefit_weights(outcomes, given, self.visit.knowledge.judgement.preferences)

    def net(
        self,
        path: DosePath,
        *,
        weights: Mapping[Score, float] | None = None,
        harm_factor: float = 1.0,
        days: int | None = None,
    ) -> Net | None:
        """What a path is expected to bring; None where of a drug of it no benefit or no harm is known.

        Args:
            path: The doses to come.
            weights: Of the outcomes; without them, by the patient's preferences.
            harm_factor: What the costs are multiplied by.
            days: The horizon; without it, the knowledge's.
        """
        span = self.days if days is None else days
        weighed = self.weights() if weights is None else weights
        key = (tuple(path.steps.items()), tuple(weighed.items()), harm_factor, span)
        if key not in self._nets:
            self._nets[key] = self._net(path, weighed, harm_factor, span)
        return self._nets[key]

    def _net(
        self, path: DosePath, weighed: Mapping[Score, float], harm_factor: float, span: int
    ) -> Net | None:
        parts: list[NetPart] = []
        every: list[MeanBenefit] = []
        cost = variance = 0.0
        for drug in path.drugs:
            if not any(mg > 0 for _, mg in path.steps[drug]) and not self.taken(drug):
                continue
            benefit = self.benefit(drug)
            if benefit is None or self.harms(drug) is None:
                return None
            every.append(benefit.over(path, span, weighed))
            parts.append(NetPart(what="benefit", drug=drug, points=every[-1].expected))
            for what, mean, spread in self._costs_of(drug, path, span):
                parts.append(NetPart(what=what, drug=drug, points=-harm_factor * mean))
                cost += harm_factor * mean
                variance += harm_factor**2 * spread
        whole = _sum_of(every)
        mean = whole.expected - cost
        below = cdf(
            np.array([[cost]]),
            whole.weight,
            whole.mean[None],
            np.sqrt(whole.variance + variance + 1e-16)[None],
        )
        return Net(
            mean=mean,
            sd=math.sqrt(whole.spread + variance),
            better_than_none=float(np.clip(1 - below[0, 0], 0.0, 1.0)) if every else 0.5,
            horizon_weeks=span / 7,
            parts=tuple(parts),
        )

    def benefit_alone(
        self, path: DosePath, *, weights: Mapping[Score, float]
    ) -> tuple[float | None, float | None]:
        """Mean and SD of a path's benefit, where its harms are not known."""
        every = [b.over(path, self.days, weights) for d in path.drugs if (b := self.benefit(d)) is not None]
        whole = _sum_of(every)
        return whole.expected, math.sqrt(whole.spread)


def _sum_of(every: list[MeanBenefit]) -> MeanBenefit:
    """The sum of benefits: the one with most parts keeps its shape, the others add their mean and spread to each of its parts."""
    if not every:
        return MeanBenefit(weight=np.ones(1), mean=np.zeros(1), variance=np.zeros(1))
    main = max(every, key=lambda b: b.weight.size)
    others = [b for b in every if b is not main]
    return MeanBenefit(
        weight=main.weight,
        mean=main.mean + sum(b.expected for b in others),
        variance=main.variance + sum(b.spread for b in others),
    )


def net(visit: Visit, path: DosePath, *, preferences: Mapping[str, float] | None = None) -> Net | None:
    """What a path is expected to bring to the patient of a visit. For several paths ``Ahead`` is made once."""
    return Ahead(visit, preferences).net(path)
