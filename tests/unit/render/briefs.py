"""Records that ask much of one page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from lenitive.record import (
    Coded,
    DiaryDay,
    EffectReport,
    IntakeTime,
    Measurement,
    MedicinePeriod,
    Patient,
    PlanTarget,
    Record,
)
from lenitive.shells.files import open_record
from lenitive.terms import Quantity, Severity

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
NAMES = tuple(sorted(p.name for p in EXAMPLES.iterdir() if (p / "diary.csv").exists()))
LONG = "a visit to the dentist, a fall on the stairs, three bad nights and a quarrel " * 12
_BEDTIME = (IntakeTime("bedtime"),)


def example(name="clear-responder"):
    record = open_record(EXAMPLES / name).record
    assert record is not None
    return record


def beside(record, drug, mg, days_before=7):
    """The record with a drug begun so many days before its last day."""
    start = record.last_day - timedelta(days=days_before)
    more = MedicinePeriod(drug=drug, dose_mg=mg, start=start, times=(IntakeTime("morning"),))
    return replace(record, medicines=(*record.medicines, more))


def with_effects(record, *effects):
    more = tuple(EffectReport(day=record.last_day, effect=e, severity=Severity.SEVERE) for e in effects)
    return replace(record, effects=(*record.effects, *more))


def thirty_drugs():
    record = example()
    known = (
        "amlodipine",
        "tramadol",
        "duloxetine",
        "pregabalin",
        "sertraline",
        "lithium",
        "warfarin",
        "ibuprofen",
    )
    for i in range(30):
        drug = known[i] if i < len(known) else f"preparation_of_a_very_long_name_from_abroad_number_{i}"
        record = beside(record, drug, 10 + i, days_before=40 + i)
    return record


def ten_years():
    """An entry on every fifth day of ten years, with a dose that changes each year."""
    first = example().diary[0].day
    diary = tuple(
        DiaryDay(day=first + timedelta(days=i), pain=5.0 + i % 3, sleep_disturbance=6.0, fatigue=5.0 + i % 2)
        for i in range(0, 3650, 5)
    )
    periods = tuple(
        MedicinePeriod(
            drug="mirtazapine",
            dose_mg=15.0 + 15 * (year % 2),
            start=first + timedelta(days=365 * year + 30),
            end=first + timedelta(days=365 * (year + 1) + 29),
            times=_BEDTIME,
        )
        for year in range(9)
    )
    return Record(patient=Patient(id="ten years"), diary=diary, medicines=periods)


def right_to_left():
    record = beside(example("older-adult-dizziness-thin-data"), "ميرتازابين", 15)
    patient = replace(record.patient, id="שרה כהן 12", conditions=(Coded(display="פיברומיאלגיה"),))
    return replace(record, patient=patient)


def long_words():
    record = example("non-responder-weight-gain")
    plan = PlanTarget(outcome=LONG[:300], success=LONG[:300], stop_rule=LONG[:300])
    patient = replace(
        record.patient,
        id="X" * 120,
        conditions=tuple(Coded(display=f"{LONG[:60]} {i}") for i in range(20)),
        plan=plan,
    )
    diary = tuple(replace(d, note=LONG) if i % 3 == 0 else d for i, d in enumerate(record.diary))
    return replace(record, patient=patient, diary=diary)


def no_fit():
    record = example()
    return replace(record, diary=())


def nothing():
    """A name and a weight: no diary, no medicine."""
    record = example()
    return Record(patient=record.patient, measurements=record.measurements)


def mao_inhibitor():
    return beside(example(), "phenelzine", 15)


def several_critical():
    record = beside(beside(example(), "phenelzine", 15), "linezolid", 600)
    return with_effects(record, "rash", "fever", "jaundice", "suicidal_thoughts", "sore_throat")


def low_white_cells():
    """Neutrophils 0.3, with fever and a sore throat."""
    record = with_effects(example(), "fever", "sore_throat")
    count = Measurement(day=record.last_day, measure="neutrophils", quantity=Quantity(0.3, "10*9/L"))
    return replace(record, measurements=(*record.measurements, count))


HOSTILE = {
    f.__name__: f
    for f in (
        thirty_drugs,
        ten_years,
        right_to_left,
        long_words,
        no_fit,
        nothing,
        mao_inhibitor,
        several_critical,
        low_white_cells,
    )
}
RECORDS = {**{name: (lambda n=name: example(n)) for name in NAMES}, **HOSTILE}
