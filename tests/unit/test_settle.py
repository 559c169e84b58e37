"""What would settle it: the predicted certainty is what comes true, and better designs come out better."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lenitive.knowledge import load
from lenitive.record import Record
from lenitive.response import (
    Fit,
    Gate,
    Settling,
    SettlingStep,
    VerdictKind,
    fit,
    fit_settings,
    verdict,
    verdict_settings,
    would_settle,
)
from lenitive.response.prospects import settling_probability
from lenitive.terms import EffectBelief, Score
from lenitive.virtual import DRUG, OUTCOMES, World, example

SETTINGS = fit_settings(load().judgement)

BELIEFS = tuple(
    EffectBelief(
        drug=DRUG, outcome=Score(o), dose_mg_per_day=30, mean=s.mean, sd=s.sd, stated="the simulated world"
    )
    for o, s in zip(OUTCOMES, World().effect, strict=True)
)
PLAIN = verdict_settings(load().judgement)
RULES = replace(
    PLAIN, gates=(Gate(drug=DRUG, weeks=6, weeks_taken=4, at_least_mg=30, stated="for the test"),)
)
FEW = replace(SETTINGS, draws=128)
Early = tuple[Record, Fit, tuple[Settling, ...]]


@pytest.fixture(scope="module")
def early() -> Early:
    """The clear responder on day 56: two weeks at 30 mg, which go on until day 112."""
    record = example("clear-responder").record(0)
    at = record.diary[0].day + timedelta(days=56)
    fitted = fit(record, at=at, seed=1, beliefs=BELIEFS, settings=FEW)
    return record, fitted, would_settle(record, fitted, DRUG, beliefs=BELIEFS, doses=(15, 45), settings=RULES)


def test_the_predicted_spread_comes_true(early: Early) -> None:
    """Eight weeks later the posterior SD is what was predicted, within a fifth: the parameters moved a little meanwhile."""
    record, fitted, steps = early
    (wait,) = [s for s in steps if s.step is SettlingStep.WAIT and s.weeks == 8]
    later = fit(record, at=fitted.at + timedelta(weeks=8), seed=1, beliefs=BELIEFS, settings=FEW)
    found = verdict(record, later, DRUG, settings=RULES)
    assert found.benefit_sd == pytest.approx(wait.sd_after, rel=0.2)


def test_more_informative_steps_come_out_so(early: Early) -> None:
    _, _, steps = early
    by = {(s.step, s.weeks): s for s in steps}
    blocks = [s for s in steps if s.step is SettlingStep.BLINDED_BLOCKS]
    assert min(blocks, key=lambda s: s.weeks).sd_after > max(blocks, key=lambda s: s.weeks).sd_after
    assert by[SettlingStep.WAIT, 12].sd_after <= by[SettlingStep.WAIT, 4].sd_after <= by[SettlingStep.WAIT, 2].sd_after
    pair = min(blocks, key=lambda s: s.weeks)
    (restart,) = [s for s in steps if s.step is SettlingStep.BREAK_AND_RESTART]
    assert pair.sd_after < restart.sd_after, "knowing what one takes costs information"
    assert all(s.sd_after <= s.sd_now and s.certainty_after >= s.certainty_now - 1e-6 for s in steps)
    assert pair.block_days >= 14


def test_while_the_question_is_open_the_likeliest_answer_comes_first(early: Early) -> None:
    record, fitted, steps = early
    assert verdict(record, fitted, DRUG, settings=RULES).verdict is VerdictKind.CANNOT_TELL
    # Steps whose chances differ by less than a part in a thousand are equals, and their certainty orders them.
    chances = [round(s.settles, 3) for s in steps]
    assert chances == sorted(chances, reverse=True)
    too_short = [s for s in steps if s.step is SettlingStep.WAIT and s.weeks == 2]
    assert too_short[0].settles == 0.0, "four weeks at the dose are not six"


def test_what_leaves_the_verdict_to_the_trials_settles_nothing() -> None:
    """Two more weeks of a thin diary: the posterior is sure already, but by its prior."""
    record = example("older-adult-dizziness-thin-data").record(0)
    assert record.last_day is not None
    fitted = fit(record, at=record.last_day, seed=1, beliefs=BELIEFS, settings=FEW)
    # The line is put above what two weeks bring: here the diary has taken a quarter of the prior variance.
    rules = replace(RULES, from_diary=0.4)
    steps = would_settle(record, fitted, DRUG, beliefs=BELIEFS, settings=rules)
    (wait,) = [s for s in steps if s.step is SettlingStep.WAIT and s.weeks == 2]
    assert wait.certainty_now > 0.85
    assert wait.settles == 0.0


def test_settling_probability_by_simulation() -> None:
    """Against the definition: the share of later means that lie far enough off. 400,000 draws: error 0.001."""
    import numpy as np

    rng = np.random.default_rng(1)
    means = 0.8 + np.sqrt(0.5**2 - 0.3**2) * rng.standard_normal(400_000)
    share = (np.abs(means - 1.0) >= 1.0364334 * 0.3).mean()
    assert settling_probability(0.8, 0.5, 0.3, 1.0, 0.85) == pytest.approx(share, abs=0.004)
    assert settling_probability(2.0, 0.3, 0.3, 1.0, 0.85) == 1.0
    assert settling_probability(1.0, 0.3, 0.3, 1.0, 0.85) == 0.0
