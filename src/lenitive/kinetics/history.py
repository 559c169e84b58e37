"""A record's dose history as levels, occupancy, steady state and a daily exposure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from lenitive.frozen import dataclass
from lenitive.kinetics.curve import Array, area_under_curve, concentration
from lenitive.kinetics.intakes import DoseEvent, hours_between, intakes, missed_days, moment
from lenitive.kinetics.levels import ClearanceUpdate, Level, update
from lenitive.kinetics.occupancy import Occupancy, occupancy
from lenitive.kinetics.person import PersonKinetics, person
from lenitive.kinetics.steady import SteadyState, steady_state
from lenitive.knowledge import KineticsModel
from lenitive.record import Measurement, Record, patient_on

__all__ = ["History", "TimeAxis", "exposure", "history"]

_BAND = (0.025, 0.1, 0.9, 0.975)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAxis:
    """The moments at which levels are asked for.

    Attributes:
        since: Its first day; all earlier doses still count. None for the first dose.
        step_h: Distance between moments, h.
        ahead_days: Days after the last one to draw, with no further dose.
    """

    since: date | None = None
    step_h: float = 1.0
    ahead_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a drug's real dose history did, as far as the published kinetics tell.

    Attributes:
        drug: The drug.
        at: The last day looked at.
        zone: The time zone of the local clock.
        origin: Hour 0 of the axis, in UTC: local midnight of the first day with a dose.
        intakes: The doses taken.
        missed: Days on which a scheduled dose was left out.
        times_h: Hours, rising, shape (time,).
        typical: ng/mL at the expected (or, with levels, the most probable) parameters.
        band: ng/mL at the quantiles 0.025, 0.1, 0.9, 0.975 of patients like her, shape (4, time).
        who: Her expected parameters, and what they were derived from.
        levels: The levels measured.
        updated: Her clearance after the levels, or None.
        occupancies: For each target with a constant.
        steady: Steady state of the present regimen, None when nothing is taken on ``at``.
    """

    drug: str
    at: date
    zone: str
    origin: datetime
    intakes: tuple[DoseEvent, ...]
    missed: tuple[date, ...]
    times_h: Array
    typical: Array
    band: Array
    who: PersonKinetics
    levels: tuple[Level, ...]
    updated: ClearanceUpdate | None
    occupancies: tuple[Occupancy, ...]
    steady: SteadyState | None

    def moments(self) -> list[datetime]:
        """The local moments of the axis."""
        zone = ZoneInfo(self.zone)
        return [(self.origin + timedelta(hours=float(h))).astimezone(zone) for h in self.times_h]


def _names_drug(measurement: Measurement, names: Collection[str]) -> bool:
    return any(measurement.note.strip().lower().startswith(name) for name in names)


