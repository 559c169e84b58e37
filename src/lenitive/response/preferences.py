"""What matters to the patient: how benefits are weighed, and what lasting side effects take away from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lenitive.response.courses import Course, SideEffectCourse
from lenitive.response.result import Input, InputKind
from lenitive.response.weight import WeightTrajectory
from lenitive.terms import Score

__all__ = ["DEFAULT_PREFERENCES", "Cost", "benefit_weights", "lasting_costs"]

DEFAULT_PREFERENCES: Mapping[str, float] = MappingProxyType(
    {
        "pain": 10.0,
        "sleep": 5.0,
        "fatigue": 5.0,
        "weight_gain": 5.0,
        "sedation": 5.0,
        "increased_appetite": 3.0,
        "dry_mouth": 3.0,
        "dizziness": 5.0,
    }
)
"""Weights 0-10 where the patient gave none. Assumed: pain counts as much as sleep and fatigue together."""
UNSTATED = 5.0
"""Weight of a side effect that is not named there. Assumed."""

_SLOT = {
    Score.SLEEP_DISTURBANCE: "sleep",
    Score.PAIN: "pain",
    Score.FATIGUE: "fatigue",
    Score.MOOD_LOW: "mood",
}
_GENERAL = {
    "somnolence": "sedation",
    "orthostatic_dizziness": "dizziness",
}
_SEVERITY_POINTS = ((0.0, 1.0, 2.0, 3.0), (0.0, 0.4, 1.2, 2.5))
"""Points of benefit that a lasting side effect of severity none, mild, moderate, severe takes away at weight 10. Assumed."""
_WEIGHT_POINTS = ((0.0, 1.0, 5.0, 7.0, 15.0), (0.0, 0.0, 1.0, 1.5, 3.0))
"""The same for weight gained, percent. +5 % and +7 % are the usual thresholds of concern; their worth is assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one side effect, or the weight, takes away from the benefit.

    Attributes:
        what: An effect of the vocabulary, or ``weight``.
        points: NRS points, by the patient's weight.
        preference: Her weight 0-10.
        basis: The number it was computed from: expected severity 0-3, or percent of weight.
    """

    what: str
    points: float
    preference: float
    basis: float


def benefit_weights(outcomes: Sequence[Score], preferences: Mapping[str, float]) -> dict[Score, float]:
    """Weight of each outcome in the benefit; they sum to 1. An outcome that is not one of the usual three counts like pain."""
    given = {**DEFAULT_PREFERENCES, **preferences}
    raw = {o: max(0.0, given.get(_SLOT.get(o, o.value), given["pain"])) for o in outcomes}
    total = sum(raw.values())
    if total <= 0:
        return benefit_weights(outcomes, {})
    return {o: v / total for o, v in raw.items()}


def lasting_costs(
    item: Input,
    courses: Sequence[SideEffectCourse],
    weight: WeightTrajectory | None,
    preferences: Mapping[str, float],
) -> tuple[Cost, ...]:
    """What side effects of this drug that are there to stay, and the weight gained with it, take away."""
    if item.kind is not InputKind.DRUG or item.last_day is not None:
        return ()
    found = []
    for c in courses:
        if c.drug != item.name or c.effect == "weight_gain":
            continue
        lasting = c.probability.get(Course.STAYING, 0.0) + c.probability.get(Course.WORSENING, 0.0)
        preference = preferences.get(c.effect, preferences.get(_GENERAL.get(c.effect, ""), UNSTATED))
        points = float(np.interp(c.severity_now, *_SEVERITY_POINTS)) * preference / 10
        points *= lasting * c.from_drug
        if points > 0.01:
            found.append(Cost(what=c.effect, points=points, preference=preference, basis=c.severity_now))
    if weight is not None:
        preference = preferences["weight_gain"]
        points = float(np.interp(weight.from_drug_percent, *_WEIGHT_POINTS)) * preference / 10
        if points > 0.01:
            found.append(
                Cost(what="weight", points=points, preference=preference, basis=weight.from_drug_percent)
            )
    return tuple(sorted(found, key=lambda c: (-c.points, c.what)))
