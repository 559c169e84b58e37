"""Devices as further readings of the sleep state: what is learned of them, what they add, and what is refused."""

import math
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from lenitive.record import Record
from lenitive.response import OUTCOMES, DeviceReading, bands, fit, sensitivity
from lenitive.response.design import build
from lenitive.response.dynamics import dynamics
from lenitive.response.latent import responses
from lenitive.terms import Score

sys.path.insert(0, str(Path(__file__).parent))
from dense import latent_covariance
from examples import START, record

from lenitive.knowledge import load
from lenitive.response import fit_settings

SETTINGS = fit_settings(load().judgement)

WITHOUT_MORNINGS = slice(60, 100)


def reading(nights, **changed):
    made = {
        "name": "watch",
        "unit": "h",
        "nights": nights,
        "level_mean": 5.0,
        "level_sd": 2.0,
        "scale_median": 0.25,
        "scale_log_sd": 0.8,
        "noise_median": 1.0,
        "noise_log_sd": 0.4,
        "basis": "made up",
    }
    return DeviceReading(**{**made, **changed})


@pytest.fixture(scope="module")
def worn():
    """A diary with forty mornings missing, and a watch that follows what the whole diary said: 0.4 h a point, noise 0.5 h."""
    rec, at = record(days=150, on=40, off=110, seed=5)
    rng = np.random.default_rng(11)
    said = {d.day: d.sleep_disturbance for d in rec.diary if d.sleep_disturbance is not None}
    middle = np.mean(list(said.values()))
    nights = {day: 5.0 + 0.4 * (s - middle) + rng.normal(0, 0.5) for day, s in said.items()}
    gone = {START + timedelta(days=t) for t in range(WITHOUT_MORNINGS.start, WITHOUT_MORNINGS.stop)}
    diary = tuple(replace(d, sleep_disturbance=None) if d.day in gone else d for d in rec.diary)
    return Record(diary=diary, medicines=rec.medicines), at, nights


def test_the_device_is_learned_and_fills_in_what_the_diary_lacks(worn):
    rec, at, nights = worn
    alone = fit(rec, at=at, seed=1, settings=SETTINGS)
    both = fit(rec, at=at, seed=1, readings=[reading(nights)], settings=SETTINGS)
    ((device, scale, noise),) = both.devices
    assert device.name == "watch"
    # It follows scores, which are the state and the reporting noise; less of a score's spread is the state's, so the slope on the
    # state is as large or larger.
    assert scale.quantiles["0.025"] < 0.5 < scale.quantiles["0.975"]
    assert 0.4 < noise.mean < 0.8
    before, after = (b[0] for b in (bands(alone), bands(both)))
    width = [np.mean((b.high95 - b.low95)[WITHOUT_MORNINGS]) for b in (before, after)]
    assert width[1] < 0.85 * width[0]
    sleep = [f.effect("mirtazapine", Score.SLEEP_DISTURBANCE).sd for f in (alone, both)]
    assert sleep[1] < sleep[0]
    for e in both.effects:
        assert all(map(math.isfinite, [e.mean, e.sd, *e.quantiles.values()]))
    assert all(math.isfinite(r.mean) for r in sensitivity(both))


def test_the_smoother_with_a_device_is_the_dense_conditional_mean(worn):
    """One draw of everything: the state given scores and nights, against one solve of the joint normal."""
    rec, at, nights = worn
    few = {d: v for d, v in nights.items() if d < START + timedelta(days=30)}
    short = Record(
        diary=tuple(d for d in rec.diary if d.day < START + timedelta(days=30)), medicines=rec.medicines
    )
    at = START + timedelta(days=29)
    made = fit(short, at=at, seed=1, readings=[reading(few)], settings=replace(SETTINGS, use_kernel=False))
    p = made.posterior
    # With all weight on one vector every draw is that vector; the coefficients' own spread is averaged over.
    weight = np.zeros_like(p.draws.weight)
    weight[0] = 1.0
    one = replace(made, posterior=replace(p, draws=replace(p.draws, weight=weight)))
    theta = p.draws.theta[0]
    got = bands(one, 4000)[0].mean
    design, m = p.design, dynamics(theta[None])
    days, q = design.base.shape
    beta = p.moments.mean[0]
    level = np.einsum("tq,qo->to", design.base, beta[: 3 * q].reshape(q, 3))
    effect = responses(design, m, beta[None, 3 * q : 3 * len(design.names)].reshape(1, -1, 3))[0][:, 0]
    cov = latent_covariance(design, theta)
    seen, worn_days = np.isfinite(design.y).reshape(-1), np.isfinite(design.nightly[:, 0])
    pick = np.vstack([np.eye(3 * days)[seen], m.scale[0, 0] * np.eye(3 * days)[0::3][worn_days]])
    noise = (np.tile(m.R[0], days) + design.extra.reshape(-1))[seen]
    off = [(design.y - level - effect).reshape(-1)[seen]]
    shared = np.einsum("tq,q,q->t", design.base, design.shared, beta[0 : 3 * q : 3])
    off.append(
        (design.nightly[:, 0] - beta[design.own(0)] - m.scale[0, 0] * (shared + effect[:, 0]))[worn_days]
    )
    C = pick @ cov @ pick.T + np.diag(np.concatenate([noise, np.full(worn_days.sum(), m.noise[0, 0])]))
    state = (cov @ pick.T @ np.linalg.solve(C, np.concatenate(off))).reshape(days, 3)
    want = np.clip((level + effect + state)[design.lead :, 0], 0, 10)
    # The band averages over 4,000 draws of the coefficients: a Monte Carlo error of their spread over 63.
    spread = np.sqrt(np.diag(p.moments.cov[0])[: 3 * q].max()) / 63
    assert np.abs(got - want).max() < 5 * spread


def test_a_device_that_shows_nothing_changes_next_to_nothing(worn):
    rec, at, nights = worn
    rng = np.random.default_rng(3)
    noise = {d: rng.normal(5, 1) for d in nights}
    alone, both = (
        fit(rec, at=at, seed=1, settings=replace(SETTINGS, draws=1000), readings=r)
        for r in ((), (reading(noise),))
    )
    for outcome in OUTCOMES:
        a, b = (f.effect("mirtazapine", outcome) for f in (alone, both))
        assert abs(a.mean - b.mean) < 0.15 * a.sd
        assert abs(b.sd / a.sd - 1) < 0.06


def test_what_cannot_be_read_is_refused(worn):
    rec, at, nights = worn
    with pytest.raises(ValueError, match="first outcome must be sleep_disturbance"):
        fit(
            rec,
            at=at,
            seed=1,
            outcomes=(Score.PAIN, Score.SLEEP_DISTURBANCE, Score.FATIGUE),
            readings=[reading(nights)],
            settings=SETTINGS,
        )
    with pytest.raises(ValueError, match="at most 4 devices"):
        fit(rec, at=at, seed=1, readings=[reading(nights)] * 5, settings=SETTINGS)
    with pytest.raises(ValueError, match="not a finite number"):
        reading({START: math.nan})
    with pytest.raises(ValueError, match="above zero"):
        reading(nights, noise_median=0.0)


def test_nights_off_the_diary_are_left_alone(worn):
    rec, at, nights = worn
    extra = {**nights, at + timedelta(days=5): 9.0, START - timedelta(days=400): 1.0}
    plain, more = (build(rec, at, (), OUTCOMES, SETTINGS, readings=[reading(n)]) for n in (nights, extra))
    assert np.array_equal(plain.nightly, more.nightly, equal_nan=True)
