"""What is due when: the schedule of a drug's file laid over its real course, and the calendar made of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.record import Coded, Measurement, MedicinePeriod, Patient, Record
from lenitive.render.calendar import monitoring_ics
from lenitive.safety import Due, monitoring
from lenitive.terms import MEASURES, Quantity

START = date(2026, 1, 5)
YOUNG = Patient(birth_year=1986, sex="female")
OLD = Patient(birth_year=1950, sex="female")


def on(days: int) -> date:
    return START + timedelta(days=days)


def measured(name: str, value: float, days: int) -> Measurement:
    return Measurement(day=on(days), measure=name, quantity=Quantity(value, MEASURES[name].unit))


def record(patient: Patient = YOUNG, *measurements: Measurement, raised: int | None = None) -> Record:
    periods = [
        MedicinePeriod(
            drug="mirtazapine", dose_mg=15, start=START, end=None if raised is None else on(raised - 1)
        )
    ]
    if raised is not None:
        periods.append(MedicinePeriod(drug="mirtazapine", dose_mg=30, start=on(raised)))
    return Record(patient=patient, medicines=tuple(periods), measurements=measurements)


def items(r: Record, days: int) -> dict[str, object]:
    return {w: i for i in monitoring(r, knowledge=load(), at=on(days)) for w in i.what}


def test_weight_follows_the_schedule_of_the_file():
    """Baseline, weeks 2, 4, 8 and 12, then every 13 weeks."""
    assert items(record(), 0)["weight"].due == START
    assert items(record(YOUNG, measured("weight", 70, -3)), 0)["weight"].due == on(14)
    assert items(record(YOUNG, measured("weight", 70, 14)), 15)["weight"].due == on(28)
    assert items(record(YOUNG, measured("weight", 70, 84)), 85)["weight"].due == on(84 + 91)


@pytest.mark.parametrize(
    ("days", "state"), [(8, Due.DUE), (14, Due.DUE), (20, Due.DUE), (21, Due.DUE), (22, Due.OVERDUE)]
)
def test_a_week_of_grace_before_overdue(days, state):
    weight = items(record(YOUNG, measured("weight", 70, 0)), days)["weight"]
    assert weight.due == on(14)
    assert weight.state is state


def test_only_the_newest_missed_day_counts():
    weight = items(record(), 60)["weight"]
    assert weight.due == on(56)
    assert weight.last is None


def test_a_measurement_shortly_before_its_day_counts_for_it():
    assert items(record(YOUNG, measured("weight", 70, 8)), 15)["weight"].due == on(28)
    assert items(record(YOUNG, measured("weight", 70, 5)), 15)["weight"].due == on(14)


def test_sodium_is_for_older_adults_and_those_with_a_diuretic():
    assert "sodium" not in items(record(), 30)
    assert "sodium" in items(record(OLD), 30)
    diuretic = MedicinePeriod(drug="hydrochlorothiazide", dose_mg=25, start=START)
    with_it = Record(patient=YOUNG, medicines=(*record().medicines, diuretic))
    assert "sodium" in items(with_it, 30)
    history = Patient(birth_year=1986, conditions=(Coded(display="hyponatraemia"),))
    assert "sodium" in items(record(history), 30)


def test_an_unknown_age_is_said_and_not_guessed():
    sodium = items(record(Patient()), 30)["sodium"]
    assert sodium.missing == ("birth_year",)
    assert items(record(OLD), 30)["sodium"].missing == ()


def test_mood_is_asked_again_after_a_raise():
    asked = measured("phq9", 6, 28)
    without = items(record(YOUNG, asked), 30)["phq9"]
    raised = items(record(YOUNG, asked, raised=30), 30)["phq9"]
    assert raised.due == on(37)
    assert raised.due < without.due


def test_nothing_for_a_drug_that_is_over_or_unknown():
    over = Record(medicines=(MedicinePeriod(drug="mirtazapine", dose_mg=15, start=START, end=on(10)),))
    assert monitoring(over, knowledge=load(), at=on(40)) == ()
    strange = Record(medicines=(MedicinePeriod(drug="zzyzx", dose_mg=15, start=START),))
    assert monitoring(strange, knowledge=load(), at=on(40)) == ()


def test_two_drugs_that_ask_for_one_thing_share_a_line():
    both = Record(
        patient=OLD,
        medicines=(
            MedicinePeriod(drug="mirtazapine", dose_mg=15, start=START),
            MedicinePeriod(drug="amitriptyline", dose_mg=10, start=on(20)),
        ),
    )
    found = [i for i in monitoring(both, knowledge=load(), at=on(30)) if i.what == ("weight",)]
    assert len(found) == 1
    assert found[0].drugs == ("amitriptyline", "mirtazapine")


def test_what_is_dated_later_is_not_used():
    r = record(YOUNG, measured("weight", 70, 16))
    assert items(r, 15)["weight"].due == on(14)


def test_every_line_has_a_reason_and_a_source():
    for item in monitoring(record(OLD), knowledge=load(), at=on(30)):
        assert item.why
        assert item.sources
        assert item.basis


def test_the_calendar_is_valid_reproducible_and_names_nobody():
    from icalendar import Calendar

    found = monitoring(record(Patient(id="Erika Mustermann", birth_year=1950)), knowledge=load(), at=on(30))
    data = monitoring_ics(found, at=on(30))
    assert data == monitoring_ics(found, at=on(30))
    assert b"Mustermann" not in data
    events = list(Calendar.from_ical(data).walk("VEVENT"))
    assert len(events) == len(found) > 3
    assert len({str(e["uid"]) for e in events}) == len(events)
    assert all(e.decoded("dtstart") >= on(30) for e in events)
    assert all(e.decoded("dtend") - e.decoded("dtstart") == timedelta(days=1) for e in events)
