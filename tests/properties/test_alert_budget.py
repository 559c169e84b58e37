"""The alert budget: a routine visit has at most two findings above information, on average.

Two hundred simulated patients (they are simulated, not people) at their visit in week 12. Half take mirtazapine alone.
The other half take it beside what people with fibromyalgia often take: each co-medicine is drawn with the share given
here, which is ours and deliberately generous.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.record import MedicinePeriod, Record
from lenitive.safety import Tier, check
from lenitive.virtual import WORLDS, design, simulate

BESIDE = {
    "ibuprofen": (400, 0.30),
    "tramadol": (50, 0.10),
    "pregabalin": (75, 0.10),
    "sertraline": (50, 0.08),
    "amitriptyline": (10, 0.05),
    "omeprazole": (20, 0.15),
    "atorvastatin": (20, 0.10),
    "hydrochlorothiazide": (12.5, 0.08),
}


def visits(beside: bool) -> list[tuple[Record, date]]:
    cohort = simulate(WORLDS["typical"][1], design("titration"), n=100, seed=7)
    rng = np.random.default_rng(7)
    found = []
    for index in range(100):
        record = cohort.record(index)
        first = min(p.start for p in record.medicines if p.dose_mg > 0)
        at = first + timedelta(weeks=12)
        more = [
            MedicinePeriod(drug=drug, dose_mg=mg, start=first - timedelta(days=200))
            for drug, (mg, share) in BESIDE.items()
            if rng.random() < share and beside
        ]
        found.append((replace(record, medicines=(*record.medicines, *more)).until(at), at))
    return found


@pytest.mark.parametrize("beside", [False, True], ids=["mirtazapine alone", "with other medicines"])
def test_a_routine_visit_has_few_findings(beside):
    knowledge = load()
    loud = [
        sum(f.tier is not Tier.INFO for f in check(record, knowledge=knowledge, at=at))
        for record, at in visits(beside)
    ]
    print(
        f"mean findings above information: {np.mean(loud):.2f}; most: {max(loud)}; none in {loud.count(0)} of 100"
    )
    assert np.mean(loud) <= 2.0
