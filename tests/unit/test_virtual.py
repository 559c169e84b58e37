"""Simulated patients: reproducible, apart from one another, and as different from the model as they are told to be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.virtual import DESIGNS, WORLDS, Given, Spread, World, design, simulate
from lenitive.virtual.levels import night_and_day
from lenitive.virtual.symptoms import onset

TYPICAL = WORLDS["typical"][1]
STILL = replace(
    TYPICAL,
    log_process_sd=(Spread(-9, 0),) * 3,
    log_observation_sd=(Spread(-9, 0),) * 3,
    missed_doses=0.0,
    missing=0.0,
    whole_numbers=False,
)
"""A world without noise, in which every curve can be checked against its formula."""
NOTHING = (0.0, 0.0, 0.0)


def test_a_patient_is_the_same_whoever_else_is_drawn() -> None:
    many = simulate(TYPICAL, design("blinded"), n=4, seed=7)
    alone = simulate(TYPICAL, design("blinded"), n=1, seed=7, first=3)
    assert alone.record(0) == many.record(3)
    assert alone.truth(0) == many.truth(3)
    assert many.record(2) != many.record(3)


@pytest.mark.parametrize("name", DESIGNS)
def test_every_design_makes_records(name: str) -> None:
    cohort = simulate(TYPICAL, design(name), n=3, seed=1)
    for i in range(3):
        record = cohort.record(i)
        assert record.patient.simulated
        assert record.drugs in {("mirtazapine",), ()}
        assert 40 < len(record.diary) <= 98


def test_without_noise_the_loss_on_withdrawal_is_the_effect() -> None:
    """Steady state on minus steady state off equals E, whatever the couplings: E is the total effect."""
    people = simulate(
        replace(STILL, log_onset_days=(Spread(1.0, 0), Spread(1.0, 0))),
        replace(design("withdrawal"), days=140),
        n=20,
        seed=3,
        given=Given(placebo=NOTHING, flare=NOTHING, trend=NOTHING, level=(5.0, 5.0, 5.0)),
    )
    felt = people.symptoms.felt
    lost = felt[:, 69] - felt[:, 97]
    assert np.allclose(lost, people.people.effect, atol=1e-3)


def test_levels_build_up_and_fade_and_are_one_when_settled() -> None:
    taken = np.array([[30.0] * 40 + [0.0] * 20, [15.0, 0.0] * 30])
    nights, days = night_and_day(taken, np.array([31.0, 31.0]))
    for series in (nights, days):
        assert (series[:, 0] == 0).all(), "the night before the first tablet"
        assert series[0, 38:41] == pytest.approx(30.0, rel=1e-3)
        assert (np.diff(series[0, :41]) >= 0).all()
        # By exp(-24 h ln 2 / 31 h) a day, once the last tablet has been absorbed.
        assert series[0, 44:50] / series[0, 43:49] == pytest.approx(2 ** (-24 / 31), rel=1e-3)
        assert series[1, 40:].mean() == pytest.approx(7.5, rel=0.01)
    assert 0.3 < nights[0, 1] / 30 < 0.5, "the first night meets that evening's tablet"
    # A drug gone within hours is back at the dose.
    assert night_and_day(taken, np.array([1.0, 1.0]))[1][:, 1:] == pytest.approx(taken[:, :-1], abs=1e-3)


def test_a_world_of_levels_changes_what_is_felt_and_nothing_else() -> None:
    world = WORLDS["by-level"][1]
    by_level = simulate(world, design("withdrawal"), n=6, seed=4)
    by_dose = simulate(replace(world, log_half_life_h=None), design("withdrawal"), n=6, seed=4)
    assert (by_level.taken_mg == by_dose.taken_mg).all()
    assert [by_level.truth(i) for i in range(6)] == [by_dose.truth(i) for i in range(6)]
    assert not np.allclose(by_level.symptoms.felt, by_dose.symptoms.felt)
    assert by_level.symptoms.felt[:, :15] == pytest.approx(by_dose.symptoms.felt[:, :15]), "before the drug"
    missed = (by_level.taken_mg == 0) & (np.arange(98) >= 14)
    runs = missed[:, 15:69].reshape(6, -1, 3)
    assert (runs.all(axis=2) | ~runs.any(axis=2)).all(), "missed in whole stretches of three days"
    assert 0 < runs.mean() < 1


def test_expectation_follows_knowledge_not_the_tablet() -> None:
    given = Given(effect=NOTHING, placebo=(-1.0, -1.0, -1.0), flare=NOTHING, trend=NOTHING, level=(5.0,) * 3)
    blinded = simulate(STILL, design("blinded"), n=1, seed=1, given=given)
    days = blinded.symptoms.felt[0, 40:, 1]
    assert np.ptp(days) < 0.01, "placebo and drug blocks differ though the patient cannot know"
    assert 4.0 < days.mean() < 5.0, "half the expectation while blinded"


def test_onset_shapes_have_the_same_delay() -> None:
    signal = np.ones((1, 400))
    first = onset(signal, np.array([[20.0]]), 1)[0, :, 0]
    late = onset(signal, np.array([[20.0]]), 3)[0, :, 0]
    # Each filter in days loses half a day of delay to the step: one and a half against a half.
    assert (1 - first).sum() == pytest.approx((1 - late).sum() + 1.0, abs=0.1)
    assert late[3] < first[3] / 3


def test_bad_days_are_skipped_when_told() -> None:
    def gap(world: World) -> float:
        people = simulate(world, design("on-switch"), n=200, seed=5)
        pain, present = people.symptoms.felt[:, :, 1], people.present[:, :, 1]
        z = (pain - pain.mean(axis=1, keepdims=True)) / pain.std(axis=1, keepdims=True)
        return float(z[~present].mean() - z[present].mean())

    # 200 x 98 days at about 15 % missing: the Monte Carlo error of the gap is about 0.02.
    assert abs(gap(TYPICAL)) < 0.07
    assert gap(WORLDS["bad-days-skipped"][1]) > 0.4


def test_the_share_missing_is_as_stated() -> None:
    for name in ("typical", "bad-days-skipped"):
        present = simulate(WORLDS[name][1], design("on-switch", days=180), n=200, seed=2).present
        assert 1 - present[:, :, 1].mean() == pytest.approx(0.12 * 1.25 + 0.03, abs=0.03)


def test_floor_world_sits_on_the_floor() -> None:
    said = simulate(WORLDS["floor"][1], design("on-switch"), n=100, seed=2).symptoms.said[:, :, 1]
    assert (said == 0).mean() > 0.15
    assert set(np.unique(said)) <= set(range(11))


def test_heavy_tails_keep_their_spread() -> None:
    """A scaled t keeps the SD; its extremes give it away."""

    def kurtosis(world: World) -> float:
        people = simulate(replace(world, whole_numbers=False), design("on-switch"), n=200, seed=4)
        d = people.symptoms.felt - people.symptoms.felt.mean(axis=1, keepdims=True)
        return float(((d / d.std(axis=1, keepdims=True)) ** 4).mean())

    assert kurtosis(WORLDS["heavy-tails"][1]) > kurtosis(TYPICAL) + 0.5


def test_hidden_gaps_leave_no_trace() -> None:
    people = simulate(WORLDS["hidden-gaps"][1], design("on-switch"), n=5, seed=1)
    assert (people.taken_mg[:, 40:] == 0).mean() > 0.05
    assert not any(p.missed for i in range(5) for p in people.record(i).medicines)


def test_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="one patient or more"):
        simulate(TYPICAL, design("on-switch"), n=0, seed=1)
    with pytest.raises(ValueError, match="there are on-switch"):
        design("sideways")
    with pytest.raises(ValueError, match="share"):
        World(missing=1.5)


def test_the_exact_world_is_the_one_that_is_believed() -> None:
    """Its kinds of people are the spreads of the knowledge, so coverage there can be asked to be right."""
    believed = load().judgement.response.spread.values()
    assert WORLDS["exact"][1].effect_kinds == tuple((s.factor, s.together, s.weight) for s in believed)


def test_kinds_of_people_differ_as_they_are_said_to() -> None:
    """400 people: the SD of a correlation is 0.05, that of a ratio of SDs about 4 %."""
    kinds = ((1.0, 0.0, 0.5), (2.0, 0.8, 0.5))
    world = replace(WORLDS["typical"][1], effect_kinds=kinds)
    plain = simulate(WORLDS["typical"][1], design("on-switch"), n=400, seed=9).people.effect
    found = simulate(world, design("on-switch"), n=400, seed=9).people.effect
    wide = np.abs(found - plain).max(axis=1) > 1e-9
    assert 0.4 < wide.mean() < 0.6
    z = (found - np.array([s.mean for s in world.effect])) / np.array([s.sd for s in world.effect])
    np.testing.assert_allclose(z[~wide].std(), 1.0, atol=0.15)
    np.testing.assert_allclose(z[wide].std(), 2.0, atol=0.35)
    assert np.corrcoef(z[wide, 1], z[wide, 2])[0, 1] == pytest.approx(0.8, abs=0.12)
