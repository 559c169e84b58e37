"""Pareto-smoothed importance sampling: weights that can be trusted, and k-hat, which says how far.

Source: Vehtari, Simpson, Gelman, Yao, Gabry (2024), Pareto smoothed importance sampling, JMLR 25(72), algorithm 1;
the generalised Pareto fit is Zhang and Stephens (2009), Technometrics 51:316-325, with the prior of the former's
appendix C.
"""

from __future__ import annotations

import numpy as np

from lenitive.response.result import Array

__all__ = ["ESTIMATE_LIMIT", "psis"]

ESTIMATE_LIMIT = 0.7
"""k-hat above this: the estimates are not to be trusted."""


def psis(log_ratio: Array) -> tuple[Array, float]:
    """Normalised smoothed weights ``[draw]`` and k-hat.

    Args:
        log_ratio: ``[draw]`` log target minus log proposal; -inf is allowed for a draw of no density.
    """
    n = log_ratio.size
    lw = log_ratio - np.max(log_ratio)
    tail = int(min(0.2 * n, 3.0 * np.sqrt(n)))
    order = np.argsort(lw, kind="stable")
    cut = lw[order[-tail - 1]]
    top = order[-tail:]
    k = np.inf
    if np.isfinite(cut):
        floor = np.exp(cut)
        over = np.exp(lw[top]) - floor
        if over[-1] > 0 and over[tail // 4] > 0:
            k, sigma = _fit(over)
            if np.isfinite(k):
                prob = (np.arange(tail) + 0.5) / tail
                quant = (
                    sigma * np.expm1(-k * np.log1p(-prob)) / k if abs(k) > 1e-12 else -sigma * np.log1p(-prob)
                )
                lw = lw.copy()
                lw[top] = np.minimum(np.log(quant + floor), 0.0)
        else:
            # A flat tail: every weight in it is the same, as when the proposal is the target.
            k = -np.inf if over[-1] <= 0 else 0.0
    w = np.exp(lw)
    return w / w.sum(), float(k)


def _fit(x: Array) -> tuple[float, float]:
    """Shape and scale of a generalised Pareto distribution for ascending exceedances."""
    n = x.size
    m = 30 + int(np.sqrt(n))
    b = 1.0 - np.sqrt(m / (np.arange(1, m + 1) - 0.5))
    b = b / (3.0 * x[int(n / 4 + 0.5) - 1]) + 1.0 / x[-1]
    k = np.mean(np.log1p(-b[:, None] * x[None, :]), axis=1)
    profile = n * (np.log(-b / k) - k - 1.0)
    weight = 1.0 / np.sum(np.exp(profile[None, :] - profile[:, None]), axis=1)
    keep = weight > 10 * np.finfo(float).eps
    b, weight = b[keep], weight[keep] / weight[keep].sum()
    best = float(np.sum(b * weight))
    shape = float(np.mean(np.log1p(-best * x)))
    sigma = -shape / best
    return (n * shape + 10 * 0.5) / (n + 10), sigma
