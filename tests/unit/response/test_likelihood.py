import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from lenitive.record import ActivityDone, IntakeTime, MedicinePeriod, Record
from lenitive.response import OUTCOMES, Settings
from lenitive.response.design import build
from lenitive.response.dynamics import PRIOR_MEAN, PRIOR_SD
from lenitive.response.likelihood import log_prior, lp_batch

sys.path.insert(0, str(Path(__file__).parent))
from dense import log_marginal
from examples import START, record


def random_design(seed):
    """A record with missing days, two drugs, a dose change, doses before the diary, an activity."""
    rng = np.random.default_rng(seed)
    days = int(rng.integers(5, 40))
    rec, at = record(days=days, on=int(rng.integers(0, days)), seed=seed, missing=rng.uniform(0, 0.7))
    early = START - timedelta(days=int(rng.integers(0, 9)))
    change = START + timedelta(days=int(rng.integers(1, days)))
    second = (
        MedicinePeriod(
            drug="duloxetine",
            dose_mg=30,
            start=early,
            end=change,
            times=(IntakeTime("morning"),),
            masked=True,
        ),
        MedicinePeriod(drug="duloxetine", dose_mg=60, start=change + timedelta(days=1)),
    )
    walks = tuple(
        ActivityDone(day=START + timedelta(days=int(i)), activity="walking", minutes=30)
        for i in np.flatnonzero(rng.random(days) < 0.4)
    )
    rec = Record(diary=rec.diary, medicines=(*rec.medicines, *second), activities=walks)
    return build(rec, at, (), OUTCOMES, Settings()), rng


@pytest.mark.parametrize("seed", range(12))
def test_the_log_posterior_is_that_of_the_dense_normal(seed):
    design, rng = random_design(seed)
    theta = PRIOR_MEAN + PRIOR_SD * rng.normal(0, 1, (3, 15))
    got = lp_batch(design, theta)
    want = np.array([log_marginal(design, x) for x in theta]) + log_prior(theta)
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9)


def test_a_vector_far_out_has_density_zero_not_nan():
    design, _ = random_design(0)
    theta = np.vstack([PRIOR_MEAN, PRIOR_MEAN + 400 * np.ones(15)])
    got = lp_batch(design, theta)
    assert np.isfinite(got[0])
    assert got[1] == -np.inf
