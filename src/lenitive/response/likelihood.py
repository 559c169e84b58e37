"""The definition: log posterior density of theta with the linear coefficients integrated out exactly.

    log p(theta | y) = log N(theta; prior) + log ∫ p(y | theta, β) N(β; b0, V0) dβ + const

The Kalman filter runs once for the scores and once for each coefficient's column: the innovation of day t and slot o is
e_y - Σ_j β_j e_j with variance S. What remains is a ridge regression of e_y / √S on the e_j / √S:

    log p(y | theta) = -½ [ n log 2π + Σ log S + log|Λ| - log|Λ0| + e_y'e_y + b0'Λ0 b0 - c'Λ^-1 c ]
    Λ = Λ0 + X'X,   c = X'e_y + Λ0 b0,   Λ0 = V0^-1

Scores of one day are taken in one at a time, so a missing one is skipped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lenitive.response.design import Design
from lenitive.response.dynamics import PRIOR_MEAN, PRIOR_SD, dynamics
from lenitive.response.result import Array

__all__ = ["FAR", "Moments", "gram", "influence", "log_prior", "lp_batch", "moments", "solve"]

FAR = 10.0
_LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """For each of n parameter vectors: log posterior and the coefficients' conditional posterior.

    Attributes:
        lp: ``[n]`` log posterior density up to a constant of the record.
        mean: ``[n, p]``.
        cov: ``[n, p, p]``.
    """

    lp: Array
    mean: Array
    cov: Array


def log_prior(theta: Array) -> Array:
    """``[n]`` log prior density of theta; zero density beyond ``FAR`` prior SDs, where the filter would overflow."""
    z = (theta - PRIOR_MEAN) / PRIOR_SD
    far = np.max(np.abs(z), axis=1) > FAR
    value = -0.5 * np.sum(z * z, axis=1) - float(np.sum(np.log(PRIOR_SD))) - 0.5 * _LOG_2PI * z.shape[1]
    return np.asarray(np.where(far, -np.inf, value))


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def gram(design: Design, theta: Array) -> tuple[Array, Array]:
    """Whitened cross products and Σ log S of the filter.

    Returns:
        ``[n, p + 1, p + 1]`` with the scores as last column, and ``[n]``.
    """
    e, s, _ = _filter(design, theta)
    white = np.ascontiguousarray((e / np.sqrt(s)[:, :, None]).transpose(1, 0, 2))
    return white.transpose(0, 2, 1) @ white, np.sum(np.log(s), axis=0)


def _filter(design: Design, theta: Array) -> tuple[Array, Array, Array]:
    """The filter's steps, in order of the reported scores.

    Returns:
        Innovations ``[score, n, p + 1]``, their variances ``[score, n]`` and the gains ``[score, n, 3]``.
    """
    m = dynamics(np.clip(theta, PRIOR_MEAN - FAR * PRIOR_SD, PRIOR_MEAN + FAR * PRIOR_SD))
    n, p = theta.shape[0], design.columns
    q, k = design.base.shape[1], design.drive.shape[1]
    tau = np.exp(design.log_tau)[None] * np.where(design.learned[None, :, None], m.onset[:, None, :], 1.0)
    keep = np.exp(-1.0 / tau)
    u = np.broadcast_to(design.before, (n, k, 2)).copy()
    entry = np.eye(3) - m.T
    # b is minus the filter's state for each column; an input before the first day stands at its steady state.
    b = np.zeros((n, 3, p + 1))
    for o in range(3):
        b[:, o, 3 * q + o : 3 * (q + k) : 3] = u[:, :, min(o, 1)]
    P = m.P0.copy()
    seen = np.isfinite(design.y)
    count = int(seen.sum())
    innovation = np.empty((count, n, p + 1))
    variance, gains = np.empty((count, n)), np.empty((count, n, 3))
    Tt = m.T.transpose(0, 2, 1)
    row = 0
    for t in range(design.y.shape[0]):
        b = m.T @ b
        if k:
            u = design.drive[t] + (u - design.drive[t]) * keep
            for o in range(3):
                b[:, :, 3 * q + o : 3 * (q + k) : 3] += entry[:, :, o, None] * u[:, None, :, min(o, 1)]
        P = m.T @ P @ Tt + m.Q
        for o in range(3):
            if not seen[t, o]:
                continue
            e = b[:, o].copy()
            e[:, o : 3 * q : 3] += design.base[t]
            e[:, p] += design.y[t, o]
            s = P[:, o, o] + m.R[:, o] + design.extra[t, o]
            gain = P[:, :, o] / s[:, None]
            b -= gain[:, :, None] * e[:, None, :]
            P = P - gain[:, :, None] * P[:, o, None, :]
            innovation[row], variance[row], gains[row] = e, s, gain
            row += 1
    return innovation, variance, gains


def influence(design: Design, theta: Array) -> tuple[Array, Array]:
    """How far each score is off what all others say, by the disturbance smoother.

    With C the covariance of all scores (coefficients integrated out) and r their distance from the prior mean:

    Args:
        design: The record.
        theta: ``[15]`` one parameter vector.

    Returns:
        C^-1 r and the diagonal of C^-1, each ``[day, 3]``, NaN where no score was reported. Leaving one score out, the
        others expect it at y - (C^-1 r) / (C^-1)_ii, with variance 1 / (C^-1)_ii.
    """
    m = dynamics(theta[None])
    e, s, gains = (x[:, 0] for x in _filter(design, theta[None]))
    got = solve(*gram(design, theta[None]), design.entries, design.prior_mean, design.prior_sd)
    mean, cov, T = got.mean[0], got.cov[0], m.T[0]
    seen = np.isfinite(design.y)
    off, precision = np.full(design.y.shape, np.nan), np.full(design.y.shape, np.nan)
    r, N = np.zeros((3, design.columns + 1)), np.zeros((3, 3))
    row = e.shape[0]
    for t in range(design.y.shape[0] - 1, -1, -1):
        for o in (2, 1, 0):
            if not seen[t, o]:
                continue
            row -= 1
            gain = gains[row]
            u = e[row] / s[row] - gain @ r
            d = 1.0 / s[row] + gain @ N @ gain
            r[o] += u
            left = np.eye(3)
            left[:, o] -= gain
            N = left.T @ N @ left
            N[o, o] += 1.0 / s[row]
            off[t, o] = u[-1] - u[:-1] @ mean
            precision[t, o] = d - u[:-1] @ cov @ u[:-1]
        r, N = T.T @ r, T.T @ N @ T
    return off, precision


def solve(cross: Array, log_s: Array, count: int, prior_mean: Array, prior_sd: Array) -> Moments:
    """Ridge solve of whitened cross products ``[n, p + 1, p + 1]``; ``lp`` is the log marginal likelihood."""
    p = prior_mean.size
    prec = 1.0 / prior_sd**2
    # A parameter vector far out in the tails may overflow the filter: density zero, not an error.
    sound = np.isfinite(cross).all(axis=(1, 2)) & np.isfinite(log_s)
    if not sound.all():
        cross = np.where(sound[:, None, None], cross, np.eye(p + 1))
    lam = cross[:, :p, :p] + np.diag(prec)
    c = cross[:, :p, p] + prec * prior_mean
    chol = np.linalg.cholesky(lam)
    inverse = np.linalg.inv(chol)
    cov = inverse.transpose(0, 2, 1) @ inverse
    half = np.einsum("nij,nj->ni", inverse, c)
    mean = np.einsum("nji,nj->ni", inverse, half)
    log_det = 2.0 * np.sum(np.log(np.diagonal(chol, axis1=1, axis2=2)), axis=1) - float(np.sum(np.log(prec)))
    quad = cross[:, p, p] + float(np.sum(prec * prior_mean**2)) - np.sum(half * half, axis=1)
    lp = -0.5 * (count * _LOG_2PI + log_s + log_det + quad)
    return Moments(lp=np.where(sound, lp, -np.inf), mean=mean, cov=cov)


def moments(design: Design, theta: Array) -> Moments:
    """Log posterior and conditional posterior of the coefficients at each of ``[n, 15]`` parameter vectors."""
    cross, log_s = gram(design, theta)
    got = solve(cross, log_s, design.entries, design.prior_mean, design.prior_sd)
    return Moments(lp=got.lp + log_prior(theta), mean=got.mean, cov=got.cov)


def lp_batch(design: Design, theta: Array) -> Array:
    """``[n]`` log posterior densities of ``[n, 15]`` parameter vectors."""
    return moments(design, theta).lp
