"""What is read, asked and said: names, dates, activities, silence, plans, questions that nobody answered, decisions, long records."""

from __future__ import annotations

import sys
import time
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "review"))
from agreed_records import answered, planned
from case_records import AT, KNOWLEDGE, day, findings, own_page, page, record, reviewed, taken
from decided import decided, written

from lenitive.intake import read_folder
from lenitive.kinetics import concentration, person, steady_state
from lenitive.record import (
    ActivityDone,
    Coded,
    DiaryDay,
    EffectReport,
    IntakeTime,
    Measurement,
    MedicinePeriod,
    Patient,
    Record,
)
from lenitive.render.catalogue import said
from lenitive.review import DecisionError, Parts, Standpoint, read_entries
from lenitive.safety import Tier
from lenitive.terms import MEASURES, DateOrder, Outcome, Quantity, Severity

STOPPED = taken("mirtazapine", 30, -300, -60)


@pytest.mark.parametrize(
    ("drug", "conditions", "others"),
    [
        ("milnacipran", ("hypertension", "fibromyalgia"), ()),
        ("milnacipran", ("fibromyalgia", "high blood pressure"), ("amlodipine",)),
        ("milnacipran", ("fibromyalgia", "HTN"), ()),
        ("milnacipran", ("fibromyalgia", "essential hypertension"), ()),
        ("milnacipran", ("fibromyalgia", "Arterial Hypertension"), ("ramipril",)),
        ("milnacipran", ("fibromyalgia", "raised blood pressure"), ()),
        ("milnacipran", ("fibromyalgia", "uncontrolled hypertension"), ()),
        ("milnacipran", ("fibromyalgia", "severe hypertension"), ()),
        ("milnacipran", ("fibromyalgia", "coronary artery disease"), ()),
        ("milnacipran", ("fibromyalgia", "ischaemic heart disease"), ()),
        ("milnacipran", ("fibromyalgia", "congestive heart failure"), ()),
    ],
)
def test_the_pressure_stands_beside_what_raises_it(drug, conditions, others):
    """case A15: the condition in other words, with its tablets, and hearts that pressure harms."""
    made = reviewed(record(STOPPED, *others, conditions=conditions))
    (option,) = (o for o in made.options.options if o.drug == drug and o.action == "switch")
    if option.rank is None:
        assert option.withheld_by
    else:
        heart = any("heart" in c or "coronary" in c for c in conditions)
        # Of a heart the label asks for measuring; of pressure it warns.
        expected = Tier.INFO if heart else Tier.WARNING
        assert {f.topic: f.tier for f in option.findings}["blood_pressure"] is expected
    assert "not_checked.condition" not in {p.rule for f in made.findings for p in f.parts}


@pytest.mark.parametrize(
    ("activity", "minutes", "every"),
    [
        ("walking", 30, 2), ("aquatic", 45, 7), ("yoga", 60, 4), ("tai_chi", 25, 3), ("strength", 20, 3), ("stretching", 5, 1),
        ("breathing", 10, 1), ("mindfulness", 15, 2), ("aerobic", 35, 5), ("massage", 50, 14), ("cbt_session", None, 7),
        ("pacing", 240, 6),
    ],
)  # fmt: skip
def test_an_activity_is_described_in_its_unit_and_not_judged(activity, minutes, every):
    """case A16: other activities, often and rarely, short and long, in minutes and in sessions."""
    done = tuple(ActivityDone(day=day(-n), activity=activity, minutes=minutes) for n in range(0, 60, every))
    made = reviewed(replace(record(taken("mirtazapine", 30)), activities=done))
    assert activity not in made.question.judged
    (found,) = made.question.done
    assert (found.days, found.minutes) == (len(done), minutes)
    words = said(found.message)
    assert words.endswith("Described, not judged.")
    assert ("minutes" in words) is (minutes is not None)
    assert "does not" not in words


