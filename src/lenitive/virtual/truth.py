"""What is true about a simulated patient: the answer that every judgement is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from lenitive.frozen import dataclass

__all__ = ["Truth"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Everything about one simulated patient that her record does not say. NRS points; negative is improvement.

    Attributes:
        seed: Seed of the cohort.
        index: The patient's index; with the seed it fixes her.
        design: What was done with her.
        drug: The drug.
        dose_mg_per_day: The last dose above zero, mg.
        attributable: True steady-state effect of that dose by outcome.
        effect_at_reference: The same at the reference dose.
        reference_dose_mg: mg/day.
        half_dose_mg: Dose of half the greatest possible effect, mg/day.
        level: Usual level by outcome.
        trend_per_12_weeks: Drift.
        placebo: Change under full expectation.
        flare: Excess on the first diary day.
        onset_days: Time constants.
        process_sd: SD of what happens from day to day.
        observation_sd: SD of the noise of an entry.
        persistence: Autoregression.
        sleep_to_pain: Points of pain per point of the night's disturbance; the other three couplings likewise.
        activity_per_30_min: Points per 30 minutes of walking.
        weight_gain_share: Steady-state weight gain at the reference dose, as a share of the first weight.
        side_effects: Course, intensity and fading time by effect.
    """

    seed: int
    index: int
    design: str
    drug: str
    dose_mg_per_day: float
    attributable: Mapping[str, float]
    effect_at_reference: Mapping[str, float]
    reference_dose_mg: float
    half_dose_mg: float
    level: Mapping[str, float]
    trend_per_12_weeks: Mapping[str, float]
    placebo: Mapping[str, float]
    flare: Mapping[str, float]
    onset_days: Mapping[str, float]
    process_sd: Mapping[str, float]
    observation_sd: Mapping[str, float]
    persistence: Mapping[str, float]
    sleep_to_pain: float
    sleep_to_fatigue: float
    pain_to_fatigue: float
    pain_to_sleep: float
    activity_per_30_min: Mapping[str, float]
    weight_gain_share: float
    side_effects: Mapping[str, Mapping[str, str | float]]

    def as_json(self) -> dict[str, object]:
        """The content of ``truth.json``."""
        return {"schema": "lenitive.truth/1", "simulated": True, **asdict(self)}
