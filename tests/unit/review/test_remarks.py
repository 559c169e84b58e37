"""What is remarked of a diary: on each side of the lines from which a reader is told."""

from __future__ import annotations

from datetime import date

import pytest

from lenitive.knowledge import load
from lenitive.render.catalogue import said
from lenitive.review import DataQuality, Gap, Known
from lenitive.review.quality import remarks_on
from lenitive.terms import Score

DAY = date(2026, 5, 1)
LINES = load().judgement.diary


def quality(**changed: object) -> DataQuality:
    full = {
        "first": DAY, "last": DAY, "days": 100, "entries": 100,
        "missing": {Score.PAIN: 0.0}, "at_floor": {Score.PAIN: 0.0}, "at_ceiling": {Score.PAIN: 0.0},
        "other_scores_low": {}, "asked_and_absent": {}, "silent_days": 0, "stale": False, "long_gap_days": 7, "mean_days": 2, "compared_days": 4,
        "gaps": (), "late_entries": 0,
        "days_before_first_dose": 10, "problems": (),
    }  # fmt: skip
    return DataQuality(**{**full, **changed})


def remarks(**changed: object) -> list[str]:
    return [f"{said(r.lead)} {said(r.text)}" for r in remarks_on(quality(**changed), LINES)]


def test_a_full_diary_needs_none():
    assert remarks() == []


@pytest.mark.parametrize(
    ("changed", "said_of"),
    [
        ({"missing": {Score.PAIN: 0.31}}, "Pain is often missing."),
        ({"missing": {Score.PAIN: 0.3}}, None),
        ({"missing": {Score.PAIN: 0.31}, "entries": 0}, None),
        ({"at_floor": {Score.PAIN: 0.13}}, "Pain sits at the floor. 13\u00a0% of its scores are 0,"),
        ({"at_floor": {Score.PAIN: 0.12}}, None),
        ({"other_scores_low": {Score.MOOD_LOW: 0.7}}, "Low mood sits at the floor. 70\u00a0%"),
        ({"other_scores_low": {Score.MOOD_LOW: 0.69}}, None),
        ({"asked_and_absent": {"nausea": 0.95}}, "Nausea sits at the floor."),
        ({"asked_and_absent": {"nausea": 0.96, "dry_mouth": 1.0}}, "Nausea and dry mouth sit at the floor."),
        ({"asked_and_absent": {"nausea": 0.94}}, None),
        ({"late_entries": 1}, "Late entries. One day was entered more than 36 hours after it ended."),
        ({"late_entries": 3}, "3 days were entered more than 36 hours"),
        ({"days_before_first_dose": 0}, "Nothing before the first dose."),
        ({"days_before_first_dose": None}, None),
        (
            {"gaps": (Gap(first=date(2026, 3, 1), last=date(2026, 3, 9)),)},
            "There is one of 7 days or more: 9 days, from 1 March 2026 to 9 March 2026.",
        ),
        (
            {"gaps": (Gap(first=date(2026, 3, 1), last=date(2026, 3, 9)),) * 2},
            "There are 2 of 7 days or more; the longest is 9 days",
        ),
    ],
)
def test_each_side_of_a_line(changed, said_of):
    found = remarks(**changed)
    if said_of is None:
        assert found == []
    else:
        assert len(found) == 1
        assert said_of in found[0]


@pytest.mark.parametrize("how", list(Known))
def test_a_drug_without_facts_is_named(how):
    one = how.remark("qwertazepam")
    assert said(one.text).startswith("Qwertazepam is a ")
    assert "no option rests on it" in said(one.text)
