"""From a log posterior to weighted draws: mode, Laplace, one adaptation, Pareto-smoothed importance sampling.

Everything runs in coordinates z in which posteriors are close to normal. What the diary fixes well is an outcome's total
day-to-day variance, and badly how it divides into shocks (sigma) and reporting noise (rho): a bent ridge in their
logarithms, a straight one in log total SD and log ratio,

    t = 1/2 log(sigma^2 + rho^2),   r = log sigma - log rho.

That map keeps volumes (its determinant is 1), so densities carry over as they are. With it the effective number of draws
is three times that of sampling the logarithms. All coordinates are then centred and scaled by the prior.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import exp, log, log1p
from statistics import NormalDist
from typing import TypeAlias

import numpy as np

from lenitive.frozen import dataclass
from lenitive.response.psis import ESTIMATE_LIMIT, psis
from lenitive.response.result import Array
from lenitive.terms import Stream, generator

__all__ = ["Climb", "Summit", "Target", "Weighted", "hessian", "mode", "sample", "summit"]

_DF = 16.0
_LAPLACE_SHARE = 0.4
_ROUNDS = 8
_ENOUGH = 0.6
_STEP = 1e-4
_FINE = 16
_TOLERANCE = 5e-2
_LIMIT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """Weighted draws of theta.

    Attributes:
        theta: ``[draw, 15 + 2 a]``.
        weight: ``[draw]``, sums to 1.
        pareto_k: k-hat.
        ess: Effective number of draws, 1 / Σ w².
        mode: ``[15 + 2 a]``.
        converged: Whether the mode was found to tolerance.
        evaluations: Likelihoods computed, gradients not counted.
        gradients: Gradients computed.
    """

    theta: Array
    weight: Array
    pareto_k: float
    ess: float
    mode: Array
    converged: bool
    evaluations: int
    gradients: int

    @property
    def sound(self) -> bool:
        """Whether the weights may be used."""
        return self.pareto_k <= ESTIMATE_LIMIT


_TOTAL, _RATIO = slice(7, 10), slice(10, 13)
_TOTAL_SD, _RATIO_SD = 0.4, 0.7
_TOTALS = range(7, 10)


Climb: TypeAlias = Callable[
    [Array, Array, Array, float, int, Array, bool], tuple[Array, Array, bool, int, Array | None]
]
"""(centre, scale, first metric, tolerance, limit, start, with Hessian) -> (mode, gradient, converged, gradients used, Hessian)."""


class Target:
    """A log posterior over theta, and the coordinates in which it is looked at.

    Args:
        lp: ``[n, 15 + 2 a] -> [n]``.
        slope: ``[15 + 2 a] -> (float, [15 + 2 a])``, value and gradient, or None: then central differences of ``lp``.
        mean: ``[15 + 2 a]`` prior means of theta.
        sd: ``[15 + 2 a]`` their prior SDs.
        draw: As ``lp``, used for the draws alone, so that what else is computed at them can be kept.
        climb: Mode and Hessian in one call, where there is one that agrees with ``mode`` and ``hessian``.
    """

    __slots__ = ("_centre", "_scale", "_slope", "climb", "draw", "lp", "size")

    def __init__(
        self,
        lp: Callable[[Array], Array],
        slope: Callable[[Array], tuple[float, Array]] | None,
        mean: Array,
        sd: Array,
        draw: Callable[[Array], Array] | None = None,
        climb: Climb | None = None,
    ) -> None:
        self.lp, self._slope, self.draw, self.climb = lp, slope, draw or lp, climb
        self.size = mean.size
        # Log SDs of shocks and noise to log total SD and log ratio.
        shock, noise = mean[_TOTAL], mean[_RATIO]
        self._centre, self._scale = mean.copy(), sd.copy()
        self._centre[_TOTAL] = 0.5 * np.logaddexp(2 * shock, 2 * noise)
        self._centre[_RATIO] = shock - noise
        self._scale[_TOTAL], self._scale[_RATIO] = _TOTAL_SD, _RATIO_SD

    @property
    def frame(self) -> tuple[Array, Array]:
        """Centre and scale of the coordinates."""
        return self._centre, self._scale

    @property
    def has_slope(self) -> bool:
        """Whether a gradient costs less than differences."""
        return self._slope is not None

    def theta_at(self, z: Array) -> Array:
        """Coordinates to theta, each ``[..., 15 + 2 a]``."""
        theta = self._centre + self._scale * z
        ratio = theta[..., _RATIO].copy()
        noise = theta[..., _TOTAL] - 0.5 * np.logaddexp(0.0, 2 * ratio)
        theta[..., _RATIO] = noise
        theta[..., _TOTAL] = noise + ratio
        return np.asarray(theta)

    def _one_theta(self, z: Array) -> Array:
        """As ``theta_at`` for one vector; the search asks one at a time, where array steps on three numbers are dear."""
        theta: Array = self._centre + self._scale * z
        total, ratio = theta[_TOTAL].tolist(), theta[_RATIO].tolist()
        for i, (t, r) in enumerate(zip(total, ratio, strict=True)):
            noise = t - 0.5 * (max(2 * r, 0.0) + log1p(exp(-abs(2 * r))))
            theta[7 + i], theta[10 + i] = noise + r, noise
        return theta

    def slope(self, z: Array) -> tuple[float, Array]:
        """Minus log posterior and its gradient in the coordinates."""
        if self._slope is not None:
            theta = self._one_theta(z)
            value, by_theta = self._slope(theta)
            out = by_theta.copy()
            at, by = theta.tolist(), by_theta.tolist()
            for shock in _TOTALS:
                noise = shock + 3
                share = 1.0 / (1.0 + exp(min(2 * (at[noise] - at[shock]), 700.0)))
                out[shock] = by[shock] + by[noise]
                out[noise] = (1 - share) * by[shock] - share * by[noise]
            return -value, -out * self._scale
        steps = np.vstack([z[None], z + _STEP * np.eye(self.size), z - _STEP * np.eye(self.size)])
        f = -self.lp(self.theta_at(steps))
        if not np.isfinite(f).all():
            return np.inf, np.zeros(self.size)
        return float(f[0]), (f[1 : self.size + 1] - f[self.size + 1 :]) / (2 * _STEP)


# Curvature by coordinate at 460 scores, the prior's included: the mean over twelve simulated patients, whose Hessians were
# all but diagonal. It only sets where the search for the mode begins.
_CURVATURE = np.array([5.1, 5.0, 4.4, 2.8, 3.9, 5.9, 1.9, 44.5, 42.5, 40.9, 3.0, 4.0, 3.2, 1.1, 1.3])
_CURVATURE_SCORES = 460.0
_CURVATURE_DEVICE = 3.0  # of a device's scale and noise; not measured, and it need not be close


@dataclass(frozen=True, slots=True, kw_only=True)
class Summit:
    """Where the search ended.

    Attributes:
        z: Coordinates.
        gradient: Of minus the log posterior there.
        converged: Whether it is the mode to tolerance.
        used: Gradients computed.
    """

    z: Array
    gradient: Array
    converged: bool
    used: int


def _first(target: Target, scores: int) -> Array:
    """Diagonal of the metric that the search begins with."""
    curvature = np.concatenate([_CURVATURE, np.full(target.size - _CURVATURE.size, _CURVATURE_DEVICE)])
    return np.asarray(1.0 / (1.0 + (curvature - 1.0) * scores / _CURVATURE_SCORES))


def summit(target: Target, scores: int, start: Array | None = None) -> Summit:
    """``mode``, by whichever code is quicker."""
    z = np.zeros(target.size) if start is None else start
    if target.climb is None:
        return mode(target, scores, z)
    z, gradient, converged, used, _ = target.climb(
        *target.frame, _first(target, scores), _TOLERANCE, _LIMIT, z, False
    )
    return Summit(z=z, gradient=gradient, converged=converged, used=used)


def mode(target: Target, scores: int, start: Array) -> Summit:
    """The mode in the coordinates by BFGS with backtracking.

    Args:
        target: The log posterior.
        scores: How many scores it rests on; sets the first metric.
        start: Coordinates to begin at.
    """

    def here(converged: bool) -> Summit:
        return Summit(z=z, gradient=g, converged=converged, used=used)

    z = start
    f, g = target.slope(z)
    first = np.diag(_first(target, scores))
    metric = first
    used, fresh = 1, True
    for _ in range(_LIMIT):
        if not np.isfinite(f):
            return here(False)
        step = -metric @ g
        descent = float(g @ step)
        if np.abs(g).max() < 1e-5 or (-descent < _TOLERANCE**2 and not fresh):
            return here(True)
        length = float(np.abs(step).max())
        if length > 1.5:
            step, descent = step * (1.5 / length), descent * (1.5 / length)
        scale, moved = 1.0, False
        for _ in range(12):
            trial = z + scale * step
            f_new, g_new = target.slope(trial)
            used += 1
            if np.isfinite(f_new) and f_new <= f + 1e-4 * scale * descent:
                moved = True
                break
            scale *= 0.35
        if not moved:
            # No descent along the direction: at numerical precision, or the metric went wrong.
            if fresh:
                return here(-descent < 0.01)
            metric, fresh = first, True
            continue
        s, d = trial - z, g_new - g
        curve = float(s @ d)
        if curve > 1e-10:
            turned = (metric @ d) / curve
            both = s * ((1.0 + float(d @ turned)) / curve) - turned
            metric = metric + s[:, None] * both - turned[:, None] * s
            fresh = False
        z, f, g = trial, f_new, g_new
    return here(False)


def hessian(target: Target, z: Array, here: Array) -> tuple[Array, int]:
    """Second derivatives of minus log posterior in z, and what they cost: gradients, or likelihoods.

    Args:
        target: The log posterior.
        z: Coordinates.
        here: The gradient there.
    """
    h, size = 1e-3, target.size
    if target.has_slope:
        H = np.empty((size, size))
        for i in range(size):
            e = np.zeros(size)
            e[i] = h
            H[i] = (target.slope(z + e)[1] - here) / h
        return 0.5 * (H + H.T), size
    h = 1e-2
    pairs = [(i, j) for i in range(size) for j in range(i)]
    eye = h * np.eye(size)
    points = [z, *(z + eye), *(z - eye)]
    points += [z + eye[i] + eye[j] for i, j in pairs] + [z - eye[i] - eye[j] for i, j in pairs]
    f = -target.lp(target.theta_at(np.array(points)))
    up, down = f[1 : size + 1], f[size + 1 : 2 * size + 1]
    H = np.diag((up - 2 * f[0] + down) / h**2)
    both = f[2 * size + 1 :].reshape(2, -1)
    for index, (i, j) in enumerate(pairs):
        mixed = both[0, index] + both[1, index] + 2 * f[0] - up[i] - up[j] - down[i] - down[j]
        H[i, j] = H[j, i] = mixed / (2 * h**2)
    return H, len(points)


def _covariance(H: Array) -> Array:
    """Inverse of the curvature; no direction is taken as wider than the prior or narrower than a hundredth."""
    value, vector = np.linalg.eigh(H)
    value = np.clip(np.nan_to_num(value, nan=1.0), 0.5, 1e4)
    return np.asarray((vector / value) @ vector.T)


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A multivariate t with 16 degrees of freedom."""

    centre: Array
    chol: Array
    inverse: Array

    @classmethod
    def of(cls, centre: Array, cov: Array) -> _Proposal:
        chol = np.asarray(np.linalg.cholesky(cov), dtype=float)
        return cls(centre, chol, np.asarray(np.linalg.inv(chol), dtype=float))

    def log_density(self, z: Array) -> Array:
        """Up to the constant that all of these share."""
        x = (z - self.centre) @ self.inverse.T
        scale = float(np.sum(np.log(np.diagonal(self.chol))))
        return np.asarray(-scale - (_DF + self.centre.size) / 2 * np.log1p(np.einsum("ni,ni->n", x, x) / _DF))


