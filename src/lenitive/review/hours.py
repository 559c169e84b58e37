"""What an earlier hour of intake would do: the level at waking, and with it the cost of sleepiness.

At steady state an evening dose taken earlier leaves less in the morning, by as much as the half-life lets go in those hours. Side
effects are taken to go with the level, as the ranking takes them to go with the dose; both are assumed. What the hour does
to the benefit for sleep is not known, and is left out rather than counted as nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from lenitive.frozen import dataclass
from lenitive.kinetics import History, TimeAxis, clock_levels, history
from lenitive.knowledge import Knowledge
from lenitive.record import Record
from lenitive.response import Verdict
from lenitive.review.absent import Absent, no_kinetics
from lenitive.terms import Grade, Message

__all__ = ["HourShift", "HoursEarlier", "hours_earlier"]

_SLEEPINESS = "somnolence"


@dataclass(frozen=True, slots=True, kw_only=True)
class HourShift:
    """One candidate hour against the hour of now.

    Attributes:
        earlier_h: How many hours earlier.
        intake_h: The hour of intake, h after midnight.
        waking_ratio: Level at waking over that of now, expected.
        waking_low, waking_high: In 8 of 10 patients like this one.
        bedtime_ratio: Level at bedtime over that of now, expected.
        occupancy_waking, occupancy_bedtime: By target, the change of the occupied share.
        relief: What it takes off the cost of sleepiness, points.
        sleep_benefit: What it does to the benefit for sleep, points; None, since nothing is known of it.
    """

    earlier_h: int
    intake_h: float
    waking_ratio: float
    waking_low: float
    waking_high: float
    bedtime_ratio: float
    occupancy_waking: Mapping[str, float]
    occupancy_bedtime: Mapping[str, float]
    relief: float
    sleep_benefit: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursEarlier:
    """Candidate hours of intake for one drug.

    Attributes:
        drug: The drug.
        intake_h: The hour of now, h after midnight.
        waking_h: The hour taken for waking.
        bedtime_h: The hour taken for going to bed: that of the intake of now.
        sleepiness: What sleepiness costs now, points by the patient's weights.
        shifts: The candidates, the smallest shift first.
        grade: Of the kinetics.
    """

    drug: str
    intake_h: float
    waking_h: float
    bedtime_h: float
    sleepiness: float
    shifts: tuple[HourShift, ...]
    grade: Grade

    @property
    def best(self) -> HourShift:
        """The one that takes most off; of equal ones the smallest shift."""
        return max(self.shifts, key=lambda s: (s.relief, -s.earlier_h))

    @property
    def basis(self) -> Message:
        """What the number of the option rests on."""
        return Message.of("review.hours.basis", count=self.best.earlier_h)


def _history(record: Record, knowledge: Knowledge, drug: str, at: date) -> History | Absent:
    model = knowledge.kinetics.get(drug)
    if model is None:
        return Absent(no_kinetics(knowledge, drug))
    matches = [knowledge.resolve_drug(p.drug) for p in record.regimen(at) if p.drug != drug]
    others = {m.id for m in matches if m is not None}
    made = history(
        record,
        model,
        at=at,
        axis=TimeAxis(since=at, step_h=12.0),
        draw_hours=knowledge.judgement.visit.draw_hours.of,
        with_drugs=others,
    )
    return Absent(Message.of("review.hours.no_dose")) if made is None else made


def hours_earlier(
    record: Record, knowledge: Knowledge, drug: str, *, at: date, verdict: Verdict | None
) -> HoursEarlier | Absent:
    """The candidate hours, or why there is no figure.

    Args:
        record: The record as it stood on the day.
        knowledge: Kinetics and names.
        drug: The drug's id.
        at: The day.
        verdict: The verdict on the drug, for what sleepiness costs the patient now.
    """
    taken = [p for p in record.regimen(at) if p.drug == drug and p.dose_mg > 0 and not p.as_needed]
    intakes = [(t, p.dose_mg) for p in taken for t in p.times]
    if len(intakes) != 1:
        return Absent(Message.of("review.hours.not_once_a_day"))
    when, mg = intakes[0]
    now_h = when.clock.hour + when.clock.minute / 60
    lines = knowledge.judgement.visit
    hours = [int(h) for h in lines.hours_earlier.of if now_h - h >= lines.earliest_hour.value]
    if now_h < lines.evening_hour.value or not hours:
        return Absent(Message.of("review.hours.not_in_the_evening"))
    if verdict is None or verdict.probability is None:
        return Absent(Message.of("review.hours.no_cost"))
    made = _history(record, knowledge, drug, at)
    if isinstance(made, Absent):
        return made
    waking_h = lines.waking_hour.value
    looked = [waking_h, now_h]
    w, b = 0, 1
    eta = made.updated.eta if made.updated else (0.0, 0.0)
    draws = made.updated.draws if made.updated else made.who.spread()
    now, *then = (
        clock_levels(made.who, intake_h=now_h - h, dose_mg=mg, clock_h=looked, eta=eta, draws=draws)
        for h in (0, *hours)
    )
    cost = sum(c.points for c in verdict.costs if c.what == _SLEEPINESS)
    shifts = []
    for h, one in zip(hours, then, strict=True):
        low, high = np.quantile(one.spread[:, w] / now.spread[:, w], (0.1, 0.9))
        ratio = float(one.typical[w] / now.typical[w])
        shifts.append(
            HourShift(
                earlier_h=h,
                intake_h=now_h - h,
                waking_ratio=ratio,
                waking_low=float(low),
                waking_high=float(high),
                bedtime_ratio=float(one.typical[b] / now.typical[b]),
                occupancy_waking={t: float(v[w] - now.occupancy[t][w]) for t, v in one.occupancy.items()},
                occupancy_bedtime={t: float(v[b] - now.occupancy[t][b]) for t, v in one.occupancy.items()},
                relief=cost * (1 - ratio),
            )
        )
    return HoursEarlier(
        drug=drug,
        intake_h=now_h,
        waking_h=waking_h,
        bedtime_h=now_h,
        sleepiness=cost,
        shifts=tuple(shifts),
        grade=made.who.model.grade,
    )
