"""The modes of a log posterior: several climbs, begun where a look along the onset shows a top.

A drug that acts within a day and one that acts within weeks explain the same blocks in two ways: a large quick effect, or none and
days that hang together. Between the two lies a valley, and draws from around one top say nothing of the other. So before anything is
climbed the density is looked at along each onset with everything else at its prior mean, where neither explanation has yet bent the
rest to itself; each top seen there is climbed from, and those that count beside the highest are kept.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.response.climb import LIMIT, TOLERANCE, Target, first_metric, hessian, mode
from lenitive.response.result import Array

__all__ = ["Peak", "peaks"]

ONSET = (13, 14)
"""The coordinates along which posteriors have been seen to have two modes."""
_GRID = np.array([-5.0, -3.5, -2.4, -1.5, -0.7, 0.0, 0.9, 1.8])
"""Where they are looked at, prior SDs: finer than the width of a mode in the middle, eight as the kernel takes eight at a time."""
_MOST = 4
_SEEN = 20.0
"""A top this far below the highest one seen is not climbed from; the look is rough, so this is generous."""
_FAR = 1.2
"""A top so many prior SDs from the usual onset is not the usual mode."""
_KEPT = 6.0
"""A mode whose share of the posterior is below e to the minus this, beside the highest, is left out: under 0.3 %."""
_APART = 0.7
"""Modes nearer than this in every coordinate, prior SDs, are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """A mode with what lies around it.

    Attributes:
        z: Coordinates.
        lp: Log posterior density.
        cov: Laplace covariance.
        log_mass: Log of the share of the posterior that Laplace's method gives it, up to a constant of all peaks.
        converged: Whether it was found to tolerance.
        gradients: Gradients computed for it.
        evaluations: Likelihoods computed for it.
    """

    z: Array
    lp: float
    cov: Array
    log_mass: float
    converged: bool
    gradients: int
    evaluations: int


def peaks(target: Target, scores: int, start: Array | None = None) -> tuple[Peak, ...]:
    """The modes that count, highest first.

    Args:
        target: The log posterior.
        scores: How many scores it rests on.
        start: Coordinates to begin at, where a mode is known nearly; otherwise the prior mean.
    """
    base = np.zeros(target.size) if start is None else start
    found: list[Peak] = []
    begins, looked = _begins(target, base)
    for begin in begins:
        peak = _climbed(target, scores, begin, looked)
        looked = 0
        if not any(np.max(np.abs(peak.z - other.z)) < _APART for other in found):
            found.append(peak)
    found.sort(key=lambda p: -p.log_mass)
    return tuple(p for p in found if p.log_mass >= found[0].log_mass - _KEPT)


def _begins(target: Target, base: Array) -> tuple[list[Array], int]:
    """Where to climb from, most promising first, and how many likelihoods it took to see."""
    points = np.repeat(base[None], len(ONSET) * _GRID.size, axis=0)
    for axis, rows in zip(ONSET, np.split(np.arange(points.shape[0]), len(ONSET)), strict=True):
        points[rows, axis] = _GRID
    height = target.lp(target.theta_at(points)).reshape(len(ONSET), _GRID.size)
    height = np.where(np.isfinite(height), height, -np.inf)
    padded = np.pad(height, ((0, 0), (1, 1)), constant_values=-np.inf)
    top = (
        (height >= padded[:, :-2])
        & (height > padded[:, 2:])
        & (height >= height.max(axis=1, keepdims=True) - _SEEN)
    )
    ways = [
        _ways(heights, np.flatnonzero(tops), float(base[axis]))
        for heights, tops, axis in zip(height, top, ONSET, strict=True)
    ]
    chosen = sorted(product(*ways), key=lambda way: -sum(h for h, _ in way))[:_MOST]
    begins = []
    for way in chosen:
        begin = base.copy()
        begin[list(ONSET)] = [at for _, at in way]
        begins.append(begin)
    return begins or [base], points.shape[0]


def _ways(heights: Array, tops: NDArray[np.intp], usual: float) -> list[tuple[float, float]]:
    """Height and place of the tops along one onset.

    Where the highest is far from the usual onset, a mode near that may be hidden behind its shoulder and is tried as well.
    """
    found = [(float(heights[i]), float(_GRID[i])) for i in tops]
    if found and all(abs(at - usual) > _FAR for _, at in found):
        found.append((float(heights[np.argmin(np.abs(_GRID - usual))]), usual))
    return found


def _climbed(target: Target, scores: int, begin: Array, evaluations: int) -> Peak:
    if target.climb is not None:
        first = first_metric(target, scores)
        z, _, converged, gradients, H = target.climb(*target.frame, first, TOLERANCE, LIMIT, begin, True)
        assert H is not None
    else:
        top = mode(target, scores, begin)
        z, converged, gradients = top.z, top.converged, top.used
        H, cost = hessian(target, z, top.gradient)
        if target.has_slope:
            gradients += cost
        else:
            evaluations += (2 * target.size + 1) * gradients + cost
    cov = _covariance(H)
    lp = float(target.lp(target.theta_at(z[None]))[0])
    half_log_det = float(np.sum(np.log(np.diagonal(np.linalg.cholesky(cov)))))
    return Peak(
        z=z,
        lp=lp,
        cov=cov,
        log_mass=lp + half_log_det if np.isfinite(lp) else -np.inf,
        converged=converged,
        gradients=gradients,
        evaluations=evaluations + 1,
    )


def _covariance(H: Array) -> Array:
    """Inverse of the curvature; no direction is taken as wider than the prior or narrower than a hundredth."""
    value, vector = np.linalg.eigh(H)
    value = np.clip(np.nan_to_num(value, nan=1.0), 0.5, 1e4)
    return np.asarray((vector / value) @ vector.T)
