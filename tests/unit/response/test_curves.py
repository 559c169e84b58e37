"""The sizes and curves of the models of side effects and of a step down, and the share at the bounds: each number has a say.

What a step down shows is worked out a second time here, from the sentence of the method and with the numbers written out, so that
no number of the knowledge can change without this test.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.record import DiaryDay, EffectReport, MedicinePeriod, Record
from lenitive.response import Observation, fit_settings, rebound, unknown_course
from lenitive.response.course_grid import hypotheses
from lenitive.response.courses import Course, _labels
from lenitive.response.design import _bounds
from lenitive.response.filters import first_order
from lenitive.terms import Severity

JUDGEMENT = load().judgement
SETTINGS = fit_settings(JUDGEMENT)
STEP = date(2026, 3, 1)

SIZES = np.array([0.5, 1.0, 2.0, 3.0, 4.0])
FADES, RISE, RETURNS = (3.0, 5.0, 7.0), 1.5, (7.0, 14.0, 21.0, 28.0)
WITHDRAWAL_ELSEWHERE, RETURN_ELSEWHERE = (0.0, 0.5), (0.3, 0.8)
SCORES = ("sleep_disturbance", "pain", "fatigue")


def diary() -> dict[int, tuple[float, float, float]]:
    """Days since the step (the first on the new dose is 1) with scores: worse in sleep first, in pain later. Simulated."""
    rng = np.random.default_rng(7)
    return {
        t: tuple(
            float(np.clip(round(5 + rng.normal(0, 1.2) + (up(t) if t > 0 else 0.0)), 0, 10))
            for up in (lambda t: 1.5 * np.exp(-t / 6), lambda t: 0.06 * t, lambda t: 0.03 * t)
        )
        for t in range(-27, 15)
        if t % 5 != 3
    }


def record(*effects: tuple[str, Severity]) -> Record:
    days = tuple(
        DiaryDay(day=STEP + timedelta(days=t - 1), **dict(zip(SCORES, scores, strict=True)))
        for t, scores in diary().items()
    )
    return Record(
        medicines=(
            MedicinePeriod(
                drug="mirtazapine", dose_mg=30, start=STEP - timedelta(days=90), end=STEP - timedelta(days=1)
            ),
            MedicinePeriod(drug="mirtazapine", dose_mg=15, start=STEP),
        ),
        diary=days,
        effects=tuple(EffectReport(day=STEP + timedelta(days=2), effect=e, severity=s) for e, s in effects),
    )


def gain(t: np.ndarray, y: np.ndarray, shape: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Log likelihood over that of no change, with a flat level taken out, by the inverse of the covariance."""
    before = y[t <= 0]
    variance = (4 * 1.3**2 + ((before - before.mean()) ** 2).sum()) / (4 + before.size - 1)
    cov = variance * (0.6 * 0.6 ** np.abs(t[:, None] - t[None, :]) + 0.4 * np.eye(t.size))
    inverse = np.linalg.inv(cov)
    row = inverse.sum(axis=0)
    kept = inverse - np.outer(row, row) / row.sum()
    return sizes * (shape @ kept @ y) - 0.5 * sizes**2 * (shape @ kept @ shape)


def pulse(t: np.ndarray, fade: float) -> np.ndarray:
    def raw(x: np.ndarray) -> np.ndarray:
        return (1 - np.exp(-x / RISE)) * np.exp(-x / fade)

    return np.where(t > 0, raw(t) / raw(np.linspace(0, 15, 151)).max(), 0.0)


def mean_of(parts: list[np.ndarray]) -> float:
    return float(np.log(np.exp(np.concatenate(parts)).mean()))


def by_hand(odds_of_withdrawal: float) -> dict[str, float]:
    days = diary()
    t = np.array(list(days), dtype=float)
    sleep, pain, fatigue = (np.array([s[i] for s in days.values()]) for i in range(3))
    withdrawal = [
        gain(t, sleep, pulse(t, fade), SIZES)
        + gain(t, pain, pulse(t, fade), other * SIZES)
        + gain(t, fatigue, pulse(t, fade), other * SIZES)
        for fade, other in product(FADES, WITHDRAWAL_ELSEWHERE)
    ]
    back = {tau: np.where(t > 0, 1 - np.exp(-t / tau), 0.0) for tau in RETURNS}
    relapse = [
        gain(t, pain, back[tau], SIZES)
        + gain(t, sleep, back[tau], other * SIZES)
        + gain(t, fatigue, back[tau], other * SIZES)
        for tau, other in product(RETURNS, RETURN_ELSEWHERE)
    ]
    weight = {
        "none": 0.5,
        "withdrawal": 0.25 * odds_of_withdrawal * np.exp(mean_of(withdrawal)),
        "relapse": 0.25 * np.exp(mean_of(relapse)),
    }
    return {k: w / sum(weight.values()) for k, w in weight.items()}


