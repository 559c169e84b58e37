"""On minus off: plain means where a drug was taken and left off in turn; and a stated onset."""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.record import IntakeTime, MedicinePeriod, Patient, Record
from lenitive.response import Estimand, fit, fit_settings
from lenitive.terms import Score

sys.path.insert(0, str(Path(__file__).parent))
from examples import START, blocks, record

SETTINGS = fit_settings(load().judgement)
ALL = (-2.0, -2.0, -2.0)


def made(rec, at, settings=SETTINGS):
    return fit(rec, at=at, seed=1, settings=settings)


def test_open_blocks_have_the_plain_difference_beside_the_corrected_one():
    """case R12: duloxetine openly in eight blocks of two weeks, -2 on all scores at once."""
    rec, at = blocks(3, drug="duloxetine", length=14, effect=ALL, masked=False)
    found = made(rec, at)
    for outcome in found.outcomes:
        plain = found.effect("duloxetine", outcome, Estimand.ON_MINUS_OFF)
        # Over 112 days of which half are on: the SE of the simulated plain difference is about 0.3.
        assert plain.mean == pytest.approx(-2.0, abs=0.9)
        assert plain.quantiles["0.025"] < -2.0 < plain.quantiles["0.975"]
        assert plain.prior_mean is None
        assert plain.share_from_diary is None


def test_naive_is_on_treatment_minus_before_and_leaves_the_off_blocks_out():
    """case R13: off blocks after the first tablet are no treatment."""
    rec, at = blocks(5, drug="mirtazapine", days=140, length=14, effect=ALL, masked=False, first_on=False)
    found = made(rec, at)
    raw = np.array([[d.sleep_disturbance, d.pain, d.fatigue] for d in rec.diary], dtype=float)
    on = (np.arange(140) // 14) % 2 == 1
    for slot, outcome in enumerate(found.outcomes):
        naive = found.effect("mirtazapine", outcome, Estimand.NAIVE)
        plain = found.effect("mirtazapine", outcome, Estimand.ON_MINUS_OFF)
        before, during = raw[:14, slot], raw[on, slot]
        # The first day itself is neither.
        assert naive.mean == pytest.approx(np.nanmean(raw[15:][on[15:], slot]) - np.nanmean(before))
        off = raw[28:][~on[28:], slot]
        assert plain.mean == pytest.approx(np.nanmean(during) - np.nanmean(off))
        assert plain.diagnostics["entries_on"] == np.isfinite(during).sum()


@pytest.mark.parametrize("turns", [1, 2])
def test_one_change_is_no_taking_turns(turns):
    rec, at = record(80, on=20, off=45 if turns == 2 else None)
    found = made(rec, at)
    assert found.effect("mirtazapine", Score.PAIN, Estimand.ON_MINUS_OFF) is None


def test_tablets_on_bad_days_are_no_blocks():
    rec, at = record(80, on=10)
    days = [START + timedelta(days=d) for d in range(12, 78, 6)]
    prn = tuple(
        MedicinePeriod(drug="ibuprofen", dose_mg=400, start=d, end=d, times=(IntakeTime("prn"),))
        for d in days
    )
    found = made(replace(rec, medicines=(*rec.medicines, *prn)), at)
    assert found.effect("ibuprofen", Score.PAIN, Estimand.ON_MINUS_OFF) is None


def test_correlated_days_widen_the_plain_difference():
    """A diary whose days hang together has fewer independent ones."""
    rng = np.random.default_rng(0)
    rec, at = blocks(7, length=14, effect=(0.0, 0.0, 0.0))
    slow = np.zeros(112)
    for t in range(1, 112):
        slow[t] = 0.9 * slow[t - 1] + rng.normal(0, 0.6)
    diary = tuple(replace(d, pain=float(np.clip(5 + slow[t], 0, 10))) for t, d in enumerate(rec.diary))
    shuffled = tuple(
        replace(d, pain=diary[int(i)].pain) for d, i in zip(diary, rng.permutation(112), strict=True)
    )
    sds = [
        made(replace(rec, diary=x), at).effect("ibuprofen", Score.PAIN, Estimand.ON_MINUS_OFF).sd
        for x in (diary, shuffled)
    ]
    assert sds[0] > 2 * sds[1]


def test_a_stated_onset_takes_the_place_of_the_believed_one():
    rec, at = blocks(2, drug="mirtazapine", effect=(0.0, -3.0, 0.0))
    stated = replace(rec, patient=Patient(onset={"mirtazapine": 0.5}))
    design = made(stated, at).posterior.design
    assert np.exp(design.log_tau[0]) == pytest.approx([0.5, 0.5])
    assert design.stretch[0] == pytest.approx(np.full(2, SETTINGS.priors.stated_onset_log_sd / 0.6))
    pain = made(stated, at).effect("mirtazapine", Score.PAIN)
    assert pain.quantiles["0.025"] < -3.0 < pain.quantiles["0.975"]
    assert not made(stated, at).rivals


@pytest.mark.parametrize("onset", [{"mirtazapine": 0.0}, {"mirtazapine": 400.0}, {" ": 3.0}])
def test_an_onset_that_cannot_be_is_refused(onset):
    with pytest.raises(ValueError, match="onset"):
        Patient(onset=onset)


def test_times_may_be_words():
    """case R16."""
    period = MedicinePeriod(drug="mirtazapine", dose_mg=15, start=START, times=("bedtime", "08:00"))
    assert period.times == (IntakeTime("bedtime"), IntakeTime("08:00"))
    assert isinstance(Record(medicines=(period,)).medicines[0].times[0], IntakeTime)
    for wrong in ("bedtime", (8,)):
        with pytest.raises(TypeError, match="IntakeTime"):
            MedicinePeriod(drug="mirtazapine", dose_mg=15, start=START, times=wrong)
    with pytest.raises(ValueError, match="bedtime, morning"):
        MedicinePeriod(drug="mirtazapine", dose_mg=15, start=START, times=("lunchtime",))
