r"""The random-effects log odds ratio from the events' own distribution, given how many there were in each study.

Given a study's total number of events :math:`t_i`, those of the first group follow Fisher's non-central hypergeometric
distribution with log odds ratio :math:`\theta + u_i`, :math:`u_i \sim N(0, \tau^2)`. When events are rare it is nearly
binomial with :math:`\operatorname{logit} = \log(n_{1i}/n_{2i}) + \theta + u_i`, which is quicker. The integral over
:math:`u_i` by adaptive Gauss-Hermite quadrature.

Source: Stijnen, Hamza and Ozdemir 2010, Stat Med 29:3046-67 (their exact and approximate conditional models).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import ArrayLike, NDArray

from lenitive.evidence.pairwise.counts import PooledCounts, pooled_counts
from lenitive.evidence.pairwise.effects import check_counts, repeated
from lenitive.evidence.pairwise.pool import Pooled
from lenitive.evidence.refusal import NotEstimable

__all__ = ["binomial_normal"]

Floats = NDArray[np.float64]
Moments = Callable[[Floats], tuple[Floats, Floats, Floats]]
"""From log odds ratios, shape ``(study, node)``: log probability, mean and variance of the first group's events."""

COMMON_EVENTS = 0.2
"""From this share of people with the event on (or without it), the approximate likelihood gets a caveat. Ours: a log odds
ratio of 1 at equal arms is then drawn towards zero by more than a tenth."""


def _approximate(x: Floats, m: Floats, offset: Floats) -> Moments:
    from scipy import special

    constant = special.gammaln(m + 1) - special.gammaln(x + 1) - special.gammaln(m - x + 1)

    def moments(eta: Floats) -> tuple[Floats, Floats, Floats]:
        at = offset[:, None] + eta
        p = special.expit(at)
        log = constant[:, None] + x[:, None] * at - m[:, None] * np.logaddexp(0, at)
        return log, m[:, None] * p, m[:, None] * p * (1 - p)

    return moments


def _exact(x: Floats, k1: Floats, k2: Floats, m: Floats) -> Moments:
    from scipy import special

    def log_choose(n: Floats, k: Floats) -> Floats:
        return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1), float)

    low, high = np.maximum(0.0, m - k2), np.minimum(k1, m)
    values = low[:, None] + np.arange(int((high - low).max()) + 1)[None, :]
    inside = values <= high[:, None]
    kept = np.where(inside, values, low[:, None])
    weight = log_choose(k1[:, None], kept) + log_choose(k2[:, None], m[:, None] - kept)
    weight = np.where(inside, weight, -np.inf)
    mine = log_choose(k1, x) + log_choose(k2, m - x)

    def moments(eta: Floats) -> tuple[Floats, Floats, Floats]:
        terms = weight[:, None, :] + kept[:, None, :] * eta[:, :, None]
        total = special.logsumexp(terms, axis=2)
        share = np.exp(terms - total[:, :, None])
        mean = (share * kept[:, None, :]).sum(2)
        square = (share * (kept[:, None, :] - mean[:, :, None]) ** 2).sum(2)
        return mine[:, None] + x[:, None] * eta - total, mean, square

    return moments


def _modes(moments: Moments, x: Floats, theta: float, tau: float) -> Floats:
    """The mode of each study's integrand, in units of tau: where tau (x - mean) equals u.

    The difference falls with u, so that a bracket holds the mode; Newton's step is taken where it stays inside. Without the
    bracket it runs away when tau is large.
    """
    u = np.zeros((x.size, 1))
    gap = tau * (x[:, None] - moments(theta + tau * u)[1])
    low, high = np.minimum(gap, 0.0), np.maximum(gap, 0.0)
    for _ in range(80):
        _, mean, variance = moments(theta + tau * u)
        slope = tau * (x[:, None] - mean) - u
        low, high = np.where(slope > 0, u, low), np.where(slope > 0, high, u)
        step = u + slope / (tau**2 * variance + 1)
        step = np.where((step >= low) & (step <= high), step, 0.5 * (low + high))
        moved = float(np.max(np.abs(step - u)))
        u = step
        if moved < 1e-12:
            break
    return u


