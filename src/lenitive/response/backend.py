"""Which code computes the likelihood: the NumPy definition, or the compiled kernel that agrees with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from lenitive.response.design import Design
from lenitive.response.inference import Weighted
from lenitive.response.kernel import Kernel, available
from lenitive.response.likelihood import Definition, Moments, solve
from lenitive.response.mixture import evenly
from lenitive.response.result import Array
from lenitive.response.settings import Settings

__all__ = ["Likelihood", "Recorder", "likelihood", "vague"]

VAGUE_POINTS = 20.0
_VAGUE_DRAWS = 24


class Likelihood(Protocol):
    """What can be computed of a design."""

    design: Design

    @property
    def slope(self) -> Callable[[Array], tuple[float, Array]] | None:
        """Value and gradient at one vector, or None where differences must do."""
        ...

    def lp(self, theta: Array, /) -> Array:
        """Log density at each of ``[n, 15 + 2 a]``."""
        ...

    def moments(self, theta: Array, /) -> Moments:
        """Log density and the coefficients' conditional posterior."""
        ...

    def gram(self, theta: Array, /) -> tuple[Array, Array]:
        """Whitened cross products, and Σ log S."""
        ...

    def influence(self, theta: Array, /) -> tuple[Array, Array]:
        """How far each score is off what the others say."""
        ...


class Recorder:
    """A log density that keeps the coefficients' moments at every vector it is asked about."""

    def __init__(self, how: Likelihood) -> None:
        self._how = how
        self._kept: list[Moments] = []

    def lp(self, theta: Array) -> Array:
        """``[n]``."""
        self._kept.append(self._how.moments(theta))
        return self._kept[-1].lp

    def moments(self) -> Moments:
        """Of all vectors so far, in order."""
        lp, mean, cov = (
            np.concatenate([getattr(m, name) for m in self._kept]) for name in ("lp", "mean", "cov")
        )
        return Moments(lp=lp, mean=mean, cov=cov)


def vague(how: Likelihood, draws: Weighted) -> Array:
    """``[p, p]`` covariance of the coefficients when nothing is assumed about any of them.

    Every prior is widened to an SD of 20 points; the non-linear parameters keep their posterior. The square root
    of a diagonal entry is the standard error that the diary alone gives.
    """
    design = how.design
    cross, log_s = how.gram(draws.theta[evenly(draws.weight, _VAGUE_DRAWS)])
    wide = np.full(design.columns, VAGUE_POINTS)
    got = solve(cross, log_s, design.observed, design.prior_mean, wide)
    shift = got.mean - got.mean.mean(axis=0)
    return np.asarray(got.cov.mean(axis=0) + shift.T @ shift / _VAGUE_DRAWS)


def likelihood(design: Design, settings: Settings) -> Kernel | Definition:
    """The compiled kernel where it was built and is wanted, else NumPy."""
    return Kernel(design) if settings.use_kernel and available() else Definition(design)
