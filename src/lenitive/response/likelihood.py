"""The definition: log posterior density of theta with the linear coefficients integrated out exactly.

    log p(theta | y) = log N(theta; prior) + log ∫ p(y | theta, β) N(β; b0, V0) dβ + const

The Kalman filter runs once for the scores and once for each coefficient's column: the innovation of day t and slot o is
e_y - Σ_j β_j e_j with variance S. What remains is a ridge regression of e_y / √S on the e_j / √S:

    log p(y | theta) = -½ [ n log 2π + Σ log S + log|Λ| - log|Λ0| + e_y'e_y + b0'Λ0 b0 - c'Λ^-1 c ]
    Λ = Λ0 + X'X,   c = X'e_y + Λ0 b0,   Λ0 = V0^-1

Where the prior of β is a mixture of normals, that holds for each component, and log p(y | theta) is the logarithm of the weighted sum.

Scores of one day are taken in one at a time, so a missing one is skipped; readings of devices follow them in the same way.
"""

from __future__ import annotations

import numpy as np

from lenitive.frozen import dataclass
from lenitive.response.design import DesignMatrix
from lenitive.response.dynamics import dynamics
from lenitive.response.normals import Normals
from lenitive.response.result import Array

__all__ = ["FAR", "ByComponent", "Moments", "NumpyLikelihood", "Projected", "projected_by_numpy", "solve"]

FAR = 10.0
_LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """For each of n rows, a parameter vector and a component: log posterior and the coefficients' conditional posterior.

    Attributes:
        lp: ``[n]`` log posterior density of the vector up to a constant of the record.
        mean: ``[n, p]``.
        cov: ``[n, p, p]``.
    """

    lp: Array
    mean: Array
    cov: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class ByComponent:
    """For each of n parameter vectors: log posterior, and the coefficients' conditional posterior by component of their prior.

    Attributes:
        lp: ``[n]`` log posterior density up to a constant of the record.
        share: ``[n, C]`` probability of each component.
        mean: ``[n, C, p]``.
        cov: ``[n, C, p, p]``.
    """

    lp: Array
    share: Array
    mean: Array
    cov: Array

    @classmethod
    def empty(cls, n: int, c: int, p: int) -> ByComponent:
        """Room for n parameter vectors, c components and p coefficients, not yet filled."""
        return cls(
            lp=np.empty(n), share=np.empty((n, c)), mean=np.empty((n, c, p)), cov=np.empty((n, c, p, p))
        )

    def part(self, rows: slice) -> ByComponent:
        """A view of some rows."""
        return ByComponent(lp=self.lp[rows], share=self.share[rows], mean=self.mean[rows], cov=self.cov[rows])


@dataclass(frozen=True, slots=True, kw_only=True)
class Projected:
    """For each of n parameter vectors: log marginal likelihood, and linear combinations of the coefficients by component.

    Attributes:
        lp: ``[n]``.
        share: ``[n, C]`` probability of each component.
        mean: ``[n, C, d]`` of each of d combinations.
        var: ``[n, C, d]``.
    """

    lp: Array
    share: Array
    mean: Array
    var: Array


