"""Sedating and serotonergic drugs over the days of a plan, where it may wait or end, and when to speak."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.knowledge.load import FOLDER
from lenitive.render.catalogue import said
from lenitive.render.document import plain
from lenitive.render.plan import Sheet, plan_report
from lenitive.render.text import report_text
from lenitive.terms import Message
from lenitive.titration import DosePlan, LoadClass, Person, Planner, StopPoint

START = date(2026, 3, 1)


@pytest.fixture(scope="module")
def planner():
    return Planner(load(), "us")


def switch(planner, *others: str) -> DosePlan:
    person = Person(age=50, used_days=120, others=others)
    plan = planner.switch("mirtazapine", 30, "duloxetine", 60, START, person)
    assert isinstance(plan, DosePlan)
    return plan


def test_every_day_counts_the_drugs_taken_on_it(planner):
    plan = switch(planner)
    classes = load().substances.classes_of
    for of_class in LoadClass:
        for n in range(60):
            day = START + timedelta(days=n)
            counted = [
                x for x in plan.load.of(of_class) if x.first <= day and (x.last is None or day <= x.last)
            ]
            assert len(counted) == 1
            expected = {(d.drug, d.mg) for d in plan.on(day) if of_class.value in classes(d.drug)}
            assert {(d.drug, d.mg) for d in counted[0].drugs} == expected
            assert counted[0].count == len(expected)


def test_the_peak_is_the_crossing(planner):
    plan = switch(planner)
    peaks = [x for x in plan.load.of(LoadClass.SEROTONERGIC) if x.peak]
    assert [x.count for x in peaks] == [2] * len(peaks)
    assert [(d.drug, d.share_of_most) for d in peaks[0].drugs] == [
        ("duloxetine", 0.5),
        ("mirtazapine", 0.167),
    ]
    text = " ".join(report_text(plan_report(plan, Sheet.CLINICIAN, version="t", knowledge=load())).split())
    assert "Most serotonergic. 2 drugs, Sun 15 Mar 2026 to Sat 28 Mar 2026." in text
    assert "Counted, not weighed: ours." in text


def test_what_is_taken_beside_counts_once_and_without_a_dose(planner):
    alone, beside = switch(planner), switch(planner, "pregabalin", "tramadol")
    for before, now in zip(
        alone.load.of(LoadClass.SEDATIVE), beside.load.of(LoadClass.SEDATIVE), strict=True
    ):
        assert now.count == before.count + 2
        assert {d.drug for d in now.drugs if d.mg is None} == {"pregabalin", "tramadol"}
    for before, now in zip(
        alone.load.of(LoadClass.SEROTONERGIC), beside.load.of(LoadClass.SEROTONERGIC), strict=True
    ):
        assert now.count == before.count + 1
    same = planner.taper("mirtazapine", 30, START, Person(age=50, others=("mirtazapine",)))
    assert {x.count for x in same.load.of(LoadClass.SEDATIVE)} == {0, 1}


def test_load_and_stop_points_are_in_the_document(planner):
    document = json.loads(json.dumps(plain(switch(planner))))
    assert document["load"]["basis"]["words"] == "Counted, not weighed: ours."
    assert document["load"]["stretches"][0]["count"] == 1
    assert [p["may_hold"] for p in document["stop_points"]] == [True, True, False, False]


def test_a_plan_waits_with_one_drug_and_not_while_two_are_taken(planner):
    plan = switch(planner)
    for point in plan.stop_points:
        assert dict(point.taken) == {d.drug: d.mg for d in plan.on(point.day)}
        assert plan.on(point.day) != plan.on(point.day + timedelta(days=1))
        assert point.may_hold is (len(point.taken) == 1)


def test_a_dose_below_the_start_is_not_one_to_end_on(planner):
    plan = planner.taper("mirtazapine", 30, START, Person(age=50, used_days=300))
    ends = {point.taken[0][1]: (point.may_hold, point.may_end) for point in plan.stop_points}
    assert ends[15] == (True, True)
    assert ends[7.5] == (True, False)
    # From 65 on a source starts with 7.5 mg.
    older = planner.taper("mirtazapine", 30, START, Person(age=74, used_days=300))
    assert {p.taken[0][1]: p.may_end for p in older.stop_points}[7.5]


def test_an_end_without_a_wait_is_refused():
    with pytest.raises(ValueError, match="may wait"):
        StopPoint(
            day=START, taken=(("mirtazapine", 15.0),), may_hold=False, may_end=True, why=Message(id="none")
        )


def test_the_patient_reads_where_to_stay_and_whom_to_call(planner):
    text = " ".join(
        report_text(plan_report(switch(planner), Sheet.PATIENT, version="t", knowledge=load())).split()
    )
    assert "(mirtazapine 15 mg a day): you may stay on this step: call your clinic." in text
    # At 22.5 and at 15 mg; not while both are taken.
    assert text.count("you may stay on this step") == 2
    assert "end here" not in text


def test_contacts_follow_the_protocols_limit(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = tmp_path / "knowledge" / "protocols" / "mirtazapine-fibromyalgia" / "protocol.toml"
    before = "[limit.contact_days]\nvalue = 7"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, "[limit.contact_days]\nvalue = 3"), "utf-8")
    plan = Planner(load(tmp_path / "knowledge"), "us").taper("mirtazapine", 15, START, Person(age=50))
    assert isinstance(plan, DosePlan)
    assert plan.contacts[0].day == START + timedelta(days=3)
    assert said(plan.contacts[0].why) == "This is 3 days after the change of 1 March 2026."
    # A drug without a protocol: a week.
    other = Planner(load(), "us").taper("amitriptyline", 50, START, Person(age=50))
    assert other.contacts[0].day == START + timedelta(days=7)