@pytest.mark.parametrize("later", [21, 28, 45, 90, 180, 365, 800, 1341])
@pytest.mark.parametrize(
    "of",
    [
        record(taken("mirtazapine", 30)),
        record(taken("duloxetine", 60), "amlodipine", birth_year=1941),
        record(STOPPED, taken("pregabalin", 150, -20), effects=("dizziness",)),
    ],
)
def test_a_record_without_entry_for_three_weeks_says_so_before_anything(of, later):
    """case A17: other medicines, other patients, weeks and years later."""
    made = reviewed(of, at=day(later))
    text = page(made)
    assert made.data_quality.stale
    assert text.index("No entry since 1 May 2026") < text.index("Safety")
    assert all(v.probability is None and v.benefit_mean is None for v in made.verdicts)
    assert "worth its cost" not in text


@pytest.mark.parametrize(
    ("of", "rule", "word"),
    [
        *(
            (record(drug, sex="female"), "pregnancy.any", "pregnant")
            for drug in ("duloxetine", "pregabalin", "amitriptyline", "tramadol", "diazepam", "zopiclone", "baclofen")
        ),
        (record("valproic_acid", sex="female"), "pregnancy.valproate", "pregnant"),
        (record("cyclobenzaprine", sex="female"), "pregnancy.cyclobenzaprine", "pregnant"),
        (record("mirtazapine", sex=None), "pregnancy.mirtazapine", "pregnant"),
        (record("nortriptyline", birth_year=None), "older.tricyclic", "age"),
        (record("cyclobenzaprine", birth_year=None), "falls.relaxer_older", "age"),
        (record("amitriptyline", birth_year=None), "older.tricyclic", "age"),
    ],
)  # fmt: skip
def test_what_nobody_recorded_is_said_not_to_be_recorded(of, rule, word):
    """case A19: other drugs and other facts."""
    part = next(p for f in findings(of).values() for p in f.parts if p.rule == f"missing.{rule}")
    assert part.outcome is Outcome.UNKNOWN
    words = said(part.says)
    assert word in words.lower()
    assert "not recorded" in words
    assert "is recorded" not in words


@pytest.mark.parametrize(
    ("plan", "reached"),
    [
        ({"outcome": "pain", "success": "1 point"}, Standpoint.MET),
        ({"outcome": "pain", "success": "at least 20 % less"}, Standpoint.MET),
        ({"outcome": "pain", "success": "3 points"}, Standpoint.NOT_MET),
        ({"outcome": "sleep", "success": "2 points"}, Standpoint.MET),
        ({"outcome": "fatigue", "success": "1 point"}, Standpoint.NOT_MET),
        ({"success": "pain below 5 and sleep below 6"}, Standpoint.MET),
        ({"success": "pain below 5 and fatigue below 3"}, Standpoint.NOT_MET),
        ({"outcome": "pain", "success": "2 points", "review_date": date(2026, 6, 1)}, Standpoint.MET),
        ({"outcome": "pain", "success": "4 points", "review_date": date(2026, 6, 1)}, Standpoint.NOT_YET),
        ({"success": "pain at most 2"}, Standpoint.NOT_MET),
        ({"success": "sleep down by 30 %"}, Standpoint.NOT_MET),
    ],
)
def test_what_was_agreed_is_answered(plan, reached):
    """case A20: other goals, with and without a day; pain from 6 to 4, sleep from 7 to 5, fatigue as it was."""
    found = answered(planned(plan), date(2026, 3, 25))
    assert found.reached is reached
    assert found.goals


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('conditions = ["fybromyalgia"]', "fibromyalgia"), ('conditions = ["epilepsey"]', "epilepsy or past seizures"),
        ('conditions = ["glaucma"]', "glaucoma"), ('conditions = ["dementa"]', "dementia"),
        ('conditions = ["astma"]', "asthma"), ('allergies = ["pregablin"]', "pregabalin"),
    ],
)  # fmt: skip
def test_a_slip_in_a_condition_or_allergy_is_asked_about(text, meant):
    """case A21: further slips."""
    reading = read_folder({"patient.toml": f"{text}\n".encode()})
    assert reading.record is not None
    (problem,) = reading.problems
    assert not problem.fatal
    assert meant in problem.remedy


