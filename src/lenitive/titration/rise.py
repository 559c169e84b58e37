"""Where a way up ends: at the dose asked for, at a limit of the patient, or when the days of use are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from lenitive.frozen import dataclass
from lenitive.knowledge import Dosing, Drug
from lenitive.terms import Message
from lenitive.titration.day_dose import DayDose
from lenitive.titration.dosing_row import adult_max_mg, duration_of
from lenitive.titration.leg import Leg
from lenitive.titration.limits import Limits
from lenitive.titration.no_plan import NoPlan
from lenitive.titration.person import Person

__all__ = ["WayUp", "aim_of", "makeable", "within_days"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayUp:
    """A way up that is asked for.

    Attributes:
        drug: The drug.
        person: The patient.
        from_mg: The dose now, mg a day; 0 for none.
        to_mg: The dose asked for, mg a day.
    """

    drug: Drug
    person: Person
    from_mg: float
    to_mg: float


def aim_of(asked: WayUp, limits: Limits, doses: Sequence[DayDose], older_from: float) -> float:
    """The dose asked for, or the highest that this patient's limits allow, mg a day.

    Args:
        asked: What is asked for.
        limits: What bounds the drug for the patient.
        doses: What products make within them, ascending.
        older_from: The age from which rows for older people hold, years.

    Raises:
        NoPlan: When the limits lie at or below the dose taken now, or the age decides and is not known.
    """
    drug, from_mg, to_mg = asked.drug, asked.from_mg, asked.to_mg
    most = limits.dosing.max_mg if from_mg else limits.aim_mg
    if most is None or to_mg <= most + 1e-9:
        return to_mg
    adult = adult_max_mg(drug, asked.person)
    if adult is not None and to_mg <= adult + 1e-9:
        raise NoPlan(
            Message.of(
                "titration.plan.age_needed", drug=drug.id, age=older_from, adult_mg=adult, older_mg=most
            ),
            limits.sources,
        )
    if not limits.caps or limits.default_max_mg is None or to_mg > limits.default_max_mg + 1e-9:
        return to_mg
    within = [d.mg for d in doses if d.mg <= most + 1e-9]
    if not within or within[-1] <= from_mg + 1e-9:
        raise NoPlan(
            Message.of("titration.plan.at_limit", drug=drug.id, mg=from_mg or to_mg, most_mg=most),
            limits.sources,
            limits.caps,
        )
    return within[-1]


def makeable(limits: Limits, doses: Sequence[DayDose]) -> Dosing:
    """The dosing row with a start that products make: where the start is a bound, the highest dose below it."""
    dosing = limits.dosing
    if not limits.lower_start or dosing.start_mg is None:
        return dosing
    below = [d.mg for d in doses if d.mg <= dosing.start_mg + 1e-9]
    lowest = [doses[0].mg] if limits.divided else []
    return dosing.model_copy(update={"start_mg": max(below or lowest)}) if below or lowest else dosing


def within_days(leg: Leg, drug: Drug, used: int) -> Leg:
    """The leg, ended where a source limits the days of use.

    Raises:
        NoPlan: When those days are over, or over before the dose asked for is reached.
    """
    duration = duration_of(drug)
    if duration is None:
        return leg
    last = leg.stages[-1]
    end = leg.stages[0].first + timedelta(days=duration.days - used - 1)
    if end < last.first:
        raise NoPlan(
            Message.of("titration.plan.too_long", drug=drug.id, days=duration.days, mg=last.dose.mg),
            duration.sources,
            [duration.says],
        )
    ends = Message.of("titration.rests.ends_after", drug=drug.id, days=duration.days)
    return replace(
        leg,
        stages=(*leg.stages[:-1], replace(last, last=end)),
        grades=(*leg.grades, duration.grade),
        rests_on=(*leg.rests_on, ends, duration.says),
        sources=(*leg.sources, *duration.sources),
        most_days=duration.days,
    )
