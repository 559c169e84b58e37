"""A measured level's interval holds the true clearance as often as it says, in patients drawn from its own prior."""

from __future__ import annotations

from datetime import date

import numpy as np

from lenitive.kinetics import concentration, person
from lenitive.kinetics.levels import Level, update
from lenitive.knowledge import load
from lenitive.record import Patient

DAY = date(2026, 3, 1)
PATIENTS = 150


def test_the_interval_covers_and_the_levels_sharpen():
    model = load().kinetics.get("mirtazapine")
    who = person(model, Patient(), at=DAY)
    rng = np.random.default_rng(20260301)
    eta = rng.normal(size=(PATIENTS, 2)) * who.sd
    noise = np.sqrt(np.log1p(model.residual_cv.value**2))
    doses, mg = np.arange(12) * 24.0 + 22.0, np.full(12, 30.0)
    hours = 12 * 24.0 + 9.0
    true = concentration(who.curve(eta), doses, mg, [hours])[:, 0]
    measured = true * np.exp(noise * rng.normal(size=PATIENTS))
    held, error = 0, []
    for truth, value in zip(eta, measured, strict=True):
        level = Level(day=DAY, value=float(value), hours=(hours,), drawn_at=None, since_last_dose_h=11.0)
        found = update(who, doses, mg, (level,))
        clearance = who.clearance * np.exp(truth[0])
        held += found.low <= clearance <= found.high
        error.append(np.log(found.map / clearance))
    # Binomial: 95 % of 150 is 142.5 with a standard deviation of 2.7; three of them on each side.
    assert 134 <= held <= 150
    # One level takes away well over half of the prior's variance.
    assert np.std(error) < 0.7 * who.sd[0]
