"""Tail probabilities and quantiles of the normal, t and chi-squared distributions.

What a review asks for (the normal distribution, and the chi-squared tail of a pool of a few trials) needs the standard
library alone. SciPy answers the rest and is imported only then: loading it takes longer than pooling.
"""

from __future__ import annotations

import math
from statistics import NormalDist

__all__ = ["chi2_quantile", "chi2_tail", "normal_quantile", "normal_two_sided", "t_quantile", "two_sided"]

_NORMAL = NormalDist()
# Up to here the finite sum is used; its terms are positive, so that it loses no digits. Larger pools are not in a hurry.
_SUMMED = 60


def normal_quantile(p: float) -> float:
    """The standard normal's quantile; infinite at 0 and 1, NaN outside."""
    if 0 < p < 1:
        return _NORMAL.inv_cdf(p)
    return {0.0: -math.inf, 1.0: math.inf}.get(p, math.nan)


def normal_two_sided(z: float) -> float:
    """P(|Z| > |z|)."""
    return math.erfc(abs(z) / math.sqrt(2))


def t_quantile(p: float, df: float) -> float:
    """Student's quantile; the normal's for infinitely many degrees of freedom."""
    if math.isinf(df):
        return normal_quantile(p)
    from scipy import special

    return float(special.stdtrit(df, p))


def two_sided(statistic: float, df: float) -> float:
    """P(|T| > |t|)."""
    if math.isinf(df):
        return normal_two_sided(statistic)
    from scipy import special

    return float(2 * special.stdtr(df, -abs(statistic)))


def chi2_tail(q: float, df: float) -> float:
    """P(X > q); 1 without degrees of freedom."""
    if df <= 0 or q <= 0:
        return 1.0
    if df <= _SUMMED and df == int(df) and math.isfinite(q):
        return _summed_tail(q / 2, int(df))
    from scipy import special

    return float(special.chdtrc(df, q))


def _summed_tail(half: float, df: int) -> float:
    """P(X > 2 half) for a whole number of degrees of freedom.

    For an even number it is exp(-h) (1 + h + h^2/2! + ...) with df/2 terms; for an odd one erfc(sqrt h) and
    exp(-h) sqrt(h) / Gamma(3/2) (1 + h/(3/2) + ...) with (df - 1)/2 terms.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.4.4 and 26.4.5.
    """
    odd = df % 2
    total = math.erfc(math.sqrt(half)) if odd else 0.0
    term = math.exp(-half) * (math.sqrt(half) / math.gamma(1.5) if odd else 1.0)
    for step in range(1, df // 2 + 1):
        total += term
        term *= half / (step + odd / 2)
    return total


def chi2_quantile(p: float, df: float) -> float:
    """The chi-squared quantile."""
    from scipy import special

    return float(special.chdtri(df, 1 - p))