def _levels(
    record: Record,
    model: KineticsModel,
    names: Collection[str],
    at: date,
    zone: ZoneInfo,
    origin: datetime,
    dose_h: Array,
    draw_hours: Sequence[float],
) -> tuple[Level, ...]:
    """The record's levels of a drug. A time ``HH:MM`` in the note is when the blood was drawn."""
    assumed = tuple(time(int(h), round(60 * (h % 1))) for h in draw_hours)
    found: list[Level] = []
    for measurement in record.series("drug_level"):
        if measurement.day > at or not _names_drug(measurement, names):
            continue
        clock = re.search(r"\b([01]?\d|2[0-3]):([0-5]\d)\b", measurement.note)
        clocks = assumed if clock is None else (time(int(clock[1]), int(clock[2])),)
        moments = [moment(measurement.day, c, zone) for c in clocks]
        hours = tuple(hours_between(origin, moments))
        middle = hours[len(hours) // 2]
        before = dose_h[dose_h <= middle]
        since = float(middle - before.max()) if before.size else None
        reason = ""
        if since is None:
            reason = "no dose was taken before it"
        elif since < model.usable_after_h:
            reason = (
                f"drawn {since:.1f} h after a dose; before {model.usable_after_h:g} h "
                "the curve does not describe absorption and distribution"
            )
        elif measurement.value <= 0:
            reason = "reported as zero: below what the laboratory can tell"
        found.append(
            Level(
                day=measurement.day,
                value=measurement.value,
                hours=hours,
                drawn_at=moments[0] if clock is not None else None,
                since_last_dose_h=since,
                left_out=reason,
            )
        )
    return tuple(found)


def _others(record: Record, drug: str, at: date) -> tuple[str, ...]:
    return tuple({p.drug for p in record.regimen(at) if p.drug != drug})


def history(
    record: Record,
    model: KineticsModel,
    *,
    at: date,
    zone: str = "UTC",
    draw_hours: Sequence[float],
    axis: TimeAxis | None = None,
    also: Collection[str] = (),
    with_drugs: Collection[str] | None = None,
) -> History | None:
    """The levels that a record's doses made, or None when the drug was never taken up to ``at``.

    Args:
        record: The patient's record; drug names as the model has them.
        model: The drug's kinetics.
        at: The last day looked at; doses later are not used.
        zone: IANA name of the patient's time zone.
        draw_hours: Hours of the day at which a blood sample without a time may have been drawn; averaged over.
        axis: The moments that are asked about. Default: every hour from the first dose to the end of ``at``.
        also: Other names under which the record has the same drug, such as a brand.
        with_drugs: Ids of the other drugs taken; None takes the record's own names for ids.
    """
    local, axis = ZoneInfo(zone), axis or TimeAxis()
    taken = intakes(record, model.drug, until=at, zone=local, also=also)
    if not taken:
        return None
    origin = moment(taken[0].day, time(0), local)
    dose_h = np.array(hours_between(origin, (i.at for i in taken)))
    dose_mg = np.array([i.amount_mg for i in taken])
    start, end = hours_between(
        origin,
        (
            moment(max(axis.since or taken[0].day, taken[0].day), time(0), local),
            moment(at + timedelta(days=1 + axis.ahead_days), time(0), local),
        ),
    )
    times = np.arange(start, end + axis.step_h / 2, axis.step_h)
    who = person(
        model,
        patient_on(record, at),
        at=at,
        with_drugs=_others(record, model.drug, at) if with_drugs is None else with_drugs,
    )
    levels = _levels(record, model, {model.drug, *also}, at, local, origin, dose_h, draw_hours)
    updated = update(who, dose_h, dose_mg, levels)
    curve = who.curve([updated.eta] if updated else ((0.0, 0.0),))
    typical = concentration(curve, dose_h, dose_mg, times)[0]
    draws = updated.draws if updated else who.spread()
    band = _quantiles(concentration(who.curve(draws), dose_h, dose_mg, times))
    targets = tuple(
        occupancy(
            o,
            who=who,
            dose_h=dose_h,
            dose_mg=dose_mg,
            times_h=times,
            level=typical,
            level_low=band[1],
            level_high=band[2],
        )
        for o in model.occupancy
    )
    now = [p for p in record.regimen(at) if p.drug in {model.drug, *also} and not p.as_needed]
    clock = [t.clock for p in now for t in p.times]
    steady = None
    if clock:
        steady = steady_state(
            curve,
            [c.hour + c.minute / 60 for c in clock],
            [p.dose_mg for p in now for _ in p.times],
        )
    return History(
        drug=model.drug,
        at=at,
        zone=zone,
        origin=origin,
        intakes=taken,
        missed=missed_days(record, model.drug, until=at, also=also),
        times_h=times,
        typical=typical,
        band=band,
        who=who,
        levels=levels,
        updated=updated,
        occupancies=targets,
        steady=steady,
    )


def _quantiles(levels: Array) -> Array:
    """The band's quantiles over patients of levels (patient, time), shape (4, time): what ``np.quantile`` gives.

    Each moment's levels lie side by side in memory, and sorting such rows takes half as long as selecting from columns.
    """
    rows = np.sort(levels.T, axis=1)
    at = np.array(_BAND) * (rows.shape[1] - 1)
    below = at.astype(np.int64)
    low, high = rows[:, below], rows[:, np.minimum(below + 1, rows.shape[1] - 1)]
    return np.ascontiguousarray((low + (high - low) * (at - below)).T)


def exposure(
    record: Record,
    drug: str,
    days: tuple[date, ...],
    *,
    model: KineticsModel | None,
    reference_mg_per_day: float,
    zone: str = "UTC",
) -> Array:
    """How much of a drug was in the body on each local day, as a multiple of steady state on a reference dose.

    With a model it is the day's mean level over the mean level of the reference dose at steady state; the clearance
    cancels, so only the shape of the curve matters. Without one (``None``) it is the dose taken that day over the
    reference dose. Either is 1 on the reference dose at steady state, and 0 before the first dose.

    Args:
        record: The patient's record.
        drug: The drug's name as the record has it.
        days: Consecutive local days.
        model: The drug's kinetics, or None.
        reference_mg_per_day: The dose that stands for 1, mg/day, above zero.
        zone: IANA name of the patient's time zone.

    Returns:
        Shape (day,).

    Raises:
        ValueError: When the reference dose is not above zero.
    """
    if not reference_mg_per_day > 0:
        raise ValueError("a reference dose is above zero")
    if not days:
        return np.zeros(0)
    local = ZoneInfo(zone)
    taken = intakes(record, drug, until=days[-1], zone=local)
    if model is None:
        total: dict[date, float] = {}
        for intake in taken:
            total[intake.day] = total.get(intake.day, 0.0) + intake.amount_mg
        return np.array([total.get(d, 0.0) for d in days]) / reference_mg_per_day
    if not taken:
        return np.zeros(len(days))
    origin = moment(taken[0].day, time(0), local)
    edges = hours_between(origin, (moment(d, time(0), local) for d in (*days, days[-1] + timedelta(days=1))))
    who = person(model, patient_on(record, days[-1]), at=days[-1])
    area = area_under_curve(
        who.curve(),
        hours_between(origin, (i.at for i in taken)),
        [i.amount_mg for i in taken],
        np.maximum(edges, 0.0),
    )[0]
    reference = reference_mg_per_day / who.clearance * 1000.0  # ng.h/mL over 24 hours
    return np.asarray(area / reference * 24.0 / np.diff(edges))
