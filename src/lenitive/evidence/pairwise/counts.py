"""Pooling counts without effect sizes of single studies: Mantel-Haenszel and Peto.

They stand beside inverse variance when events are rare, because nothing has to be added to empty cells.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lenitive.evidence.distributions import chi2_tail, normal_quantile, normal_two_sided
from lenitive.evidence.pairwise.effects import check_counts, from_counts
from lenitive.evidence.pairwise.pool import Coefficient, Pooled
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["PooledCounts", "mantel_haenszel", "peto", "pooled_counts"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledCounts:
    """A pooled estimate before its interval; see `Pooled` for the words. ``q_k`` counts the studies that enter Q."""

    measure: str
    method: str
    value: float
    se: float
    q: float = math.nan
    q_k: int | None = None
    tau2: float | None = None
    model: str = "common"


def pooled_counts(
    found: PooledCounts,
    weights: Floats,
    *,
    k: int,
    studies: tuple[str, ...],
    level: float,
    notes: tuple[str, ...],
) -> Pooled:
    """An estimate with its interval, test and weights."""
    q, q_df = found.q, (k if found.q_k is None else found.q_k) - 1
    z = normal_quantile(0.5 + level / 2)
    return Pooled(
        measure=found.measure,
        model=found.model,
        method=found.method,
        test="z",
        level=level,
        k=k,
        coefficients=(
            Coefficient(
                name="intercept",
                estimate=found.value,
                se=found.se,
                low=found.value - z * found.se,
                high=found.value + z * found.se,
                statistic=found.value / found.se,
                p=normal_two_sided(found.value / found.se),
            ),
        ),
        tau2=found.tau2,
        tau2_interval=None,
        i2=None,
        h2=None,
        q=q,
        q_df=q_df,
        q_p=chi2_tail(q, q_df) if math.isfinite(q) else math.nan,
        moderators_q=None,
        moderators_p=None,
        prediction=None,
        weights=tuple(float(w) for w in 100 * weights / weights.sum()),
        studies=studies,
        notes=notes,
    )


def _informative(a: Floats, c: Floats, k1: Floats, k2: Floats) -> NDArray[np.bool_]:
    """Studies with and without events; the others have no ratio, and a difference whose variance is only what was added."""
    total = a + c
    return (total > 0) & (total < k1 + k2)


def mantel_haenszel(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    measure: str = "OR",
    studies: tuple[str, ...] | None = None,
    level: float = 0.95,
) -> Pooled:
    """The Mantel-Haenszel odds ratio, risk ratio or risk difference.

    Q and its degrees of freedom leave out studies without (or with only) events in both groups, as metafor's do.

    Source: Robins, Breslow and Greenland 1986, Biometrics 42:311-23 (OR); Greenland and Robins 1985, Biometrics
    41:55-68 (RR); Sato, Greenland and Robins 1989, Biometrics 45:1323-4 (RD).

    Raises:
        NotEstimable: ``no_events`` when the ratio is not defined; ``impossible_counts``; ``unknown_measure``.
    """
    a, k1, c, k2, names = check_counts(events1, n1, events2, n2, studies)
    b, d, n = k1 - a, k2 - c, k1 + k2
    q = math.nan
    if measure == "OR":
        r, s = a * d / n, b * c / n
        if r.sum() == 0 or s.sum() == 0:
            raise NotEstimable("no_events", "one group has no events in any study", "Use the risk difference")
        p, o = (a + d) / n, (b + c) / n
        estimate = math.log(r.sum() / s.sum())
        variance = (
            (p * r).sum() / (2 * r.sum() ** 2)
            + ((p * s) + (o * r)).sum() / (2 * r.sum() * s.sum())
            + (o * s).sum() / (2 * s.sum() ** 2)
        )
        weights = s
    elif measure == "RR":
        r, s = a * k2 / n, c * k1 / n
        if r.sum() == 0 or s.sum() == 0:
            raise NotEstimable("no_events", "one group has no events in any study", "Use the risk difference")
        estimate = math.log(r.sum() / s.sum())
        variance = (k1 * k2 * (a + c) / n**2 - a * c / n).sum() / (r.sum() * s.sum())
        weights = s
    elif measure == "RD":
        weights = k1 * k2 / n
        estimate = float((a * k2 / n - c * k1 / n).sum() / weights.sum())
        first = c * (k1 / n) ** 2 - a * (k2 / n) ** 2 + (k1 / n) * (k2 / n) * (k2 - k1) / 2
        second = (a * (k2 - c) / n + c * (k1 - a) / n) / 2
        variance = (estimate * first.sum() + second.sum()) / weights.sum() ** 2
    else:
        raise NotEstimable("unknown_measure", f"{measure!r} is not a measure of counts", "Use OR, RR or RD")
    keep = _informative(a, c, k1, k2)
    if keep.sum() > 0:
        single = from_counts(a[keep], k1[keep], c[keep], k2[keep], measure=measure)
        q = float(((single.yi - estimate) ** 2 / single.vi).sum())
    silent = int((~keep).sum())
    says = "do not enter Q" if measure == "RD" else "carry no weight"
    notes = (f"{silent} studies without (or with only) events in both groups {says}",) if silent else ()
    found = PooledCounts(
        measure=measure,
        method="Mantel-Haenszel",
        value=float(estimate),
        se=math.sqrt(variance),
        q=q,
        q_k=int(keep.sum()),
    )
    k = a.size if measure == "RD" else int(keep.sum())
    return pooled_counts(found, weights, k=k, studies=names, level=level, notes=notes)


def peto(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    studies: tuple[str, ...] | None = None,
    level: float = 0.95,
) -> Pooled:
    """Peto's one-step odds ratio: best with rare events, equal arms and small effects.

    Source: Yusuf and others 1985, Prog Cardiovasc Dis 27:335-71.

    Raises:
        NotEstimable: ``no_events``; ``impossible_counts``.
    """
    a, k1, c, k2, names = check_counts(events1, n1, events2, n2, studies)
    n, t = k1 + k2, a + c
    expected = t * k1 / n
    variance = k1 * k2 * t * (n - t) / (n**2 * (n - 1))
    if variance.sum() == 0:
        raise NotEstimable("no_events", "no study has events", "There is nothing to compare")
    keep = variance > 0
    estimate = float((a - expected).sum() / variance.sum())
    yi = (a - expected)[keep] / variance[keep]
    q = float((variance[keep] * (yi - estimate) ** 2).sum())
    notes = (
        ()
        if keep.all()
        else (f"{int((~keep).sum())} studies without events in either group carry no weight",)
    )
    found = PooledCounts(measure="PETO", method="Peto", value=estimate, se=1 / math.sqrt(variance.sum()), q=q)
    return pooled_counts(found, variance, k=int(keep.sum()), studies=names, level=level, notes=notes)