class NumpyLikelihood:
    """The likelihood of one design in NumPy: what the compiled kernel computes, readable beside the equations.

    Args:
        design: The record.
    """

    __slots__ = ("design",)

    slope = climb = None
    """It has no gradient of its own; the search takes differences."""

    def __init__(self, design: DesignMatrix) -> None:
        self.design = design

    def log_prior(self, theta: Array) -> Array:
        """``[n]`` log prior density of theta; zero density beyond ``FAR`` prior SDs, where the filter would overflow."""
        mean, sd = self.design.theta_mean, self.design.theta_sd
        z = (theta - mean) / sd
        far = np.max(np.abs(z), axis=1) > FAR
        value = -0.5 * np.sum(z * z, axis=1) - float(np.sum(np.log(sd))) - 0.5 * _LOG_2PI * z.shape[1]
        return np.asarray(np.where(far, -np.inf, value))

    @np.errstate(over="ignore", invalid="ignore", divide="ignore")
    def gram(self, theta: Array) -> tuple[Array, Array]:
        """Whitened cross products and Σ log S of the filter.

        Returns:
            ``[n, p + 1, p + 1]`` with the scores as last column, and ``[n]``.
        """
        steps = _filter(self.design, theta)
        white = np.ascontiguousarray((steps.e / np.sqrt(steps.s)[:, :, None]).transpose(1, 0, 2))
        return white.transpose(0, 2, 1) @ white, np.sum(np.log(steps.s), axis=0)

    def influence(self, theta: Array) -> tuple[Array, Array]:
        """How far each score is off what all others say, by the disturbance smoother.

        With C the covariance of all scores and readings (coefficients integrated out) and r their distance from the prior mean:

        Args:
            theta: ``[15 + 2 a]`` one parameter vector.

        Returns:
            C^-1 r and the diagonal of C^-1, each ``[day, 3]``, NaN where no score was reported. Leaving one score out, the
            others expect it at y - (C^-1 r) / (C^-1)_ii, with variance 1 / (C^-1)_ii. Where the prior of the coefficients is a mixture, the first
            two derivatives of the log density in the score stand in their places.
        """
        design = self.design
        m = dynamics(theta[None])
        steps = _filter(design, theta[None])
        got = solve(*self.gram(theta[None]), design.observed, design.prior)
        share, mean, cov, T = got.share[0], got.mean[0], got.cov[0], m.T[0]
        off, precision = np.full(design.y.shape, np.nan), np.full(design.y.shape, np.nan)
        r, N = np.zeros((3, design.columns + 1)), np.zeros((3, 3))
        row = steps.e.shape[0]
        for t in range(design.y.shape[0] - 1, -1, -1):
            for o, look in reversed(_seen(design, t)):
                row -= 1
                e, s, gain = steps.e[row, 0], steps.s[row, 0], steps.gain[row, 0]
                at = np.zeros(3)
                at[look] = 1.0 if o < 3 else m.scale[0, o - 3]
                u = e / s - gain @ r
                d = 1.0 / s + gain @ N @ gain
                r += at[:, None] * u
                left = np.eye(3) - np.outer(gain, at)
                N = left.T @ N @ left + np.outer(at, at) / s
                if o < 3:
                    each = u[-1] - mean @ u[:-1]
                    off[t, o] = share @ each
                    own = d - cov @ u[:-1] @ u[:-1]
                    precision[t, o] = share @ own - share @ (each - off[t, o]) ** 2
            r, N = T.T @ r, T.T @ N @ T
        return off, precision

    def parts(self, theta: Array, into: ByComponent | None = None) -> ByComponent:
        """Log posterior and conditional posterior of the coefficients at each of ``[n, 15 + 2 a]`` parameter vectors.

        Args:
            theta: The vectors.
            into: Arrays to fill and return; new ones without it.
        """
        got = solve(*self.gram(theta), self.design.observed, self.design.prior)
        lp = got.lp + self.log_prior(theta)
        if into is None:
            return ByComponent(lp=lp, share=got.share, mean=got.mean, cov=got.cov)
        into.lp[:], into.share[:], into.mean[:], into.cov[:] = lp, got.share, got.mean, got.cov
        return into

    def lp(self, theta: Array) -> Array:
        """``[n]`` log posterior densities of ``[n, 15 + 2 a]`` parameter vectors."""
        return self.parts(theta).lp


@dataclass(frozen=True, slots=True)
class _Steps:
    """The filter's steps in the order of scores and readings.

    Attributes:
        e: ``[score, n, p + 1]`` innovations.
        s: ``[score, n]`` their variances.
        gain: ``[score, n, 3]``.
    """

    e: Array
    s: Array
    gain: Array


def _seen(design: DesignMatrix, t: int) -> list[tuple[int, int]]:
    """What was seen on a day, in order: its number (scores 0 to 2, then devices), and the state that it shows."""
    scores = [(o, o) for o in range(3) if np.isfinite(design.y[t, o])]
    return scores + [(3 + a, 0) for a, n in enumerate(design.nightly[t]) if np.isfinite(n)]


