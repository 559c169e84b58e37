"""What matters to the patient: how benefits are weighed, and what lasting side effects take away from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lenitive.frozen import dataclass
from lenitive.knowledge import CurveRow, PreferenceLines
from lenitive.response.courses import Course, SideEffectCourse
from lenitive.response.result import Input, InputKind
from lenitive.response.weight import WeightTrajectory
from lenitive.terms import Score

__all__ = ["SLOTS", "Cost", "benefit_weights", "lasting_costs", "points_at", "preference_for"]

SLOTS = {
    Score.SLEEP_DISTURBANCE: "sleep",
    Score.PAIN: "pain",
    Score.FATIGUE: "fatigue",
    Score.MOOD_LOW: "mood",
}
"""The word under which each score is weighed."""
_GENERAL = {
    "somnolence": "sedation",
    "orthostatic_dizziness": "dizziness",
}


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


def points_at(curve: CurveRow, x: float) -> float:
    """Points of a curve at a value."""
    return float(np.interp(x, curve.at, curve.points))


def benefit_weights(
    outcomes: Sequence[Score], preferences: Mapping[str, float], lines: PreferenceLines
) -> dict[Score, float]:
    """Weight of each outcome in the benefit; they sum to 1. An outcome that is not one of the usual three counts like pain.

    Args:
        outcomes: The outcomes.
        preferences: Weights 0-10 that the patient gave.
        lines: The weights where she gave none.
    """
    given = {**lines.weights.of, **preferences}
    raw = {o: max(0.0, given.get(SLOTS.get(o, o.value), given["pain"])) for o in outcomes}
    total = sum(raw.values())
    if total <= 0:
        return benefit_weights(outcomes, {}, lines)
    return {o: v / total for o, v in raw.items()}


def preference_for(effect: str, own: Mapping[str, float], lines: PreferenceLines) -> float:
    """Weight 0-10 of a side effect, or of ``weight_gain``: her own, else the usual one, else that of what is not named.

    Args:
        effect: An effect of the vocabulary.
        own: Weights 0-10 that the patient gave.
        lines: The weights where she gave none.
    """
    preferences = {**lines.weights.of, **own}
    return preferences.get(effect, preferences.get(_GENERAL.get(effect, ""), lines.unstated.value))


def lasting_costs(
    item: Input,
    courses: Sequence[SideEffectCourse],
    weight: WeightTrajectory | None,
    own: Mapping[str, float],
    lines: PreferenceLines,
) -> tuple[Cost, ...]:
    """What side effects of this drug that are there to stay, and the weight gained with it, take away.

    Args:
        item: The drug.
        courses: Side effects.
        weight: The trajectory of weight, or None.
        own: Weights 0-10 that the patient gave.
        lines: The weights where she gave none, and what side effects take away.
    """
    if item.kind is not InputKind.DRUG or item.last_day is not None:
        return ()
    found = []
    for c in courses:
        if c.drug != item.name or c.effect == "weight_gain":
            continue
        lasting = c.probability.get(Course.STAYING, 0.0) + c.probability.get(Course.WORSENING, 0.0)
        preference = preference_for(c.effect, own, lines)
        points = points_at(lines.severity_points, c.severity_now) * preference / 10
        points *= lasting * c.from_drug
        if points > lines.least_points.value:
            found.append(Cost(what=c.effect, points=points, preference=preference, basis=c.severity_now))
    if weight is not None:
        preference = preference_for("weight_gain", own, lines)
        points = points_at(lines.weight_points, weight.from_drug_percent) * preference / 10
        if points > lines.least_points.value:
            found.append(
                Cost(what="weight", points=points, preference=preference, basis=weight.from_drug_percent)
            )
    return tuple(sorted(found, key=lambda c: (-c.points, c.what)))
