"""Scores at 0 or 10 as what they are: the latent value lies beyond the bound, by an unknown amount.

Each such score is a factor "y* below the bound" on the latent report y* = m + d + v. Expectation propagation stands a
normal in for it, chosen so that its mean and variance agree with the exact factor's in the light of all other
scores. In the likelihood it is then a score with a value and an added variance of its own, so everything else (exact
coefficients, gradient, sensitivity, bands) stays as it is.

With C the covariance of all scores the others say of score i: y*_i ~ N(c, v - s), where v = 1 / (C^-1)_ii,
c = y_i - v (C^-1 r)_i and s its present added variance. Cut off at the bound that has mean and variance in closed form.

At its fixed point the propagation's evidence does not change with the normals to first order, so theta's mode can be
found with them held fixed; mode and normals are found in turn. What is neglected is how the normals would change over
the posterior of theta around its mode. Coverage is measured, not assumed (see the methods page).

Source: Minka (2001), Expectation propagation for approximate Bayesian inference, UAI 17:362-369.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lenitive.response.backend import likelihood
from lenitive.response.design import DesignMatrix
from lenitive.response.mixture import normal_cdf
from lenitive.response.result import Array
from lenitive.response.settings import Settings

__all__ = ["refine"]

_SWEEPS = 12
_STEP = 0.8
_STEADY = 1e-4
_WIDEST = 1e4


def refine(design: DesignMatrix, theta: Array, settings: Settings) -> tuple[DesignMatrix, bool]:
    """The design with its censored scores' normals fitted at one parameter vector, and whether they settled.

    Args:
        design: With at least one censored score.
        theta: ``[15 + 2 a]``.
        settings: Which code computes the likelihood.
    """
    at = design.censor != 0
    sign = np.where(design.censor[at] < 0, 1.0, -1.0)
    edge = design.edge[at]
    for _ in range(_SWEEPS):
        off, precision = likelihood(design, settings).influence(theta)
        y, s = design.y[at], design.extra[at]
        v = 1.0 / np.maximum(precision[at], 1e-12)
        centre = y - v * off[at]
        spread = np.maximum(v - s, 1e-6)
        # Below the bound for -1; mirrored for +1, so one formula serves.
        mean, variance = _cut(sign * centre, spread, sign * edge)
        new_s = np.clip(1.0 / np.maximum(1.0 / variance - 1.0 / spread, 1.0 / _WIDEST), 1e-6, _WIDEST)
        new_y = sign * new_s * (mean / variance - sign * centre / spread)
        # Step in natural parameters, where propagation adds.
        p = (1 - _STEP) / s + _STEP / new_s
        shift = (1 - _STEP) * y / s + _STEP * new_y / new_s
        moved = float(np.max(np.abs(shift / p - y) / np.sqrt(1.0 / p + 1.0)))
        fresh_y, fresh_s = design.y.copy(), design.extra.copy()
        fresh_y[at], fresh_s[at] = shift / p, 1.0 / p
        design = replace(design, y=fresh_y, extra=fresh_s)
        if moved < _STEADY:
            return design, True
    return design, moved < 100 * _STEADY


def _cut(mean: Array, variance: Array, bound: Array) -> tuple[Array, Array]:
    """Mean and variance of normals given that they lie below their bound."""
    sd = np.sqrt(variance)
    z = (bound - mean) / sd
    # The inverse Mills ratio; far out its continued fraction, where the distribution function is lost to rounding.
    near = np.maximum(z, -8.0)
    ratio = np.exp(-0.5 * near * near) / (np.sqrt(2 * np.pi) * np.maximum(normal_cdf(near), 1e-300))
    x = np.maximum(-z, 8.0)
    far = x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 5 / (x + 6 / x)))))
    r = np.where(z < -8.0, far, ratio)
    share = np.clip(1.0 - r * (z + r), 1e-6, 1.0 - 1e-9)
    return mean - sd * r, variance * share
