"""How much of a drug's target is occupied, with the width that the few measurements leave."""

from __future__ import annotations

import numpy as np

from lenitive.frozen import dataclass
from lenitive.kinetics.curve import Array, concentration, one_compartment
from lenitive.kinetics.person import PersonKinetics
from lenitive.knowledge import OccupancyModel
from lenitive.terms import Grade, Source

__all__ = ["Occupancy", "occupancy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    """Occupancy over time, as fractions.

    Attributes:
        target: Such as ``H1``.
        words: The same in words.
        typical: Shape (time,), at the central constant.
        low: Shape (time,), at the weakest plausible binding and, where it follows the level, the low level.
        high: Shape (time,).
        grade: How far it may be trusted.
        sources: Where the constant comes from.
        note: How it was derived.
    """

    target: str
    words: str
    typical: Array
    low: Array
    high: Array
    grade: Grade
    sources: tuple[Source, ...]
    note: str


def occupancy(
    model: OccupancyModel,
    *,
    who: PersonKinetics,
    dose_h: Array,
    dose_mg: Array,
    times_h: Array,
    level: Array,
    level_low: Array,
    level_high: Array,
) -> Occupancy:
    """The occupancy of one target over time.

    Args:
        model: The target's constants.
        who: The patient, for absorption.
        dose_h: When doses were taken, h.
        dose_mg: How much, mg.
        times_h: When to look, h, rising.
        level: ng/mL at those times, typical.
        level_low: The lower edge of the level's band.
        level_high: The upper edge.
    """
    if model.low is None or model.high is None:  # the schema refuses this; said again for the type checker
        raise ValueError("an occupancy constant has an interval")
    if model.by == "level":
        drives = (level, level_low, level_high)
    else:
        drive = _dose_drive(model, who, dose_h, dose_mg, times_h)
        drives = (drive, drive, drive)
    typical, low, high = (
        drive / (drive + constant)
        for drive, constant in zip(drives, (model.value, model.high, model.low), strict=True)
    )
    return Occupancy(
        target=model.target,
        words=model.words,
        typical=typical,
        low=low,
        high=high,
        grade=model.grade,
        sources=model.sources,
        note=model.note,
    )


def _dose_drive(
    model: OccupancyModel, who: PersonKinetics, dose_h: Array, dose_mg: Array, times_h: Array
) -> Array:
    """mg: the doses' curve with the target's own half-life, scaled to 1 mg per mg at the reference hour."""
    if model.half_life_h is None or model.reference_h is None:
        raise ValueError("by dose needs a half-life and a reference hour")
    lag = 0.0 if who.model.lag is None else who.model.lag.value
    curve = one_compartment(
        clearance=np.log(2) / model.half_life_h, volume=1.0, ka=who.model.ka.value, lag_h=lag
    )
    unit = concentration(curve, [0.0], [1.0], [model.reference_h])[0, 0]
    return np.asarray(concentration(curve, dose_h, dose_mg, times_h)[0] / unit)