@pytest.mark.parametrize(
    ("name", "head", "row"),
    [
        ("effects.csv", "date,effect,severity", "{},drowsiness,mild"),
        ("measurements.csv", "date,measure,value,unit", "{},weight,70,kg"),
        ("activities.csv", "date,activity,minutes", "{},walking,20"),
    ],
)
@pytest.mark.parametrize(("pattern", "order"), [("%d/%m/%Y", "dmy"), ("%m/%d/%Y", "mdy")])
def test_other_files_with_other_dates_are_one_problem_each(name, head, row, pattern, order):
    """case A22: other files, both orders."""
    days = [date(2026, 1, 20) + timedelta(days=n) for n in range(40)]
    data = "\n".join((head, *(row.format(d.strftime(pattern)) for d in days))) + "\n"
    reading = read_folder({name: data.encode()})
    (problem,) = reading.problems
    assert f"--dates {order}" in problem.remedy
    read = read_folder({name: data.encode()}, dates=DateOrder(order))
    assert read.problems == ()
    assert read.record is not None


@pytest.mark.parametrize(
    ("one", "other", "drug", "mg"),
    [
        ("Efexor,75", "venlafaxine,75", "venlafaxine", 150),
        ("Neurontin,300", "gabapentin,300", "gabapentin", 600),
        ("Savella,50", "milnacipran,50", "milnacipran", 100),
        ("Flexeril,5", "cyclobenzaprine,5", "cyclobenzaprine", 10),
        ("REMERON,15", "Zispin SolTab,15", "mirtazapine", 30),
    ],
)
def test_one_ingredient_under_two_names_is_added_and_said(one, other, drug, mg):
    """case P8: other brands."""
    rows = f"drug,dose_mg,start,end,times\n{one},2026-03-01,,morning\n{other},2026-03-01,,evening\n"
    reading = read_folder({"medicines.csv": rows.encode()})
    assert reading.record.drugs == (drug,)
    assert reading.record.dose_mg(drug, date(2026, 3, 6)) == mg
    assert [p.fatal for p in reading.problems] == [False]
    found = findings(reading.record, at=date(2026, 3, 6))
    assert any("hold the same ingredient" in said(p.says) for f in found.values() for p in f.parts)


@pytest.mark.parametrize("on", [date(2026, 6, 4), date(2026, 12, 31), date(2030, 1, 1), date(2100, 2, 28)])
@pytest.mark.parametrize("latest", [date(2026, 6, 2), date(2026, 6, 3)])
def test_a_decision_far_ahead_is_refused_and_one_on_the_last_day_is_not(on, latest):
    """case P15: other days."""
    with pytest.raises(DecisionError, match=rf"--on: {on} is too far ahead: .* {latest} is the last day"):
        decided(on=on, latest=latest)
    assert len(read_entries(written((decided(on=latest, latest=latest),)), latest=latest)) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("patient.toml", "a." * 20_000 + "b = 1"),
        ("patient.toml", "\n".join(f"{'x.' * 40}y{i} = 1" for i in range(600))),
        ("patient.toml", "conditions = [" + "[" * 4000 + "]" * 4000 + "]"),
        ("patient.toml", "[plan]\n" + "outcome = " + "{a=" * 4000 + "1" + "}" * 4000),
    ],
)
def test_toml_that_only_costs_time_is_refused_within_a_second(name, text):
    """case P18: other shapes."""
    began = time.process_time()
    reading = read_folder({name: text.encode()})
    assert reading.record is None
    assert reading.problems
    assert time.process_time() - began < 1


