"""Tail probabilities and quantiles of the normal, t and chi-squared distributions, without the cost of scipy.stats."""

from __future__ import annotations

import math

from scipy import special

__all__ = ["chi2_quantile", "chi2_tail", "normal_quantile", "normal_two_sided", "t_quantile", "two_sided"]


def normal_quantile(p: float) -> float:
    """The standard normal's quantile."""
    return float(special.ndtri(p))


def normal_two_sided(z: float) -> float:
    """P(|Z| > |z|)."""
    return float(2 * special.ndtr(-abs(z)))


def t_quantile(p: float, df: float) -> float:
    """Student's quantile; the normal's for infinitely many degrees of freedom."""
    return normal_quantile(p) if math.isinf(df) else float(special.stdtrit(df, p))


def two_sided(statistic: float, df: float) -> float:
    """P(|T| > |t|)."""
    return normal_two_sided(statistic) if math.isinf(df) else float(2 * special.stdtr(df, -abs(statistic)))


def chi2_tail(q: float, df: float) -> float:
    """P(X > q); 1 without degrees of freedom."""
    return 1.0 if df <= 0 else float(special.chdtrc(df, max(q, 0.0)))


def chi2_quantile(p: float, df: float) -> float:
    """The chi-squared quantile."""
    return float(special.chdtri(df, 1 - p))
