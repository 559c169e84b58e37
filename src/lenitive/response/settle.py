"""What would settle it: how much surer each possible next step is expected to make the verdict.

Given the non-linear parameters the benefit's posterior variance depends on when what is taken and reported, not on what
will be reported. So the diary is continued with a step's doses and empty scores of the usual completeness, and the exact posterior variance
is read off: no simulated data. With present mean m and SD s0, and s1 after the step, the mean to come is N(m, s0^2 - s1^2); the step settles the
question when that mean lands so far from the threshold that the verdict would be sure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
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
from lenitive.response.result import Array, Input, InputKind
from lenitive.response.verdict import VerdictKind, verdict
from lenitive.response.verdict_settings import VerdictSettings
from lenitive.terms import EffectBelief, Outcome, Score

__all__ = ["DoseStretch", "Settling", "SettlingStep", "would_settle"]

_MIDDLE = 5.0
"""The score written into days to come. Its value does not matter to the variance; it is not at a bound."""


class SettlingStep(StrEnum):
    """A kind of next step. All are for clinicians to consider."""

    WAIT = "wait"
    """The same dose, the diary kept as before."""
    FULLER_DIARY = "fuller_diary"
    """The same dose, an entry every day."""
    DOSE_CHANGE = "dose_change"
    OPEN_BREAK = "open_break"
    """Without it, openly."""
    BREAK_AND_RESTART = "break_and_restart"
    """Without it, then with it again, openly."""
    RESTART = "restart"
    """With it again, after it was stopped."""
    BLINDED_BLOCKS = "blinded_blocks"
    """Blocks with and without it, of which the patient does not know which is which."""
    ALTERNATING_WEEKS = "alternating_weeks"
    """Stretches with and without an activity."""


@dataclass(frozen=True, slots=True)
class DoseStretch:
    """Days of one dose to come."""

    days: int
    dose: float
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """A candidate next step and what it is expected to bring.

    Attributes:
        step: Its kind.
        stretches: What would be taken, in order.
        weeks: How long it takes.
        block_days: Length of one block; 0 where there are no blocks.
        sd_now: SD of the benefit now, points.
        sd_after: Expected SD of the benefit after it.
        settles: Probability that there is a verdict after it, by what is believed now; 0 where a rule of the verdict (time at the
            dose, share from the diary, separability) would still forbid one.
        certainty_now: Probability of being right about the threshold now.
        certainty_after: Expected probability of being right after it; never below the one now.
    """

    step: SettlingStep
    stretches: tuple[DoseStretch, ...]
    weeks: float
    block_days: int
    sd_now: float
    sd_after: float
    settles: float
    certainty_now: float
    certainty_after: float


def would_settle(
    record: Record,
    fit: Fit,
    name: str,
    *,
    beliefs: Sequence[EffectBelief] = (),
    doses: Sequence[float] = (),
    settings: VerdictSettings,
    exposure: Exposure | None = None,
    waiting_weeks: int | None = None,
) -> tuple[Settling, ...]:
    """Candidate next steps for one drug or activity, by expected gain in certainty.

    While the verdict is open the step most likely to close it comes first; otherwise the one that adds most certainty.

    Args:
        record: The record that was fitted.
        fit: Its posterior.
        name: The drug or activity.
        beliefs: Those of the fit.
        doses: Other doses to consider (mg a day), such as a protocol's steps; half the present dose where none is given.
        settings: Those of the verdict.
        exposure: That of the fit; the doses to come leave their levels by it too.
        waiting_weeks: Only going on for so many weeks is looked at.

    Returns:
        The steps; empty when the fit was refused.

    Raises:
        KeyError: When the name is not an input of the fit.
    """
    now = verdict(record, fit, name, settings=settings)
    if fit.posterior is None or now.benefit_mean is None or now.benefit_sd is None:
        return ()
    item = next(i for i in fit.inputs if i.name == name)
    theta, shares = fit.posterior.draws.mode[None], fit.posterior.draws.component_share
    weights = now.weights

    def variance(design: DesignMatrix) -> tuple[float, float]:
        """Posterior and prior variance of the benefit at the mode."""
        v = np.zeros(design.columns)
        k = [s.input.name for s in design.sources].index(name)
        for slot, outcome in enumerate(design.outcomes):
            v -= weights[outcome] * design.effect_weights(k, slot, item.current)
        # Devices, where the fit had some, are not counted on to go on.
        cross, log_s = likelihood(design, fit.settings).gram(theta[:, : design.theta_mean.size])
        # How effects differ between people is taken to be what it is believed to be now: no score to come is known.
        var = projected(cross, log_s, design.observed, design.prior, v[None]).var[0, :, 0]
        return float(shares @ var[: shares.size]), float(v @ design.prior.total @ v)

    before, _ = variance(fit.posterior.design)
    found = []
    candidates = list(
        _candidates(fit, fit.posterior.design, item, theta, doses, settings)
        if waiting_weeks is None
        else [(SettlingStep.WAIT, (DoseStretch(7 * waiting_weeks, _present(item)),), False)]
    )
    continued = _Continued(record, fit, item, max(sum(s.days for s in c[1]) for c in candidates))
    for step, stretches, full in candidates:
        days = sum(s.days for s in stretches)
        later = fit.at + timedelta(days=days)
        longer = continued.by(stretches, full)
        design = build(longer, later, beliefs, fit.outcomes, fit.settings, exposure)
        if design is None or name not in [s.input.name for s in design.sources]:
            continue
        after, prior = variance(design)
        ratio = min(1.0, after / before) if before > 0 else 1.0
        sd_after = now.benefit_sd * math.sqrt(ratio)
        then = next(i for i in design.inputs if i.name == name)
        allowed = (
            1 - sd_after**2 / prior >= settings.from_diary
            and all(r.outcome is Outcome.MET for r in gated(longer, then, later, settings.gates))
            and not any(name in (s.first, s.second) for s in separability(design, fit.settings.lines))
        )
        found.append(
            Settling(
                step=step,
                stretches=stretches,
                weeks=days / 7,
                block_days=stretches[0].days
                if step in (SettlingStep.BLINDED_BLOCKS, SettlingStep.ALTERNATING_WEEKS)
                else 0,
                sd_now=now.benefit_sd,
                sd_after=sd_after,
                settles=settling_probability(
                    now.benefit_mean, now.benefit_sd, sd_after, now.line, settings.sure
                )
                if allowed
                else 0.0,
                certainty_now=_certainty(now.benefit_mean, now.benefit_sd, now.benefit_sd, now.line),
                certainty_after=_certainty(now.benefit_mean, now.benefit_sd, sd_after, now.line),
            )
        )
    open_question = now.verdict is VerdictKind.CANNOT_TELL
    return tuple(
        sorted(
            found,
            key=lambda s: (
                -round(s.settles, 3) if open_question else 0.0,
                -round(s.certainty_after, 4),
                s.weeks,
                s.step.value,
            ),
        )
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
    """Expected max(p, 1 - p) once the posterior has narrowed to ``sd_after``."""
    moves = math.sqrt(max(sd**2 - sd_after**2, 0.0))
    nodes = np.linspace(-4.0, 4.0, 161)
    chance = np.exp(-0.5 * nodes**2)
    p = normal_cdf((mean + moves * nodes - line) / max(sd_after, 1e-9))
    return float(np.maximum(p, 1 - p) @ chance / chance.sum())


def _candidates(
    fit: Fit,
    design: DesignMatrix,
    item: Input,
    theta: Array,
    doses: Sequence[float],
    settings: VerdictSettings,
) -> Iterable[tuple[SettlingStep, tuple[DoseStretch, ...], bool]]:
    """Steps, what is taken in them, and whether every day is entered."""
    row = design.input_row[[s.input.name for s in design.sources].index(item.name)][0]
    onset = float(design.onset_days(theta[:, 13:15])[0, row, 1])
    lines = fit.settings.lines
    # Two onset times, rounded up to weeks.
    block = 7 * math.ceil(min(max(2 * onset, lines.shortest_block_days), lines.longest_block_days) / 7)
    dose = item.current
    if item.kind is InputKind.ACTIVITY:
        yield SettlingStep.WAIT, (DoseStretch(28, dose),), False
        yield SettlingStep.WAIT, (DoseStretch(56, dose),), False
        yield SettlingStep.ALTERNATING_WEEKS, (DoseStretch(block, 0.0), DoseStretch(block, dose)) * 2, False
        return
    taking, present = item.last_day is None, _present(item)
    for weeks in (2, 4, 8, 12):
        yield SettlingStep.WAIT, (DoseStretch(7 * weeks, present),), False
    if _completeness(fit) < lines.full_diary:
        yield SettlingStep.FULLER_DIARY, (DoseStretch(28, present),), True
        yield SettlingStep.FULLER_DIARY, (DoseStretch(56, present),), True
    if taking:
        # A new dose is judged no earlier than its gate allows.
        judged = max([block, *(math.ceil(7 * g.weeks) for g in settings.gates if g.drug == item.name)])
        for other in doses or (dose / 2,):
            if other > 0 and abs(other - dose) > 1e-9:
                yield SettlingStep.DOSE_CHANGE, (DoseStretch(judged, other),), False
        yield SettlingStep.OPEN_BREAK, (DoseStretch(block, 0.0),), False
        yield SettlingStep.BREAK_AND_RESTART, (DoseStretch(block, 0.0), DoseStretch(block, dose)), False
    else:
        yield SettlingStep.RESTART, (DoseStretch(block, dose),), False
    pair = (DoseStretch(block, 0.0, masked=True), DoseStretch(block, dose, masked=True))
    yield SettlingStep.BLINDED_BLOCKS, pair, False
    yield SettlingStep.BLINDED_BLOCKS, pair * 2, False


def _present(item: Input) -> float:
    """The dose that goes on."""
    return item.current if item.last_day is None else 0.0


def _completeness(fit: Fit) -> float:
    """Share of the last weeks' scores that were reported."""
    recent = fit.observed[-fit.settings.lines.lately_days :]
    return float(np.isfinite(recent).mean()) if recent.size else 0.0


class _Continued:
    """Makes the record with days to come; what every candidate step shares is made once.

    Args:
        record: The record.
        fit: Its posterior.
        item: The input that the steps are about.
        days: The most days that a step takes.
    """

    def __init__(self, record: Record, fit: Fit, item: Input, days: int) -> None:
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
        self._share = max(_completeness(fit), 0.05)
        self._entries = tuple(_entry(fit.at + timedelta(days=t + 1), fit.outcomes) for t in range(days))

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
