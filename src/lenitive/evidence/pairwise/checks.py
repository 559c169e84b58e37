"""Looking again at a pooled result: one study at a time, in order of time, by subgroup, and at the funnel."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lenitive.evidence.distributions import chi2_tail, two_sided
from lenitive.evidence.pairwise.effects import Effects
from lenitive.evidence.pairwise.pool import Coefficient, Pooled, pool
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = [
    "Egger",
    "FunnelPoint",
    "Subgroup",
    "Subgroups",
    "cumulative",
    "egger",
    "funnel",
    "leave_one_out",
    "subgroups",
]


def leave_one_out(effects: Effects, **how: Any) -> tuple[tuple[str, Pooled], ...]:
    """The pooled result without each study in turn; ``how`` goes to ``pool``.

    Raises:
        NotEstimable: ``too_few_studies`` with fewer than two.
    """
    k = len(effects.studies)
    how = {"tau2_interval": False, **how}
    if k < 2:
        raise NotEstimable("too_few_studies", "leaving one out needs two studies", "Show the study alone")
    return tuple((effects.studies[i], pool(effects.take(np.arange(k) != i), **how)) for i in range(k))


def cumulative(effects: Effects, order: ArrayLike, **how: Any) -> tuple[tuple[str, Pooled], ...]:
    """The pooled result as studies came in, in rising order of ``order`` (such as the year); ties keep their place."""
    how = {"tau2_interval": False, **how}
    rank = np.argsort(np.asarray(order), kind="stable")
    return tuple(
        (effects.studies[int(last)], pool(effects.take(rank[: i + 1]), **how)) for i, last in enumerate(rank)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroup:
    """One subgroup's pooled result."""

    name: str
    pooled: Pooled


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroups:
    """Subgroups pooled apart, and the test that they share one effect.

    Attributes:
        groups: In order of first appearance.
        q_between: Q of the subgroups' effects around their common mean.
        df: Subgroups less one.
        p: Its P value.
    """

    groups: tuple[Subgroup, ...]
    q_between: float
    df: int
    p: float


def subgroups(effects: Effects, by: tuple[str, ...], **how: Any) -> Subgroups:
    """Each subgroup pooled with its own tau2, and the test between them.

    Raises:
        NotEstimable: ``lengths_differ``.
    """
    if len(by) != len(effects.studies):
        raise NotEstimable("lengths_differ", "the subgroups are not one a study", "Give one label a study")
    names = tuple(dict.fromkeys(by))
    groups = tuple(
        Subgroup(name=n, pooled=pool(effects.take(np.array([b == n for b in by])), **how)) for n in names
    )
    estimate = np.array([g.pooled.effect.estimate for g in groups])
    weight = np.array([g.pooled.effect.se**-2 for g in groups])
    centre = float(weight @ estimate / weight.sum())
    q = float(weight @ (estimate - centre) ** 2)
    return Subgroups(groups=groups, q_between=q, df=len(groups) - 1, p=chi2_tail(q, len(groups) - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Egger:
    """Egger's test: whether small studies show other effects than large ones.

    Attributes:
        slope: Change of effect with the standard error.
        limit: The effect of an infinitely large study.
        df: Degrees of freedom; infinite in the mixed-effects form.
        notes: Caveats.
    """

    slope: Coefficient
    limit: Coefficient
    df: float
    notes: tuple[str, ...]


def egger(effects: Effects, *, form: str = "linear", level: float = 0.95) -> Egger:
    """Egger's regression of the effect on its standard error.

    Args:
        effects: The studies.
        form: ``linear`` (weighted least squares with its own dispersion, the classical test) or ``mixed`` (REML).
        level: Of the intervals.

    Source: Egger and others 1997, BMJ 315:629-34; Sterne and Egger 2005, in Publication Bias in Meta-Analysis.

    Raises:
        NotEstimable: ``too_few_studies`` with fewer than three; ``same_precision`` when the standard errors do not differ.
    """
    from lenitive.evidence.distributions import t_quantile

    k, se = len(effects.studies), np.sqrt(effects.vi)
    if k < 3:
        raise NotEstimable(
            "too_few_studies", f"Egger's test needs three studies, not {k}", "Look at the funnel"
        )
    if np.ptp(se) <= 1e-12 * se.max():
        raise NotEstimable(
            "same_precision", "all studies have the same standard error", "Egger's test does not apply"
        )
    notes = (f"{k} studies: the test has little power below ten",) if k < 10 else ()
    if form == "mixed":
        both = pool(effects, moderators={"standard error": se}, level=level)
        return Egger(slope=both.coefficients[1], limit=both.coefficients[0], df=math.inf, notes=notes)
    if form != "linear":
        raise NotEstimable("unknown_form", f"{form!r} is not a form of Egger's test", "Use linear or mixed")
    x = np.column_stack([np.ones(k), se])
    w = 1 / effects.vi
    cov = np.linalg.inv(x.T @ (x * w[:, None]))
    beta = cov @ (x.T @ (w * effects.yi))
    cov = cov * float(w @ (effects.yi - x @ beta) ** 2) / (k - 2)
    quantile = t_quantile(0.5 + level / 2, k - 2)

    def coefficient(i: int, name: str) -> Coefficient:
        s = math.sqrt(cov[i, i])
        b = float(beta[i])
        return Coefficient(
            name=name,
            estimate=b,
            se=s,
            low=b - quantile * s,
            high=b + quantile * s,
            statistic=b / s if s else math.inf,
            p=two_sided(b / s, k - 2) if s else 0.0,
        )

    return Egger(
        slope=coefficient(1, "standard error"), limit=coefficient(0, "intercept"), df=k - 2, notes=notes
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelPoint:
    """A study in a funnel plot: its effect less the centre of its comparison, and its standard error."""

    study: str
    comparison: str
    deviation: float
    se: float


def funnel(effects: Effects, centre: float) -> tuple[FunnelPoint, ...]:
    """The points of a funnel plot around a centre."""
    return tuple(
        FunnelPoint(study=s, comparison="", deviation=float(y - centre), se=float(math.sqrt(v)))
        for s, y, v in zip(effects.studies, effects.yi, effects.vi, strict=True)
    )
