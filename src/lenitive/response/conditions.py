"""When an answer may be given a grade: each condition as a rule with its facts, in the order in which they are said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from lenitive.frozen import dataclass
from lenitive.record import Record
from lenitive.response.fit import Fit
from lenitive.response.gates import gated
from lenitive.response.grade import grade_by
from lenitive.response.mixture import cdf, summarise
from lenitive.response.posterior import Posterior
from lenitive.response.result import Array, FitStatus, Input, Summary
from lenitive.response.verdict_settings import VerdictSettings
from lenitive.terms import Fact, Outcome, Reason, Score

__all__ = ["Weighed", "benefit_direction", "conditions", "identified", "left_out"]

_CONSTANTS = 3.0
"""Time constants after which a change of dose has run its course: e^-3 of it is left."""


def benefit_direction(posterior: Posterior, item: Input, weights: Mapping[Score, float]) -> Array:
    """``[p]`` vector v with v.beta = benefit B at the current dose."""
    design = posterior.design
    k = [s.input.name for s in design.sources].index(item.name)
    v = np.zeros(design.columns)
    for slot, outcome in enumerate(design.outcomes):
        v -= weights[outcome] * design.effect_weights(k, slot, item.current)
    return v


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A linear combination of coefficients, as it is believed before and after the diary.

    Attributes:
        posterior: The posterior.
        direction: ``[p]`` what of each coefficient is in it.
    """

    posterior: Posterior
    direction: Array

    @classmethod
    def of(cls, posterior: Posterior, item: Input, weights: Mapping[Score, float]) -> Weighed:
        """The benefit of an input at its current dose, weighed so."""
        return cls(posterior=posterior, direction=benefit_direction(posterior, item, weights))

    @cached_property
    def _moments(self) -> tuple[Array, Array]:
        """``[draw]`` conditional mean and SD."""
        m = self.posterior.moments
        variance = (m.cov @ self.direction) @ self.direction
        return m.mean @ self.direction, np.sqrt(np.maximum(variance, 1e-16))

    def beyond(self, *limits: float) -> list[float]:
        """Probability of at least each limit."""
        mean, sd = self._moments
        below = cdf(np.array([limits]), self.posterior.draws.weight, mean[None], sd[None])[0]
        return [float(p) for p in np.clip(1 - below, 0, 1)]

    @cached_property
    def summary(self) -> Summary:
        """Mean, SD and quantiles after the diary."""
        mean, sd = self._moments
        return summarise(self.posterior.draws.weight, mean[None], sd[None])[0]

    @cached_property
    def before(self) -> Summary:
        """The same before it."""
        weight, mean, sd = self._prior
        return summarise(weight, mean, sd)[0]

    @cached_property
    def _prior(self) -> tuple[Array, Array, Array]:
        """Weights of the prior's components, and their means and SDs ``[1, C]``."""
        prior = self.posterior.design.prior
        return (
            prior.weight,
            np.full((1, prior.parts), self.direction @ prior.mean),
            prior.sd(self.direction)[None],
        )

    def believed(self, limit: float) -> float:
        """Probability of at least a limit before the diary."""
        weight, mean, sd = self._prior
        return float(np.clip(1 - cdf(np.array([[limit]]), weight, mean, np.maximum(sd, 1e-9))[0, 0], 0, 1))


def left_out(fit: Fit, item: Input, settings: VerdictSettings) -> tuple[tuple[Score, ...], tuple[Score, ...]]:
    """The scores that were never entered, and those that were so low with and without the drug that there was nothing to ease."""
    least = fit.settings.lines.least_entries
    on = np.array([item.first_day <= d and (item.last_day is None or d <= item.last_day) for d in fit.days])
    absent, floor = [], []
    for slot, outcome in enumerate(fit.outcomes):
        scores = fit.observed[:, slot]
        if np.isfinite(scores).sum() < least:
            absent.append(outcome)
            continue
        parts = [p[np.isfinite(p)] for p in (scores[on], scores[~on])]
        # Without entries before the drug a low score may be its work.
        if all(p.size >= least and p.mean() < settings.lines.of(outcome) for p in parts):
            floor.append(outcome)
    return tuple(absent), tuple(floor)


def identified(fit: Fit, item: Input) -> bool:
    """Whether the diary can see the input at all: it changed while scores were entered, and not only together with another."""
    return _moved(fit, item) and not _others(fit, item.name)


