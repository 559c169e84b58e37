r"""Pooling counts without effect sizes of single studies: Mantel-Haenszel, Peto, and a binomial-normal model.

They stand beside inverse variance when events are rare, because nothing has to be added to empty cells.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import ArrayLike, NDArray

from lenitive.evidence.distributions import chi2_tail, normal_quantile, normal_two_sided
from lenitive.evidence.pairwise.effects import check_counts, from_counts
from lenitive.evidence.pairwise.pool import Coefficient, Pooled
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["binomial_normal", "mantel_haenszel", "peto"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Estimate:
    """A pooled estimate before its interval; see `Pooled` for the words."""

    measure: str
    method: str
    value: float
    se: float
    q: float = math.nan
    tau2: float | None = None
    model: str = "common"


def _pooled(
    found: _Estimate,
    weights: Floats,
    *,
    k: int,
    studies: tuple[str, ...],
    level: float,
    notes: tuple[str, ...],
) -> Pooled:
    q = found.q
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
        q_df=k - 1,
        q_p=chi2_tail(q, k - 1) if math.isfinite(q) else math.nan,
        moderators_q=None,
        moderators_p=None,
        prediction=None,
        weights=tuple(float(w) for w in 100 * weights / weights.sum()),
        studies=studies,
        notes=notes,
    )


def _informative(a: Floats, c: Floats, k1: Floats, k2: Floats, *, ratio: bool) -> NDArray[np.bool_]:
    total = a + c
    return (total > 0) & (total < k1 + k2) if ratio else np.ones(a.size, bool)


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
    keep = _informative(a, c, k1, k2, ratio=measure != "RD")
    if keep.sum() > 0:
        single = from_counts(a[keep], k1[keep], c[keep], k2[keep], measure=measure)
        q = float(((single.yi - estimate) ** 2 / single.vi).sum())
    notes = (
        ()
        if keep.all()
        else (f"{int((~keep).sum())} studies without events in either group carry no weight",)
    )
    found = _Estimate(
        measure=measure, method="Mantel-Haenszel", value=float(estimate), se=math.sqrt(variance), q=q
    )
    return _pooled(found, weights, k=int(keep.sum()), studies=names, level=level, notes=notes)


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
    found = _Estimate(measure="PETO", method="Peto", value=estimate, se=1 / math.sqrt(variance.sum()), q=q)
    return _pooled(found, variance, k=int(keep.sum()), studies=names, level=level, notes=notes)


def binomial_normal(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    studies: tuple[str, ...] | None = None,
    level: float = 0.95,
    points: int = 7,
) -> Pooled:
    r"""The random-effects log odds ratio from the events' own binomial distribution: no normal approximation within studies.

    Given a study's total number of events :math:`t_i`, those of the first group are nearly binomial with
    :math:`\operatorname{logit} = \log(n_{1i}/n_{2i}) + \theta + u_i`, :math:`u_i \sim N(0, \tau^2)`; the integral over
    :math:`u_i` by adaptive Gauss-Hermite quadrature. Good when events are rare; otherwise use the exact or a normal model.

    Source: Stijnen, Hamza and Ozdemir 2010, Stat Med 29:3046-67 (their approximate conditional model).

    Raises:
        NotEstimable: ``no_events``; ``impossible_counts``.
    """
    a, k1, c, k2, names = check_counts(events1, n1, events2, n2, studies)
    t = a + c
    keep = t > 0
    if not keep.any() or a.sum() == 0 or c.sum() == 0:
        raise NotEstimable("no_events", "one group has no events in any study", "Use the risk difference")
    x, m, offset = a[keep], t[keep], np.log(k1[keep] / k2[keep])
    from scipy import special  # here: no other pool of counts needs it

    constant = special.gammaln(m + 1) - special.gammaln(x + 1) - special.gammaln(m - x + 1)
    nodes, node_weights = hermegauss(points)
    log_weights = np.log(node_weights) + 0.5 * nodes**2 - 0.5 * math.log(2 * math.pi)

    def minus_log_likelihood(parameters: Floats) -> float:
        theta, tau = float(parameters[0]), abs(float(parameters[1]))
        if tau < 1e-10:
            eta = offset + theta
            return float(-(constant + x * eta - m * np.logaddexp(0, eta)).sum())
        u = np.zeros_like(x)
        for _ in range(60):  # the mode of each study's integrand, in units of tau
            eta = offset + theta + tau * u
            p = special.expit(eta)
            step = (tau * (x - m * p) - u) / (tau**2 * m * p * (1 - p) + 1)
            u = u + step
            if np.max(np.abs(step)) < 1e-12:
                break
        eta = offset + theta + tau * u
        p = special.expit(eta)
        sd = 1 / np.sqrt(tau**2 * m * p * (1 - p) + 1)
        at = u[:, None] + sd[:, None] * nodes[None, :]
        eta = offset[:, None] + theta + tau * at
        inside = (
            x[:, None] * eta
            - m[:, None] * np.logaddexp(0, eta)
            - 0.5 * at**2
            - 0.5 * math.log(2 * math.pi)
            + log_weights[None, :]
            + 0.5 * math.log(2 * math.pi)
        )
        return float(-(constant + np.log(sd) + special.logsumexp(inside, axis=1)).sum())

    from scipy import optimize

    start = math.log(max(x.sum(), 0.5) / max((m - x).sum(), 0.5)) - float(np.average(offset, weights=m))
    best = min(
        (
            optimize.minimize(
                minus_log_likelihood,
                np.array([start, s]),
                method="Nelder-Mead",
                options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000},
            )
            for s in (0.05, 0.5)
        ),
        key=lambda r: float(r.fun),
    )
    theta, tau = float(best.x[0]), abs(float(best.x[1]))
    notes = []
    if tau < 1e-4:
        tau = 0.0
        notes.append("no variation between studies was found")
        h = 1e-4
        curvature = (
            minus_log_likelihood(np.array([theta + h, 0.0]))
            - 2 * minus_log_likelihood(np.array([theta, 0.0]))
            + minus_log_likelihood(np.array([theta - h, 0.0]))
        ) / h**2
        se = 1 / math.sqrt(curvature)
    else:
        se = math.sqrt(float(np.linalg.inv(_hessian(minus_log_likelihood, np.array([theta, tau])))[0, 0]))
    if not keep.all():
        notes.append(f"{int((~keep).sum())} studies without events in either group carry no weight")
    found = _Estimate(measure="OR", method="binomial-normal", value=theta, se=se, tau2=tau**2, model="random")
    weighed = tuple(s for s, used in zip(names, keep, strict=True) if used)
    return _pooled(found, m, k=int(keep.sum()), studies=weighed, level=level, notes=tuple(notes))


def _hessian(f: object, at: Floats) -> Floats:
    assert callable(f)
    h = np.array([1e-3, 1e-3])
    out = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            ei, ej = np.eye(2)[i] * h[i], np.eye(2)[j] * h[j]
            out[i, j] = (f(at + ei + ej) - f(at + ei - ej) - f(at - ei + ej) + f(at - ei - ej)) / (
                4 * h[i] * h[j]
            )
    return out
