"""The questions that are answered, each with its number or with why it has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

import numpy as np

from lenitive.frozen import dataclass
from lenitive.response.design import DesignMatrix
from lenitive.response.dynamics import THETA, couplings
from lenitive.response.inference import Weighted
from lenitive.response.likelihood import Moments
from lenitive.response.mixture import cdf, evenly, of_draws, summarise
from lenitive.response.result import (
    Array,
    Coupling,
    EffectPosterior,
    Estimand,
    Summary,
    Unavailable,
)
from lenitive.response.settings import Lines, Settings
from lenitive.terms import Stream, generator

__all__ = [
    "Answers",
    "Found",
    "Pending",
    "Subject",
    "attributable",
    "change_since_start",
    "coupling",
    "effect_of",
    "naive",
    "readers",
]

_SECONDARY = 64

Found = tuple[list[EffectPosterior], list[Unavailable]]


def _tiny(variance: Array) -> Array:
    """Standard deviation of a variance that rounding may have left at zero."""
    return np.sqrt(np.maximum(variance, 1e-16))


def reference_levels(design: DesignMatrix, lines: Lines) -> list[tuple[float | None, ...]]:
    """Per source and slot, the score that percentages are of: the mean of the entries before the input began.

    Only the last weeks before it count; None when there are too few entries.
    """
    found = []
    for source in design.sources:
        start = (source.input.first_day - design.days[0]).days
        values = design.raw[max(start - lines.before_days, 0) : max(start, 0)]
        seen = np.isfinite(values)
        counts, totals = seen.sum(axis=0), np.where(seen, values, 0.0).sum(axis=0)
        found.append(
            tuple(
                total / count if count >= lines.least_entries and total > 0 else None
                for count, total in zip(counts.tolist(), totals.tolist(), strict=True)
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Answers:
    """What the estimands are worked out from.

    Attributes:
        design: The record.
        settings: How it was fitted.
        draws: The draws of theta.
        moments: The coefficients' moments at all of them.
        theta: ``[64, 15 + 2 a]`` draws picked evenly by weight, for what needs no more.
        few: The moments at those.
        reference: Of ``reference_levels``.
    """

    design: DesignMatrix
    settings: Settings
    draws: Weighted
    moments: Moments
    theta: Array
    few: Moments
    reference: list[tuple[float | None, ...]]

    @classmethod
    def of(cls, design: DesignMatrix, settings: Settings, draws: Weighted, moments: Moments) -> Answers:
        """From a posterior."""
        index = evenly(draws.weight, min(_SECONDARY, draws.weight.size))
        few = Moments(lp=moments.lp[index], mean=moments.mean[index], cov=moments.cov[index])
        return cls(
            design,
            settings,
            draws,
            moments,
            draws.theta[index],
            few,
            reference_levels(design, settings.lines),
        )

    @property
    def even(self) -> Array:
        """Weights of the draws picked."""
        return np.full(self.few.lp.size, 1.0 / self.few.lp.size)

    @property
    def told(self) -> dict[str, float]:
        """How far the draws may be trusted."""
        return {"pareto_k": self.draws.pareto_k, "ess": self.draws.ess}


@dataclass(slots=True)
class Pending:
    """Effects whose numbers are worked out together at the end: one pass over all mixtures."""

    weight: Array
    settings: Settings
    mean: list[Array] = field(default_factory=list)
    sd: list[Array] = field(default_factory=list)
    make: list[Callable[[Summary, dict[str, float]], EffectPosterior]] = field(default_factory=list)
    reference: list[float | None] = field(default_factory=list)

    def add(
        self,
        mean: Array,
        variance: Array,
        reference: float | None,
        make: Callable[[Summary, dict[str, float]], EffectPosterior],
    ) -> None:
        """One more: mean and variance of each row, what percentages are of, and what turns the summary into an effect."""
        self.mean.append(mean)
        self.sd.append(_tiny(variance))
        self.reference.append(reference)
        self.make.append(make)

    def done(self) -> list[EffectPosterior]:
        """All of them."""
        if not self.make:
            return []
        mean, sd = np.stack(self.mean), np.stack(self.sd)
        level = np.array([np.nan if r is None else r for r in self.reference])
        lines = self.settings.lines
        limits = np.stack(
            [
                np.full(level.size, -self.settings.mcid),
                -lines.moderate_share * level,
                -lines.substantial_share * level,
            ],
            axis=1,
        )
        below = np.clip(cdf(np.nan_to_num(limits), self.weight, mean, sd), 0.0, 1.0)
        out = []
        for i, summary in enumerate(summarise(self.weight, mean, sd)):
            keys = ("mcid",) if self.reference[i] is None else ("mcid", "30pct", "50pct")
            out.append(self.make[i](summary, {key: float(below[i, j]) for j, key in enumerate(keys)}))
        return out


@dataclass(frozen=True, slots=True)
class Subject:
    """What a number is about: an input of a design at a dose, an outcome's slot, an estimand."""

    design: DesignMatrix
    source: int
    slot: int
    dose: float
    estimand: Estimand


