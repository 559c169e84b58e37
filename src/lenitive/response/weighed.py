"""A weighed sum of coefficients, such as the benefit of a drug, as it is believed before and after the diary."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from lenitive.frozen import dataclass
from lenitive.response.mixture import cdf, summarise
from lenitive.response.posterior import Posterior
from lenitive.response.result import Array, Input, Summary
from lenitive.terms import Score

__all__ = ["Weighed", "benefit_direction"]


def benefit_direction(posterior: Posterior, item: Input, weights: Mapping[Score, float]) -> Array:
    """``[p]`` vector v with v.beta = benefit B at the current dose."""
    design = posterior.design
    k = [s.input.name for s in design.sources].index(item.name)
    v = np.zeros(design.columns)
    for slot, outcome in enumerate(design.outcomes):
        v -= weights[outcome] * design.effect_weights(k, slot, item.current)
    return v


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A linear combination of coefficients, as it is believed before and after the diary.

    Attributes:
        posterior: The posterior.
        direction: ``[p]`` what of each coefficient is in it.
        weights: Weight of each score.
    """

    posterior: Posterior
    direction: Array
    weights: Mapping[Score, float]

    @classmethod
    def of(cls, posterior: Posterior, item: Input, weights: Mapping[Score, float]) -> Weighed:
        """The benefit of an input at its current dose, weighed so."""
        return cls(
            posterior=posterior, direction=benefit_direction(posterior, item, weights), weights=weights
        )

    @cached_property
    def _moments(self) -> tuple[Array, Array]:
        """``[draw]`` conditional mean and SD."""
        m = self.posterior.moments
        variance = (m.cov @ self.direction) @ self.direction
        return m.mean @ self.direction, np.sqrt(np.maximum(variance, 1e-16))

    def beyond(self, *limits: float) -> list[float]:
        """Probability of at least each limit."""
        mean, sd = self._moments
        below = cdf(np.array([limits]), self.posterior.draws.weight, mean[None], sd[None])[0]
        return [float(p) for p in np.clip(1 - below, 0, 1)]

    @cached_property
    def summary(self) -> Summary:
        """Mean, SD and quantiles after the diary."""
        mean, sd = self._moments
        return summarise(self.posterior.draws.weight, mean[None], sd[None])[0]

    @cached_property
    def before(self) -> Summary:
        """The same before it."""
        weight, mean, sd = self._prior
        return summarise(weight, mean, sd)[0]

    @cached_property
    def _prior(self) -> tuple[Array, Array, Array]:
        """Weights of the prior's components, and their means and SDs ``[1, C]``."""
        prior = self.posterior.design.prior
        return (
            prior.weight,
            np.full((1, prior.parts), self.direction @ prior.mean),
            prior.sd(self.direction)[None],
        )

    def believed(self, limit: float) -> float:
        """Probability of at least a limit before the diary."""
        weight, mean, sd = self._prior
        return float(np.clip(1 - cdf(np.array([[limit]]), weight, mean, np.maximum(sd, 1e-9))[0, 0], 0, 1))