def _others(fit: Fit, name: str) -> tuple[str, ...]:
    return tuple(
        s.second if s.first == name else s.first for s in fit.separability if name in (s.first, s.second)
    )


def _moved(fit: Fit, item: Input) -> bool:
    if fit.posterior is None:
        return False
    design = fit.posterior.design
    k = [s.input.name for s in design.sources].index(item.name)
    row = design.input_row[k][0]
    seen = np.flatnonzero(np.isfinite(design.y).any(axis=1))
    if not seen.size:
        return False
    # A change before the first entry is still seen while it works.
    first = max(int(seen[0]) - math.ceil(_CONSTANTS * float(np.exp(design.log_tau[row].max()))), 0)
    drive = design.drive[first : int(seen[-1]) + 1, row]
    return bool(np.ptp(drive, axis=0).max() > 1e-9)


def conditions(
    record: Record,
    fit: Fit,
    item: Input,
    weighed: Weighed,
    *,
    line: float,
    share: float,
    settings: VerdictSettings,
) -> tuple[Reason, ...]:
    """Every condition, met or not.

    Args:
        record: The record that was fitted.
        fit: Its posterior.
        item: The drug or activity.
        weighed: Its benefit.
        line: What that is held against, points.
        share: Of the prior variance of the benefit, what the diary took away.
        settings: What an answer goes by.
    """
    return (
        Reason(
            rule="response.verdict.sampled",
            outcome=Outcome.MET if fit.status is FitStatus.OK else Outcome.NOT_MET,
            facts=(Fact(name="status", value=fit.status.value), Fact(name="reason", value=fit.reason)),
        ),
        Reason(
            rule="response.verdict.changed",
            outcome=Outcome.MET if _moved(fit, item) else Outcome.NOT_MET,
        ),
        Reason(
            rule="response.verdict.separable",
            outcome=Outcome.NOT_MET if _others(fit, item.name) else Outcome.MET,
            facts=tuple(Fact(name="went_together_with", value=o) for o in _others(fit, item.name)),
        ),
        _undisputed(weighed, item, line, settings),
        *gated(record, item, fit.at, settings.gates),
        Reason(
            rule="response.verdict.from_diary",
            outcome=Outcome.MET if share >= settings.from_diary else Outcome.NOT_MET,
            facts=(
                Fact(name="share_from_diary", value=round(share, 4), unit="1"),
                Fact(name="needed", value=settings.from_diary, unit="1"),
            ),
        ),
    )


def _undisputed(weighed: Weighed, item: Input, line: float, settings: VerdictSettings) -> Reason:
    """Whether what is put down to expectation is what it may be, or else would not change the grade if it were the drug's.

    Expectation comes and goes with the drug, and only what is believed of it beforehand tells the two apart. Where the diary asks for more or less of it
    than that allows, by more than so many SDs, the belief is wrong, and the grade stands only where it would be on the same side if all that is put
    down to expectation were the drug's.
    """
    posterior, design = weighed.posterior, weighed.posterior.design
    v = np.zeros(design.columns)
    if ("expectation", item.name) in design.names:
        k = [s.input.name for s in design.sources].index(item.name)
        for slot in range(len(design.outcomes)):
            # As much of each score as the benefit holds of it.
            effect = design.effect_weights(k, slot, item.current)
            held = weighed.direction @ effect / max(float(effect @ effect), 1e-12)
            v[design.column("expectation", item.name, slot)] = held
    known = Weighed(posterior=posterior, direction=v)
    gained = known.before.sd**2 - known.summary.sd**2 if v.any() else 0.0
    if gained < 0.02 * known.before.sd**2 or gained <= 0:
        return Reason(rule="response.verdict.undisputed", outcome=Outcome.MET)
    put_down = known.summary.mean
    z = (put_down - known.before.mean) / math.sqrt(gained)
    helps, reaches, with_it, with_it_reaches = weighed.beyond(0.0, line, -put_down, line - put_down)
    as_is = grade_by(helps, reaches, settings.grades)
    otherwise = grade_by(with_it, with_it_reaches, settings.grades)
    fine = abs(z) <= settings.conflict or as_is.side == otherwise.side
    return Reason(
        rule="response.verdict.undisputed",
        outcome=Outcome.MET if fine else Outcome.NOT_MET,
        facts=(
            Fact(name="z", value=round(z, 3), unit="1"),
            Fact(name="allowed", value=settings.conflict, unit="1"),
            Fact(name="put_down_to_expectation", value=round(put_down, 3), unit="{score}"),
        ),
    )
