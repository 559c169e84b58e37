"""Which code computes the likelihood: the NumPy definition, or the compiled kernel that agrees with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from lenitive.response.climb import Climb
from lenitive.response.design import DesignMatrix
from lenitive.response.inference import Weighted
from lenitive.response.kernel import Kernel, available
from lenitive.response.likelihood import ByComponent, NumpyLikelihood
from lenitive.response.mixture import evenly
from lenitive.response.normals import Normals
from lenitive.response.result import Array
from lenitive.response.settings import Settings

__all__ = ["Likelihood", "Recorder", "likelihood", "vague"]

VAGUE_POINTS = 20.0
_VAGUE_DRAWS = 24


class Likelihood(Protocol):
    """What can be computed of a design."""

    design: DesignMatrix

    @property
    def slope(self) -> Callable[[Array], tuple[float, Array]] | None:
        """Value and gradient at one vector, or None where differences must do."""
        ...

    @property
    def climb(self) -> Climb | None:
        """Mode and Hessian in one call, or None where ``inference`` goes step by step."""
        ...

    def lp(self, theta: Array, /) -> Array:
        """Log density at each of ``[n, 15 + 2 a]``."""
        ...

    def parts(self, theta: Array, /, into: ByComponent | None = None) -> ByComponent:
        """Log density and the coefficients' conditional posterior by component of their prior."""
        ...

    def gram(self, theta: Array, /) -> tuple[Array, Array]:
        """Whitened cross products, and Σ log S."""
        ...

    def influence(self, theta: Array, /) -> tuple[Array, Array]:
        """How far each score is off what the others say."""
        ...


class Recorder:
    """A log density that keeps the coefficients' moments at every vector it is asked about.

    Args:
        how: What computes it.
        room: For how many vectors there is room at once; it grows when more are asked about.
    """

    def __init__(self, how: Likelihood, room: int) -> None:
        self._how, self._used = how, 0
        self._kept = self._empty(room)

    def lp(self, theta: Array) -> Array:
        """``[n]``."""
        start, stop = self._used, self._used + theta.shape[0]
        if stop > self._kept.lp.size:
            larger = self._empty(stop)
            for name in ("lp", "share", "mean", "cov"):
                getattr(larger, name)[:start] = getattr(self._kept, name)[:start]
            self._kept = larger
        self._used = stop
        return self._how.parts(theta, into=self._kept.part(slice(start, stop))).lp

    def _empty(self, room: int) -> ByComponent:
        design = self._how.design
        return ByComponent.empty(room, design.prior.parts, design.columns)

    def parts(self) -> ByComponent:
        """Of all vectors so far, in order."""
        return self._kept.part(slice(0, self._used))


def vague(how: Kernel | NumpyLikelihood, draws: Weighted) -> Array:
    """``[p, p]`` covariance of the coefficients when nothing is assumed about any of them.

    Every prior is widened to an SD of 20 points; the non-linear parameters keep their posterior. The square root
    of a diagonal entry is the standard error that the diary alone gives.
    """
    flat = Normals.flat(how.design.prior_mean, np.full(how.design.columns, VAGUE_POINTS))
    wide = replace(how.design, prior=flat)
    got = type(how)(wide).parts(draws.theta[evenly(draws.weight, _VAGUE_DRAWS)])
    mean = got.mean[:, 0]
    shift = mean - mean.mean(axis=0)
    return np.asarray(got.cov[:, 0].mean(axis=0) + shift.T @ shift / _VAGUE_DRAWS)


def likelihood(design: DesignMatrix, settings: Settings) -> Kernel | NumpyLikelihood:
    """The compiled kernel where it was built and is wanted, else NumPy."""
    return Kernel(design) if settings.use_kernel and available() else NumpyLikelihood(design)
