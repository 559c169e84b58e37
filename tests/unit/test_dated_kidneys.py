"""A dated eGFR counts before the undated one, for findings, plans and levels alike."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lenitive import ask, load, open_record
from lenitive.kinetics import history
from lenitive.record import Measurement, MedicinePeriod, Patient, Record, egfr, height, patient_on
from lenitive.render import brief_of, brief_report, report_text
from lenitive.safety import check
from lenitive.terms import Quantity
from lenitive.titration import person_from

DAY = date(2026, 5, 1)
KNOWLEDGE = load()
UNIT = "mL/min/{1.73_m2}"


def kidneys(value, day=DAY):
    return Measurement(day=day, measure="egfr", quantity=Quantity(value, UNIT))


def taking(undated, *dated, drug="pregabalin", mg=300.0):
    period = MedicinePeriod(drug=drug, dose_mg=mg, start=date(2026, 4, 1))
    return Record(
        patient=Patient(birth_year=1980, egfr_ml_min=undated), medicines=(period,), measurements=dated
    )


def over_the_limit(record, at=DAY):
    return [
        f
        for f in check(record, knowledge=KNOWLEDGE, at=at)
        if any(fact.name == "egfr_ml_min" for r in f.because for fact in r.facts)
    ]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (taking(88.0), False),
        (taking(25.0), True),
        (taking(88.0, kidneys(25.0)), True),
        (taking(25.0, kidneys(88.0)), False),
        (taking(None, kidneys(25.0)), True),
        (taking(88.0, kidneys(25.0, date(2026, 5, 2))), False),
        (taking(88.0, kidneys(25.0, date(2026, 1, 1)), kidneys(70.0)), False),
    ],
)
def test_a_finding_goes_by_the_latest_dated_value_of_the_day(record, said):
    assert bool(over_the_limit(record)) is said


def test_a_finding_names_the_day_of_the_value():
    (finding,) = over_the_limit(taking(88.0, kidneys(25.0)))
    facts = {(f.value, f.on) for r in finding.because for f in r.facts if f.name == "egfr_ml_min"}
    assert facts == {(25.0, DAY)}


def test_a_plan_goes_by_the_same_value():
    record = taking(88.0, kidneys(25.0))
    assert person_from(record, KNOWLEDGE, "pregabalin", DAY).egfr_ml_min == 25.0
    assert person_from(record, KNOWLEDGE, "pregabalin", date(2026, 4, 30)).egfr_ml_min == 88.0


def test_a_level_goes_by_the_same_value():
    model = KNOWLEDGE.kinetics.get("pregabalin")
    clearance = {
        name: history(r, model, at=DAY, draw_hours=KNOWLEDGE.judgement.visit.draw_hours.of).who.clearance
        for name, r in (
            ("undated", taking(25.0)),
            ("dated", taking(None, kidneys(25.0))),
            ("well", taking(None)),
        )
    }
    assert clearance["dated"] == clearance["undated"] < clearance["well"]


def test_of_one_day_the_last_written_counts():
    record = Record(measurements=(kidneys(60.0), kidneys(55.0)))
    assert egfr(record, DAY).value == 55.0


def test_height_too_and_nothing_else_of_the_patient_moves():
    record = open_record(Path(__file__).resolve().parents[2] / "examples" / "clear-responder").record
    tall = Measurement(day=DAY, measure="height", quantity=Quantity(165.0, "cm"))
    measured = replace(record, measurements=(*record.measurements, tall))
    assert height(measured, DAY).value == 165.0
    assert patient_on(measured, DAY) == replace(record.patient, height_cm=165.0)
    assert patient_on(record, DAY) == record.patient


def test_the_one_page_names_the_same_value():
    record = open_record(Path(__file__).resolve().parents[2] / "examples" / "clear-responder").record
    low = replace(kidneys(41.0), day=record.last_day)
    dated = replace(record, measurements=(*record.measurements, low))
    page = report_text(brief_report(brief_of(ask(dated, KNOWLEDGE), version="1")), width=300)
    assert "41" in page.split("Safety")[0]
    assert "kidneys not recorded" not in page