def long_record(**more):
    """Two hundred days with a diary and a medicine, and very many of one thing."""
    days = tuple(
        DiaryDay(day=day(-n), pain=float(3 + n % 4), sleep_disturbance=float(4 + n % 3), fatigue=5.0)
        for n in range(200)
    )
    given = {"diary": days, "medicines": (taken("mirtazapine", 15, -150),), **more}
    patient = Patient(birth_year=1970, sex="female", conditions=(Coded(display="fibromyalgia"),))
    return Record(patient=patient, **given)


def _effects(count):
    names = ("somnolence", "dry_mouth", "dizziness", "headache", "nausea")
    return tuple(
        EffectReport(day=day(-(i // len(names))), effect=names[i % len(names)], severity=Severity.MILD)
        for i in range(count)
    )


def _measured(measure, value, count):
    quantity = Quantity(value, MEASURES[measure].unit)
    return tuple(Measurement(day=day(-i), measure=measure, quantity=quantity) for i in range(count))


MANY = {
    "1000 effects": {"effects": _effects(1000)},
    "200 weights": {"measurements": _measured("weight", 70.0, 200)},
    "200 pressures": {"measurements": _measured("systolic_lying", 130.0, 200)},
    "200 questionnaires": {"measurements": _measured("phq9", 9.0, 200)},
    "600 activities": {"activities": tuple(ActivityDone(day=day(-(i % 200)), activity=a, minutes=20.0)
                                            for i in range(200) for a in ("walking", "yoga", "stretching"))},
    "150 doses as needed": {"medicines": (taken("mirtazapine", 15, -150), *(
        MedicinePeriod(drug="ibuprofen", dose_mg=400, start=day(-i), end=day(-i), times=(IntakeTime("prn"),)) for i in range(150)))},
    "50 changes of dose": {"medicines": tuple(
        MedicinePeriod(drug="mirtazapine", dose_mg=(15, 30)[i % 2], start=day(-200 + 4 * i), end=day(-197 + 4 * i) if i < 49 else None)
        for i in range(50))},
    "30 unknown medicines": {"medicines": (taken("mirtazapine", 15, -150), *(taken(f"qwertazepam{i}", 5, -90) for i in range(30)))},
    "200 long notes": {"diary": tuple(DiaryDay(day=day(-n), pain=5.0, sleep_disturbance=5.0, fatigue=5.0, note="a bad day " * 80)
                                      for n in range(200))},
    "12 medicines begun in turn": {"medicines": tuple(taken(d, 10, -150 + 10 * i) for i, d in enumerate(
        ("mirtazapine", "tramadol", "ibuprofen", "amlodipine", "sertraline", "zopiclone", "codeine", "lithium", "warfarin", "metformin",
         "omeprazole", "ramipril")))},
}  # fmt: skip


@pytest.mark.parametrize("more", MANY.values(), ids=MANY)
def test_very_many_of_one_thing_are_reviewed_in_seconds(more):
    """case P20: of each kind of entry; and the pages are made of it."""
    made, began = reviewed(long_record(**more)), time.process_time()
    for part in fields(Parts):
        getattr(made, part.name)
    assert page(made)
    assert own_page(made)
    assert time.process_time() - began < 10


@pytest.mark.parametrize("drug", ["mirtazapine", "duloxetine", "pregabalin", "amitriptyline"])
@pytest.mark.parametrize(("hour", "mg"), [(22.0, 30.0), (8.0, 7.5), (13.0, 150.0)])
def test_accumulation_is_a_day_at_steady_state_over_the_day_after_one_dose(drug, hour, mg):
    """case P21: other drugs, doses and hours."""
    curve = person(KNOWLEDGE.kinetics.get(drug), Patient(), at=AT).curve()
    days = 120
    grid = np.arange(0.0, 24.0 + 1e-9, 1 / 30)
    every = 24.0 * np.arange(days)
    late = concentration(curve, every, np.full(days, mg), every[-1] + grid)[0]
    early = concentration(curve, every[:1], np.array([mg]), grid)[0]
    ratio = np.trapezoid(late, grid) / np.trapezoid(early, grid)
    assert steady_state(curve, [hour], [mg]).accumulation == pytest.approx(ratio, rel=2e-3)
