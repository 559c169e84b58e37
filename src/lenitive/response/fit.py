"""What a patient's own diary says about each drug and activity: ``fit`` and its result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from datetime import date
from functools import partial

import numpy as np

from lenitive.frozen import dataclass
from lenitive.record import Record
from lenitive.response.backend import Likelihood, Recorder, likelihood, vague
from lenitive.response.blocks import on_minus_off
from lenitive.response.censored import refine
from lenitive.response.climb import Target, summit
from lenitive.response.conflicts import conflicts, separability
from lenitive.response.design import DesignMatrix, build
from lenitive.response.doses import Exposure
from lenitive.response.estimands import Answers, attributable, change_since_start, coupling, naive, readers
from lenitive.response.inference import Weighted, sample
from lenitive.response.mixture import evenly
from lenitive.response.peaks import peaks
from lenitive.response.posterior import Posterior, coefficient_draws, spread_out
from lenitive.response.psis import ESTIMATE_LIMIT
from lenitive.response.readings import DeviceReading
from lenitive.response.result import (
    Array,
    Conflict,
    Coupling,
    EffectPosterior,
    Estimand,
    FitStatus,
    Input,
    InputKind,
    OnsetDays,
    Rival,
    Separability,
    Summary,
    Unavailable,
)
from lenitive.response.settings import Settings
from lenitive.terms import EffectBelief, Score, Stream, generator

__all__ = ["OUTCOMES", "Fit", "fit", "fit_many"]

# Turns of finding the mode and the censored scores' normals; more move the effects by less than 0.01 SD.
_TURNS = 3

OUTCOMES: tuple[Score, Score, Score] = (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The posterior of one record at one day.

    Attributes:
        status: Ok, fallback or refused.
        reason: Why it is not ok; empty when it is.
        at: The day.
        seed: The seed of the draws.
        settings: How it was fitted.
        outcomes: Scores of the sleep, pain and fatigue slots.
        days: Diary days from the first entry to ``at``.
        observed: ``[day, 3]`` scores, NaN where not reported.
        inputs: Drugs, then activities.
        effects: Every estimand that has a number.
        unavailable: Every estimand that has none, and why.
        coupling: How sleep, pain and fatigue hang together; None when refused.
        separability: Pairs of inputs that went together.
        conflicts: Coefficients whose prior and diary disagree.
        bound_share: Per slot, the share of entries at 0 and at 10.
        censored: Per slot, whether the censored observation model was used.
        left_out: Inputs not estimated because there were too many.
        rivals: Explanations that the diary leaves open, where there is more than one.
        posterior: The draws behind it, for the functions of this room.
    """

    status: FitStatus
    reason: str
    at: date
    seed: int
    settings: Settings
    outcomes: tuple[Score, Score, Score]
    days: tuple[date, ...] = ()
    observed: Array
    inputs: tuple[Input, ...] = ()
    effects: tuple[EffectPosterior, ...] = ()
    unavailable: tuple[Unavailable, ...] = ()
    coupling: Coupling | None = None
    separability: tuple[Separability, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    bound_share: tuple[tuple[float, float], ...] = ()
    censored: tuple[bool, bool, bool] = (False, False, False)
    left_out: tuple[str, ...] = ()
    rivals: tuple[Rival, ...] = ()
    posterior: Posterior | None = field(default=None, metadata={"stored": False})

    @property
    def pareto_k(self) -> float | None:
        """k-hat of the importance sampling, or None when refused."""
        return None if self.posterior is None else self.posterior.draws.pareto_k

    @property
    def drugs(self) -> tuple[Input, ...]:
        """The inputs that are drugs."""
        return tuple(i for i in self.inputs if i.kind is InputKind.DRUG)

    def effect(
        self, name: str, outcome: Score, estimand: Estimand = Estimand.ATTRIBUTABLE, dose: float | None = None
    ) -> EffectPosterior | None:
        """One effect, at the current dose unless another is asked for; None when it has no number."""
        item = next((i for i in self.inputs if i.name == name), None)
        if item is None:
            return None
        wanted = item.current if dose is None else dose
        for e in self.effects:
            if (e.input, e.outcome, e.estimand) == (name, outcome, estimand) and abs(e.dose - wanted) < 1e-9:
                return e
        return None

    def effect_draws(self, count: int = 512) -> Array:
        """``[draw, input, 3]`` equal-weight joint draws of the steady-state effects at the current doses.

        The draws of all inputs and outcomes go together, so any verdict on them is a plain mean over draws.

        Raises:
            ValueError: When the fit was refused; look at ``status`` first.
        """
        p = self._need()
        index = evenly(p.draws.weight, count)
        rng = generator(self.seed, Stream.EFFECTS)
        beta = coefficient_draws(p.moments, index, rng)
        w = np.zeros((len(self.inputs), 3, p.design.columns))
        for k, s in enumerate(p.design.sources):
            for slot in range(3):
                w[k, slot] = p.design.effect_weights(k, slot, s.input.current)
        return np.asarray(np.einsum("nj,ksj->nks", beta, w))

    def attributable_draws(self, name: str, count: int = 512) -> Array:
        """``[draw, 3]`` joint draws of what stopping an input would lose, at its current dose.

        Raises:
            KeyError: When the name is not an input of this fit.
            ValueError: When the fit was refused.
        """
        names = [i.name for i in self.inputs]
        if name not in names:
            raise KeyError(f"{name!r} is not an input of this fit")
        return np.asarray(self.effect_draws(count)[:, names.index(name)])

    @property
    def devices(self) -> tuple[tuple[DeviceReading, Summary, Summary], ...]:
        """Each device that was read, its scale (units per point) and the SD of its noise (units)."""
        if self.posterior is None:
            return ()
        found = readers(self.posterior.draws)
        return tuple((r, *pair) for r, pair in zip(self.posterior.design.readings, found, strict=True))

    def theta_draws(self, count: int = 512) -> Array:
        """``[draw, 15 + 2 a]`` equal-weight draws of the non-linear parameters, matching ``effect_draws`` by row."""
        p = self._need()
        return np.asarray(p.draws.theta[evenly(p.draws.weight, count)])

    def _need(self) -> Posterior:
        if self.posterior is None:
            raise ValueError(f"the fit was refused: {self.reason}")
        return self.posterior


def fit(
    record: Record,
    *,
    at: date,
    seed: int,
    beliefs: Sequence[EffectBelief] = (),
    outcomes: tuple[Score, Score, Score] = OUTCOMES,
    settings: Settings,
    exposure: Exposure | None = None,
    readings: Sequence[DeviceReading] = (),
) -> Fit:
    """The posterior of every drug's and activity's effect, from the diary up to a day.

    Args:
        record: What happened. Nothing dated after ``at`` is used.
        at: The day of the review.
        seed: Of the draws; the same record, day, beliefs, settings and seed give the same result.
        beliefs: What the trials say, per drug and outcome. A drug without one gets a wide prior that says so.
        outcomes: The scores in the sleep, pain and fatigue slots. The first is about the night before, in the morning.
        settings: How to fit, with what is believed before the diary is read; see ``fit_settings``.
        exposure: Levels that the effect follows instead of the dose, where they are known; see ``Exposure``.
        readings: Devices whose nights are further readings of the sleep state; see ``DeviceReading``. The diary's scores stay the
            outcomes; the first of them must be the morning's sleep disturbance.

    Returns:
        A result whose ``status`` is ``ok``, ``fallback`` (with what was done instead) or ``refused`` (with why).
    """
    _different(outcomes)
    design = build(record, at, beliefs, outcomes, settings, exposure, readings)
    return _refused(at, seed, settings, outcomes) if design is None else _fit(design, at, seed, settings)


def _different(outcomes: tuple[Score, Score, Score]) -> None:
    if len(set(outcomes)) != 3:
        raise ValueError("outcomes are three different scores")


def _refused(at: date, seed: int, settings: Settings, outcomes: tuple[Score, Score, Score]) -> Fit:
    return Fit(
        status=FitStatus.REFUSED,
        reason="no diary entry of these outcomes by this day",
        at=at,
        seed=seed,
        settings=settings,
        outcomes=outcomes,
        observed=np.zeros((0, 3)),
    )


def _target(how: Likelihood, draw: Callable[[Array], Array] | None = None) -> Target:
    return Target(how.lp, how.slope, how.design.theta_mean, how.design.theta_sd, draw, how.climb)


def _fit(design: DesignMatrix, at: date, seed: int, settings: Settings) -> Fit:
    status, reason = FitStatus.OK, ""
    start: Array | None = None
    if design.censored:
        for _ in range(_TURNS):
            target = _target(likelihood(design, settings))
            if start is None:
                start = peaks(target, design.entries)[0].z
            else:
                start = summit(target, design.entries, start).z
            design, settled = refine(design, target.theta_at(start), settings)
        if not settled:
            status, reason = FitStatus.FALLBACK, "the normals that stand for censored scores did not settle"
    how = likelihood(design, settings)
    recorder = Recorder(how, 2 * settings.draws)
    sampled = sample(_target(how, recorder.lp), design.entries, settings.draws, seed, start)
    draws, moments = spread_out(sampled, recorder.parts())
    if not draws.converged:
        status, reason = (
            FitStatus.FALLBACK,
            "mode not found to tolerance; importance sampling from where it stopped",
        )
    if not draws.pareto_k <= ESTIMATE_LIMIT:
        status = FitStatus.FALLBACK
        reason = "importance weights unreliable (k-hat above 0.7); answers rest on truncated weights"
    answers = Answers.of(design, settings, draws, moments)
    found = [
        attributable(answers, vague(how, draws)),
        change_since_start(answers),
        naive(answers),
        on_minus_off(answers),
    ]
    lead = design.lead
    used = [bool(design.censor[:, slot].any()) for slot in range(3)]
    return Fit(
        status=status,
        reason=reason,
        at=at,
        seed=seed,
        settings=settings,
        outcomes=design.outcomes,
        days=design.days[lead:],
        observed=design.raw[lead:],
        inputs=design.inputs,
        effects=tuple(e for effects, _ in found for e in effects),
        unavailable=tuple(u for _, missing in found for u in missing),
        coupling=coupling(answers, seed),
        separability=separability(design, settings.lines),
        conflicts=conflicts(design, draws, moments, settings.lines),
        bound_share=design.bound_share,
        censored=(used[0], used[1], used[2]),
        left_out=design.left_out,
        rivals=_rivals(design, draws),
        posterior=Posterior(design=design, draws=draws, settings=settings, kept=moments),
    )


def _rivals(design: DesignMatrix, draws: Weighted) -> tuple[Rival, ...]:
    days = design.onset_days(draws.rivals[:, 13:15])
    return tuple(
        Rival(
            share=share,
            onsets=tuple(
                OnsetDays(input=s.input.name, sleep=float(of[row, 0]), other=float(of[row, 1]))
                for s, (row, _) in zip(design.sources, design.input_row, strict=True)
                if s.input.kind is InputKind.DRUG
            ),
        )
        for share, of in zip(draws.shares.tolist(), days, strict=True)
    )


def _by_worker(
    item: tuple[DesignMatrix, date], seed: int, settings: Settings
) -> tuple[Fit, Weighted, DesignMatrix | None]:
    """A fit without its posterior, the draws, and the design where it was changed: what the asking process does not have."""
    design, at = item
    made = _fit(design, at, seed, settings)
    assert made.posterior is not None
    p = made.posterior
    return replace(made, posterior=None), p.draws, None if p.design is design else p.design


def fit_many(
    records: Iterable[Record],
    *,
    at: Sequence[date] | date,
    seed: int,
    beliefs: Sequence[EffectBelief] = (),
    outcomes: tuple[Score, Score, Score] = OUTCOMES,
    settings: Settings,
    threads: int = 1,
    workers: int = 1,
) -> list[Fit]:
    """``fit`` of each record, in order; the results depend on neither the number of threads nor that of processes.

    Args:
        records: The records.
        at: One day for all, or one each.
        seed: The seed of every one.
        beliefs: As in ``fit``.
        outcomes: As in ``fit``.
        settings: As in ``fit``.
        threads: Patients at a time within one process. The compiled kernel releases the interpreter lock while it works,
            which is less than half of the time.
        workers: Processes, each with one thread. They must start first and send every posterior back, so they are for
            long lists; a script that asks for them needs the usual ``if __name__ == "__main__"``.

    Returns:
        One fit for each record. Their posteriors hold no moments; those are computed again, once, for whoever asks.

    Raises:
        ValueError: When both threads and processes are asked for, or an outcome is named twice.
    """
    _different(outcomes)
    if threads > 1 and workers > 1:
        raise ValueError("ask for threads or for workers, not for both")
    known = list(records)
    days = [at] * len(known) if isinstance(at, date) else list(at)
    pairs = list(zip(known, days, strict=True))
    if workers > 1 and len(pairs) > 1:
        return _on_workers(pairs, seed, tuple(beliefs), outcomes, settings, min(workers, len(pairs)))

    def one(pair: tuple[Record, date]) -> Fit:
        made = fit(pair[0], at=pair[1], seed=seed, beliefs=beliefs, outcomes=outcomes, settings=settings)
        return made if made.posterior is None else replace(made, posterior=made.posterior.lean())

    if threads <= 1:
        return [one(pair) for pair in pairs]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, pairs))


