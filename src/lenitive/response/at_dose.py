"""The benefit that another dose of a drug would give this patient, by her own posterior."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lenitive.response.fit import Fit
from lenitive.response.mixture import summarise
from lenitive.response.result import Summary
from lenitive.terms import Score

__all__ = ["benefit_at"]


def benefit_at(fit: Fit, name: str, dose: float, weights: Mapping[Score, float]) -> Summary:
    """Posterior of the benefit B (points, positive is better) at a dose, weighed over the outcomes.

    Args:
        fit: The posterior.
        name: A drug or activity of the fit.
        dose: mg, minutes or sessions a day; zero gives no benefit with certainty.
        weights: Of each outcome; they sum to 1.

    Raises:
        KeyError: When the name is not an input of the fit.
        ValueError: When the fit was refused.
    """
    if fit.posterior is None:
        raise ValueError(f"the fit was refused: {fit.reason}")
    design = fit.posterior.design
    names = [s.input.name for s in design.sources]
    if name not in names:
        raise KeyError(f"{name!r} is not an input of this fit")
    k = names.index(name)
    v = np.zeros(design.columns)
    for slot, outcome in enumerate(design.outcomes):
        v -= weights[outcome] * design.effect_weights(k, slot, dose)
    moments = fit.posterior.moments
    variance = (moments.cov @ v) @ v
    sd = np.sqrt(np.maximum(variance, 1e-16))
    return summarise(fit.posterior.draws.weight, (moments.mean @ v)[None], sd[None])[0]
