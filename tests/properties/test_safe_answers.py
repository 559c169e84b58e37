"""A sample of what ``tools/safe_answers.py`` counts in full: no answer that is not safe to follow.

The full count's result stands in ``docs/reports/safe-answers.json``.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hostile import hostile_record, knowledge, pair, pair_faults, plan_faults, review_faults

from lenitive.review import binds, checked_plan
from lenitive.safety import Tier, check

REPORT = Path(__file__).parents[2] / "docs" / "reports" / "safe-answers.json"
REVIEWS, PLANS = 200, 1000


@pytest.mark.parametrize("part", range(4))
def test_no_hostile_record_is_offered_what_a_finding_forbids(part, capsys):
    seen: Counter[str] = Counter()
    faults: list[str] = []
    for number in range(part * REVIEWS // 4, (part + 1) * REVIEWS // 4):
        came_to, wrong = review_faults(number)
        seen[came_to] += 1
        faults += [f"record {number}: {f}" for f in wrong]
    with capsys.disabled():
        print(f"\nreviews of hostile records: {dict(seen)}")
    assert faults == [], "\n".join(faults)
    assert seen["bound"] >= 10, "a sample without urgent findings shows nothing"
    assert seen["free"] >= 10


@pytest.mark.parametrize("part", range(4))
def test_no_plan_leaves_without_what_its_taken_copy_would_raise(part, capsys):
    seen: Counter[str] = Counter()
    faults: list[str] = []
    for number in range(part * PLANS // 4, (part + 1) * PLANS // 4):
        one = pair(number)
        came_to, wrong = pair_faults(one)
        seen[came_to] += 1
        faults += [f"pair {number} ({one.asked}): {f}" for f in wrong]
    with capsys.disabled():
        print(f"\npairs of patient and plan: {dict(seen)}")
    assert faults == [], "\n".join(faults)
    assert seen["offered"] >= 40
    assert seen["withheld"] >= 20


def test_a_plan_without_its_findings_is_noticed():
    """The property can fail: plans that carry nothing, and plans that ought to be withheld, are found."""
    silent = offered = forbidden = 0
    for number in range(150):
        one = pair(number)
        if one.plan is None:
            continue
        checked = checked_plan(one.plan, one.record, knowledge=knowledge(), at=one.at)
        if not checked.withheld_by and any(f.tier is not Tier.INFO for f in checked.findings):
            offered += 1
            silent += bool(plan_faults(one.record, one.at, one.plan, ()))
        own = {p.rule for f in checked.findings for p in f.parts if p.tier is Tier.CRITICAL}
        if own:
            forbidden += any(
                "is critical" in f for f in plan_faults(one.record, one.at, one.plan, checked.findings)
            )
    assert offered >= 5
    assert silent >= 0.8 * offered
    assert forbidden >= 3


def test_a_record_of_a_number_is_always_the_same():
    assert hostile_record(7) == hostile_record(7)
    assert hostile_record(7) != hostile_record(8)
    assert replace(pair(3), plan=None) == replace(pair(3), plan=None)


def test_the_hostile_records_are_as_hostile_as_they_say():
    """Every kind of trouble is among the first 400."""
    seen: Counter[str] = Counter()
    for number in range(400):
        record, at, market = hostile_record(number)
        taken = {p.drug for p in record.regimen(at)}
        seen[market] += 1
        seen["hundred"] += len(record.medicines) >= 100
        seen["maoi"] += bool(taken & {"phenelzine", "tranylcypromine", "isocarboxazid", "linezolid"})
        seen["pregnant"] += record.patient.pregnant is True
        seen["weak kidneys"] += (record.patient.egfr_ml_min or 99) < 30
        seen["weak liver"] += record.patient.hepatic_impairment in {"moderate", "severe"}
        seen["old"] += (record.patient.age(at) or 0) >= 80
        seen["young"] += (record.patient.age(at) or 99) < 20
        seen["no diary"] += not record.diary
        seen["masked"] += any(p.masked for p in record.medicines)
        seen["unknown"] += bool(taken & {"zorbifloxine", "blue tablets", "עברית", "x"})
        seen["suicidal"] += any(e.effect == "suicidal_thoughts" for e in record.effects)
        seen["neutrophils"] += bool(record.series("neutrophils"))
        seen["far"] += at.year in {1999, 2079}
        seen["binds"] += binds(check(record, knowledge=knowledge(), at=at))
    assert min(seen.values()) >= 3, dict(seen)
    assert seen["binds"] >= 100


def test_the_committed_count_is_whole_and_without_a_violation():
    report = json.loads(REPORT.read_text("utf-8"))
    assert report["violations"] == []
    assert report["reviews"]["counted"] >= 2000
    assert report["reviews"]["bound"] >= 500
    assert report["plans"]["pairs_with_a_plan"] >= 20_000
    assert set(report["offered_when_bound"]) <= {"stop", "hold", "contact", "taper"}
