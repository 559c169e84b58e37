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