def _truncated(log_ratio: Array) -> Array:
    """Normalised weights, none above the mean of all times the root of their number.

    Source: Ionides (2008), Truncated importance sampling, Journal of Computational and Graphical Statistics 17:295-311.
    """
    w = np.exp(log_ratio - np.max(log_ratio))
    w = np.minimum(w, np.mean(w) * np.sqrt(w.size))
    return np.asarray(w / w.sum())


@lru_cache(maxsize=4)
def _slices(draws: int) -> Array:
    """Standard normal quantiles at the middles of ``draws`` slices of equal probability, each cut into ``_FINE``."""
    normal, count = NormalDist(), draws * _FINE
    return np.array([normal.inv_cdf((i + 0.5) / count) for i in range(count)])


def _hypercube(rng: np.random.Generator, draws: int, size: int) -> Array:
    """``[draw, size]`` standard normals by a Latin hypercube: in each coordinate one draw in each slice of equal probability.

    Means over the draws then vary less than over as many independent ones. Ours because importing SciPy's would cost a
    review more than all its draws. Source: McKay, Beckman, Conover (1979), Technometrics 21:239-245.
    """
    order = rng.permuted(np.broadcast_to(np.arange(draws)[:, None], (draws, size)), axis=0)
    return np.asarray(_slices(draws)[order * _FINE + rng.integers(0, _FINE, (draws, size))])


