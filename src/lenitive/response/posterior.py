"""The posterior of one record: weighted draws of theta and, given each of them, a mixture of normals of the coefficients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.response.backend import likelihood
from lenitive.response.design import DesignMatrix
from lenitive.response.inference import Weighted
from lenitive.response.likelihood import ByComponent, Moments
from lenitive.response.result import Array
from lenitive.response.settings import Settings

__all__ = ["Posterior", "coefficient_draws", "spread_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """Weighted rows, each a draw of theta with one component of the prior, and the coefficients' moments given it.

    The moments are most of its size and follow from the rest to the last bit, so they are neither sent between processes nor
    kept by ``fit_many``: whoever asks for them has them computed again, once.

    Attributes:
        design: The record as arrays, censored scores settled.
        draws: The draws.
        settings: How it was fitted; says which code computes the moments.
        kept: The moments, where they are at hand.
    """

    design: DesignMatrix
    draws: Weighted
    settings: Settings
    kept: Moments | None = None

    @property
    def moments(self) -> Moments:
        """The coefficients' conditional posterior at each row."""
        if self.kept is None:
            parts = likelihood(self.design, self.settings).parts(self.draws.distinct)
            found = _rows(parts)
            object.__setattr__(self, "kept", found)
            return found
        return self.kept

    def lean(self) -> Posterior:
        """The same without what can be computed again."""
        return replace(self, kept=None)

    def __reduce__(self) -> tuple[Callable[..., Posterior], tuple[DesignMatrix, Weighted, Settings]]:
        return _posterior, (self.design, self.draws, self.settings)


def _posterior(design: DesignMatrix, draws: Weighted, settings: Settings) -> Posterior:
    return Posterior(design=design, draws=draws, settings=settings)


def spread_out(draws: Weighted, parts: ByComponent) -> tuple[Weighted, Moments]:
    """Draws of theta as rows of draw and component, each with its weight and moments.

    Args:
        draws: As they were sampled.
        parts: At each of them.
    """
    n, components = parts.share.shape
    weight = (draws.weight[:, None] * parts.share).reshape(-1)
    out = replace(
        draws,
        row=np.repeat(np.arange(n), components),
        component=np.tile(np.arange(components), n),
        weight=weight / weight.sum(),
    )
    return out, _rows(parts)


def _rows(parts: ByComponent) -> Moments:
    """Views, not copies: they are most of a posterior."""
    p = parts.mean.shape[2]
    lp = np.repeat(parts.lp, parts.share.shape[1])
    return Moments(lp=lp, mean=parts.mean.reshape(-1, p), cov=parts.cov.reshape(-1, p, p))


def coefficient_draws(m: Moments, index: NDArray[np.intp], rng: np.random.Generator) -> Array:
    """``[draw, p]`` one draw of all coefficients for each chosen row."""
    chol = np.linalg.cholesky(m.cov[index])
    noise = rng.standard_normal((index.size, m.mean.shape[1]))
    return np.asarray(m.mean[index] + np.einsum("nij,nj->ni", chol, noise))