def _filter(design: DesignMatrix, theta: Array) -> _Steps:
    """The Kalman filter for the scores and for each coefficient's column at once."""
    reach = FAR * design.theta_sd
    m = dynamics(np.clip(theta, design.theta_mean - reach, design.theta_mean + reach))
    n, p = theta.shape[0], design.columns
    q, k = design.base.shape[1], design.drive.shape[1]
    keep = np.exp(-1.0 / design.onset_days(m.onset))
    u = np.broadcast_to(design.before, (n, k, 2)).copy()
    entry = np.eye(3) - m.T
    drives = [slice(3 * q + o, 3 * (q + k), 3) for o in range(3)]
    # b is minus the filter's state for each column; an input before the first day stands at its steady state.
    b = np.zeros((n, 3, p + 1))
    for o in range(3):
        b[:, o, drives[o]] = u[:, :, min(o, 1)]
    P = m.P0.copy()
    innovation = np.empty((design.observed, n, p + 1))
    variance, gains = np.empty((design.observed, n)), np.empty((design.observed, n, 3))
    Tt = m.T.transpose(0, 2, 1)
    row = 0
    for t in range(design.y.shape[0]):
        b = m.T @ b
        if k:
            u = design.drive[t] + (u - design.drive[t]) * keep
            for o in range(3):
                b[:, :, drives[o]] += entry[:, :, o, None] * u[:, None, :, min(o, 1)]
        P = m.T @ P @ Tt + m.Q
        for o, look in _seen(design, t):
            e = b[:, look].copy()
            if o < 3:
                scale, noise = np.ones(n), m.R[:, o] + design.extra[t, o]
                e[:, o : 3 * q : 3] += design.base[t]
                e[:, p] += design.y[t, o]
            else:
                device = o - 3
                scale, noise = m.scale[:, device], m.noise[:, device]
                e[:, 0 : 3 * q : 3] += design.base[t] * design.shared
                e *= scale[:, None]
                e[:, design.own(device)] += 1.0
                e[:, p] += design.nightly[t, device]
            cover = P[:, :, look] * scale[:, None]
            s = cover[:, look] * scale + noise
            gain = cover / s[:, None]
            b -= gain[:, :, None] * e[:, None, :]
            P = P - gain[:, :, None] * cover[:, None, :]
            innovation[row], variance[row], gains[row] = e, s, gain
            row += 1
    return _Steps(e=innovation, s=variance, gain=gains)


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def solve(cross: Array, log_s: Array, count: int, prior: Normals) -> ByComponent:
    """Ridge solves of whitened cross products ``[n, p + 1, p + 1]``, one a component; ``lp`` is the log marginal likelihood."""
    p, n = prior.mean.size, log_s.size
    # A parameter vector far out in the tails may overflow the filter: density zero, not an error.
    sound = np.isfinite(cross).all(axis=(1, 2)) & np.isfinite(log_s)
    if not sound.all():
        cross = np.where(sound[:, None, None], cross, np.eye(p + 1))
    out = ByComponent.empty(n, prior.parts, p)
    each = np.empty((n, prior.parts))
    for part, (precision, shift, const) in enumerate(zip(*prior.ridge(), strict=True)):
        chol = np.linalg.cholesky(cross[:, :p, :p] + precision)
        inverse = np.linalg.inv(chol)
        half = np.einsum("nij,nj->ni", inverse, cross[:, :p, p] + shift)
        log_det = 2.0 * np.sum(np.log(np.diagonal(chol, axis1=1, axis2=2)), axis=1)
        quad = cross[:, p, p] - np.sum(half * half, axis=1)
        each[:, part] = const - 0.5 * (count * _LOG_2PI + log_s + log_det + quad)
        out.cov[:, part] = inverse.transpose(0, 2, 1) @ inverse
        out.mean[:, part] = np.einsum("nji,nj->ni", inverse, half)
    lp = np.logaddexp.reduce(each, axis=1)
    out.share[:] = np.exp(each - lp[:, None])
    out.lp[:] = np.where(sound, lp, -np.inf)
    return out


def projected_by_numpy(
    cross: Array, log_s: Array, count: int, prior: Normals, directions: Array
) -> Projected:
    """What ``kernel.projected`` means; it is used where there is no compiled kernel."""
    got = solve(cross, log_s, count, prior)
    return Projected(
        lp=got.lp,
        share=got.share,
        mean=got.mean @ directions.T,
        var=np.einsum("di,ncij,dj->ncd", directions, got.cov, directions, optimize=True),
    )
