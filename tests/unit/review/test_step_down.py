"""What is seen since a step down reaches the protocol's facts, the document and the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lenitive.knowledge import load
from lenitive.record import DiaryDay
from lenitive.render.document import review_document
from lenitive.render.report import clinician_report
from lenitive.render.text import report_text
from lenitive.review import Absent, review
from lenitive.shells.files import open_record

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"


@pytest.fixture(scope="module")
def tapering():
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
        replace(last, end=first - timedelta(days=1), missed=frozenset()),
        replace(last, dose_mg=22.5, start=first, end=step - timedelta(days=1), missed=frozenset()),
        replace(last, dose_mg=15.0, start=step, end=None, missed=frozenset()),
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


def test_a_bad_week_after_the_step_is_withdrawal_and_the_plan_holds(tapering):
    made = review(tapering, load(), seed=1)
    assert not isinstance(made.options, Absent)
    seen = made.options.rebound
    assert seen is not None
    assert (seen.from_mg, seen.to_mg, seen.kind.value) == (22.5, 15.0, "withdrawal")
    assert made.options.facts["rebound"] == "withdrawal"
    assert made.options.proposal.state == "tapering"
    assert "mirtazapine.withdrawal" in {r for s in made.options.proposal.steps for r in s.rules}
    assert {"no_change", "step_up"} <= {o.action for o in made.options.options}
    assert "taper" not in {o.action for o in made.options.options}
    document = review_document(made)
    assert document["protocol"]["rebound"]["kind"] == "withdrawal"
    text = report_text(clinician_report(made, version="test"))
    assert "Withdrawal is more likely than relapse" in text
