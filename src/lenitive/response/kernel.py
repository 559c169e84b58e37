"""The compiled kernel behind the same functions as the NumPy definition."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lenitive.response.compiled import MODULE
from lenitive.response.compiled import level as best_level
from lenitive.response.design import DesignMatrix
from lenitive.response.likelihood import ByComponent, Projected, projected_by_numpy
from lenitive.response.normals import Normals
from lenitive.response.result import Array

__all__ = ["Kernel", "available", "projected"]

_NOTHING = np.zeros(0)


def available() -> bool:
    """Whether the kernel was built."""
    return MODULE is not None


def projected(cross: Array, log_s: Array, count: int, prior: Normals, directions: Array) -> Projected:
    """Cross products that were kept, solved anew under a prior: what it makes of linear combinations of the coefficients.

    Args:
        cross: ``[n, p + 1, p + 1]`` of ``Definition.gram``.
        log_s: ``[n]`` likewise.
        count: Scores and readings.
        prior: Of the coefficients.
        directions: ``[d, p]``.
    """
    if MODULE is None:
        return projected_by_numpy(cross, log_s, count, prior, directions)
    n, p, c, d = log_s.size, prior.mean.size, prior.parts, directions.shape[0]
    out = Projected(lp=np.empty(n), share=np.empty((n, c)), mean=np.empty((n, c, d)), var=np.empty((n, c, d)))
    parts = (cross, log_s, *prior.ridge(), directions)
    to = (out.lp, out.share, out.mean, out.var)
    arrays = (*(np.ascontiguousarray(a, dtype=np.float64) for a in parts), *to)
    MODULE.resolve(best_level(), n, p, c, d, count, arrays)
    return out


_THREAD = threading.local()


def _room(size: int) -> NDArray[np.uint8]:
    """Memory for one gradient of this thread, kept: made anew each time it would cost a third of the gradient's time."""
    held: NDArray[np.uint8] | None = getattr(_THREAD, "room", None)
    if held is None or held.size < size:
        held = _THREAD.room = np.empty(size, dtype=np.uint8)
    return held


def _heads(design: DesignMatrix) -> tuple[Array, Array]:
    """What the mean and the readings add to each innovation, one padded row of columns for each.

    Returns:
        ``[day, 3, wide]`` for the scores, and for devices ``[day, 1 + device, wide]``: what they share with the sleep slot,
        to be scaled, and what is each one's own. ``wide`` is the number of columns and one, up to a multiple of eight.
    """
    days, q = design.base.shape
    p, devices = design.columns, design.nightly.shape[1]
    wide = (p + 8) // 8 * 8
    scores = np.zeros((days, 3, wide))
    for o in range(3):
        scores[:, o, o : 3 * q : 3] = design.base
    scores[:, :, p] = design.y
    if not devices:
        return scores, np.zeros(0)
    nights = np.zeros((days, 1 + devices, wide))
    nights[:, 0, 0 : 3 * q : 3] = design.base * design.shared
    for a in range(devices):
        nights[:, 1 + a, p - devices + a] = 1.0
        nights[:, 1 + a, p] = design.nightly[:, a]
    return scores, nights


