"""What a fit goes by that is told everything about a simulated patient but what the drug does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lenitive.response import CoefficientPrior, ParameterPrior, Settings
from lenitive.virtual import DRUG, Cohort

__all__ = ["known_nuisance_settings"]

_SD_POINTS, _SD_THETA = 0.01, 0.02
"""So narrow that nothing is left to learn, and wide enough for a matrix to be inverted."""


def known_nuisance_settings(settings: Settings, cohort: Cohort, *, entered: int, last: int) -> Settings:
    """The settings with every prior but those of the drug's effect and of its bend at the truth.

    Args:
        settings: The usual ones.
        cohort: The patient, alone.
        entered: The day of the first entry, from the first of the diary.
        last: The day of the review.
    """
    people, priors = cohort.people, settings.priors
    carry, coupling = people.carry[0], people.coupling[0]
    usual = priors.onset(DRUG)
    onsets = np.log(people.onset_days[0, :2] / [usual.sleep, usual.other])
    theta = (
        *np.arctanh(np.diag(carry)),
        *(coupling[1, 0], coupling[2, 0], coupling[2, 1], carry[0, 1]),
        *np.log(people.process_sd[0]),
        *np.log(people.observation_sd[0]),
        *onsets,
    )
    # The model's level is that of the middle of the diary, and its first day is that of the first entry.
    middle = (entered + last) / 2
    at = {
        "level": people.level[0] + people.trend[0] * middle / 84.0,
        "trend": people.trend[0] * priors.trend_days / 84.0,
        "drift": np.zeros(3),
        "decay": people.flare[0] * np.exp(-entered / cohort.world.flare_days),
        "expectation": people.placebo[0],
    }
    return replace(
        settings,
        priors=replace(
            priors,
            parameters=tuple(
                ParameterPrior(p.name, p.scale, float(x), _SD_THETA, "the truth of a simulated patient")
                for p, x in zip(priors.parameters, theta, strict=True)
            ),
            # The log factors apply as they are: by as many SDs as the onset is uncertain, they would be multiplied.
            onsets=tuple(replace(o, log_sd=_SD_THETA) if o is usual else o for o in priors.onsets),
            # What the simulated world has no one number for, such as a cycle's phase, stays as it is believed.
            coefficients=tuple(
                CoefficientPrior(
                    c.name, _three(at[c.name]), (_SD_POINTS,) * 3, "the truth of a simulated patient"
                )
                if c.name in at
                else c
                for c in priors.coefficients
            ),
        ),
    )


def _three(x: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float, float]:
    return float(x[0]), float(x[1]), float(x[2])
