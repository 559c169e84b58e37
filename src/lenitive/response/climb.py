"""The way to a mode of a log posterior: coordinates in which it is close to normal, and a climb in them.

What the diary fixes well is an outcome's total day-to-day variance, and badly how it divides into shocks (sigma) and reporting noise
(rho): a bent ridge in their logarithms, a straight one in log total SD and log ratio,

    t = 1/2 log(sigma^2 + rho^2),   r = log sigma - log rho.

That map keeps volumes (its determinant is 1), so densities carry over as they are. With it the effective number of draws
is three times that of sampling the logarithms. All coordinates are then centred and scaled by the prior.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log1p
from typing import TypeAlias

import numpy as np

from lenitive.frozen import dataclass
from lenitive.response.result import Array

__all__ = ["LIMIT", "TOLERANCE", "Climb", "Summit", "Target", "first_metric", "hessian", "mode", "summit"]

_STEP = 1e-4
TOLERANCE = 5e-2
"""The climb stops when the top is nearer than this many posterior SDs."""
LIMIT = 60
"""Most steps of a climb."""

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


def first_metric(target: Target, scores: int) -> Array:
    """Diagonal of the metric that the search begins with."""
    curvature = np.concatenate([_CURVATURE, np.full(target.size - _CURVATURE.size, _CURVATURE_DEVICE)])
    return np.asarray(1.0 / (1.0 + (curvature - 1.0) * scores / _CURVATURE_SCORES))


def summit(target: Target, scores: int, start: Array | None = None) -> Summit:
    """``mode``, by whichever code is quicker."""
    z = np.zeros(target.size) if start is None else start
    if target.climb is None:
        return mode(target, scores, z)
    z, gradient, converged, used, _ = target.climb(
        *target.frame, first_metric(target, scores), TOLERANCE, LIMIT, z, False
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
    first = np.diag(first_metric(target, scores))
    metric = first
    used, fresh = 1, True
    for _ in range(LIMIT):
        if not np.isfinite(f):
            return here(False)
        step = -metric @ g
        descent = float(g @ step)
        if np.abs(g).max() < 1e-5 or (-descent < TOLERANCE**2 and not fresh):
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
