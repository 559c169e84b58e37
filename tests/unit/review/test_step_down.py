"""What is seen since a step down reaches the protocol's facts, the document and the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lenitive.knowledge import load
from lenitive.record import DiaryDay
from lenitive.render.catalogue import sentences
from lenitive.render.document import review_document
from lenitive.render.report import clinician_report
from lenitive.render.text import report_text
from lenitive.review import Absent, review
from lenitive.shells.files import open_record
from lenitive.titration import DosePlan, Refusal

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"


def down(before: float, middle: float, now: float):
    """The simulated example with two steps down at its end, and a bad week of sleep after the second."""
    record = open_record(EXAMPLE).record
    assert record is not None
    at = record.last_day
    assert at is not None
    step = at - timedelta(days=8)
    last = max(record.periods("mirtazapine"), key=lambda p: p.start)
    first = step - timedelta(days=14)
    medicines = (
        *(p for p in record.medicines if p is not last),
        replace(last, dose_mg=before, end=first - timedelta(days=1), missed=frozenset()),
        replace(last, dose_mg=middle, start=first, end=step - timedelta(days=1), missed=frozenset()),
        *([replace(last, dose_mg=now, start=step, end=None, missed=frozenset())] if now else []),
    )
    days = tuple(
        replace(d, sleep_disturbance=min(10.0, (d.sleep_disturbance or 5.0) + 4.0))
        if step < d.day <= step + timedelta(days=7)
        else d
        for d in record.diary
    )
    have = {d.day for d in days}
    more = [step + timedelta(days=i) for i in range(1, 8) if step + timedelta(days=i) not in have]
    days += tuple(DiaryDay(day=d, sleep_disturbance=9.0, pain=4.0, fatigue=5.0) for d in more)
    return replace(record, medicines=medicines, diary=tuple(sorted(days, key=lambda d: d.day)))


def options_of(record):
    made = review(record, load(), seed=1)
    assert not isinstance(made.options, Absent)
    assert made.options.rebound is not None
    assert made.options.rebound.kind.value == "withdrawal"
    return made, [o for o in made.options.options if o.action == "smaller_steps"]


@pytest.fixture(scope="module")
def tapering():
    return down(30.0, 22.5, 15.0)


def test_a_bad_week_after_the_step_is_withdrawal_and_the_plan_holds(tapering):
    made = review(tapering, load(), seed=1)
    assert not isinstance(made.options, Absent)
    seen = made.options.rebound
    assert seen is not None
    assert (seen.from_mg, seen.to_mg, seen.kind.value) == (22.5, 15.0, "withdrawal")
    assert made.options.facts["rebound"] == "withdrawal"
    assert made.options.proposal.state == "tapering"
    assert "mirtazapine.withdrawal" in {r for s in made.options.proposal.steps for r in s.rules}
    assert {"no_change", "smaller_steps", "step_up"} <= {o.action for o in made.options.options}
    back = next(o for o in made.options.options if o.action == "step_up")
    assert back.dose_mg == 22.5
    stay = next(o for o in made.options.options if o.action == "no_change")
    assert "at least 14 days" in sentences(r.message for r in stay.because)
    assert "taper" not in {o.action for o in made.options.options}
    document = review_document(made)
    assert document["protocol"]["rebound"]["kind"] == "withdrawal"
    text = report_text(clinician_report(made, version="test"))
    assert "Withdrawal is more likely than relapse" in text


def test_where_no_tablet_makes_a_smaller_fall_the_option_says_so(tapering):
    made, found = options_of(tapering)
    assert len(found) == 1
    refused = found[0].plan
    assert isinstance(refused, Refusal)
    assert refused.rule == "titration.plan.no_smaller_fall"
    assert found[0].rank is None
    text = " ".join(report_text(clinician_report(made, version="test")).split())
    assert "make no fall smaller than the one that brought withdrawal, 22.5 mg to 15 mg" in text
    document = next(o for o in review_document(made)["options"] if o["action"] == "smaller_steps")
    assert document["not_planned"]["rule"] == "titration.plan.no_smaller_fall"


def test_a_fall_of_15_mg_is_planned_again_in_smaller_ones():
    made, found = options_of(down(45.0, 30.0, 15.0))
    # From the present 15 mg the next tablet is a larger fall, so that only going back is left.
    assert [(o.first_mg, o.dose_mg) for o in found] == [(30.0, 15.0)]
    plan, falls = found[0].plan, found[0].expected.falls
    assert isinstance(plan, DosePlan)
    assert falls is not None
    assert [s.dose.mg for s in plan.stages] == [30.0, 22.5, 15.0]
    assert falls.largest < falls.former
    assert falls.blocked == (15.0, 7.5)
    assert found[0].rank is not None
    document = next(o for o in review_document(made)["options"] if o["action"] == "smaller_steps")
    assert document["to"] == {
        "drug": "mirtazapine", "dose_mg_per_day": 15.0, "first_mg_per_day": 30.0, "first_days": 14,
    }  # fmt: skip
    assert document["expected"]["falls"]["largest"] < document["expected"]["falls"]["former"]
    text = " ".join(report_text(clinician_report(made, version="test")).split())
    assert "Mirtazapine at 30 mg a day until it is calm, then down in smaller steps." in text
    assert "against 6.6 % of the one that brought withdrawal" in text


def test_both_ways_are_shown_where_both_can_be_planned():
    _, found = options_of(down(45.0, 45.0, 30.0))
    # One step down is no taper: the aim is the dose it led to, and staying there is no change.
    assert [(o.first_mg, o.dose_mg) for o in found] == [(45.0, 30.0)]
    _, found = options_of(down(60.0, 45.0, 30.0))
    assert [(o.first_mg, o.dose_mg) for o in found] == [(45.0, 22.5), (30.0, 22.5)]


def test_after_stopping_the_way_back_and_down_is_offered():
    made, found = options_of(down(30.0, 15.0, 0.0))
    assert made.options.proposal.state == "stopped"
    assert [(o.first_mg, o.dose_mg) for o in found] == [(15.0, 0.0)]
    assert isinstance(found[0].plan, DosePlan)
    assert [s.dose.mg for s in found[0].plan.stages] == [15.0, 7.5]
