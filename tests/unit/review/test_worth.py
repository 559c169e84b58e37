"""What a step is worth: the cost of side effects counts for the drug that is taken and for one that is not, and is turned both ways."""

from __future__ import annotations

from datetime import date

import pytest

from lenitive.knowledge import load
from lenitive.record import Patient, Record
from lenitive.response import DosePath
from lenitive.review.absent import Absent
from lenitive.review.net import Ahead
from lenitive.review.visit import Visit
from lenitive.review.worth import Case
from lenitive.terms import PREFERENCES, Message

KNOWLEDGE = load()
DOSES = {"duloxetine": 60.0, "mirtazapine": 30.0}


def case(factor: float = 1.0, **preferences: float) -> Case:
    visit = Visit(
        record=Record(patient=Patient(preferences=preferences)),
        knowledge=KNOWLEDGE,
        protocol=KNOWLEDGE.protocols["mirtazapine"],
        at=date(2026, 5, 1),
    )
    hours = Absent(Message.of("review.nights.none"))
    return Case(
        visit=visit, hours=hours, dose=0.0, preferences=preferences, ahead=Ahead(visit), harm_factor=factor
    )


def begun(of: Case, drug: str):
    return of.along(DosePath.steady(**{drug: DOSES[drug]}))


@pytest.mark.parametrize("drug", sorted(DOSES))
@pytest.mark.parametrize("factor", [0.0, 0.5, 2.0])
def test_the_cost_of_a_drug_not_taken_yet_is_weighed_too(drug, factor):
    usual, turned = begun(case(), drug), begun(case(factor), drug)
    assert usual.cost > 0
    assert turned.benefit == usual.benefit
    assert turned.cost == pytest.approx(factor * usual.cost)
    assert turned.worth == pytest.approx(usual.benefit - factor * usual.cost)


def test_side_effects_count_by_the_patients_weights():
    """Twice the weight of every effect is twice the cost, weight gained among them."""
    named = dict.fromkeys(PREFERENCES, 5.0)
    low, high = case(**named), case(**dict.fromkeys(named, 10.0))
    assert begun(high, "duloxetine").cost == pytest.approx(2 * begun(low, "duloxetine").cost)
    assert begun(low, "duloxetine").cost > 0.05


def test_the_figures_are_those_of_the_net_and_its_parts_add_up():
    found = begun(case(), "mirtazapine")
    assert found.net is not None
    assert found.worth == found.net.mean == pytest.approx(sum(p.points for p in found.net.parts))
    assert found.worth == pytest.approx(found.benefit - found.cost)
    told = [m.id for m in found.basis]
    assert told[0] == "review.worth.net"
    assert "review.worth.cost_of_weight" in told
    assert "review.worth.trials" in told
