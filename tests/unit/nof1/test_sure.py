"""How sure a schedule is expected to make a patient: the response model's own calculation, and the search over schedules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lenitive.knowledge import load
from lenitive.nof1 import Schedules, TrialDesign, TrialDesignError, how_sure, surest
from lenitive.response import (
    DoseStretch,
    Prospects,
    SettlingStep,
    fit,
    fit_settings,
    verdict_settings,
    would_settle,
)
from lenitive.terms import EffectBelief, Score
from lenitive.virtual import DRUG, OUTCOMES, World, example

SETTINGS = replace(fit_settings(load().judgement), draws=128)
RULES = verdict_settings(load().judgement)
BELIEFS = tuple(
    EffectBelief(
        drug=DRUG, outcome=Score(o), dose_mg_per_day=30, mean=s.mean, sd=s.sd, stated="the simulated world"
    )
    for o, s in zip(OUTCOMES, World().effect, strict=True)
)
TWELVE = TrialDesign(
    arms=(DRUG, "nothing"), weeks=12, lengths=tuple(range(1, 12)), most_changes=3, least_weeks=1
)


@pytest.fixture(scope="module")
def patient() -> tuple[Prospects, object]:
    """The clear responder on day 56, who has taken 30 mg for two weeks."""
    record = example("clear-responder").record(0)
    at = record.diary[0].day + timedelta(days=56)
    fitted = fit(record, at=at, seed=1, beliefs=BELIEFS, settings=SETTINGS)
    found = Prospects.of(record, fitted, DRUG, beliefs=BELIEFS, settings=RULES)
    assert found is not None
    return found, would_settle(record, fitted, DRUG, beliefs=BELIEFS, settings=RULES)


def test_it_is_the_calculation_that_the_review_prices_a_test_by(patient: tuple[Prospects, object]) -> None:
    prospects, steps = patient
    blocks = next(s for s in steps if s.step is SettlingStep.BLINDED_BLOCKS)  # type: ignore[attr-defined]
    again = prospects.after(blocks.stretches)
    assert again is not None
    assert again.sd_after == pytest.approx(blocks.sd_after, rel=1e-12)
    assert again.settles == pytest.approx(blocks.settles, rel=1e-12)


def test_all_are_worked_out_where_they_are_few_and_the_surest_is_first(
    patient: tuple[Prospects, object],
) -> None:
    prospects, _ = patient
    found = surest(prospects, TWELVE, dose=30, blinded=True)
    allowed = Schedules(TWELVE)
    assert len(found) == allowed.size
    spreads = [s.expected.sd_after for s in found]
    assert spreads[0] <= min(spreads) + 1e-4
    assert all(s.expected.sd_after < s.expected.sd_now for s in found)
    # A drug of three weeks: long stretches, not turns of a week or two.
    assert min(p.weeks for p in found[0].periods) >= 4
    turns = next(
        s for s in found if [p.weeks for p in s.periods] == [3, 3, 3, 3] and s.periods[0].arm == DRUG
    )
    assert turns.expected.sd_after > 1.1 * found[0].expected.sd_after
    assert found[0].weeks_off == sum(p.weeks for p in found[0].periods if p.arm == "nothing")


def test_a_search_finds_what_all_of_them_would(patient: tuple[Prospects, object]) -> None:
    """Of 462 schedules 80 are worked out; the best of them is as sure as the best of all, to a hundredth."""
    prospects, _ = patient
    best = surest(prospects, TWELVE, dose=30, blinded=True)[0]
    searched = surest(prospects, TWELVE, dose=30, blinded=True, most=80)
    assert len(searched) <= 80 < Schedules(TWELVE).size
    assert searched[0].expected.sd_after <= 1.01 * best.expected.sd_after
    assert searched == surest(prospects, TWELVE, dose=30, blinded=True, most=80), "the same every time"


def test_more_weeks_make_surer_and_a_run_in_goes_on_as_now(patient: tuple[Prospects, object]) -> None:
    prospects, _ = patient
    longer = TrialDesign(
        arms=(DRUG, "nothing"), weeks=26, lengths=tuple(range(5, 22)), most_changes=2, least_weeks=5
    )
    twelve = surest(prospects, TWELVE, dose=30, blinded=True)[0]
    half_a_year = surest(prospects, longer, dose=30, blinded=True)[0]
    assert half_a_year.expected.sd_after < twelve.expected.sd_after
    with_run_in = replace(TWELVE, run_in_weeks=2)
    periods = twelve.periods
    found = how_sure(prospects, with_run_in, periods, dose=30, blinded=True)
    tried = tuple(DoseStretch(7 * p.weeks, 30.0 if p.arm == DRUG else 0.0, masked=True) for p in periods)
    by_hand = prospects.after((DoseStretch(14, prospects.present_dose), *tried), full=True)
    assert found is not None
    assert found.expected == by_hand


def test_too_few_to_choose_from_is_refused(patient: tuple[Prospects, object]) -> None:
    prospects, _ = patient
    with pytest.raises(TrialDesignError, match="3 schedules are too few"):
        surest(prospects, TWELVE, dose=30, blinded=True, most=3)
