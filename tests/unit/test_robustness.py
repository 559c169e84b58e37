"""The verdict under changed assumptions."""

from datetime import date
from pathlib import Path

import pytest

from lenitive.knowledge import load
from lenitive.review import review
from lenitive.shells.files import open_record

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def made():
    return review(open_record(EXAMPLES / "clear-responder").record, load(), at=date(2026, 2, 27))


def test_each_prior_is_halved_and_doubled(made):
    found = {(r.prior, r.factor) for r in made.robustness}
    assert {(p, f) for p in ("expectation", "trend", "decay", "effect") for f in (0.5, 2.0)} <= found


def test_the_unchanged_benefit_lies_among_the_changed_ones(made):
    means = [r.benefit_mean for r in made.robustness]
    assert min(means) <= made.verdicts[0].benefit_mean <= max(means)


def test_a_larger_expectation_leaves_less_to_the_drug(made):
    by = {(r.prior, r.factor): r.benefit_mean for r in made.robustness}
    assert by["expectation", 2.0] < by["expectation", 0.5]


def test_a_clear_answer_stands_under_every_nuisance_assumption(made):
    assert [r for r in made.robustness if r.same is False and r.prior != "effect"] == []


def test_a_far_narrower_belief_in_the_average_would_change_it(made):
    """Trials' mean is half a point: believed twice as firmly, it draws a benefit of 1.8 points towards itself."""
    narrow = next(r for r in made.robustness if (r.prior, r.factor) == ("effect", 0.5))
    assert narrow.benefit_mean < made.verdicts[0].benefit_mean - 0.3


def test_a_draw_without_a_likelihood_changes_nothing():
    """One draw of this seed lies where the likelihood cannot be computed: it has no weight, and the others their numbers."""
    record = open_record(EXAMPLES / "older-adult-dizziness-thin-data").record
    by_seed = [review(record, load(), seed=seed) for seed in (1, 3)]
    with_it, without = (
        {(r.prior, r.factor): r.benefit_mean for r in found.robustness} for found in reversed(by_seed)
    )
    assert with_it == pytest.approx(without, abs=0.1)
