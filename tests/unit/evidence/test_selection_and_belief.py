"""From tables to what is pooled, and from there to a belief about one person."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from lenitive.evidence import beliefs, select
from lenitive.evidence.bayes import nested
from lenitive.evidence.belief import dose_factor
from lenitive.knowledge import load
from lenitive.terms import Grade, Score

BASE = load().trials
OUTCOMES = [o.id for o in BASE.judgements.outcome]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_open_label_crossover_and_withdrawal_results_are_never_pooled(outcome: str) -> None:
    chosen = select(BASE, outcome)
    pooled = {a.study for a in chosen.arms} | {c.study for c in chosen.contrasts}
    assert not any(
        w in s for s in pooled for w in ("Samborski", "Goldenberg 1996", "AFFIRM repeat", "FREEDOM")
    )
    for arm in chosen.arms:
        assert arm.events is None or arm.events <= arm.n


def test_what_is_left_out_says_why() -> None:
    left = {(x.study, x.category) for x in select(BASE, "pain").left_out}
    assert ("Samborski 2001 abstract (mirtazapine)", "open_label") in left
    assert ("Murakami 2015 (duloxetine)", "second_analysis") in left


def test_missing_trials_stand_beside_the_pool() -> None:
    missing = {m.study for m in select(BASE, "pain").missing}
    assert {"JapicCTI-101176", "RALLY (cyclobenzaprine SL)", "AFFIRM (cyclobenzaprine SL)"} <= missing
    assert "Miki 2016 (mirtazapine)" not in missing
    assert "Miki 2016 (mirtazapine)" in {m.study for m in select(BASE, "sleep_disturbance").missing}


def test_printed_contrast_of_miki_2016() -> None:
    (miki,) = [c for c in select(BASE, "pain").contrasts if c.treatment == "mirtazapine"]
    assert miki.estimate == -0.44
    assert miki.estimate - 1.96 * miki.se == pytest.approx(-0.72, abs=0.006)
    assert miki.estimate + 1.96 * miki.se == pytest.approx(-0.17, abs=0.006)


def test_scales_are_brought_to_ten_points_and_signs_turned() -> None:
    sleep = {(c.study, c.dose_mg_per_day): c.estimate for c in select(BASE, "sleep_disturbance").contrasts}
    assert sleep["NCT01387607 (pregabalin, China)", 375.0] == pytest.approx(-0.765)
    assert sleep["BESTFIT (cyclobenzaprine SL)", 2.8] == pytest.approx(-3.83 * 0.194)
    fatigue = {c.study: c.estimate for c in select(BASE, "fatigue").contrasts}
    assert fatigue["Arnold 2010 (duloxetine)"] == pytest.approx(-0.83 * 10 / 16)


def test_an_unknown_outcome_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="there are pain"):
        select(BASE, "happiness")


def test_nested_pooling_equals_brute_force() -> None:
    """Against the dense multivariate normal on the same grid: same model, other algebra."""
    y, v = np.array([-0.4, -0.7, -0.2, 0.1]), np.array([0.02, 0.05, 0.03, 0.08])
    group = ("a", "b", "a", "c")
    fast = nested(y, v, group, tau_scale=0.3, omega_scale=0.2, centre_sd=1.0)
    z = np.array([[g == n for n in "abc"] for g in group], float)
    steps = (np.arange(48) + 0.5) / 48 * 4
    total, first, second, fresh = 0.0, np.zeros(3), np.zeros(3), 0.0
    for st, so in itertools.product(steps, steps):
        tau2, omega2 = (st * 0.3) ** 2, (so * 0.2) ** 2
        prior_theta = omega2 * np.eye(3) + np.ones((3, 3))
        cov = np.diag(v + tau2) + z @ prior_theta @ z.T
        gain = prior_theta @ z.T @ np.linalg.inv(cov)
        mean, var = gain @ y, np.diag(prior_theta - gain @ z @ prior_theta)
        new = np.ones(4) @ np.linalg.inv(cov) @ y
        weight = so * math.exp(
            -0.5 * (st**2 + so**2) - 0.5 * np.linalg.slogdet(cov)[1] - 0.5 * y @ np.linalg.solve(cov, y)
        )
        total += weight
        first += weight * mean
        second += weight * (var + mean**2)
        fresh += weight * new
    np.testing.assert_allclose(fast.mean, first / total, rtol=1e-10)
    np.testing.assert_allclose(fast.sd, np.sqrt(second / total - (first / total) ** 2), rtol=1e-8)
    assert fast.new_mean == pytest.approx(fresh / total, rel=1e-10)


def test_dose_factor_lies_between_flat_and_proportional() -> None:
    assert dose_factor(1.0) == (1.0, 0.0)
    for ratio in (0.25, 0.5, 2.0, 3.0):
        mean, sd = dose_factor(ratio)
        powers = ratio ** ((np.arange(200_000) + 0.5) / 200_000)
        assert mean == pytest.approx(powers.mean(), rel=1e-9)
        assert sd == pytest.approx(powers.std(), rel=1e-6)


def test_beliefs_widen_with_what_is_not_known() -> None:
    knowledge = load()

    def one(drug: str, dose: float, outcome: Score = Score.PAIN) -> tuple[float, float, Grade]:
        (b,) = beliefs(knowledge, {drug: dose}, outcomes=(outcome,))
        return b.mean, b.sd, b.grade

    tried, half, higher = one("mirtazapine", 30), one("mirtazapine", 15), one("mirtazapine", 45)
    assert -0.6 < tried[0] < -0.4
    assert tried[0] < half[0] < 0
    assert higher[0] == tried[0], "no gain above the highest dose tried"
    assert higher[1] > tried[1]
    relative = [s / abs(m) for m, s, _ in (tried, half)]
    assert relative[1] > relative[0], "an untried dose is less certain for its size"
    class_like, never = one("amitriptyline", 25), one("trazodone", 50)
    assert never[0] == pytest.approx(class_like[0] / 2)
    assert never[1] > class_like[1] > 0.7
    assert (tried[2], class_like[2], never[2]) == (Grade.B, Grade.D, Grade.U)


def test_beliefs_refuse_a_dose_of_zero_and_leave_out_what_has_no_evidence() -> None:
    with pytest.raises(ValueError, match="above zero"):
        beliefs(load(), {"mirtazapine": 0.0})
    assert beliefs(load(), {"mirtazapine": 30.0}, outcomes=(Score.MOOD_LOW,)) == ()


def test_known_trials_without_figures_widen_the_belief() -> None:
    """The same trials, once as if nothing were missing: the mean stays, the spread falls by the stated rule."""

    class Everything:
        trials = BASE.model_copy(update={"missing": ()})

    (as_it_is,) = beliefs(load(), {"mirtazapine": 30.0}, outcomes=(Score.PAIN,))
    (if_all,) = beliefs(Everything(), {"mirtazapine": 30.0}, outcomes=(Score.PAIN,))  # type: ignore[arg-type]
    assert as_it_is.mean == if_all.mean
    assert as_it_is.sd > if_all.sd
    assert "2 known trials without figures" in as_it_is.stated
    assert "without figures" not in if_all.stated
