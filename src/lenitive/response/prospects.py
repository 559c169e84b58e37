"""What continuing in a stated way is expected to bring: how sure the benefit of one drug or activity will be afterwards.

Given the non-linear parameters the benefit's posterior variance depends on when what is taken and reported, not on what
will be reported. So the diary is continued with stretches of doses and empty scores of the usual completeness, and the exact posterior variance
is read off: no simulated data. With present mean m and SD s0, and s1 afterwards, the mean to come is N(m, s0^2 - s1^2); the question
is settled when that mean lands so far from the threshold that the verdict would be sure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np

from lenitive.frozen import dataclass
from lenitive.record import ActivityDone, DiaryDay, IntakeTime, MedicinePeriod, Record
from lenitive.response.backend import likelihood
from lenitive.response.conflicts import separability
from lenitive.response.design import DesignMatrix, build
from lenitive.response.doses import Exposure
from lenitive.response.fit import Fit
from lenitive.response.gates import gated
from lenitive.response.kernel import projected
from lenitive.response.mixture import normal_cdf
from lenitive.response.result import Input, InputKind
from lenitive.response.verdict import Verdict, verdict
from lenitive.response.verdict_settings import VerdictSettings
from lenitive.terms import EffectBelief, Outcome, Score

__all__ = ["DoseStretch", "Prospect", "Prospects", "completeness", "settling_probability"]

_MIDDLE = 5.0
"""The score written into days to come. Its value does not matter to the variance; it is not at a bound."""


@dataclass(frozen=True, slots=True)
class DoseStretch:
    """Days of one dose to come."""

    days: int
    dose: float
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a way of going on is expected to bring.

    Attributes:
        sd_now: SD of the benefit now, points.
        sd_after: Prospect SD of the benefit afterwards.
        settles: Probability that there is a verdict afterwards, by what is believed now; 0 where a rule of the verdict (time at the
            dose, share from the diary, separability) would still forbid one.
        certainty_now: Probability of being right about the threshold now.
        certainty_after: Prospect probability of being right afterwards; never below the one now.
    """

    sd_now: float
    sd_after: float
    settles: float
    certainty_now: float
    certainty_after: float


class Prospects:
    """A record, its fit and the drug or activity in question, to be continued in any way."""

    def __init__(
        self,
        record: Record,
        fit: Fit,
        name: str,
        now: Verdict,
        *,
        beliefs: Sequence[EffectBelief],
        settings: VerdictSettings,
        exposure: Exposure | None,
    ) -> None:
        """Take a fit that has a posterior, and the verdict on the drug or activity; see ``of``."""
        assert fit.posterior is not None
        assert now.benefit_mean is not None
        assert now.benefit_sd is not None
        self.now, self._fit, self._settings = now, fit, settings
        self.item = next(i for i in fit.inputs if i.name == name)
        self._mean, self._sd = now.benefit_mean, now.benefit_sd
        self._beliefs, self._exposure = beliefs, exposure
        self._continued = _Continued(record, fit, self.item)
        self._theta, self._shares = fit.posterior.draws.mode[None], fit.posterior.draws.component_share
        self._before, _ = self._variance(fit.posterior.design)

    @classmethod
    def of(
        cls,
        record: Record,
        fit: Fit,
        name: str,
        *,
        beliefs: Sequence[EffectBelief] = (),
        settings: VerdictSettings,
        exposure: Exposure | None = None,
    ) -> Prospects | None:
        """The prospects of one drug or activity; None when the fit was refused.

        Args:
            record: The record that was fitted.
            fit: Its posterior.
            name: The drug or activity.
            beliefs: Those of the fit.
            settings: Those of the verdict.
            exposure: That of the fit; the doses to come leave their levels by it too.

        Raises:
            KeyError: When the name is not an input of the fit.
        """
        now = verdict(record, fit, name, settings=settings)
        if fit.posterior is None or now.benefit_mean is None or now.benefit_sd is None:
            return None
        return cls(record, fit, name, now, beliefs=beliefs, settings=settings, exposure=exposure)

    @property
    def present_dose(self) -> float:
        """The dose that goes on where nothing is changed, a day; 0 after it was stopped."""
        return self.item.current if self.item.last_day is None else 0.0

    def _variance(self, design: DesignMatrix) -> tuple[float, float]:
        """Posterior and prior variance of the benefit at the mode."""
        v = np.zeros(design.columns)
        k = [s.input.name for s in design.sources].index(self.item.name)
        for slot, outcome in enumerate(design.outcomes):
            v -= self.now.weights[outcome] * design.effect_weights(k, slot, self.item.current)
        # Devices, where the fit had some, are not counted on to go on.
        theta = self._theta[:, : design.theta_mean.size]
        cross, log_s = likelihood(design, self._fit.settings).gram(theta)
        # How effects differ between people is taken to be what it is believed to be now: no score to come is known.
        var = projected(cross, log_s, design.observed, design.prior, v[None]).var[0, :, 0]
        return float(self._shares @ var[: self._shares.size]), float(v @ design.prior.total @ v)

    def after(self, stretches: tuple[DoseStretch, ...], *, full: bool = False) -> Prospect | None:
        """What stretches of doses are expected to bring; None where the drug would be no input of the model any more.

        Args:
            stretches: What would be taken, in order, from the day after the fit on.
            full: Whether every day is entered, rather than as many as lately.
        """
        name, settings = self.item.name, self._settings
        later = self._fit.at + timedelta(days=sum(s.days for s in stretches))
        longer = self._continued.by(stretches, full)
        design = build(longer, later, self._beliefs, self._fit.outcomes, self._fit.settings, self._exposure)
        if design is None or name not in [s.input.name for s in design.sources]:
            return None
        after, prior = self._variance(design)
        ratio = min(1.0, after / self._before) if self._before > 0 else 1.0
        sd_after = self._sd * math.sqrt(ratio)
        then = next(i for i in design.inputs if i.name == name)
        allowed = (
            1 - sd_after**2 / prior >= settings.from_diary
            and all(r.outcome is Outcome.MET for r in gated(longer, then, later, settings.gates))
            and not any(name in (s.first, s.second) for s in separability(design, self._fit.settings.lines))
        )
        line = self.now.line
        return Prospect(
            sd_now=self._sd,
            sd_after=sd_after,
            settles=settling_probability(self._mean, self._sd, sd_after, line, settings.sure)
            if allowed
            else 0.0,
            certainty_now=_certainty(self._mean, self._sd, self._sd, line),
            certainty_after=_certainty(self._mean, self._sd, sd_after, line),
        )


