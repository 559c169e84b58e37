"""From simulated days to the record that the patient and her clinic would have written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, timezone

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.record import (
    ActivityDone,
    DiaryDay,
    EffectReport,
    Measurement,
    MedicinePeriod,
    Patient,
    Record,
    Taken,
)
from lenitive.terms import Quantity
from lenitive.virtual.design import Phase
from lenitive.virtual.harm import severity

__all__ = ["Days", "assemble"]

Array = NDArray[np.float64]

_VISIT_WEEKS = (0, 2, 4, 6, 8, 12, 16, 20, 24)
_RECALL_BIAS = 0.4
"""Points by which pain recalled over a week exceeds its mean: memory ratings run above the mean of momentary ones
(PainRecallBias in the bibliography); the size is assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """One simulated patient, day by day; arrays [T] or [T, 3]."""

    start: date
    phases: tuple[Phase, ...]
    drug: str
    dose_mg: Array
    masked: NDArray[np.bool_]
    taken_mg: Array
    missed_recorded: bool
    said: Array
    felt: Array
    present: NDArray[np.bool_]
    minutes: Array
    walks: bool
    drug_start: int
    weight_kg: Array
    severities: Mapping[str, Array]

    def day(self, t: int) -> date:
        """The date of day ``t``."""
        return self.start + timedelta(days=t)


def assemble(days: Days, patient: Patient, rng: np.random.Generator) -> Record:
    """The record.

    Args:
        days: What happened.
        patient: Who she is; the record says that she is simulated.
        rng: Chance of the reporting.
    """
    length = len(days.dose_mg)
    visits = [days.drug_start + 7 * w for w in _VISIT_WEEKS if days.drug_start + 7 * w < length]
    return Record(
        patient=patient,
        medicines=tuple(_periods(days)),
        diary=tuple(_diary(days)),
        effects=tuple(_reports(days, rng)),
        measurements=tuple(_measurements(days, visits, rng)),
        activities=tuple(
            ActivityDone(day=days.day(t), activity="walking", minutes=float(m))
            for t, m in enumerate(days.minutes)
            if days.walks and m > 0 and days.present[t, 1]
        ),
    )


def _periods(days: Days) -> Iterator[MedicinePeriod]:
    length = len(days.dose_mg)
    ends = [p.day for p in days.phases[1:]] + [length]
    for phase, end in zip(days.phases, ends, strict=True):
        if phase.dose_mg == 0 and not phase.masked:
            continue
        missed = frozenset(
            days.day(t)
            for t in range(phase.day, end)
            if phase.dose_mg > 0 and days.taken_mg[t] == 0 and days.missed_recorded
        )
        yield MedicinePeriod(
            drug=days.drug,
            dose_mg=phase.dose_mg,
            start=days.day(phase.day),
            end=None if end == length else days.day(end - 1),
            form="tablet",
            reason="fibromyalgia",
            missed=missed,
            masked=phase.masked,
        )


def _diary(days: Days) -> Iterator[DiaryDay]:
    for t, (morning, evening) in enumerate(days.present):
        if not (morning or evening):
            continue
        sleep, pain, fatigue = (float(v) for v in days.said[t])
        prescribed = days.dose_mg[t] > 0 or days.masked[t]
        taken = None
        if prescribed and evening and days.missed_recorded:
            taken = Taken.NO if days.dose_mg[t] > 0 and days.taken_mg[t] == 0 else Taken.YES
        yield DiaryDay(
            day=days.day(t),
            sleep_disturbance=sleep if morning else None,
            pain=pain if evening else None,
            fatigue=fatigue if evening else None,
            taken=taken,
            entered_at=datetime.combine(
                days.day(t), datetime.min.time(), tzinfo=timezone(timedelta(0))
            ).replace(hour=21 if evening else 8),
        )


def _reports(days: Days, rng: np.random.Generator) -> Iterator[EffectReport]:
    """Side effects are asked about on the day before the drug, every second day for three weeks after the first dose and after each
    change, and weekly otherwise; on a day without an evening entry nothing is known."""
    changes = [p.day for p in days.phases if p.day >= days.drug_start]
    for t in range(len(days.dose_mg)):
        since = min((t - c for c in changes if t >= c), default=-1)
        asked = (
            t == days.drug_start - 1
            or (0 <= since <= 21 and since % 2 == 1)
            or (t > days.drug_start and t % 7 == 3)
        )
        noise = rng.integers(0, 2**32)
        if not (asked and days.present[t, 1]):
            continue
        said = np.random.default_rng(noise)
        for effect, latent in days.severities.items():
            yield EffectReport(day=days.day(t), effect=effect, severity=severity(float(latent[t]), said))


def _measurements(days: Days, visits: list[int], rng: np.random.Generator) -> Iterator[Measurement]:
    """Weight and recalled pain at visits, weight every second week at home besides."""
    noise = rng.standard_normal((len(days.dose_mg), 2))
    for t in range(len(days.dose_mg)):
        if t in visits or (t - days.drug_start) % 14 == 0:
            kg = days.weight_kg[t] + 0.6 * noise[t, 0]
            yield Measurement(day=days.day(t), measure="weight", quantity=Quantity(round(float(kg), 1), "kg"))
        if t in visits and t >= 7:
            week = days.felt[t - 6 : t + 1, 1]
            recalled = 0.75 * week.mean() + 0.25 * days.felt[t, 1] + _RECALL_BIAS + 0.5 * noise[t, 1]
            yield Measurement(
                day=days.day(t),
                measure="recalled_pain",
                quantity=Quantity(float(np.clip(np.rint(recalled), 0, 10)), "{score}"),
            )