def effect_of(
    about: Subject,
    reference: float | None,
    diagnostics: Mapping[str, float],
    prior: tuple[float, float] | None = None,
    sd_vague: float | None = None,
) -> Callable[[Summary, dict[str, float]], EffectPosterior]:
    """What turns a summary into an effect."""
    item = about.design.sources[about.source].input

    def make(summary: Summary, probability: dict[str, float]) -> EffectPosterior:
        return EffectPosterior(
            input=item.name,
            kind=item.kind,
            dose=about.dose,
            outcome=about.design.outcomes[about.slot],
            estimand=about.estimand,
            mean=summary.mean,
            sd=summary.sd,
            quantiles=summary.quantiles,
            probability=probability,
            reference_level=reference,
            prior_mean=None if prior is None else prior[0],
            prior_sd=None if prior is None else prior[1],
            share_from_diary=None if prior is None else min(max(1 - (summary.sd / prior[1]) ** 2, 0.0), 1.0),
            sd_vague=sd_vague,
            diagnostics=diagnostics,
        )

    return make


def attributable(a: Answers, vague: Array) -> Found:
    """What stopping each input would lose at steady state, at each dose that occurred."""
    design, m = a.design, a.moments
    pending = Pending(a.draws.weight, a.settings)
    believed = design.prior.total
    for k, source in enumerate(design.sources):
        for slot, reference in enumerate(a.reference[k]):
            for dose in sorted({*source.input.levels, source.input.current}):
                w = design.effect_weights(k, slot, dose)
                at = np.flatnonzero(w).tolist()
                # One column, or two with the bend: their views, not copies of blocks of every draw.
                variance = sum(w[i] * w[j] * m.cov[:, i, j] for i in at for j in at)
                prior = (float(w @ design.prior_mean), float(np.sqrt(w @ believed @ w)))
                pending.add(
                    m.mean[:, at] @ w[at],
                    np.asarray(variance),
                    reference,
                    effect_of(
                        Subject(design, k, slot, dose, Estimand.ATTRIBUTABLE),
                        reference,
                        a.told,
                        prior,
                        float(np.sqrt(w @ vague @ w)),
                    ),
                )
    return pending.done(), []


def change_since_start(a: Answers) -> Found:
    """The whole change of the underlying level since each input began, whatever its cause.

    The mean level of the last 14 days (to the day of the review, or to the input's last day) less that of the 14
    days before it began: every coefficient's part, the noise of the days taken out.
    """
    missing: list[Unavailable] = []
    design, mean, cov = a.design, a.few.mean, a.few.cov
    lines = a.settings.lines
    pending = Pending(a.even, a.settings)
    q = design.base.shape[1]
    for k, source in enumerate(design.sources):
        item = source.input
        i = (item.first_day - design.days[0]).days
        end = len(design.days) if item.last_day is None else (item.last_day - design.days[0]).days + 1
        before = slice(max(i - lines.window_days, design.lead), i)
        after = slice(max(end - lines.window_days, i + 1), end)
        if item.first_day <= design.days[design.lead] or before.stop - before.start < lines.least_entries:
            reason = "it began before the diary, or within its first days"
        elif after.stop - after.start < lines.least_entries:
            reason = "it began only days before"
        else:
            reason = ""
        if reason:
            missing += [_missing(design, k, slot, Estimand.CHANGE_SINCE_START, reason) for slot in range(3)]
            continue
        now, then = _averages(design, a.theta, (after, before))
        u = now - then
        base = design.base[after].mean(axis=0) - design.base[before].mean(axis=0)
        for slot, reference in enumerate(a.reference[k]):
            w = np.concatenate([np.broadcast_to(base, (mean.shape[0], q)), u[:, :, min(slot, 1)]], axis=1)
            at = slice(slot, 3 * len(design.names), 3)
            spread = np.einsum("ni,nij,nj->n", w, cov[:, at, at], w)
            make = effect_of(
                Subject(design, k, slot, item.current, Estimand.CHANGE_SINCE_START), reference, a.told
            )
            pending.add(np.sum(w * mean[:, at], axis=1), spread, reference, make)
    return pending.done(), missing


def _missing(design: DesignMatrix, source: int, slot: int, estimand: Estimand, reason: str) -> Unavailable:
    return Unavailable(
        input=design.sources[source].input.name,
        outcome=design.outcomes[slot],
        estimand=estimand,
        reason=reason,
    )


