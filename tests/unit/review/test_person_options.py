"""The options of a review are planned for this patient: kidneys and age of the record shape their doses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lenitive.intake import FILES, read_folder
from lenitive.knowledge import load
from lenitive.record import IntakeTime, MedicinePeriod
from lenitive.render.document import review_json
from lenitive.render.stored import review_from
from lenitive.review import Options, review
from lenitive.titration import DosePlan, Refusal

EXAMPLE = Path(__file__).parents[3] / "examples" / "improved-not-from-the-drug"


@pytest.fixture(scope="module")
def record():
    reading = read_folder({n: (EXAMPLE / n).read_bytes() for n in FILES if (EXAMPLE / n).exists()})
    assert reading.record is not None
    return reading.record


def planned(record):
    found = review(record, load(), at=record.last_day, seed=1).options
    assert isinstance(found, Options)
    return {(o.action, o.drug): o for o in found.options}


def highest(option):
    assert isinstance(option.plan, DosePlan), option.plan
    return max(s.dose.mg for s in option.plan.stages if s.drug == option.drug)


def test_weak_kidneys_case_a7(record):
    """case A7: the review offered pregabalin 300 mg and milnacipran 100 mg at 25 mL/min."""
    options = planned(replace(record, patient=replace(record.patient, egfr_ml_min=25)))
    for drug, most in (("pregabalin", 150), ("milnacipran", 50)):
        option = options["switch", drug]
        assert highest(option) == option.dose_mg == most
    refused = options["switch", "duloxetine"]
    assert refused.rank is None
    assert refused.plan.rule == "titration.plan.kidneys"
    usual = planned(record)
    assert highest(usual["switch", "pregabalin"]) == 300
    assert highest(usual["switch", "milnacipran"]) == 100


def test_an_older_person_rises_slowly_case_a8(record):
    """case A8: born 1951 and on 7.5 mg, the review went from 7.5 over 15 to 22.5 mg in seven days."""
    last = record.last_day
    low = MedicinePeriod(
        drug="mirtazapine",
        dose_mg=7.5,
        start=last - timedelta(days=60),
        end=None,
        times=(IntakeTime("bedtime"),),
    )
    older = replace(record, patient=replace(record.patient, birth_year=1951), medicines=(low,))
    raising = [o for (action, _), o in planned(older).items() if action == "step_up"]
    for option in raising:
        assert isinstance(option.plan, DosePlan)
        stages = option.plan.stages
        for before, after in zip(
            (7.5, *(s.dose.mg for s in stages)), (s.dose.mg for s in stages), strict=False
        ):
            assert after - before == 7.5
        assert all(s.last is None or (s.last - s.first).days + 1 >= 14 for s in stages)
    assert raising, "there is a step up to plan"


def test_plans_and_refusals_are_read_back_with_their_ids(record):
    """What was planned for this patient comes back whole from the document: a signature names the same plan."""
    weak = replace(record, patient=replace(record.patient, egfr_ml_min=25))
    made = review(weak, load(), at=weak.last_day, seed=1)
    again = review_from(review_json(made), weak)
    plans = [(a.plan, b.plan) for a, b in zip(made.options.options, again.options.options, strict=True)]
    assert [a for a, _ in plans] == [b for _, b in plans]
    ids = [(a.id, b.id) for a, b in plans if isinstance(a, DosePlan)]
    assert len(ids) >= 3
    assert all(a == b for a, b in ids)
    assert any(isinstance(a, Refusal) for a, _ in plans)