def _on_workers(
    pairs: Sequence[tuple[Record, date]],
    seed: int,
    beliefs: tuple[EffectBelief, ...],
    outcomes: tuple[Score, Score, Score],
    settings: Settings,
    workers: int,
) -> list[Fit]:
    """``fit_many`` on processes. Designs are made here: a record of many small values costs more to send than to read."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    designs: list[DesignMatrix | None] = []

    def asked() -> Iterator[tuple[DesignMatrix, date]]:
        """Designs as they are made, so that the first are being fitted while the last are read."""
        for record, at in pairs:
            designs.append(build(record, at, beliefs, outcomes, settings))
            if designs[-1] is not None:
                yield designs[-1], at

    work = partial(_by_worker, seed=seed, settings=settings)
    # Spawned, not forked: a fork of a process with threads may stop for ever.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as processes:
        answers = processes.map(work, asked(), chunksize=max(1, min(8, len(pairs) // (2 * workers))))
        found: list[Fit] = []
        for design, (_, at) in zip(designs, pairs, strict=True):
            if design is None:
                found.append(_refused(at, seed, settings, outcomes))
                continue
            made, draws, settled = next(answers)
            posterior = Posterior(design=settled or design, draws=draws, settings=settings)
            found.append(replace(made, posterior=posterior))
    return found
