"""What an option would bring about stands beside it, in the value, the document and the report."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.record import Coded, DiaryDay, IntakeTime, MedicinePeriod, Patient, Plan, Record
from lenitive.render.document import review_json
from lenitive.render.report import clinician_report
from lenitive.render.text import report_text
from lenitive.review import Options, checked_regimen, review
from lenitive.safety import Tier, check

KNOWLEDGE = load()
AT = date(2026, 5, 1)


def record(
    *beside: str, drug: str = "mirtazapine", mg: float = 30, stopped: bool = True, **who: object
) -> Record:
    """Someone whose mirtazapine was stopped two months ago, so that other medicines are options."""
    taken = MedicinePeriod(
        drug=drug,
        dose_mg=mg,
        start=AT - timedelta(days=300),
        end=AT - timedelta(days=60) if stopped else None,
        times=(IntakeTime("bedtime"),),
    )
    others = tuple(MedicinePeriod(drug=d, dose_mg=10, start=AT - timedelta(days=200)) for d in beside)
    return Record(
        patient=Patient(**{"birth_year": 1980, "sex": "male", **who}),
        medicines=(taken, *others),
        diary=(DiaryDay(day=AT, pain=5),),
    )


def options(*beside: str, **who: object):
    made = review(record(*beside, **who), KNOWLEDGE, at=AT, seed=1)
    assert isinstance(made.options, Options)
    return made, {(o.action, o.drug): o for o in made.options.options}


def beside(option) -> dict[str, Tier]:
    return {f.topic: f.tier for f in option.findings}


def test_the_pressure_stands_beside_milnacipran_case_a15():
    """case A15: a person with high blood pressure was offered it without a word."""
    made, found = options(conditions=(Coded(display="hypertension"),))
    option = found["switch", "milnacipran"]
    assert option.rank is not None
    assert "blood_pressure" in beside(option)
    text = " ".join(report_text(clinician_report(made, version="t")).replace("│", " ").split())
    where = text.index("Switching to milnacipran 100 mg a day: what the safety check says of it")
    assert "Mean systolic pressure rises by about 3 mmHg" in text[where:]
    document = json.loads(review_json(made))
    written = next(o for o in document["options"] if o["to"]["drug"] == "milnacipran")
    assert "safety.blood_pressure" in {f["id"] for f in written["findings"]}
    _, without = options()
    assert "blood_pressure" not in beside(without["switch", "milnacipran"])


def test_an_older_persons_tricyclic_stands_with_its_warning_case_p5():
    """case P5: option 2 of a person of 81 was amitriptyline, and the planned warnings appeared nowhere."""
    _, found = options(birth_year=1945)
    option = found["switch", "amitriptyline"]
    assert beside(option)["older"] is Tier.WARNING or option.withheld_by


def test_a_second_of_a_kind_stands_with_its_warning_case_p5():
    """case P5: of one who takes venlafaxine option 1 was milnacipran."""
    _, found = options("venlafaxine")
    for drug in ("milnacipran", "duloxetine"):
        option = found["switch", drug]
        assert option.rank is None or beside(option).get("duplicate") is Tier.WARNING


@pytest.mark.parametrize(
    ("others", "who", "target", "topic"),
    [
        (("tramadol", "sertraline"), {}, "duloxetine", "serotonergic"),
        (("oxycodone",), {}, "pregabalin", "breathing"),
        (("morphine", "diazepam"), {}, "pregabalin", "sedation"),
        (("zopiclone", "oxycodone"), {"birth_year": 1950}, "pregabalin", "sedation"),
        ((), {"conditions": (Coded(display="uncontrolled_hypertension"),)}, "milnacipran", "blood_pressure"),
        ((), {"conditions": (Coded(display="heart_disease"),)}, "milnacipran", "blood_pressure"),
        (("fluoxetine",), {}, "amitriptyline", "levels"),
        (("ibuprofen", "warfarin"), {}, "duloxetine", None),
        (("venlafaxine",), {"birth_year": 1946}, "duloxetine", "sodium"),
        (("citalopram",), {"birth_year": 1950}, "amitriptyline", None),
    ],
)
def test_what_today_would_warn_of_tomorrow_is_said_beside(others, who, target, topic):
    """Whatever the taken copy would warn of stands beside the option, or the option is withheld."""
    _, found = options(*others, **who)
    option = found["switch", target]
    if option.rank is None:
        assert option.withheld_by or option.plan is not None
        return
    if topic is not None:
        assert topic in beside(option)
    plan = option.plan
    last = max(plan.stages, key=lambda s: s.first)
    taken = MedicinePeriod(
        drug=target, dose_mg=last.dose.mg, start=AT - timedelta(days=1), times=(IntakeTime("bedtime"),)
    )
    base = record(*others, **who)
    copy = Record(patient=base.patient, medicines=(*base.medicines, taken), diary=base.diary)
    carried = {p.rule for f in option.findings for p in f.parts}
    today = {p.rule for f in check(base, knowledge=KNOWLEDGE, at=AT) for p in f.parts}
    for finding in check(copy, knowledge=KNOWLEDGE, at=AT):
        for part in finding.parts:
            if part.tier is not Tier.INFO:
                assert part.rule in carried | today, part.rule


def test_a_finding_that_stands_today_is_not_repeated_beside_a_plan_that_leaves_it():
    base = record("tramadol", "sertraline", "venlafaxine", stopped=False)
    same = Plan(start=AT + timedelta(days=1), periods=(), stops=("zopiclone",))
    checked = checked_regimen(same, base, knowledge=KNOWLEDGE, at=AT)
    assert checked.findings == ()
    assert checked.withheld_by == ()
    assert checked.every
