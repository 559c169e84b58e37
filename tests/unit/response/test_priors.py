"""What is believed beforehand comes from the knowledge as one value: complete, followed, and the same in other processes."""

from __future__ import annotations

import pickle
import sys
from dataclasses import replace
from datetime import timedelta
from math import atanh, log
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from examples import START
from examples import record as simulated

from lenitive.knowledge import load
from lenitive.response import Estimand, fit, fit_many, fit_settings, verdict, verdict_settings
from lenitive.response.conflicts import separability
from lenitive.response.estimands import reference_levels
from lenitive.response.priors import NAMES, Priors, priors_of
from lenitive.response.settle import SettlingStep, would_settle
from lenitive.terms import Outcome, Score

JUDGEMENT = load().judgement
SETTINGS = fit_settings(JUDGEMENT)
RULES = verdict_settings(JUDGEMENT)
PRIORS = SETTINGS.priors
AT = START + timedelta(days=59)


def record(days: int, *, on: int = 25, missing: float = 0.15, seed: int = 0):
    """A simulated diary with mirtazapine from a day on."""
    return simulated(days, on=on, missing=missing, seed=seed)[0]


def test_the_parameters_are_those_of_the_equations_on_their_scales():
    means = {p.name: p.mean for p in PRIORS.parameters}
    assert tuple(means) == NAMES
    assert (means["phi_P"], means["g_PS"], means["sigma_S"], means["onset_PF"]) == (
        atanh(0.43),
        0.08,
        log(1.5),
        0.0,
    )


@pytest.mark.parametrize("change", [lambda ps: ps[:-1], lambda ps: ps[::-1], lambda ps: (*ps, ps[0])])
def test_parameters_that_are_not_the_models_are_refused(change):
    with pytest.raises(ValueError, match="in this order"):
        replace(PRIORS, parameters=change(PRIORS.parameters))
    with pytest.raises(ValueError, match="in this order"):
        replace(PRIORS, coefficients=change(PRIORS.coefficients))


def test_equal_priors_have_equal_digests_and_a_changed_number_another():
    assert priors_of(JUDGEMENT.response).digest == PRIORS.digest
    sent: Priors = pickle.loads(pickle.dumps(PRIORS))
    assert (sent, sent.digest) == (PRIORS, PRIORS.digest)
    assert replace(PRIORS, decay_days=15.0).digest != PRIORS.digest
    first, *rest = PRIORS.parameters
    assert replace(PRIORS, parameters=(replace(first, sd=0.26), *rest)).digest != PRIORS.digest


@pytest.mark.parametrize(
    ("drug", "sleep", "other"),
    [
        ("mirtazapine", 3, 21),
        ("duloxetine", 7, 7),
        ("milnacipran", 7, 7),
        ("pregabalin", 2, 3),
        ("gabapentin", 2, 4),
        ("nortriptyline", 2, 14),
        ("ibuprofen", 0.5, 0.5),
        ("melatonin", 0.5, 7),
        ("tizanidine", 0.5, 1),
        ("sertraline", 7, 21),
        ("herbal tea", 3, 7),
        ("", 3, 7),
    ],
)
def test_the_onset_is_the_drugs_own_its_class_s_or_that_of_any_other(drug, sleep, other):
    onset = PRIORS.onset(drug)
    assert (onset.sleep, onset.other) == (sleep, other)


def test_the_onset_on_a_score_that_no_row_is_about_is_that_of_any_other_drug():
    """A row says how fast a drug acts on pain; an antidepressant's week there says nothing of mood."""
    row, mood = PRIORS.onset("venlafaxine"), PRIORS.onset_on("venlafaxine", Score.MOOD_LOW)
    assert PRIORS.onset_on("venlafaxine", Score.PAIN) == row
    assert mood.sleep == row.sleep
    assert (mood.other, mood.log_sd) == (PRIORS.unknown_onset.other, PRIORS.unknown_onset.log_sd)
    assert mood.log_sd > row.log_sd


def test_a_fit_follows_the_priors_it_is_handed():
    rec = record(60)
    usual = fit(rec, at=AT, seed=1, settings=SETTINGS).effect("mirtazapine", Score.PAIN)
    sharp = replace(PRIORS, unknown_drug=replace(PRIORS.unknown_drug, sd=(0.1, 0.1, 0.1)))
    found = fit(rec, at=AT, seed=1, settings=replace(SETTINGS, priors=sharp)).effect(
        "mirtazapine", Score.PAIN
    )
    # 0.13 with the wider spread in it.
    assert found.sd < 0.14 < usual.sd


def test_processes_are_sent_the_priors_and_read_none():
    changed = replace(SETTINGS, priors=replace(PRIORS, decay_days=40.0, ed50_share=0.4))
    records = [record(60), record(60, seed=2)]
    here = fit_many(records, at=AT, seed=3, settings=changed)
    there = fit_many(records, at=AT, seed=3, settings=changed, workers=2)
    usual = fit_many(records, at=AT, seed=3, settings=SETTINGS)
    assert [f.effects for f in here] == [f.effects for f in there] != [f.effects for f in usual]


# --- the lines that answers turn on


def test_the_lines_of_a_verdict_are_those_of_the_knowledge():
    assert (RULES.lines.pain, RULES.sure, RULES.worth, RULES.from_diary) == (1.0, 0.85, 0.5, 0.25)
    assert (SETTINGS.mcid, SETTINGS.bound_share) == (1.0, 0.12)


