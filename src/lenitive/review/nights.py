"""Measured nights and the diary as two observations of one sleep: the effects and verdicts with the nights taken in.

The response model reads each device on a scale and with a noise of its own, both learned from the nights. Only total sleep
time is taken in: no stage is. What a consumer device adds is shown, and never enters an option.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lenitive.frozen import dataclass
from lenitive.knowledge import ReadingPriors
from lenitive.record import ObjectiveNight, Record
from lenitive.response import (
    MOST_DEVICES,
    DeviceReading,
    Estimand,
    Exposure,
    Fit,
    FitStatus,
    InputKind,
    fit,
)
from lenitive.review.absent import Absent, no_answer
from lenitive.sleep import CONSUMER
from lenitive.terms import EffectBelief, Message, Score

__all__ = ["JointEffect", "JointSleep", "ReadDevice", "joint_sleep", "readings"]

_FULL_H = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDevice:
    """How one device was found to read the sleep that the diary scores.

    Attributes:
        source: What measured.
        definition: By which definition.
        device_class: What kind of thing it is.
        consumer: Whether that is a consumer device.
        nights: Nights taken in.
        scale_h: Hours of sleep lost for each point of disturbance: posterior mean.
        scale_limits_h: Its 95 % limits.
        noise_h: SD of its noise: posterior mean.
        noise_sd_h: Its posterior SD.
    """

    source: str
    definition: str
    device_class: str
    consumer: bool
    nights: int
    scale_h: float
    scale_limits_h: tuple[float, float]
    noise_h: float
    noise_sd_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JointEffect:
    """A drug's attributable effect by the diary alone, and by diary and nights; points, below zero is better.

    Attributes:
        drug: The drug.
        dose_mg_per_day: At this dose.
        outcome: Of which outcome.
        diary_mean: By the diary alone.
        diary_sd: Its SD.
        mean: With the nights.
        sd: Its SD.
        quantiles: Posterior quantiles with the nights.
    """

    drug: str
    dose_mg_per_day: float
    outcome: Score
    diary_mean: float
    diary_sd: float
    mean: float
    sd: float
    quantiles: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class JointSleep:
    """The fit with the nights taken in, beside the diary's own.

    Attributes:
        fit: The fit of diary and nights together.
        devices: How each device was found to read.
        effects: Each drug's effects, both ways.
    """

    fit: Fit
    devices: tuple[ReadDevice, ...]
    effects: tuple[JointEffect, ...]

    @property
    def consumer(self) -> bool:
        """Whether any of the devices is a consumer's."""
        return any(d.consumer for d in self.devices)


@dataclass(frozen=True, slots=True)
class _Series:
    nights: tuple[ObjectiveNight, ...]
    reading: DeviceReading


def readings(
    nights: Sequence[ObjectiveNight], priors: ReadingPriors, least: int
) -> tuple[DeviceReading, ...]:
    """The devices whose nights can be taken in: each night by one of them, with at least ``least`` each.

    The series with most nights comes first and keeps all its nights; a later one gives only the nights that those before it do not
    have, since what is not felt of a night is the same on every device.
    """
    return tuple(s.reading for s in _series(nights, priors, least))


def _series(nights: Sequence[ObjectiveNight], priors: ReadingPriors, least: int) -> tuple[_Series, ...]:
    timed = [n for n in nights if n.tst_min is not None]
    by: dict[tuple[str, str], list[ObjectiveNight]] = {}
    for n in timed:
        by.setdefault((n.source, n.definition), []).append(n)
    found: list[_Series] = []
    read: set[date] = set()
    for (source, definition), own in sorted(by.items(), key=lambda item: (-len(item[1]), item[0])):
        new = tuple(n for n in own if n.day not in read)
        if len(new) < least or len(found) == MOST_DEVICES:
            continue
        read |= {n.day for n in new}
        noise = max(priors.noise_h[n.device_class.value] for n in new)
        found.append(
            _Series(
                nights=new,
                reading=DeviceReading(
                    name=f"{source} ({definition})",
                    unit="h",  # of sleep short of 12
                    nights={n.day: _FULL_H - (n.tst_min or 0.0) / 60.0 for n in new},
                    level_mean=priors.level_h,
                    level_sd=priors.level_sd_h,
                    scale_median=priors.scale_h,
                    scale_log_sd=priors.scale_log_sd,
                    noise_median=noise,
                    noise_log_sd=priors.noise_log_sd,
                    basis="; ".join(map(str, priors.sources)),
                ),
            )
        )
    return tuple(found)


def joint_sleep(
    record: Record,
    alone: Fit,
    priors: ReadingPriors,
    *,
    least: int,
    at: date,
    seed: int,
    beliefs: Sequence[EffectBelief],
    exposure: Exposure | None,
) -> JointSleep | Absent:
    """The fit with measured nights as further observations of the sleep state, or why there is none.

    Args:
        record: The record, already cut off at ``at``.
        alone: The diary's own fit.
        priors: What is believed of devices.
        least: Nights that a device must have to be taken in.
        at: The day of the review.
        seed: Seed of the draws.
        beliefs: As for the diary's fit.
        exposure: As for the diary's fit.
    """
    if not record.nights:
        return Absent(Message.of("review.nights.none"))
    if alone.status is FitStatus.REFUSED:
        return no_answer(alone.reason)
    if alone.outcomes[0] is not Score.SLEEP_DISTURBANCE:
        return Absent(Message.of("review.nights.other_outcome"))
    series = _series(record.nights, priors, least)
    if not series:
        return Absent(Message.of("review.nights.few", least=least))
    made = fit(
        record,
        at=at,
        seed=seed,
        beliefs=beliefs,
        outcomes=alone.outcomes,
        settings=alone.settings,
        exposure=exposure,
        readings=[s.reading for s in series],
    )
    if made.status is FitStatus.REFUSED:
        return no_answer(made.reason)
    devices = []
    for one, (_, scale, noise) in zip(series, made.devices, strict=True):
        first = one.nights[0]
        devices.append(
            ReadDevice(
                source=first.source,
                definition=first.definition,
                device_class=first.device_class.value,
                consumer=any(n.device_class in CONSUMER for n in one.nights),
                nights=len(one.nights),
                scale_h=scale.mean,
                scale_limits_h=(scale.quantiles["0.025"], scale.quantiles["0.975"]),
                noise_h=noise.mean,
                noise_sd_h=noise.sd,
            )
        )
    effects = []
    for e in made.effects:
        before = alone.effect(e.input, e.outcome, dose=e.dose)
        if e.kind is InputKind.DRUG and e.estimand is Estimand.ATTRIBUTABLE and before is not None:
            effects.append(
                JointEffect(
                    drug=e.input,
                    dose_mg_per_day=e.dose,
                    outcome=e.outcome,
                    diary_mean=before.mean,
                    diary_sd=before.sd,
                    mean=e.mean,
                    sd=e.sd,
                    quantiles=dict(e.quantiles),
                )
            )
    return JointSleep(fit=made, devices=tuple(devices), effects=tuple(effects))