class Kernel:
    """The kernel bound to one design.

    It answers what ``likelihood.Definition`` answers.

    Args:
        design: What to compute for.
        level: Instruction set: 0 plain, 1 AVX2, 2 AVX-512; None is the best of this machine.

    Raises:
        RuntimeError: When the kernel was not built.
    """

    __slots__ = ("_arrays", "_c", "_columns", "_level", "_parameters", "_parts", "_shape", "_wants", "design")

    def __init__(self, design: DesignMatrix, level: int | None = None) -> None:
        if MODULE is None:
            raise RuntimeError("the kernel was not built: install a C compiler and the package again")
        self._c: Any = MODULE
        self._level = best_level() if level is None else level
        self.design = design
        self._columns, self._parameters = design.columns, design.theta_mean.size
        self._parts = design.prior.parts
        devices = design.nightly.shape[1]
        self._shape = (design.y.shape[0], design.base.shape[1], design.drive.shape[1], devices)
        parts = (
            design.y,
            design.base,
            design.drive,
            design.before,
            design.log_tau,
            design.stretch,
            *design.prior.ridge(),
            design.theta_mean,
            design.theta_sd,
            design.extra,
            design.nightly,
            design.shared,
            *_heads(design),
        )
        self._arrays = tuple(np.ascontiguousarray(x, dtype=np.float64) for x in parts)
        self._wants = int(self._c.room(self._arrays, *self._shape, self._level))

    @property
    def level(self) -> int:
        """The instruction set in use: 0 plain, 1 AVX2, 2 AVX-512."""
        return self._level

    def _run(self, theta: Array, *to: Array) -> None:
        """Fills log density, Σ log S, shares, means, covariances and cross products, those that are not empty."""
        theta = np.ascontiguousarray(theta, dtype=np.float64).reshape(-1, self._parameters)
        self._c.batch(self._arrays, *self._shape, self._level, theta, *to)

    def lp(self, theta: Array) -> Array:
        """As ``Definition.lp``."""
        out = np.empty(theta.shape[0])
        self._run(theta, out, *[_NOTHING] * 5)
        return out

    def slope(self, theta: Array) -> tuple[float, Array]:
        """Log posterior of one parameter vector, and its gradient by the adjoint of the filter."""
        return self._slope(theta, _NOTHING, _NOTHING)

    def _slope(self, theta: Array, by_y: Array, by_s: Array) -> tuple[float, Array]:
        gradient = np.empty(self._parameters)
        at = np.ascontiguousarray(theta, dtype=np.float64)
        value = self._c.slope(
            self._arrays, *self._shape, self._level, _room(self._wants), at, gradient, by_y, by_s
        )
        return float(value), gradient

    def climb(
        self,
        centre: Array,
        scale: Array,
        first: Array,
        tolerance: float,
        limit: int,
        start: Array,
        with_hessian: bool,
    ) -> tuple[Array, Array, bool, int, Array | None]:
        """As ``climb.mode`` and ``climb.hessian``, in one call: mode, gradient, converged, gradients used, Hessian."""
        z, g = np.array(start, dtype=np.float64), np.empty(start.size)
        H = np.empty((start.size, start.size)) if with_hessian else _NOTHING
        where = (*self._shape, self._level, _room(self._wants))
        converged, used = self._c.climb(self._arrays, *where, centre, scale, first, tolerance, limit, z, g, H)
        return z, g, converged, used, 0.5 * (H + H.T) if with_hessian else None

    def influence(self, theta: Array) -> tuple[Array, Array]:
        """As ``Definition.influence``."""
        by_y, by_s = np.full(self._shape[0] * 3, np.nan), np.full(self._shape[0] * 3, np.nan)
        self._slope(theta, by_y, by_s)
        return -by_y.reshape(-1, 3), (by_y**2 - 2.0 * by_s).reshape(-1, 3)

    def parts(self, theta: Array, into: ByComponent | None = None) -> ByComponent:
        """As ``Definition.parts``."""
        out = into or ByComponent.empty(theta.shape[0], self._parts, self._columns)
        self._run(theta, out.lp, _NOTHING, out.share, out.mean, out.cov, _NOTHING)
        # A draw of density zero carries no weight, but not-a-number times zero would still spoil every sum over draws.
        lost = ~np.isfinite(out.lp)
        if lost.any():
            prior = self.design.prior
            out.share[lost], out.mean[lost], out.cov[lost] = prior.weight, prior.mean, prior.cov
        return out

    def gram(self, theta: Array) -> tuple[Array, Array]:
        """As ``Definition.gram``."""
        n, side = theta.shape[0], self._columns + 1
        log_s, gram = np.empty(n), np.empty((n, side, side))
        self._run(theta, _NOTHING, log_s, _NOTHING, _NOTHING, _NOTHING, gram)
        return gram, log_s
