r"""Effects that depend on one another: several from one study or one group of studies.

*Three levels*: :math:`y_{ij} = \mu + w_i + u_{ij} + e_{ij}` with :math:`w_i \sim N(0, \sigma^2)` shared by the effects of a cluster and
:math:`u_{ij} \sim N(0, \tau^2)` of its own; both variances by restricted likelihood. *Robust*: any weights, with a variance from the
clusters' own residuals, which needs no model of how effects depend.

Source: Konstantopoulos 2011, Res Synth Methods 2:61-76; Hedges, Tipton and Johnson 2010, Res Synth Methods 1:39-65; the small-sample
factor (clusters over clusters less coefficients) and t with that many degrees of freedom as in metafor's ``robust``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lenitive.evidence.distributions import normal_quantile, normal_two_sided, t_quantile, two_sided
from lenitive.evidence.pairwise.effects import Effects
from lenitive.evidence.pairwise.pool import Coefficient, pool
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["Clustered", "multilevel", "robust"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustered:
    """A pool of effects in clusters.

    Attributes:
        effect: The pooled effect.
        between: Variance between clusters; None for the robust pool, which models none.
        within: Variance between the effects of a cluster; the ordinary tau2 for the robust pool.
        clusters: How many there are.
        k: How many effects.
        df: Degrees of freedom of the test; infinite for z.
        log_likelihood: Restricted, up to a constant; None for the robust pool.
        notes: Caveats.
    """

    effect: Coefficient
    between: float | None
    within: float
    clusters: int
    k: int
    df: float
    log_likelihood: float | None
    notes: tuple[str, ...] = ()


def _index(cluster: Sequence[object], k: int) -> tuple[NDArray[np.int_], int]:
    if len(cluster) != k:
        raise NotEstimable("lengths_differ", "the clusters are not one an effect", "Give one label an effect")
    names = {name: i for i, name in enumerate(dict.fromkeys(map(str, cluster)))}
    return np.array([names[str(c)] for c in cluster]), len(names)


def _sums(
    y: Floats, v: Floats, at: NDArray[np.int_], clusters: int, between: float, within: float
) -> tuple[float, float, float]:
    """1'W1, 1'Wy and the restricted log likelihood; a cluster's inverse by Sherman and Morrison."""
    d = 1 / (v + within)
    s0 = np.bincount(at, d, clusters)
    s1 = np.bincount(at, d * y, clusters)
    s2 = float((d * y**2).sum())
    shrink = between / (1 + between * s0)
    xwx = float((s0 - shrink * s0**2).sum())
    xwy = float((s1 - shrink * s0 * s1).sum())
    ywy = s2 - float((shrink * s1**2).sum())
    logdet = -float(np.log(d).sum()) + float(np.log1p(between * s0).sum())
    log = -0.5 * (logdet + ywy - xwy**2 / xwx + math.log(xwx))
    return xwx, xwy, log


def multilevel(effects: Effects, cluster: Sequence[object], *, level: float = 0.95) -> Clustered:
    """The three-level pool: effects in clusters, both variances by REML.

    Raises:
        NotEstimable: ``lengths_differ``; ``too_few_clusters`` with fewer than two.
    """
    from scipy import optimize

    y, v = effects.yi, effects.vi
    at, clusters = _index(cluster, y.size)
    if clusters < 2:
        raise NotEstimable("too_few_clusters", "there is one cluster", "Pool its effects by themselves")
    scale = max(float(np.var(y)), float(np.median(v)), 1e-10)

    def minus(parameters: Floats) -> float:
        b, w = (float(p) ** 2 * scale for p in parameters)
        return -_sums(y, v, at, clusters, b, w)[2]

    options = {"xatol": 1e-11, "fatol": 1e-13, "maxiter": 20000, "maxfev": 20000}
    best = min(
        (
            optimize.minimize(minus, np.array(s), method="Nelder-Mead", options=options)
            for s in ((0.7, 0.7), (1.0, 0.1), (0.1, 1.0))
        ),
        key=lambda r: float(r.fun),
    )
    between, within = (float(p) ** 2 * scale for p in best.x)
    between, within = (0.0 if x < 1e-12 * scale else x for x in (between, within))
    xwx, xwy, log = _sums(y, v, at, clusters, between, within)
    estimate, se = xwy / xwx, 1 / math.sqrt(xwx)
    z = normal_quantile(0.5 + level / 2)
    notes = (f"{clusters} clusters: the variance between them is hardly known",) if clusters < 5 else ()
    return Clustered(
        effect=Coefficient(
            name="intercept",
            estimate=estimate,
            se=se,
            low=estimate - z * se,
            high=estimate + z * se,
            statistic=estimate / se,
            p=normal_two_sided(estimate / se),
        ),
        between=between,
        within=within,
        clusters=clusters,
        k=y.size,
        df=math.inf,
        log_likelihood=log,
        notes=(*effects.notes, *notes),
    )


def robust(
    effects: Effects, cluster: Sequence[object], *, method: str = "REML", level: float = 0.95
) -> Clustered:
    """The random-effects pool with a cluster-robust variance and t on clusters less one degrees of freedom.

    Raises:
        NotEstimable: ``lengths_differ``; ``too_few_clusters`` with fewer than two; as ``pool``.
    """
    at, clusters = _index(cluster, effects.yi.size)
    if clusters < 2:
        raise NotEstimable("too_few_clusters", "there is one cluster", "Pool its effects by themselves")
    ordinary = pool(effects, method=method, tau2_interval=False)
    tau2 = ordinary.tau2 or 0.0
    w = 1 / (effects.vi + tau2)
    estimate = float(w @ effects.yi / w.sum())
    by = np.bincount(at, w * (effects.yi - estimate), clusters)
    df = clusters - 1
    se = math.sqrt(float((by**2).sum()) / float(w.sum()) ** 2 * clusters / df)
    quantile = t_quantile(0.5 + level / 2, df)
    notes = (f"{clusters} clusters: a robust variance is too small with few",) if clusters < 10 else ()
    return Clustered(
        effect=Coefficient(
            name="intercept",
            estimate=estimate,
            se=se,
            low=estimate - quantile * se,
            high=estimate + quantile * se,
            statistic=estimate / se,
            p=two_sided(estimate / se, df),
        ),
        between=None,
        within=tau2,
        clusters=clusters,
        k=effects.yi.size,
        df=float(df),
        log_likelihood=None,
        notes=(*(n for n in ordinary.notes if "hardly" not in n), *notes),
    )
