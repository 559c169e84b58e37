"""A device's nights as further readings of the sleep state that the diary scores in the morning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import isfinite

from lenitive.frozen import dataclass

__all__ = ["MOST_DEVICES", "DeviceReading"]

MOST_DEVICES = 4
"""Devices of one fit; each brings a level, a scale and a noise of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReading:
    """One device's nights, with what is believed of how it reads.

    On night t it shows n_t = level + scale x_t + noise, where x_t is what moves the sleep score on the morning of t, in points
    and less its level: drift, the ebb after enrolment, expectation, the drugs and the day-to-day changes. Level, scale
    and noise are the device's own and are learned from the diary and the nights together. The scale is above zero: a device that goes
    against the diary is not read upside down, but hardly read at all.

    Attributes:
        name: What measured.
        unit: The unit of its values, in words.
        nights: The value by the morning on which the night ended; more is worse, as in the diary.
        level_mean: Prior mean of its level.
        level_sd: Prior SD of it.
        scale_median: Prior median of the scale, units per point of the score.
        scale_log_sd: Prior SD of its logarithm.
        noise_median: Prior median of the SD of its noise: what differs between nights and is not felt, and the error of the device.
        noise_log_sd: Prior SD of the noise's logarithm.
        basis: Where the priors come from, in words.
    """

    name: str
    unit: str
    nights: Mapping[date, float]
    level_mean: float
    level_sd: float
    scale_median: float
    scale_log_sd: float
    noise_median: float
    noise_log_sd: float
    basis: str

    def __post_init__(self) -> None:
        if not all(map(isfinite, self.nights.values())):
            raise ValueError(f"{self.name}: a night's value is not a finite number; leave the night out")
        if (
            not min(self.level_sd, self.scale_median, self.scale_log_sd, self.noise_median, self.noise_log_sd)
            > 0
        ):
            raise ValueError(f"{self.name}: scale, noise and spreads are above zero")