def _averages(design: DesignMatrix, theta: Array, windows: tuple[slice, ...]) -> list[Array]:
    """Per window of days ``[draw, k, 2]``, the mean of each input after its onset filter.

    The filter's weights are geometric, so their sums over the window are differences of two powers.
    """
    tau = design.onset_days(theta[:, 13:15])
    longest = max(w.stop for w in windows) + 1
    out = [np.empty(tau.shape) for _ in windows]
    for k in range(tau.shape[1]):
        for c in range(2):
            rate = -1.0 / tau[:, k, c]
            # By days ago, 0 first: all that any window needs of the exponentials.
            power = np.empty((rate.size, longest))
            power[:, 0], power[:, 1:] = 1.0, np.exp(rate)[:, None]
            np.multiply.accumulate(power, axis=1, out=power)
            for mean, window in zip(out, windows, strict=True):
                a, b = window.start, window.stop
                drive = design.drive[:b, k, c]
                ends = (
                    power[:, 1 : a + 1] @ drive[:a][::-1]
                    + np.sum(drive[a:])
                    - power[:, 1 : b + 1] @ drive[::-1]
                )
                rest = power[:, 1] * (power[:, a] - power[:, b]) / -np.expm1(rate)
                mean[:, k, c] = (ends + design.before[k, c] * rest) / (b - a)
    return out


def naive(a: Answers) -> Found:
    """Difference of plain means, on the input against before it began: what a look at the diary tells.

    Days on which it was left off again count as neither; ``on_minus_off`` puts them to use.
    """
    design = a.design
    missing: list[Unavailable] = []
    pending = Pending(np.ones(1), a.settings)
    for k, source in enumerate(design.sources):
        item = source.input
        i = (item.first_day - design.days[0]).days
        end = len(design.days) if item.last_day is None else (item.last_day - design.days[0]).days + 1
        off, on = (
            _plain(design.raw[: max(i, 0)]),
            _plain(design.raw[max(i + 1, 0) : end][source.taking[max(i + 1, 0) : end] > 0]),
        )
        for slot in range(3):
            (before, mean_off, var_off), (after, mean_on, var_on) = off[slot], on[slot]
            if min(before, after) < a.settings.lines.least_entries:
                reason = "fewer than three entries before it began or after"
                missing.append(_missing(design, k, slot, Estimand.NAIVE, reason))
                continue
            reference = a.reference[k][slot]
            told = {"entries_before": float(before), "entries_after": float(after)}
            pending.add(
                np.array([mean_on - mean_off]),
                np.array([var_on / after + var_off / before]),
                reference,
                effect_of(Subject(design, k, slot, item.current, Estimand.NAIVE), reference, told),
            )
    return pending.done(), missing


def _plain(scores: Array) -> list[tuple[int, float, float]]:
    """Per slot of ``[day, 3]``: how many were reported, their mean, and their variance."""
    seen = np.isfinite(scores)
    count = seen.sum(axis=0)
    mean = np.where(seen, scores, 0.0).sum(axis=0) / np.maximum(count, 1)
    variance = (np.where(seen, scores - mean, 0.0) ** 2).sum(axis=0) / np.maximum(count - 1, 1)
    return list(zip(count.tolist(), mean.tolist(), variance.tolist(), strict=True))


def coupling(a: Answers, seed: int) -> Coupling:
    """The sleep-pain circle, and the part of each input's effect on pain that runs through sleep.

    With total effects E the direct push is (I - G - A) E. Cutting sleep's path to pain (its entry of G set to zero)
    leaves d' = (I - G' - A)^-1 (I - G - A) E; the pain part of E - d' is what ran through sleep.
    """
    design, theta, w = a.design, a.theta, a.even
    A, G = couplings(theta)
    eye = np.eye(3)
    full = eye - G - A
    cut = full.copy()
    cut[:, 1, 0] = 0.0
    through = (eye - np.linalg.solve(cut, full))[:, 1, :]
    gain = theta[:, 3] * theta[:, 6] / ((1 - A[:, 0, 0]) * (1 - A[:, 1, 1]))
    rng = generator(seed, Stream.COUPLING)
    points: dict[str, Summary] = {}
    share: dict[str, Summary | None] = {}
    for k, source in enumerate(design.sources):
        item = source.input
        rows = np.stack([design.effect_weights(k, slot, item.current) for slot in range(3)])
        mean = a.few.mean @ rows.T
        cov = rows @ a.few.cov @ rows.T
        centre = np.sum(through * mean, axis=1)
        spread = _tiny(np.einsum("ni,nij,nj->n", through, cov, through))
        points[item.name] = summarise(w, centre[None], spread[None])[0]
        below = float(cdf(np.zeros((1, 1)), w, mean[None, :, 1], _tiny(cov[None, :, 1, 1]))[0, 0])
        if max(below, 1 - below) < a.settings.lines.share_sure:
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


def readers(draws: Weighted) -> tuple[tuple[Summary, Summary], ...]:
    """For each device, its scale (units per point) and the SD of its noise (units)."""
    own = draws.theta[:, THETA:]
    return tuple(
        (of_draws(draws.weight, np.exp(own[:, a])), of_draws(draws.weight, np.exp(own[:, a + 1])))
        for a in range(0, own.shape[1], 2)
    )
