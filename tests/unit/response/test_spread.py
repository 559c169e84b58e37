"""How much effects differ between people is not known, and intervals have to hold all the same."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from lenitive.cohort.calibration.case import beliefs_of
from lenitive.knowledge import load
from lenitive.response import fit, fit_settings
from lenitive.response.normals import EffectSpread, Normals
from lenitive.virtual import WORLDS, design, simulate
from lenitive.virtual import Spread as WorldSpread

SETTINGS = fit_settings(load().judgement)
TYPICAL = WORLDS["typical"][1]
BELIEVED = replace(TYPICAL, effect=(WorldSpread(-0.51, 0.74),) * 3)
WIDER = replace(TYPICAL, effect=(WorldSpread(-0.8, 1.0),) * 3)


def covered(world, n, settings=SETTINGS):
    """Share of true effects in 95 % intervals where the evidence says ``BELIEVED``; one design in three each, week 12."""
    found = []
    for number, name in enumerate(("on-switch", "withdrawal", "blinded")):
        people = simulate(world, design(name, days=99), n=n, seed=41 + number)
        at = people.start + timedelta(days=98)
        for i in range(n):
            made = fit(
                people.record(i).until(at), at=at, seed=i, beliefs=beliefs_of(BELIEVED), settings=settings
            )
            dose = made.inputs[0].current
            for outcome, truth in zip(made.outcomes, people.effect_at(i, dose), strict=True):
                q = made.effect("mirtazapine", outcome).quantiles
                found.append(q["0.025"] <= truth <= q["0.975"])
    return np.mean(found)


def test_intervals_hold_where_people_differ_more_than_the_evidence_says():
    """True N(-0.8, 1.0), believed N(-0.51, 0.74): one normal covers nine tenths. 540 effects, Monte Carlo error 1 %."""
    alone = replace(SETTINGS, priors=replace(SETTINGS.priors, spreads=(EffectSpread(1.0, 0.0, 1.0),)))
    mixed, single = covered(WIDER, 60), covered(WIDER, 60, alone)
    assert mixed >= 0.93
    assert mixed > single + 0.02


def test_intervals_are_not_much_too_wide_where_the_evidence_is_right():
    assert 0.93 <= covered(BELIEVED, 60) <= 0.985


def test_a_mixture_has_the_moments_of_its_parts():
    prior = Normals(np.array([0.25, 0.75]), np.array([1.0, 2.0]), np.stack([np.eye(2), 4 * np.eye(2)]))
    v = np.array([1.0, -1.0])
    np.testing.assert_allclose(prior.total, 3.25 * np.eye(2))
    np.testing.assert_allclose(prior.sd(v), np.sqrt([2.0, 8.0]))
    wider = prior.scaled(np.array([1.0, 2.0]), prior.mean)
    np.testing.assert_allclose(wider.total, np.diag([3.25, 13.0]))


@pytest.mark.parametrize("dose", [15.0, 22.0])
def test_the_share_of_the_diary_is_of_the_whole_prior(dose):
    people = simulate(TYPICAL, design("titration", days=80), n=1, seed=3)
    at = people.start + timedelta(days=79)
    made = fit(people.record(0).until(at), at=at, seed=1, beliefs=beliefs_of(BELIEVED), settings=SETTINGS)
    prior = made.posterior.design.prior
    for e in made.effects:
        if e.prior_sd is None or e.dose != dose:
            continue
        slot = made.outcomes.index(e.outcome)
        w = made.posterior.design.effect_weights(0, slot, e.dose)
        assert e.prior_sd == pytest.approx(np.sqrt(prior.weight @ prior.sd(w) ** 2))
        assert e.share_from_diary == pytest.approx(max(1 - e.sd**2 / e.prior_sd**2, 0.0))


def test_the_diary_says_which_spread_holds():
    """A large effect that blinded blocks show makes the wide spread more likely than it was."""
    big = replace(
        TYPICAL, effect=(WorldSpread(-2.6, 0.01),) * 3, log_onset_days=(WorldSpread(1.0, 0.01),) * 2
    )
    people = simulate(big, design("blinded", days=120, block_days=14), n=1, seed=5)
    at = people.start + timedelta(days=119)
    made = fit(people.record(0).until(at), at=at, seed=1, beliefs=beliefs_of(BELIEVED), settings=SETTINGS)
    share = made.posterior.draws.component_share
    assert share.sum() == pytest.approx(1.0)
    assert share[1] > SETTINGS.priors.spreads[1].weight + 0.2
