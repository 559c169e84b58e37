"""Which code computes the likelihood: the NumPy definition, or the compiled kernel that agrees with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from lenitive.response.design import Design
from lenitive.response.inference import Weighted
from lenitive.response.kernel import Kernel, available
from lenitive.response.likelihood import Moments, gram, influence, lp_batch, moments, solve
from lenitive.response.mixture import evenly
from lenitive.response.result import Array
from lenitive.response.settings import Settings

__all__ = ["Backend", "Recorder", "backend"]

LogDensity: TypeAlias = Callable[[Array], Array]
Slope: TypeAlias = Callable[[Array], tuple[float, Array]]

VAGUE_POINTS = 20.0
_VAGUE_DRAWS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """The four computations that the kernel may take over.

    Attributes:
        name: ``numpy`` or ``c``.
        target: Log density, and value with gradient where there is a faster way than differences.
        moments: Of the coefficients at draws of theta.
        gram: Whitened cross products at draws of theta.
        influence: How far each score is off what the others say.
    """

    name: str
    target: Callable[[Design], tuple[LogDensity, Slope | None]]
    moments: Callable[[Design, Array], Moments]
    gram: Callable[[Design, Array], tuple[Array, Array]]
    influence: Callable[[Design, Array], tuple[Array, Array]]

    def vague(self, design: Design, draws: Weighted) -> Array:
        """``[p, p]`` covariance of the coefficients when nothing is assumed about any of them.

        Every prior is widened to an SD of 20 points; the non-linear parameters keep their posterior. The square root
        of a diagonal entry is the standard error that the diary alone gives.
        """
        index = evenly(draws.weight, _VAGUE_DRAWS)
        cross, log_s = self.gram(design, draws.theta[index])
        wide = np.full(design.columns, VAGUE_POINTS)
        got = solve(cross, log_s, design.entries, design.prior_mean, wide)
        shift = got.mean - got.mean.mean(axis=0)
        return np.asarray(got.cov.mean(axis=0) + shift.T @ shift / _VAGUE_DRAWS)


class Recorder:
    """A log density that keeps the coefficients' moments at every vector it is asked about."""

    def __init__(self, how: Backend, design: Design) -> None:
        self._how, self._design = how, design
        self._kept: list[Moments] = []

    def lp(self, theta: Array) -> Array:
        """``[n]``."""
        self._kept.append(self._how.moments(self._design, theta))
        return self._kept[-1].lp

    def moments(self) -> Moments:
        """Of all vectors so far, in order."""
        lp, mean, cov = (
            np.concatenate([getattr(m, name) for m in self._kept]) for name in ("lp", "mean", "cov")
        )
        return Moments(lp=lp, mean=mean, cov=cov)


def _numpy_target(design: Design) -> tuple[LogDensity, Slope | None]:
    return (lambda theta: lp_batch(design, theta)), None


NUMPY = Backend(name="numpy", target=_numpy_target, moments=moments, gram=gram, influence=influence)


def _kernel_target(design: Design) -> tuple[LogDensity, Slope | None]:
    kernel = Kernel(design)
    return kernel.lp, kernel.slope


COMPILED = Backend(
    name="c",
    target=_kernel_target,
    moments=lambda design, theta: Kernel(design).moments(theta),
    gram=lambda design, theta: Kernel(design).gram(theta),
    influence=lambda design, theta: Kernel(design).influence(theta),
)


def backend(settings: Settings) -> Backend:
    """The compiled kernel where it was built and is wanted, else NumPy."""
    return COMPILED if settings.use_kernel and available() else NUMPY
