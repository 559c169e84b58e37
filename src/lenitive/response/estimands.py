"""The questions that are answered, each with its number or with why it has none."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from lenitive.record import Record
from lenitive.response.design import Design
from lenitive.response.dynamics import couplings
from lenitive.response.inference import Weighted
from lenitive.response.likelihood import Moments
from lenitive.response.mixture import cdf, of_draws, summarise
from lenitive.response.result import (
    Array,
    Coupling,
    EffectPosterior,
    Estimand,
    Summary,
    Unavailable,
)
from lenitive.response.settings import Settings

__all__ = ["attributable", "change_since_start", "coupling", "naive"]

_WINDOW_DAYS = 14
_ENOUGH = 3

Found = tuple[list[EffectPosterior], list[Unavailable]]


def _tiny(variance: Array) -> Array:
    """Standard deviation of a variance that rounding may have left at zero."""
    return np.sqrt(np.maximum(variance, 1e-16))


def reference_level(record: Record, design: Design, source: int, slot: int) -> float | None:
    """The score that percentages are of: the mean of the entries before the input began, if there are three.

    At most eight weeks before it count. None when there are fewer entries than three.
    """
    start = design.sources[source].input.first_day
    outcome = design.outcomes[slot]
    values = [
        v
        for d in record.diary
        if start - timedelta(days=56) <= d.day < start and (v := d.score(outcome)) is not None
    ]
    return float(np.mean(values)) if len(values) >= _ENOUGH and np.mean(values) > 0 else None


def _probabilities(
    weight: Array, mean: Array, sd: Array, reference: float | None, settings: Settings
) -> dict[str, float]:
    limits = {"mcid": -settings.mcid}
    if reference is not None:
        limits |= {"30pct": -0.3 * reference, "50pct": -0.5 * reference}
    values = cdf(np.array([list(limits.values())]), weight, mean[None], sd[None])[0]
    return {key: float(np.clip(v, 0.0, 1.0)) for key, v in zip(limits, values, strict=True)}


def attributable(
    record: Record,
    at: date,
    design: Design,
    draws: Weighted,
    m: Moments,
    settings: Settings,
    vague: Array,
) -> list[EffectPosterior]:
    """What stopping each input would lose at steady state, at each dose that occurred."""
    out: list[EffectPosterior] = []
    for k, source in enumerate(design.sources):
        item = source.input
        doses = sorted({*item.levels, item.current})
        for slot, outcome in enumerate(design.outcomes):
            reference = reference_level(record, design, k, slot)
            w = np.stack([design.effect_weights(k, slot, d) for d in doses])
            mean = w @ m.mean.T
            sd = _tiny(np.einsum("fi,nij,fj->fn", w, m.cov, w, optimize=True))
            for f, summary in enumerate(summarise(draws.weight, mean, sd)):
                prior_mean = float(w[f] @ design.prior_mean)
                prior_sd = float(np.sqrt(w[f] ** 2 @ design.prior_sd**2))
                out.append(
                    EffectPosterior(
                        input=item.name,
                        kind=item.kind,
                        dose=doses[f],
                        outcome=outcome,
                        estimand=Estimand.ATTRIBUTABLE,
                        mean=summary.mean,
                        sd=summary.sd,
                        quantiles=summary.quantiles,
                        probability=_probabilities(draws.weight, mean[f], sd[f], reference, settings),
                        reference_level=reference,
                        prior_mean=prior_mean,
                        prior_sd=prior_sd,
                        share_from_diary=float(np.clip(1 - (summary.sd / prior_sd) ** 2, 0.0, 1.0)),
                        sd_vague=float(np.sqrt(w[f] @ vague @ w[f])),
                        diagnostics={"pareto_k": draws.pareto_k, "ess": draws.ess},
                    )
                )
    return out


def change_since_start(
    record: Record, at: date, design: Design, draws: Weighted, m: Moments, settings: Settings
) -> Found:
    """The whole change of the underlying level since each input began, whatever its cause.

    The mean level of the last 14 days (to ``at``, or to the input's last day) less that of the 14 days before it
    began: every coefficient's part, the noise of the days taken out.
    """
    out: list[EffectPosterior] = []
    missing: list[Unavailable] = []
    start_of_diary = design.days[design.lead]
    q = design.base.shape[1]
    u = _filtered(design, draws.theta)
    for k, source in enumerate(design.sources):
        item = source.input
        i = (item.first_day - design.days[0]).days
        end = len(design.days) if item.last_day is None else (item.last_day - design.days[0]).days + 1
        before = slice(max(i - _WINDOW_DAYS, design.lead), i)
        after = slice(max(end - _WINDOW_DAYS, i + 1), end)
        if item.first_day <= start_of_diary or before.stop - before.start < _ENOUGH:
            reason = "it began before the diary, or within its first days"
        elif after.stop - after.start < _ENOUGH:
            reason = "it began only days before"
        else:
            reason = ""
        for slot, outcome in enumerate(design.outcomes):
            if reason:
                missing.append(
                    Unavailable(
                        input=item.name,
                        outcome=outcome,
                        estimand=Estimand.CHANGE_SINCE_START,
                        reason=reason,
                    )
                )
                continue
            w = np.zeros((draws.weight.size, design.columns))
            w[:, slot : 3 * q : 3] = design.base[after].mean(axis=0) - design.base[before].mean(axis=0)
            c = min(slot, 1)
            w[:, 3 * q + slot :: 3] = u[after, :, :, c].mean(axis=0) - u[before, :, :, c].mean(axis=0)
            mean = np.sum(w * m.mean, axis=1)
            sd = _tiny(np.einsum("ni,nij,nj->n", w, m.cov, w, optimize=True))
            summary = summarise(draws.weight, mean[None], sd[None])[0]
            reference = reference_level(record, design, k, slot)
            out.append(
                EffectPosterior(
                    input=item.name,
                    kind=item.kind,
                    dose=item.current,
                    outcome=outcome,
                    estimand=Estimand.CHANGE_SINCE_START,
                    mean=summary.mean,
                    sd=summary.sd,
                    quantiles=summary.quantiles,
                    probability=_probabilities(draws.weight, mean, sd, reference, settings),
                    reference_level=reference,
                    diagnostics={"pareto_k": draws.pareto_k, "ess": draws.ess},
                )
            )
    return out, missing


def _filtered(design: Design, theta: Array) -> Array:
    """``[day, draw, k, 2]`` inputs after their onset filters."""
    onset = np.exp(theta[:, 13:15])
    tau = np.exp(design.log_tau)[None] * np.where(design.learned[None, :, None], onset[:, None, :], 1.0)
    keep = np.exp(-1.0 / tau)
    out = np.empty((design.drive.shape[0], *keep.shape))
    u = np.broadcast_to(design.before, keep.shape)
    for t in range(out.shape[0]):
        u = design.drive[t] + (u - design.drive[t]) * keep
        out[t] = u
    return out


def naive(record: Record, at: date, design: Design, settings: Settings) -> Found:
    """Difference of plain means, from the input's first day on against before it: what a look at the diary tells."""
    out: list[EffectPosterior] = []
    missing: list[Unavailable] = []
    diary = record.until(at).diary
    for k, source in enumerate(design.sources):
        item = source.input
        for slot, outcome in enumerate(design.outcomes):
            scored = [(d.day, v) for d in diary if (v := d.score(outcome)) is not None]
            off = np.array([v for day, v in scored if day < item.first_day])
            on = np.array(
                [
                    v
                    for day, v in scored
                    if day > item.first_day and (item.last_day is None or day <= item.last_day)
                ]
            )
            if min(off.size, on.size) < _ENOUGH:
                missing.append(
                    Unavailable(
                        input=item.name,
                        outcome=outcome,
                        estimand=Estimand.NAIVE,
                        reason="fewer than three entries before it began or after",
                    )
                )
                continue
            mean = float(on.mean() - off.mean())
            sd = float(np.sqrt(on.var(ddof=1) / on.size + off.var(ddof=1) / off.size))
            one, m1, s1 = np.ones(1), np.array([mean]), _tiny(np.array([sd**2]))
            summary = summarise(one, m1[None], s1[None])[0]
            reference = reference_level(record, design, k, slot)
            out.append(
                EffectPosterior(
                    input=item.name,
                    kind=item.kind,
                    dose=item.current,
                    outcome=outcome,
                    estimand=Estimand.NAIVE,
                    mean=mean,
                    sd=summary.sd,
                    quantiles=summary.quantiles,
                    probability=_probabilities(one, m1, s1, reference, settings),
                    reference_level=reference,
                    diagnostics={"entries_before": float(off.size), "entries_after": float(on.size)},
                )
            )
    return out, missing


def coupling(design: Design, draws: Weighted, m: Moments, seed: int) -> Coupling:
    """The sleep-pain circle, and the part of each input's effect on pain that runs through sleep.

    With total effects E the direct push is (I - G - A) E. Cutting sleep's path to pain (its entry of G set to zero)
    leaves d' = (I - G' - A)^-1 (I - G - A) E; the pain part of E - d' is what ran through sleep.
    """
    theta, w = draws.theta, draws.weight
    A, G = couplings(theta)
    eye = np.eye(3)
    full = eye - G - A
    cut = full.copy()
    cut[:, 1, 0] = 0.0
    through = (eye - np.linalg.solve(cut, full))[:, 1, :]
    gain = theta[:, 3] * theta[:, 6] / ((1 - A[:, 0, 0]) * (1 - A[:, 1, 1]))
    rng = np.random.default_rng([seed, 3])
    points: dict[str, Summary] = {}
    share: dict[str, Summary | None] = {}
    for k, source in enumerate(design.sources):
        item = source.input
        rows = np.stack([design.effect_weights(k, slot, item.current) for slot in range(3)])
        mean = m.mean @ rows.T
        cov = np.einsum("fi,nij,gj->nfg", rows, m.cov, rows, optimize=True)
        centre = np.sum(through * mean, axis=1)
        spread = _tiny(np.einsum("ni,nij,nj->n", through, cov, through))
        points[item.name] = summarise(w, centre[None], spread[None])[0]
        below = float(cdf(np.zeros((1, 1)), w, mean[None, :, 1], _tiny(cov[None, :, 1, 1]))[0, 0])
        if max(below, 1 - below) < 0.9:
            share[item.name] = None
            continue
        noise = rng.standard_normal((w.size, 3))
        effect = mean + np.einsum("nij,nj->ni", np.linalg.cholesky(cov + 1e-14 * eye), noise)
        pain = np.where(np.abs(effect[:, 1]) < 1e-6, 1e-6, effect[:, 1])
        share[item.name] = of_draws(w, np.sum(through * effect, axis=1) / pain)
    return Coupling(
        sleep_to_pain=of_draws(w, theta[:, 3]),
        pain_to_sleep=of_draws(w, theta[:, 6]),
        loop_gain=of_draws(w, gain),
        through_sleep=points,
        share_through_sleep=share,
    )
