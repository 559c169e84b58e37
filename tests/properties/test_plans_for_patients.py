"""Every way up for many patients, against the rows of the files as they lie: no start, dose or drug that a row forbids.

case P1, in planning: 29 of 90 plans ended above the most of the kidneys.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import product

import pytest
from plan_checks import dispensed_faults, faults, maximum, planning, raw

from lenitive.knowledge import load
from lenitive.titration import DosePlan, Person, Planner

START = date(2026, 3, 1)
EGFR = (10, 14.9, 15, 24.9, 25, 29.9, 30, 45, 59.9, 60, 79.9, 80, 120, None)
LIVER = ("none", "mild", "moderate", "severe", None)
AGES = (17, 64, 65, 95)
WORST = {"none": 0, "mild": 1, "moderate": 2, "severe": 3}


def renal(drug, egfr):
    return [
        r
        for r in raw(drug).get("renal", {}).values()
        if egfr is not None and r.get("down_to", 0) <= egfr < r["below"] and r.get("decides", True)
    ]


def hepatic(drug, degree):
    return [
        r for r in raw(drug).get("hepatic", {}).values() if degree in r["degrees"] and r.get("decides", True)
    ]


def unspoken(drug, person):
    """Whether organs are weak and no row of the file speaks of them."""
    kidneys = (
        person.egfr_ml_min is not None
        and person.egfr_ml_min < planning()["limit"]["kidney_row_below"]["value"]
    )
    rows = raw(drug).get("renal", {}).values()
    if (
        kidneys
        and not renal(drug, person.egfr_ml_min)
        and not any(r["below"] <= person.egfr_ml_min for r in rows)
    ):
        return True
    degree = person.hepatic_impairment
    if degree not in {"moderate", "severe"}:
        return False
    degrees = {d for r in raw(drug).get("hepatic", {}).values() for d in r["degrees"]}
    return not any(WORST[d] >= WORST[degree] for d in degrees)


@pytest.mark.parametrize("market", ["us", "uk"])
def test_no_way_up_passes_a_row_of_the_patient(market, capsys):
    knowledge = load()
    planner = Planner(knowledge, market)
    outcomes: Counter[str] = Counter()
    wrong = []
    for drug, egfr, liver, age in product(knowledge.drugs, EGFR, LIVER, AGES):
        person = Person(age=age, egfr_ml_min=egfr, hepatic_impairment=liver)
        rows = [*renal(drug, egfr), *hepatic(drug, liver)]
        forbidden = any(r["action"] in {"avoid", "contraindicated"} for r in rows) or unspoken(drug, person)
        most = min([maximum(drug, age >= 65), *(r["max_mg"] for r in rows if "max_mg" in r)])
        starts = [r["start_mg"] for r in rows if "start_mg" in r]
        for mg in {d.mg for d in planner.doses(drug, Person(age=50))[::6]}:
            made = planner.start(drug, mg, START, person)
            if not isinstance(made, DosePlan):
                outcomes["forbidden" if forbidden else made.rule] += 1
                continue
            what = f"{drug} {mg:g} at {age}, {egfr} mL/min, liver {liver}"
            doses = [s.dose.mg for s in made.stages]
            outcomes["stopped at a limit" if made.stopped_at_mg is not None else "planned"] += 1
            if forbidden:
                wrong.append(f"{what}: planned")
            if max(doses) > most + 1e-9 or (starts and doses[0] > min(starts) + 1e-9):
                wrong.append(f"{what}: {doses} above {most:g}, or begins above {starts}")
            if (made.stopped_at_mg is None) != (doses[-1] == mg) or doses[-1] > mg:
                wrong.append(f"{what}: ends at {doses[-1]:g} and does not say so")
            if made.stopped_at_mg is not None and made.rests_on[0].id != "titration.rests.stopped_at":
                wrong.append(f"{what}: the reason does not come first")
            wrong += [f"{what}: {f}" for f in faults(made, knowledge, older=age >= 65)]
            wrong += [f"{what}: {f}" for f in dispensed_faults(made, made.last)]
    with capsys.disabled():
        print(f"\n{market}: {dict(outcomes)}")
    assert wrong == [], "\n".join(wrong[:40])
    assert outcomes["planned"] > (1000 if market == "us" else 500)
    assert outcomes["forbidden"] > 500
    assert outcomes["stopped at a limit"] > 100
