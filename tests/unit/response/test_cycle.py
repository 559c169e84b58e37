"""A monthly cycle that nobody recorded is not taken for a drug that is given in blocks of its half."""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.record import Patient
from lenitive.response import fit, fit_settings
from lenitive.response.mixture import cdf
from lenitive.terms import Score

sys.path.insert(0, str(Path(__file__).parent))
from examples import START, blocks, record

SETTINGS = fit_settings(load().judgement)
PRIORS = SETTINGS.priors


def with_cycle(seed, points, phase, length=14, effect=0.0):
    """Masked blocks; pain and the other scores go with a cycle of 28 days whose phase is a share of it."""
    rec, at = blocks(seed, drug="ibuprofen", days=168, length=length, effect=(effect,) * 3)

    def moved(score, day):
        wave = points * np.sin(2 * np.pi * ((day - START).days / 28 + phase))
        return None if score is None else float(np.clip(np.round(score + wave), 0, 10))

    diary = tuple(
        replace(d, **{s: moved(getattr(d, s), d.day) for s in ("sleep_disturbance", "pain", "fatigue")})
        for d in rec.diary
    )
    return replace(rec, diary=diary), at


def eases(rec, at, settings=SETTINGS):
    """Probability of any benefit on pain, and the effect."""
    made = fit(rec, at=at, seed=1, settings=settings)
    p, m = made.posterior, made.posterior.moments
    w = p.design.effect_weights(0, 1, made.inputs[0].current)
    sd = np.sqrt(np.maximum((m.cov @ w) @ w, 1e-16))
    return float(cdf(np.zeros((1, 1)), p.draws.weight, (m.mean @ w)[None], sd[None])[0, 0]), made


def test_a_cycle_in_step_with_the_blocks_makes_no_drug_of_nothing():
    """At the worst phase, amplitude one point: without the guard nearly everybody is told that the tablet eases."""
    # On first: pain is low while the sine is below zero, so the second half of the cycle has to meet the blocks that are on.
    found = [eases(*with_cycle(seed, 1.0, 0.5))[0] for seed in range(12)]
    flat = tuple(replace(c, sd=(1e-4,) * 3) if c.name == "cycle" else c for c in PRIORS.coefficients)
    bare = replace(SETTINGS, priors=replace(PRIORS, coefficients=flat))
    without = [eases(*with_cycle(seed, 1.0, 0.5), bare)[0] for seed in range(12)]
    assert np.mean(np.array(without) >= 0.975) >= 0.5
    assert np.mean(np.array(found) >= 0.975) <= 0.1


def test_a_real_effect_is_still_found_beside_it():
    held = []
    for seed in range(12):
        _, made = eases(*with_cycle(seed, 0.5, seed / 12, effect=-2.0))
        q = made.effect("ibuprofen", Score.PAIN).quantiles
        held.append(q["0.025"] <= -2.0 <= q["0.975"])
    assert np.mean(held) >= 0.75


@pytest.mark.parametrize(
    ("length", "waves"), [(9, False), (10, True), (14, True), (18, True), (19, False), (7, False)]
)
def test_only_blocks_of_about_half_a_cycle_have_it(length, waves):
    rec, at = blocks(1, length=length, days=6 * length)
    labels = {what for what, _, _ in fit(rec, at=at, seed=1, settings=SETTINGS).posterior.design.labels}
    assert ("cycle" in labels) is waves


@pytest.mark.parametrize(
    ("patient", "waves"),
    [
        (Patient(), True),
        (Patient(sex="female", birth_year=START.year - 55), True),
        (Patient(sex="female", birth_year=START.year - 56), False),
        (Patient(sex="male"), False),
    ],
)
def test_only_who_may_have_a_cycle_has_it(patient, waves):
    rec, at = blocks(1, length=14)
    design = fit(replace(rec, patient=patient), at=at, seed=1, settings=SETTINGS).posterior.design
    assert ("cycle" in {what for what, _, _ in design.labels}) is waves


def test_a_break_alone_has_it_not_and_the_waves_do_not_depend_on_where_the_grid_begins():
    rec, at = record(120, on=30, off=44)
    assert "cycle" not in {
        w for w, _, _ in fit(rec, at=at, seed=1, settings=SETTINGS).posterior.design.labels
    }
    rec, at = blocks(1, length=14)
    early = replace(
        rec,
        medicines=(
            *rec.medicines,
            replace(rec.medicines[0], drug="duloxetine", start=START - timedelta(days=20), end=None),
        ),
    )
    one, two = (fit(r, at=at, seed=1, settings=SETTINGS).posterior.design for r in (rec, early))
    row = one.names.index(("cycle", "sine"))
    np.testing.assert_allclose(two.base[20:, two.names.index(("cycle", "sine"))], one.base[:, row])
