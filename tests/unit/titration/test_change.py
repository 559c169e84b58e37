"""Rows of a plan changed by hand: the rest follows without a gap, nothing is steeper than the sources allow, and what is faster is said."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenitive.knowledge import load
from lenitive.render import refusal_words, said
from lenitive.titration import DosePlan, Person, Planner, Refusal, RowChange, supply_of

ON = date(2026, 3, 2)
PLANNER = Planner(load(), "us")
PERSON = Person(age=45, used_days=200)


def _plans():
    return {
        "start": PLANNER.start("mirtazapine", 30, ON, PERSON),
        "taper": PLANNER.taper("mirtazapine", 30, ON, PERSON),
        "switch": PLANNER.switch("mirtazapine", 30, "duloxetine", 60, ON, PERSON),
        "add": PLANNER.add("pregabalin", 300, ON, Person(age=45, used_days=200, others=("mirtazapine",), egfr_ml_min=90)),
        "wait": PLANNER.switch("phenelzine", 45, "mirtazapine", 15, ON, PERSON),
    }


PLANS = {name: plan for name, plan in _plans().items() if isinstance(plan, DosePlan)}


def test_the_kinds_of_plan_are_there():
    assert {"start", "taper", "switch", "add"} <= set(PLANS)


def _days(stage):
    return None if stage.last is None else (stage.last - stage.first).days + 1


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_is_changed_no_drug_has_a_gap_and_no_day_is_lost(data):
    plan = PLANS[data.draw(st.sampled_from(sorted(PLANS)))]
    rows = data.draw(st.lists(st.integers(0, len(plan.stages) - 1), unique=True, min_size=1))
    changes = [RowChange(row=r, days=data.draw(st.integers(-1, 60))) for r in rows]
    made = PLANNER.changed(plan, changes, PERSON)
    if isinstance(made, Refusal):
        assert refusal_words(made)
        return
    wanted = {c.row: c.days for c in changes}
    for drug in {s.drug for s in plan.stages}:
        old = [(r, s) for r, s in enumerate(plan.stages) if s.drug == drug]
        new = [s for s in made.stages if s.drug == drug]
        assert [_days(s) for s in new] == [wanted.get(r, _days(s)) if s.last else None for r, s in old]
        assert all(b.first - a.last == d.first - c.last for (a, b), (c, d) in zip(pairwise(new), pairwise([s for _, s in old]), strict=True))
    assert made.start == plan.start
    if plan.free is not None:
        assert made.free[1] - made.free[0] == plan.free[1] - plan.free[0]
    assert {c.day - timedelta(days=0) for c in made.contacts}
    assert all(p.day in {s.last for s in made.stages} | {s.first - timedelta(days=1) for s in made.stages} for p in made.stop_points)


def test_a_longer_row_moves_what_comes_after_it_and_nothing_before():
    plan = PLANS["taper"]
    made = PLANNER.changed(plan, [RowChange(row=1, days=_days(plan.stages[1]) + 14)], PERSON)
    assert made.stages[0] == plan.stages[0]
    assert made.stages[1].first == plan.stages[1].first
    assert made.last == plan.last + timedelta(days=14)
    assert made.id != plan.id


def test_a_drug_that_begins_after_a_row_waits_for_it():
    plan = PLANS["switch"]
    old = [r for r, s in enumerate(plan.stages) if s.drug == "mirtazapine"]
    first_new = next(s for s in plan.stages if s.drug == "duloxetine")
    made = PLANNER.changed(plan, [RowChange(row=old[0], days=_days(plan.stages[old[0]]) + 10)], PERSON)
    assert next(s for s in made.stages if s.drug == "duloxetine").first == first_new.first + timedelta(days=10)


def test_up_it_is_never_steeper_or_sooner_than_allowed():
    plan = PLANS["start"]
    assert len(plan.stages) > 1
    sooner = PLANNER.changed(plan, [RowChange(row=0, days=1)], PERSON)
    assert sooner.rule == "titration.plan.change"
    assert "at least" in refusal_words(sooner)
    higher = PLANNER.changed(plan, [RowChange(row=0, mg=plan.stages[-1].dose.mg)], PERSON)
    assert isinstance(higher, Refusal)
    too_much = PLANNER.changed(plan, [RowChange(row=len(plan.stages) - 1, mg=90)], PERSON)
    assert "Products do not make" in refusal_words(too_much)


def test_down_faster_is_allowed_and_said():
    plan = PLANS["taper"]
    made = PLANNER.changed(plan, [RowChange(row=0, days=1)], PERSON)
    assert any("faster" in said(m) for m in made.rests_on)
    slower = PLANNER.changed(plan, [RowChange(row=0, days=60)], PERSON)
    assert not any("faster" in said(m) for m in slower.rests_on)
    assert any("changed by the clinician" in said(m) for m in slower.rests_on)


def test_the_title_says_where_it_leads_now():
    plan = PLANNER.start("mirtazapine", 45, ON, PERSON)
    last = len(plan.stages) - 1
    made = PLANNER.changed(plan, [RowChange(row=last, mg=30)], PERSON)
    assert isinstance(made, DosePlan)
    assert "30 mg" in said(made.title).replace("\u00a0", " ")


@pytest.mark.parametrize("row", [-1, 99])
def test_a_row_that_is_not_there_is_refused(row):
    assert isinstance(PLANNER.changed(PLANS["taper"], [RowChange(row=row, days=3)], PERSON), Refusal)


def test_nothing_changed_is_the_same_plan():
    plan = PLANS["taper"]
    assert PLANNER.changed(plan, [RowChange(row=0, days=_days(plan.stages[0]))], PERSON) == plan


def test_tablets_left_and_the_day_they_run_out_are_counted_day_by_day():
    plan = PLANS["taper"]
    bare = supply_of(plan, {})
    assert all(line.last_day < plan.start or line.last_day is None or line.at_home == 0 for line in bare)
    for line in bare:
        lasts = supply_of(plan, {(line.drug, line.unit): line.needed})
        mine = next(x for x in lasts if (x.drug, x.unit) == (line.drug, line.unit))
        assert mine.left_then == 0
        short = next(x for x in supply_of(plan, {(line.drug, line.unit): line.needed - 0.5}) if x.unit == line.unit)
        assert short.last_day is not None
        assert plan.start - timedelta(days=1) <= short.last_day <= plan.last


def test_the_supply_is_what_the_pharmacy_hands_out():
    plan = PLANS["start"]
    through = max(plan.last, plan.start + timedelta(days=27))
    handed = plan.dispense(through)
    assert {(x.drug, x.unit): -int(-x.needed // 1) for x in supply_of(plan, {})} == handed
