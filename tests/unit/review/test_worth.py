"""What a step is worth: the cost of side effects counts for the drug that is taken and for one that is not, and is turned both ways."""

from __future__ import annotations

from datetime import date

import pytest

from lenitive.knowledge import load
from lenitive.record import Patient, Record
from lenitive.review.absent import Absent
from lenitive.review.visit import Visit
from lenitive.review.worth import Case
from lenitive.terms import Message

KNOWLEDGE = load()
VISIT = Visit(
    record=Record(patient=Patient()),
    knowledge=KNOWLEDGE,
    protocol=KNOWLEDGE.protocols["mirtazapine"],
    at=date(2026, 5, 1),
)


def case(factor: float = 1.0, **preferences: float) -> Case:
    hours = Absent(Message.of("review.nights.none"))
    return Case(visit=VISIT, hours=hours, dose=0.0, preferences=preferences, harm_factor=factor)


def cost(of: Case, drug: str = "duloxetine") -> float:
    found = of.trials(drug, 60.0).cost
    assert found is not None
    return found


@pytest.mark.parametrize("drug", ["duloxetine", "mirtazapine"])
@pytest.mark.parametrize("factor", [0.0, 0.5, 2.0])
def test_the_cost_of_a_drug_not_taken_yet_is_weighed_too(drug, factor):
    dose = 60.0 if drug == "duloxetine" else 30.0
    usual, turned = case().trials(drug, dose), case(factor).trials(drug, dose)
    assert usual.cost > 0
    assert turned.benefit == usual.benefit
    assert turned.cost == pytest.approx(factor * usual.cost)
    assert turned.worth == pytest.approx(usual.benefit - factor * usual.cost)


def test_each_side_effect_counts_as_mild_by_the_patients_weights():
    """Twice the weight of every effect is twice the cost; a mild one takes 0.4 points at weight 10."""
    effects = {a.effect for a in KNOWLEDGE.drugs["duloxetine"].adverse.values() if a.effect}
    low, high = case(**dict.fromkeys(effects, 5.0)), case(**dict.fromkeys(effects, 10.0))
    assert cost(high) == pytest.approx(2 * cost(low))
    rows = [a for a in KNOWLEDGE.drugs["duloxetine"].adverse.values() if a.effect and a.grade.may_decide]
    share: dict[str, float] = {}
    for a in sorted(rows, key=lambda a: a.setting != "fibromyalgia"):
        if a.excess_pct is not None:
            share.setdefault(a.effect, max(0.0, a.excess_pct / 100))
    assert cost(high) == pytest.approx(0.4 * sum(share.values()))
