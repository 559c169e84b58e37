import math
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from lenitive.record import DiaryDay, MedicinePeriod, Record
from lenitive.response import Estimand, FitStatus, bands, fit, sensitivity
from lenitive.response.mixture import normal_cdf
from lenitive.terms import EffectBelief, Score

sys.path.insert(0, str(Path(__file__).parent))
from examples import START, record

from lenitive.knowledge import load
from lenitive.response import fit_settings

SETTINGS = fit_settings(load().judgement)


@pytest.fixture(scope="module")
def fitted():
    rec, at = record(off=110)
    return fit(rec, at=at, seed=1, settings=SETTINGS)


def test_a_clear_effect_is_found_and_every_number_is_finite(fitted):
    assert fitted.status is FitStatus.OK
    pain = fitted.effect("mirtazapine", Score.PAIN)
    assert pain.quantiles["0.025"] < -1.5 < pain.quantiles["0.975"]
    for e in fitted.effects:
        numbers = [e.mean, e.sd, *e.quantiles.values(), *e.probability.values()]
        assert all(math.isfinite(x) for x in numbers)
        assert list(e.quantiles.values()) == sorted(e.quantiles.values())
    # Taken once and left off again: no taking turns.
    assert {e.estimand for e in fitted.effects} == set(Estimand) - {Estimand.ON_MINUS_OFF}


def test_the_same_seed_gives_the_same_numbers_and_another_does_not(fitted):
    rec, at = record(off=110)
    again = fit(rec, at=at, seed=1, settings=SETTINGS)
    assert again.effects == fitted.effects
    assert fit(rec, at=at, seed=2, settings=SETTINGS).effects != fitted.effects


def test_nothing_dated_later_is_used():
    rec, at = record(days=60)
    longer, _ = record(days=60)
    later = DiaryDay(day=at + timedelta(days=3), pain=0.0)
    longer = Record(diary=(*longer.diary, later), medicines=longer.medicines)
    assert (
        fit(rec, at=at, seed=1, settings=SETTINGS).effects
        == fit(longer, at=at, seed=1, settings=SETTINGS).effects
    )


def test_no_entry_is_a_named_refusal():
    result = fit(Record(), at=START, seed=1, settings=SETTINGS)
    assert result.status is FitStatus.REFUSED
    assert "no diary entry" in result.reason
    with pytest.raises(ValueError, match="refused"):
        result.effect_draws()


def test_draws_and_summary_agree(fitted):
    draws = fitted.attributable_draws("mirtazapine", 4000)
    for slot, outcome in enumerate(fitted.outcomes):
        e = fitted.effect("mirtazapine", outcome)
        assert abs(draws[:, slot].mean() - e.mean) < 0.2 * e.sd
        assert 0.85 < draws[:, slot].std() / e.sd < 1.15


def test_a_belief_moves_the_answer_and_is_shown():
    rec, at = record(days=60, on=50)
    belief = EffectBelief(
        drug="mirtazapine", outcome=Score.PAIN, dose_mg_per_day=15, mean=-0.44, sd=0.2, stated="a test"
    )
    e = fit(rec, at=at, seed=1, beliefs=(belief,), settings=SETTINGS).effect("mirtazapine", Score.PAIN)
    assert e.prior_mean == pytest.approx(-0.44)
    assert abs(e.mean + 0.44) < 0.2
    assert e.share_from_diary < 0.3


def test_the_band_follows_the_diary_and_without_the_drug_it_is_higher(fitted):
    pain = bands(fitted)[1]
    seen = np.isfinite(fitted.observed[:, 1])
    assert np.mean(np.abs(pain.mean - fitted.observed[:, 1])[seen]) < 1.0
    assert np.all(pain.low95 <= pain.mean)
    assert np.all(pain.mean <= pain.high95)
    assert pain.without[100] > pain.mean[100] + 0.5


def test_sensitivity_rows_name_the_prior_and_move_the_answer(fitted):
    rows = sensitivity(fitted)
    assert {r.prior for r in rows} == {"expectation", "trend", "decay", "level", "effect"}
    doubled = next(r for r in rows if (r.prior, r.factor, r.outcome) == ("expectation", 2.0, Score.PAIN))
    assert doubled.mean != fitted.effect("mirtazapine", Score.PAIN).mean


def test_the_normal_distribution_function_matches_the_library():
    x = np.linspace(-38, 38, 2001)
    want = np.array([0.5 * math.erfc(-v / math.sqrt(2)) for v in x])
    np.testing.assert_allclose(normal_cdf(x), want, rtol=1e-12, atol=1e-15)


def test_expectation_does_not_follow_a_dose_the_patient_could_not_know_of():
    from lenitive.response import OUTCOMES
    from lenitive.response.design import build

    rec, at = record(days=60, on=0)
    day = START + timedelta(days=30)
    for masked in (True, False):
        meds = (
            MedicinePeriod(drug="mirtazapine", dose_mg=30, start=START, end=day - timedelta(days=1)),
            MedicinePeriod(drug="mirtazapine", dose_mg=0, start=day, masked=masked),
        )
        design = build(Record(diary=rec.diary, medicines=meds), at, (), OUTCOMES, SETTINGS)
        column = design.base[:, design.names.index(("expectation", "mirtazapine"))]
        assert bool(column[-1] == pytest.approx(column[29])) == masked


def test_levels_stand_in_for_doses_where_they_are_known(fitted):
    rec, at = record(off=110)
    assert fit(rec, at=at, seed=1, exposure={}, settings=SETTINGS).effects == fitted.effects
    assert (
        fit(rec, at=at, seed=1, exposure={"another": np.ones(1)}, settings=SETTINGS).effects == fitted.effects
    )
    assert (
        fit(rec, at=at, seed=1, exposure={"mirtazapine": np.ones(1)}, settings=SETTINGS).effects
        == fitted.effects
    )
    level = 0.4 * 0.6 ** np.arange(30)
    by_level = fit(rec, at=at, seed=1, exposure={"mirtazapine": level / level.sum()}, settings=SETTINGS)
    for outcome in by_level.outcomes:
        dose = fitted.effect("mirtazapine", outcome)
        # Ten weeks on it at one dose: what builds up and fades over two days moves the answer by little.
        assert by_level.effect("mirtazapine", outcome).mean != dose.mean
        assert by_level.effect("mirtazapine", outcome).mean == pytest.approx(dose.mean, abs=0.5 * dose.sd)
