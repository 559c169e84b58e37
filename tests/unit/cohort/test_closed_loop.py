"""The closed loop: the past stays as it was, the three policies share their patients, and what is counted is what is true."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from lenitive.cohort.closed_loop import BASELINE_DAYS, END, compare, lived, lives
from lenitive.knowledge import load
from lenitive.review import review
from lenitive.review.options import ranked_by_worth
from lenitive.review.visit import Visit
from lenitive.virtual import Phase, example

N, SEED = 6, 29


@pytest.fixture(scope="module")
def found():
    return lives(N, SEED)


def test_another_dose_leaves_every_day_before_it_as_it_was():
    begun = (Phase(0, 0.0), Phase(BASELINE_DAYS, 15.0))
    change = 71
    plain = lived(SEED, 3, begun)
    for later in (
        (*begun, Phase(change, 45.0)),
        (*begun, Phase(change, 0.0, masked=True), Phase(change + 14, 15.0)),
    ):
        other = lived(SEED, 3, later)
        last = plain.start + timedelta(days=change - 1)
        assert plain.record(0).until(last).diary == other.record(0).until(last).diary
        assert plain.record(0).until(last).effects == other.record(0).until(last).effects
        assert plain.record(0).until(last).measurements == other.record(0).until(last).measurements
        assert plain.record(0).until(last - timedelta(days=1)) == other.record(0).until(
            last - timedelta(days=1)
        )
        assert np.array_equal(plain.symptoms.felt[0, :change], other.symptoms.felt[0, :change])
        assert not np.array_equal(plain.symptoms.felt[0, change:], other.symptoms.felt[0, change:])


def test_fixed_30_mg_counts_as_the_truth_says(found):
    assert {life.useless for life in found["fixed"]} == {True, False}
    path = (Phase(0, 0.0), Phase(BASELINE_DAYS, 15.0), Phase(BASELINE_DAYS + 7, 30.0))
    for life in found["fixed"]:
        cohort = lived(SEED, life.index, path)
        sleep, pain, fatigue = cohort.effect_at(0, 30.0)
        assert life.useless == (-(0.25 * sleep + 0.5 * pain + 0.25 * fatigue) < 1)
        assert life.changes == 1
        assert life.dose_end == 30
        assert life.pain == pytest.approx(cohort.symptoms.felt[0, BASELINE_DAYS:, 1].mean())


def test_the_visit_rule_climbs_to_45_mg_and_stops_or_stays(found):
    for life in found["visit_rule"]:
        assert (life.dose_end, life.changes) in {(15, 0), (30, 1), (45, 2), (0, 3)}
        assert not (life.useless and life.missed)
    assert any(life.dose_end == 0 for life in found["visit_rule"])


def test_the_protocol_moves_doses_within_its_limits(found):
    assert any(life.changes for life in found["protocol"])
    assert any(life.dose_end == 0 for life in found["protocol"])
    assert any(life.tests for life in found["protocol"])
    assert all(0 <= life.dose_end <= 45 for life in found["protocol"])


def test_a_patient_is_the_same_whoever_is_treated_with_her(found):
    assert {p: some[:1] for p, some in found.items()} == lives(1, SEED)


def test_differences_are_taken_patient_by_patient(found):
    rows = {(r.policy, r.measure): r for r in compare(found, SEED)}
    own = [x.pain for x in found["fixed"]]
    base = [x.pain for x in found["protocol"]]
    assert rows["fixed", "pain"].less == pytest.approx(np.mean(own) - np.mean(base))
    assert rows["protocol", "pain"].less == rows["protocol", "pain"].less_high == 0
    row = rows["fixed", "pain"]
    assert row.low <= row.mean <= row.high
    # The same lives on both sides: the difference is far surer than either mean.
    assert row.less_high - row.less_low < 0.5 * (row.high - row.low)
    with pytest.raises(ValueError, match="same patients"):
        compare({**found, "fixed": found["fixed"][1:]}, SEED)


def test_the_worths_are_those_of_a_review():
    record = example("clear-responder").record(0)
    made = review(record, load(), seed=1)
    shown = {(o.action, o.drug, o.dose_mg): o.expected for o in made.options.options}
    protocol = load().protocols["mirtazapine"]
    visit = Visit(
        record=made.record,
        knowledge=load(),
        protocol=protocol,
        at=made.at,
        fit=made.fit,
        verdict=next(v for v in made.verdicts if v.drug == "mirtazapine"),
        settling=made.settling["mirtazapine"],
    )
    ranked = ranked_by_worth(visit, made.options.facts)
    assert {(o.action, o.drug, o.dose_mg): o.expected for o in ranked} == shown
    assert [o.rank for o in ranked] == list(range(1, len(ranked) + 1))


def test_half_a_year_is_26_weeks_after_two_without():
    assert END - BASELINE_DAYS == 182
