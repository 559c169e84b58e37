"""Tapers by market: British gabapentinoids come down week by week, and British duloxetine has capsules on the way (case F5)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from lenitive.knowledge import load
from lenitive.titration import DosePlan, Person, Planner

START = date(2026, 12, 1)
LONG = Person(used_days=400, egfr_ml_min=90)


def doses(market, drug, mg):
    plan = Planner(load(), market).taper(drug, mg, START, LONG)
    assert isinstance(plan, DosePlan)
    return plan, [s.dose.mg for s in plan.stages if s.dose.mg > 0]


@pytest.mark.parametrize(
    ("drug", "mg", "most"), [("pregabalin", 300, 75), ("pregabalin", 600, 75), ("gabapentin", 1800, 300)]
)
def test_british_gabapentinoids_fall_by_no_more_a_week_than_was_read(drug, mg, most):
    """case P10"""
    plan, down = doses("uk", drug, mg)
    path = [mg, *down, 0]
    assert all(a - b <= most for a, b in pairwise(path))
    assert all((s.last - s.first).days >= 6 for s in plan.stages if s.last is not None and s.dose.mg > 0)
    assert len(doses("us", drug, mg)[1]) < len(down)
    assert any("nhsfife" in s.article for s in plan.sources)


def test_british_duloxetine_passes_its_small_capsules():
    _, down = doses("uk", "duloxetine", 60)
    assert 0 < min(down) < 30
    assert set(down) <= {20, 30, 40, 50}


def test_two_snris_follow_one_another_and_do_not_overlap():
    """case F21, case P11"""
    plan = Planner(load(), "us").switch("duloxetine", 60, "milnacipran", 100, START, LONG)
    assert isinstance(plan, DosePlan)
    old = [s for s in plan.stages if s.dose.drug == "duloxetine"]
    new = [s for s in plan.stages if s.dose.drug == "milnacipran"]
    assert old[-1].last is not None
    assert old[-1].last < new[0].first


def test_venlafaxine_comes_down_by_a_capsule_a_week_and_is_a_switch_both_ways():
    _, down = doses("us", "venlafaxine", 225)
    assert all(a - b <= 75 for a, b in pairwise([225, *down, 0]))
    assert min(down) == 37.5
    for there in ("mirtazapine", "duloxetine"):
        assert isinstance(Planner(load(), "us").switch("venlafaxine", 75, there, 30, START, LONG), DosePlan)


def test_low_dose_naltrexone_is_evidence_and_never_a_plan():
    """case F20: the trial is known; no dose follows from it."""
    knowledge = load()
    assert knowledge.drugs["naltrexone"].efficacy["final"].value == -0.34
    for made in (
        Planner(knowledge, "us").start("naltrexone", 6, START, LONG),
        Planner(knowledge, "us").taper("naltrexone", 6, START, LONG),
    ):
        assert not isinstance(made, DosePlan)


def test_the_licensed_form_of_cyclobenzaprine_is_offered_first_and_ends():
    """case F18."""
    knowledge = load()
    (protocol,) = (p for p in knowledge.protocols.values() if p.drug == "mirtazapine")
    assert list(protocol.add) == ["cyclobenzaprine_sublingual", "cyclobenzaprine"]
    swallowed = Planner(knowledge, "us").add(
        "cyclobenzaprine", 5, START, Person(age=50, others=("mirtazapine",))
    )
    assert isinstance(swallowed, DosePlan)
    last = max(s.last for s in swallowed.stages if s.last is not None)
    assert (last - START).days < 21