def settling_probability(mean: float, sd: float, sd_after: float, line: float, sure: float) -> float:
    """Probability that a normal posterior narrowed from ``sd`` to ``sd_after`` will be sure about the line."""
    far = NormalDist().inv_cdf(sure) * sd_after
    moves = math.sqrt(max(sd**2 - sd_after**2, 0.0))
    if moves < 1e-9:
        return float(abs(mean - line) >= far)
    edges = np.array([line - far - mean, mean - line - far]) / moves
    return float(np.clip(normal_cdf(edges).sum(), 0.0, 1.0))


def _certainty(mean: float, sd: float, sd_after: float, line: float) -> float:
    """Prospect max(p, 1 - p) once the posterior has narrowed to ``sd_after``."""
    moves = math.sqrt(max(sd**2 - sd_after**2, 0.0))
    nodes = np.linspace(-4.0, 4.0, 161)
    chance = np.exp(-0.5 * nodes**2)
    p = normal_cdf((mean + moves * nodes - line) / max(sd_after, 1e-9))
    return float(np.maximum(p, 1 - p) @ chance / chance.sum())


def completeness(fit: Fit) -> float:
    """Share of the last weeks' scores that were reported."""
    recent = fit.observed[-fit.settings.lines.lately_days :]
    return float(np.isfinite(recent).mean()) if recent.size else 0.0


class _Continued:
    """Makes the record with days to come; what every candidate step shares is made once.

    Args:
        record: The record.
        fit: Its posterior.
        item: The input that the steps are about.
    """

    def __init__(self, record: Record, fit: Fit, item: Input) -> None:
        self._at, self._item, self._outcomes = fit.at, item, fit.outcomes
        self._record = record.until(fit.at)
        self._medicines = self._record.medicines
        self._times: tuple[IntakeTime, ...] = (IntakeTime("bedtime"),)
        if item.kind is InputKind.DRUG:
            times = max(self._record.periods(item.name), key=lambda p: p.start).times
            self._times = self._times if any(t.text == "prn" for t in times) else times
            self._medicines = tuple(
                replace(p, end=min(p.end or fit.at, fit.at)) if p.drug == item.name else p
                for p in self._medicines
            )
        self._share = max(completeness(fit), 0.05)
        self._entries: list[DiaryDay] = []

    def by(self, stretches: tuple[DoseStretch, ...], full: bool) -> Record:
        """The record with the doses of a step, and scores as completely as lately (or every day)."""
        item, days = self._item, sum(s.days for s in stretches)
        medicines, activities = list(self._medicines), list(self._record.activities)
        start = self._at + timedelta(days=1)
        for stretch in stretches:
            end = start + timedelta(days=stretch.days - 1)
            if item.kind is InputKind.ACTIVITY:
                minutes = stretch.dose if item.unit.startswith("min") else None
                activities += [
                    ActivityDone(day=start + timedelta(days=t), activity=item.name, minutes=minutes)
                    for t in range(stretch.days)
                    if stretch.dose > 0
                ]
            elif stretch.dose > 0 or stretch.masked:
                medicines.append(
                    MedicinePeriod(
                        drug=item.name,
                        dose_mg=stretch.dose / len(self._times),
                        start=start,
                        end=end,
                        times=self._times,
                        masked=stretch.masked,
                    )
                )
            start = end + timedelta(days=1)
        while len(self._entries) < days:
            later = self._at + timedelta(days=len(self._entries) + 1)
            self._entries.append(_entry(later, self._outcomes))
        share = 1.0 if full else self._share
        entered = [
            self._entries[t] for t in range(days) if int((t + 1) * share + 1e-9) > int(t * share + 1e-9)
        ]
        return replace(
            self._record,
            medicines=tuple(medicines),
            activities=tuple(activities),
            diary=(*self._record.diary, *entered),
        )


def _entry(day: date, outcomes: Sequence[Score]) -> DiaryDay:
    return DiaryDay(day=day, **{outcome.value: _MIDDLE for outcome in outcomes})  # type: ignore[arg-type]