def _marginal(moments: Moments, x: Floats, points: int) -> Callable[[Floats], float]:
    """Minus the log likelihood of (theta, tau)."""
    from scipy import special

    nodes, node_weights = hermegauss(points)
    log_weights = np.log(node_weights) + 0.5 * nodes**2

    def minus_log_likelihood(parameters: Floats) -> float:
        theta, tau = float(parameters[0]), abs(float(parameters[1]))
        if tau < 1e-10:
            return float(-moments(np.full((x.size, 1), theta))[0].sum())
        u = _modes(moments, x, theta, tau)
        sd = 1 / np.sqrt(tau**2 * moments(theta + tau * u)[2] + 1)
        at = u + sd * nodes[None, :]
        log = moments(theta + tau * at)[0] - 0.5 * at**2 - 0.5 * math.log(2 * math.pi) + log_weights[None, :]
        return float(-(np.log(sd[:, 0]) + special.logsumexp(log, axis=1)).sum())

    return minus_log_likelihood


def binomial_normal(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    studies: tuple[str, ...] | None = None,
    level: float = 0.95,
    points: int = 7,
    likelihood: str = "approximate",
) -> Pooled:
    """The random-effects log odds ratio without a normal approximation within studies.

    Args:
        events1: People with the event in the first group.
        n1: People in the first group.
        events2: People with the event in the second group.
        n2: People in the second group.
        studies: Names.
        level: Of the interval.
        points: Quadrature points a study.
        likelihood: ``approximate`` (binomial, for rare events; it says so when they are not rare) or ``exact``
            (hypergeometric, for any).

    Raises:
        NotEstimable: ``no_events``; ``impossible_counts``; ``empty_group``; ``unknown_likelihood``.
    """
    if likelihood not in {"approximate", "exact"}:
        raise NotEstimable(
            "unknown_likelihood", f"{likelihood!r} is not a likelihood", "Use approximate or exact"
        )
    a, k1, c, k2, names = check_counts(events1, n1, events2, n2, studies)
    t = a + c
    keep = (t > 0) & ((t < k1 + k2) | (likelihood == "approximate"))
    if not keep.any() or a.sum() == 0 or c.sum() == 0:
        raise NotEstimable("no_events", "one group has no events in any study", "Use the risk difference")
    x, m, offset = a[keep], t[keep], np.log(k1[keep] / k2[keep])
    moments = _exact(x, k1[keep], k2[keep], m) if likelihood == "exact" else _approximate(x, m, offset)
    minus_log_likelihood = _marginal(moments, x, points)

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
    share = float(t.sum() / (k1 + k2).sum())
    if likelihood == "approximate" and share >= COMMON_EVENTS:
        notes.append(
            f"events are not rare ({100 * share:.0f} % of the people have one): the approximate likelihood draws the odds "
            "ratio towards 1; take the exact one"
        )
    if tau < 1e-4:
        tau = 0.0
        notes.append("no variation between studies was found")
        for _ in range(20):  # the search stops short where tau ends at zero; the common effect is Newton's
            _, mean, variance = moments(np.full((x.size, 1), theta))
            theta += float((x[:, None] - mean).sum() / variance.sum())
        se = 1 / math.sqrt(float(moments(np.full((x.size, 1), theta))[2].sum()))
    else:
        se = math.sqrt(float(np.linalg.inv(_hessian(minus_log_likelihood, np.array([theta, tau])))[0, 0]))
    if not keep.all():
        notes.append(f"{int((~keep).sum())} studies without events in either group carry no weight")
    weighed = tuple(s for s, used in zip(names, keep, strict=True) if used)
    found = PooledCounts(
        measure="OR",
        method="binomial-normal" if likelihood == "approximate" else "exact conditional",
        value=theta,
        se=se,
        tau2=tau**2,
        model="random",
    )
    return pooled_counts(
        found,
        m,
        k=int(keep.sum()),
        studies=weighed,
        level=level,
        notes=(*notes, *repeated(weighed)),
    )


def _hessian(f: Callable[[Floats], float], at: Floats) -> Floats:
    h = np.array([1e-3, 1e-3])
    out = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            ei, ej = np.eye(2)[i] * h[i], np.eye(2)[j] * h[j]
            out[i, j] = (f(at + ei + ej) - f(at + ei - ej) - f(at - ei + ej) + f(at - ei - ej)) / (
                4 * h[i] * h[j]
            )
    return out