@pytest.mark.parametrize(
    ("effects", "odds"),
    [
        ((), 1.0),
        ((("nausea", Severity.NONE),), 0.5),
        ((("nausea", Severity.MILD),), 4.0),
        ((("nausea", Severity.MILD), ("anxiety", Severity.MILD)), 16.0),
        ((("nausea", Severity.MILD), ("anxiety", Severity.MILD), ("headache", Severity.MILD)), 16.0),
    ],
)
def test_what_a_step_down_shows_is_what_the_numbers_give_by_hand(effects, odds):
    found = rebound(
        record(*effects), "mirtazapine", at=STEP + timedelta(days=13), lines=JUDGEMENT.rebound
    ).probability
    expected = by_hand(odds)
    assert found == pytest.approx(expected, abs=1e-9)
    # No course is so sure that the numbers of the others would not show.
    assert min(expected.values()) > 0.005


@pytest.mark.parametrize(("kept", "course"), [(0.66, "fading"), (0.67, "fading"), (0.68, "staying")])
def test_an_effect_that_keeps_more_than_two_thirds_in_twelve_weeks_is_not_fading(kept, course):
    one = np.ones(1)
    found = _labels(np.array(["fading"]), one, one, kept * one, JUDGEMENT.side_effects)
    assert found[0] == Course(course).value


@pytest.mark.parametrize(("at_bound", "censored"), [(11, False), (12, False), (13, True)])
@pytest.mark.parametrize("bound", [0.0, 10.0])
def test_scores_are_censored_when_more_than_twelve_in_a_hundred_lie_at_a_bound(at_bound, censored, bound):
    assert SETTINGS.observation is Observation.AUTO
    y = np.full((100, 3), 5.0)
    y[:at_bound, 1] = bound
    _, flags, shares = _bounds(y, SETTINGS)
    assert sum(shares[1]) == pytest.approx(at_bound / 100)
    assert bool(flags[:, 1].any()) is censored
    assert not flags[:, [0, 2]].any()


def test_the_curves_that_a_side_effect_may_follow():
    """On a steady dose, long after the onset: what fading leaves, how many of each, and how worsening grows."""
    prior = replace(unknown_course(JUDGEMENT.side_effects), onset_days=0.01, fades=0.5, worsens=0.1)
    grid = hypotheses({"": (np.full(3000, 15.0), prior)}, 3000, JUDGEMENT.side_effects)
    of_one = [
        (path, label)
        for path, label in zip(grid.path(slice(None)), grid.label, strict=True)
        if label != "none"
    ]
    ends = {round(float(p[-1]), 3) for p, label in of_one if label == "worsening"}
    assert {round(1.5 * s, 3) for s in (0.6, 1.0, 1.5, 2.0, 2.6, 3.4)} <= ends
    left = {round(float(p[-1]), 3) for p, label in of_one if label == "fading"}
    assert {round(0.3 * s, 3) for s in (0.6, 1.0, 1.5, 2.0, 2.6, 3.4)} | {0.0} <= left
    steady = np.ones(3000)
    expected = [0.3 * steady + 1.2 * used for used in first_order(steady, np.array([40.0, 90.0]))]
    for path in expected:
        assert min(np.abs(p - path)[5:].max() for p, label in of_one if label == "worsening") < 0.02


def test_seven_in_ten_fading_effects_leave_nothing():
    prior = replace(unknown_course(JUDGEMENT.side_effects), onset_days=0.01, background=0.0)
    grid = hypotheses({"": (np.full(3000, 15.0), prior)}, 3000, JUDGEMENT.side_effects)
    fading = grid.label == "fading"
    weight, end = np.exp(grid.log_weight[fading]), grid.path(slice(None))[fading, -1]
    assert weight[end < 1e-3].sum() / weight.sum() == pytest.approx(0.7)


def test_the_sizes_that_a_side_effect_may_have():
    lines = JUDGEMENT.side_effects
    assert lines.sizes.of == (0.6, 1.0, 1.5, 2.0, 2.6, 3.4)
    assert lines.size_chances.of == (0.18, 0.24, 0.24, 0.17, 0.11, 0.06)
    assert lines.backgrounds.of == (0.7, 1.2, 2.0)
