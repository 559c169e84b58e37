"""Records made by hand for what was agreed: days counted from one first day, scores that are known."""

from datetime import date, timedelta

from lenitive.knowledge import load
from lenitive.record import DiaryDay, IntakeTime, Measurement, MedicinePeriod, Patient, PlanTarget, Record
from lenitive.review.agreed import agreed
from lenitive.review.goal_standing import start_of
from lenitive.terms import MEASURES, Quantity

FIRST = date(2026, 1, 1)
JUDGEMENT = load().judgement


def day(i):
    return FIRST + timedelta(days=i)


def bedtime(drug, mg, first, last=None, **more):
    return MedicinePeriod(
        drug=drug, dose_mg=mg, start=day(first), end=None if last is None else day(last), **more
    )


def as_needed(drug, mg, i):
    return MedicinePeriod(drug=drug, dose_mg=mg, start=day(i), end=day(i), times=(IntakeTime("prn"),))


def measured(measure, i, value):
    return Measurement(day=day(i), measure=measure, quantity=Quantity(value, MEASURES[measure].unit))


def diary(before, after, *, start=28, days=84):
    """Pain of one level before a first day of treatment and of another from it on; sleep a point higher."""
    return tuple(
        DiaryDay(day=day(i), pain=p, sleep_disturbance=p + 1, fatigue=5.0)
        for i in range(days)
        for p in (before if i < start else after,)
    )


def answered(record, at, drug="mirtazapine", fit=None):
    return agreed(record, at=at, start=start_of(record, drug, at), lines=JUDGEMENT, fit=fit)


def planned(plan, **more):
    made = {
        "diary": diary(6.0, 4.0),
        "medicines": (bedtime("mirtazapine", 15.0, 28),),
        "patient": Patient(plan=PlanTarget(**plan)),
    } | more
    return Record(**made)