@pytest.fixture(scope="module")
def fitted():
    rec = record(60)
    return rec, fit(rec, at=AT, seed=1, settings=SETTINGS)


def _outcome(fitted, rule: str, **lines: float) -> Outcome:
    rec, made = fitted
    if "sure" in lines:
        lines = {"grades": replace(RULES.grades, sure=lines["sure"])}  # type: ignore[dict-item]
    found = verdict(rec, made, "mirtazapine", settings=replace(RULES, **lines))
    return next(r.outcome for r in found.because if r.rule == f"response.verdict.{rule}")


@pytest.mark.parametrize(("off", "met"), [(-1e-6, True), (0.0, True), (1e-6, False)])
def test_at_the_line_itself_a_verdict_is_sure_worth_it_and_from_the_diary(fitted, off, met):
    rec, made = fitted
    found = verdict(rec, made, "mirtazapine", settings=RULES)
    sure = max(found.probability, 1 - found.probability)
    expected = Outcome.MET if met else Outcome.NOT_MET
    assert _outcome(fitted, "sure", sure=sure + off) is expected
    assert _outcome(fitted, "from_diary", from_diary=found.share_from_diary + off) is expected
    assert _outcome(fitted, "worth_its_cost", worth=found.probability_worth_it + off) is expected


def _design(scores: list[float], first: int):
    """A design of which only the entries before an input on a day are asked."""
    raw = np.array([[s, s, s] for s in scores])
    days = tuple(START + timedelta(days=i) for i in range(len(scores)))
    return SimpleNamespace(
        sources=[SimpleNamespace(input=SimpleNamespace(first_day=days[first]))], raw=raw, days=days
    )


@pytest.mark.parametrize(("entries", "known"), [(2, False), (3, True), (4, True)])
def test_percentages_are_of_three_entries_at_least(entries, known):
    (levels,) = reference_levels(_design([4.0] * entries + [5.0], entries), SETTINGS.lines)
    assert (levels[1] is not None) is known


@pytest.mark.parametrize(("before", "mean"), [(55, 4.0 + 6.0 / 55), (56, 4.0 + 6.0 / 56), (57, 4.0)])
def test_percentages_are_of_the_last_eight_weeks_before(before, mean):
    """One high score so many days before the start counts up to the 56th."""
    (levels,) = reference_levels(_design([10.0] + [4.0] * (before - 1) + [5.0], before), SETTINGS.lines)
    assert levels[1] == pytest.approx(mean)


@pytest.mark.parametrize(("days", "known"), [(2, False), (3, True), (4, True)])
def test_a_change_since_the_start_needs_three_days_of_diary_before(days, known):
    rec = record(60, on=days, missing=0.0)
    made = fit(rec, at=AT, seed=1, settings=SETTINGS)
    found = made.effect("mirtazapine", Score.PAIN, Estimand.CHANGE_SINCE_START)
    assert (found is not None) is known


def _two(correlation: float):
    """Two inputs without delay whose doses correlate so much."""
    rng = np.random.default_rng(1)
    a, b = np.linalg.qr(rng.standard_normal((400, 3)) - 0.0)[0][:, :2].T
    ones = np.ones(400) / 20
    a = a - ones * (ones @ a)
    b = b - ones * (ones @ b)
    a /= np.linalg.norm(a)
    b = b - a * (a @ b)
    b /= np.linalg.norm(b)
    u = np.stack([a, correlation * a + np.sqrt(1 - correlation**2) * b], axis=1)
    return SimpleNamespace(
        sources=[SimpleNamespace(input=SimpleNamespace(name=n)) for n in "ab"],
        y=np.zeros((400, 3)),
        drive=np.stack([u, u], axis=2),
        before=np.zeros((2, 2)),
        input_row=((0, -1), (1, -1)),
        log_tau=np.full((2, 2), -20.0),
    )


@pytest.mark.parametrize(("correlation", "together"), [(0.949, False), (0.951, True), (0.99, True)])
def test_inputs_are_not_told_apart_above_a_correlation(correlation, together):
    assert bool(separability(_two(correlation), SETTINGS.lines)) is together


@pytest.mark.parametrize(
    ("onset", "block"), [(3.0, 14), (6.99, 14), (7.01, 21), (27.9, 56), (28.1, 56), (60.0, 56)]
)
def test_a_block_is_two_onsets_long_within_two_to_eight_weeks(onset, block):
    rec = record(60)
    known = tuple(replace(o, other=onset, log_sd=0.0) if "mirtazapine" in o.of else o for o in PRIORS.onsets)
    settings = replace(SETTINGS, priors=replace(PRIORS, onsets=known))
    made = fit(rec, at=AT, seed=1, settings=settings)
    steps = would_settle(rec, made, "mirtazapine", settings=RULES)
    blinded = next(s for s in steps if s.step is SettlingStep.BLINDED_BLOCKS)
    assert blinded.block_days == block


@pytest.mark.parametrize(("entered", "offered"), [(44, True), (45, False), (56, False)])
def test_a_fuller_diary_is_a_step_below_four_fifths(entered, offered):
    """Of the last 56 days 44.8 are four fifths."""
    rec = record(56, missing=0.0)
    kept = replace(rec, diary=(rec.diary[0], *rec.diary[57 - entered :]))
    at = START + timedelta(days=55)
    made = fit(kept, at=at, seed=1, settings=SETTINGS)
    steps = would_settle(kept, made, "mirtazapine", settings=RULES)
    assert any(s.step is SettlingStep.FULLER_DIARY for s in steps) is offered
