"""The patient's sheet: all that is taken on a day in one place, and no change of dose that nobody signed."""

from __future__ import annotations

from datetime import date

import pytest

from lenitive.knowledge import load
from lenitive.render.catalogue import said
from lenitive.render.plan import Sheet, plan_report
from lenitive.render.text import report_text
from lenitive.titration import DosePlan, Person, Planner

START = date(2026, 3, 1)


def sheet(plan, which: Sheet) -> str:
    assert isinstance(plan, DosePlan)
    return " ".join(report_text(plan_report(plan, which, version="test", knowledge=load())).split())


@pytest.fixture(scope="module")
def planner():
    return Planner(load(), "us")


def test_days_on_which_two_are_taken_stand_once(planner):
    plan = planner.switch("mirtazapine", 30, "duloxetine", 60, START, Person(age=50, used_days=120))
    text = sheet(plan, Sheet.PATIENT)
    crossing = text[
        text.index("15 March 2026 to 21 March 2026") : text.index("22 March 2026 to 28 March 2026")
    ]
    assert "duloxetine, 1 x 30 mg" in crossing
    assert "mirtazapine, 1 x 7.5 mg" in crossing
    assert "From 29 March 2026 on" in text


@pytest.mark.parametrize("forbidden", ["dose before", "smaller", "Stop the newer"])
def test_the_patient_is_told_to_call_and_not_to_change_a_dose(planner, forbidden):
    for plan in (
        planner.taper("mirtazapine", 30, START, Person(age=50)),
        planner.switch("mirtazapine", 30, "duloxetine", 60, START, Person(age=50)),
        planner.start("mirtazapine", 30, START, Person(age=50)),
    ):
        text = sheet(plan, Sheet.PATIENT)
        assert forbidden not in text
        assert "only if your clinician has signed it" in text
        assert "call your clinic before you change anything" in text
    assert "dose before" in sheet(planner.taper("mirtazapine", 30, START, Person(age=50)), Sheet.CLINICIAN)


def test_the_pharmacy_gets_units(planner):
    text = sheet(planner.taper("mirtazapine", 30, START, Person(age=50, used_days=120)), Sheet.PHARMACY)
    assert "To dispense" in text
    assert "7.5 mg tablet" in text


def test_a_day_is_written_from_morning_to_bedtime(planner):
    plan = planner.switch("mirtazapine", 30, "duloxetine", 60, START, Person(age=50, used_days=300))
    text = sheet(plan, Sheet.PATIENT)
    day = text[text.index("5 April 2026 to 11 April 2026") :]
    assert day.index("Morning: duloxetine") < day.index("Bedtime: mirtazapine")
    # The note on who drew the line is for clinicians.
    assert "is ours" not in text[text.index("Look out for") : text.index("Your clinic")]


def test_in_a_market_without_halves_the_two_are_crossed_for_two_weeks_at_most():
    plan = Planner(load(), "uk", liquid=False).switch(
        "mirtazapine", 30, "duloxetine", 60, START, Person(age=50)
    )
    assert isinstance(plan, DosePlan)
    old = [s for s in plan.stages if s.drug == "mirtazapine"]
    new = [s for s in plan.stages if s.drug == "duloxetine"]
    assert [s.dose.mg for s in old] == [15]
    assert old[-1].last is not None
    assert (old[-1].last - new[0].first).days + 1 == 14
    assert "begins 14 days before mirtazapine ends" in said(plan.rests_on[0])
