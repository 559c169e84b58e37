"""The days of the planning file: how far two drugs cross, when to speak, and what counts as one soon after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.titration import DosePlan, Person, Planner
from lenitive.titration.advice import watch_for

START = date(2026, 3, 1)
KNOWN = load()


@pytest.fixture(scope="module")
def planner():
    return Planner(KNOWN, "us")


def switched(planner: Planner, old: str, mg: float, person: Person) -> DosePlan:
    plan = planner.switch(old, mg, "pregabalin", 300, START, person)
    assert isinstance(plan, DosePlan)
    return plan


def overlap(plan: DosePlan, old: str) -> int:
    last = max(s.last for s in plan.stages if s.drug == old)
    return (last - min(s.first for s in plan.stages if s.drug == "pregabalin")).days + 1


def with_limit(key: str, days: float) -> Planner:
    planning = KNOWN.planning
    row = planning.limit[key].model_copy(update={"value": days})
    changed = planning.model_copy(update={"limit": {**planning.limit, key: row}})
    known = load()
    made = type(known)(files=known.files)
    vars(made)["planning"] = changed
    return Planner(made, "us")


def test_two_drugs_cross_for_two_weeks_or_the_last_step_whichever_is_shorter(planner):
    """The last step of a mirtazapine used for long takes two weeks: a day less in the limit is a day less of both."""
    long = Person(age=50, used_days=1000)
    assert overlap(switched(planner, "mirtazapine", 30, long), "mirtazapine") == 14
    assert overlap(switched(with_limit("crossing", 13), "mirtazapine", 30, long), "mirtazapine") == 13
    assert overlap(switched(with_limit("crossing", 15), "mirtazapine", 30, long), "mirtazapine") == 14
    assert KNOWN.planning.limit["crossing"].value == 14
    # One that comes down in steps of a week crosses for that week.
    assert overlap(switched(planner, "duloxetine", 60, long), "duloxetine") == 7


def test_a_drug_without_a_protocol_is_spoken_of_after_a_week(planner):
    plan = planner.start("pregabalin", 300, START, Person(age=50))
    assert isinstance(plan, DosePlan)
    assert not [p for p in KNOWN.protocols.values() if p.drug == "pregabalin"]
    begun = {s.first for s in plan.stages if s.drug == "pregabalin"}
    assert {c.day for c in plan.contacts} >= {day + timedelta(days=7) for day in begun}
    assert {c.day - timedelta(days=7) for c in plan.contacts} <= begun


@pytest.mark.parametrize(("days", "said"), [(13, True), (14, True), (15, False)])
def test_what_is_said_of_an_overlap_is_said_of_two_drugs_within_two_weeks(planner, days, said):
    plan = planner.switch("mirtazapine", 30, "duloxetine", 60, START, Person(age=50, used_days=1000))
    assert isinstance(plan, DosePlan)
    old = [s for s in plan.stages if s.drug == "mirtazapine"]
    new = next(s for s in plan.stages if s.drug == "duloxetine")
    end = max(s.last for s in old)
    later = replace(new, first=end + timedelta(days=days), last=None)
    rows = watch_for(KNOWN, (*old, later), ("duloxetine",), ("mirtazapine",))
    crossing = KNOWN.planning.watch["serotonin"]
    assert crossing.applies == "crossing"
    assert any(w.what.id == "titration.watch.serotonin.what" for w in rows) is said