def sample(target: Target, scores: int, draws: int, seed: int, start: Array | None = None) -> Weighted:
    """Weighted draws from the posterior, in rounds of ``draws`` each.

    The first round is drawn from a t at the mode with the Laplace covariance, the second from a t with the weighted
    moments of the first (60 %) and the Laplace covariance (40 %). While k-hat is above 0.6 up to six more
    follow, each adapted to all before it. Every draw is weighted against the even mixture of the proposals used.
    """
    rng = generator(seed, Stream.POSTERIOR)
    z0 = np.zeros(target.size) if start is None else start
    evaluations = 0
    if target.climb is not None:
        first = _first(target, scores)
        z0, _, converged, gradients, H = target.climb(*target.frame, first, _TOLERANCE, _LIMIT, z0, True)
        assert H is not None
    else:
        top = mode(target, scores, z0)
        z0, converged, gradients = top.z, top.converged, top.used
        H, cost = hessian(target, z0, top.gradient)
        if target.has_slope:
            gradients += cost
        else:
            evaluations = (2 * target.size + 1) * gradients + cost
    cov0 = _covariance(H)
    proposals = [_Proposal.of(z0, cov0)]
    z, lp = np.empty((0, target.size)), np.empty(0)
    weight, k = np.empty(0), np.inf
    for rounds in range(1, _ROUNDS + 1):
        now = proposals[-1]
        radius = np.sqrt(_DF / rng.chisquare(_DF, draws))[:, None]
        new = now.centre + (_hypercube(rng, draws, target.size) * radius) @ now.chol.T
        z, lp = np.vstack([z, new]), np.concatenate([lp, target.draw(target.theta_at(new))])
        density = np.stack([p.log_density(z) for p in proposals])
        mixture = np.logaddexp.reduce(density, axis=0) - log(rounds)
        ratio = np.where(np.isfinite(lp), lp, -np.inf) - mixture
        # The first round's weights only place the second's draws: no tail of theirs needs smoothing.
        weight, k = (_truncated(ratio), np.inf) if rounds == 1 else psis(ratio)
        if rounds == _ROUNDS or (rounds > 1 and k <= _ENOUGH):
            break
        centre = weight @ z
        spread = (z - centre).T @ ((z - centre) * weight[:, None])
        proposals.append(_Proposal.of(centre, (1 - _LAPLACE_SHARE) * spread + _LAPLACE_SHARE * cov0))
    return Weighted(
        theta=target.theta_at(z),
        weight=weight,
        pareto_k=k,
        ess=float(1.0 / np.sum(weight**2)),
        mode=target.theta_at(z0),
        converged=converged,
        evaluations=evaluations + z.shape[0],
        gradients=gradients,
    )
