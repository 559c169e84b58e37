r"""Estimators of the variance between studies, :math:`\tau^2`, with or without moderators.

With weights :math:`W = \mathrm{diag}(1/(v_i+\tau^2))` and :math:`P = W - WX(X'WX)^{-1}X'W`. Traces are computed from
:math:`p \times p` matrices, so that thousands of studies cost little.

Source: Viechtbauer 2005, J Educ Behav Stat 30:261-93; Viechtbauer 2007, Stat Med 26:37-52 (Q-profile);
DerSimonian and Kacker 2007, Contemp Clin Trials 28:105-14; Sidik and Jonkman 2005, Appl Stat 54:367-84.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lenitive.evidence.distributions import chi2_quantile
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["METHODS", "TauFit", "estimate_tau2", "fit", "profile_interval"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TauFit:
    """A weighted least-squares fit at one value of tau2."""

    w: Floats
    beta: Floats
    cov: Floats
    residual: Floats
    q: float
    trace_p: float
    trace_pp: float
    py2: float


def fit(y: Floats, v: Floats, x: Floats, tau2: float) -> TauFit:
    """Coefficients, residual sum of squares and the traces the estimators need."""
    w = 1 / (v + tau2)
    xw = x * w[:, None]
    try:
        cov: Floats = np.asarray(np.linalg.inv(x.T @ xw), float)
    except np.linalg.LinAlgError:
        raise NotEstimable(
            "collinear", "the moderators determine one another", "Leave one of them out"
        ) from None
    beta = cov @ (xw.T @ y)
    residual = y - x @ beta
    xw2 = cov @ (xw.T @ xw)
    xw3 = cov @ (xw.T @ (xw * w[:, None]))
    return TauFit(
        w=w,
        beta=beta,
        cov=cov,
        residual=residual,
        q=float(w @ residual**2),
        trace_p=float(w.sum() - np.trace(xw2)),
        trace_pp=float((w**2).sum() - 2 * np.trace(xw3) + np.sum(xw2 * xw2.T)),
        py2=float(w**2 @ residual**2),
    )


def _root(f: Callable[[float], float], low: float, high: float) -> float:
    """The root of a falling function by bisection refined with the secant (ITP-free, always bracketed)."""
    f_low, f_high = f(low), f(high)
    for _ in range(200):
        middle = low + (high - low) * 0.5
        if f_low != f_high:
            secant = low - f_low * (high - low) / (f_high - f_low)
            span = (high - low) * 0.01
            if low + span < secant < high - span:
                middle = secant
        f_middle = f(middle)
        if f_middle > 0:
            low, f_low = middle, f_middle
        else:
            high, f_high = middle, f_middle
        # Alternate with a plain halving so that the bracket always shrinks.
        half = low + (high - low) * 0.5
        f_half = f(half)
        if f_half > 0:
            low, f_low = half, f_half
        else:
            high, f_high = half, f_half
        if high - low <= 1e-14 * max(1.0, abs(high)) or f_low == f_high:
            break
    return 0.5 * (low + high)


def _solve_q(y: Floats, v: Floats, x: Floats, target: float) -> float | None:
    """The tau2 at which Q equals a target, or None when Q is below it already at zero."""

    def f(tau2: float) -> float:
        return fit(y, v, x, tau2).q - target

    if f(0.0) < 0:
        return None
    high = max(1.0, float(np.var(y)), float(v.max())) * 2
    for _ in range(200):
        if f(high) < 0:
            return _root(f, 0.0, high)
        high *= 4
    return high


def _dl(y: Floats, v: Floats, x: Floats) -> float:
    at0 = fit(y, v, x, 0.0)
    return float((at0.q - (y.size - x.shape[1])) / at0.trace_p)


def _pm(y: Floats, v: Floats, x: Floats) -> float:
    found = _solve_q(y, v, x, y.size - x.shape[1])
    return 0.0 if found is None else found


def _sj(y: Floats, v: Floats, x: Floats) -> float:
    start = float(np.var(y))
    if start <= 0:
        return 0.0
    return float(start * fit(y, v, x, start).q / (y.size - x.shape[1]))


def _likelihood(y: Floats, v: Floats, x: Floats, *, restricted: bool) -> float:
    """ML or REML: Fisher scoring from a grid's best point, finished by a bracketed search of the score."""

    def score(tau2: float) -> float:
        f = fit(y, v, x, tau2)
        return f.py2 - (f.trace_p if restricted else float(f.w.sum()))

    def value(tau2: float) -> float:
        f = fit(y, v, x, tau2)
        _sign, logdet = np.linalg.slogdet(f.cov)
        return 0.5 * float(np.log(f.w).sum()) - 0.5 * f.q + (0.5 * float(logdet) if restricted else 0.0)

    top = max(float(np.var(y)) * 4, float(np.median(v)) * 4, 1e-8)
    grid = np.concatenate([[0.0], top * np.logspace(-6, 0.7, 40)])
    values = np.array([value(t) for t in grid])
    best = int(values.argmax())
    if best == 0 and score(0.0) <= 0:
        return 0.0
    low = float(grid[max(best - 1, 0)])
    high = float(grid[min(best + 1, grid.size - 1)])
    while score(high) > 0:
        low, high = high, high * 2
    return _root(score, low, high)


METHODS: dict[str, Callable[[Floats, Floats, Floats], float]] = {
    "DL": _dl,
    "PM": _pm,
    "EB": _pm,
    "SJ": _sj,
    "REML": lambda y, v, x: _likelihood(y, v, x, restricted=True),
    "ML": lambda y, v, x: _likelihood(y, v, x, restricted=False),
}


def estimate_tau2(y: Floats, v: Floats, x: Floats, method: str) -> float:
    """The variance between studies, not below zero.

    Empirical Bayes and Paule-Mandel solve the same equation, so one function serves both.

    Raises:
        NotEstimable: ``unknown_method``; ``too_few_studies`` when there are no degrees of freedom.
    """
    if method not in METHODS:
        raise NotEstimable(
            "unknown_method", f"{method!r} is not an estimator of tau2", f"Use one of {', '.join(METHODS)}"
        )
    if y.size <= x.shape[1]:
        raise NotEstimable(
            "too_few_studies", "there are no more studies than coefficients", "Drop a moderator"
        )
    return max(0.0, METHODS[method](y, v, x))


def profile_interval(y: Floats, v: Floats, x: Floats, level: float) -> tuple[float, float]:
    """The Q-profile interval of tau2; an end below zero is zero."""
    df = y.size - x.shape[1]
    low = _solve_q(y, v, x, chi2_quantile(0.5 + level / 2, df))
    high = _solve_q(y, v, x, chi2_quantile(0.5 - level / 2, df))
    return (0.0 if low is None else low, 0.0 if high is None else high)
