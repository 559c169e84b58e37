import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from lenitive.record import ActivityDone, IntakeTime, MedicinePeriod, Record
from lenitive.response import OUTCOMES
from lenitive.response.censored import refine
from lenitive.response.design import build
from lenitive.response.likelihood import NumpyLikelihood
from lenitive.response.normals import EffectSpread
from lenitive.response.readings import DeviceReading

sys.path.insert(0, str(Path(__file__).parent))
from dense import covariance, log_marginal, log_parts
from examples import START, record

from lenitive.knowledge import load
from lenitive.response import fit_settings

SETTINGS = fit_settings(load().judgement)
PRIOR_MEAN = np.array([p.mean for p in SETTINGS.priors.parameters])
# Unlike any that is believed, so that components, correlation and weights all matter.
SPREADS = (EffectSpread(1.0, 0.0, 0.5), EffectSpread(1.9, 0.6, 0.3), EffectSpread(0.5, 0.8, 0.2))
MIXED = replace(SETTINGS, priors=replace(SETTINGS.priors, spreads=SPREADS))
ALONE = replace(SETTINGS, priors=replace(SETTINGS.priors, spreads=(EffectSpread(1.0, 0.0, 1.0),)))


def random_design(seed):
    """A record with missing days, two drugs, a dose change, doses before the diary, an activity, and up to two devices."""
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
    readings = [
        DeviceReading(
            name=f"device {a}",
            unit="h",
            nights={
                START + timedelta(days=int(i)): float(rng.normal(5, 1))
                for i in np.flatnonzero(rng.random(days + 3) < 0.7)
            },
            level_mean=5.0,
            level_sd=2.5,
            scale_median=0.2,
            scale_log_sd=0.8,
            noise_median=0.9,
            noise_log_sd=0.4,
            basis="made up",
        )
        for a in range(seed % 3)
    ]
    return build(rec, at, (), OUTCOMES, MIXED, readings=readings), rng


@pytest.mark.parametrize("seed", range(12))
def test_the_log_posterior_is_that_of_the_dense_normal(seed):
    design, rng = random_design(seed)
    theta = design.theta_mean + design.theta_sd * rng.normal(0, 1, (3, design.theta_mean.size))
    one = NumpyLikelihood(design)
    got = one.lp(theta)
    want = np.array([log_marginal(design, x) for x in theta]) + one.log_prior(theta)
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9)


def test_a_vector_far_out_has_density_zero_not_nan():
    design, _ = random_design(0)
    theta = np.vstack([PRIOR_MEAN, PRIOR_MEAN + 400 * np.ones(15)])
    got = NumpyLikelihood(design).lp(theta)
    assert np.isfinite(got[0])
    assert got[1] == -np.inf


@pytest.mark.parametrize("seed", range(6))
def test_influence_is_that_of_the_dense_normal(seed):
    design, rng = random_design(seed)
    theta = design.theta_mean + design.theta_sd * rng.normal(0, 1, design.theta_mean.size)
    off, precision = NumpyLikelihood(design).influence(theta)
    seen = np.isfinite(design.y)
    share = np.exp(log_parts(design, theta) - log_marginal(design, theta))
    each, own = [], []
    for part in range(design.prior.parts):
        C, _, r = covariance(design, theta, part)
        inverse = np.linalg.inv(C)
        each.append((inverse @ r)[: seen.sum()])
        own.append(np.diag(inverse)[: seen.sum()])
    # The first two derivatives of the logarithm of a mixture.
    want = share @ each
    np.testing.assert_allclose(off[seen], want, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(
        precision[seen], share @ own - share @ (each - want) ** 2, rtol=1e-8, atol=1e-9
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_coefficients_are_those_of_the_dense_normal(seed):
    """By component: share, mean and covariance from one joint normal of coefficients and scores."""
    design, rng = random_design(seed)
    theta = design.theta_mean + design.theta_sd * rng.normal(0, 1, design.theta_mean.size)
    got = NumpyLikelihood(design).parts(theta[None])
    np.testing.assert_allclose(
        got.share[0], np.exp(log_parts(design, theta) - log_marginal(design, theta)), rtol=1e-7
    )
    for part, V in enumerate(design.prior.cov):
        C, X, r = covariance(design, theta, part)
        gain = np.linalg.solve(C, X @ V).T
        np.testing.assert_allclose(got.mean[0, part], design.prior_mean + gain @ r, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(got.cov[0, part], V - gain @ X @ V, rtol=1e-6, atol=1e-8)


def test_censored_scores_give_the_exact_posterior_of_the_coefficients():
    """Against Gibbs sampling of the latent reports below the bound, theta held fixed."""
    rec, at = record(days=60, on=25, off=45, seed=3, level=0.9, effect=(-1.0, -1.0, -0.5))
    design = build(rec, at, (), OUTCOMES, ALONE)
    assert design.censored
    share = (design.censor != 0).sum() / design.entries
    assert 0.15 < share < 0.8
    settled, fine = refine(design, PRIOR_MEAN, replace(ALONE, use_kernel=False))
    assert fine
    got = NumpyLikelihood(settled).parts(PRIOR_MEAN[None])

    free = replace(design, extra=np.zeros_like(design.extra))
    C, X, _ = covariance(free, PRIOR_MEAN)
    inverse = np.linalg.inv(C)
    seen = np.isfinite(design.y)
    low = np.flatnonzero((design.censor < 0)[seen])
    y = design.edge[seen].copy()
    centre = X @ design.prior_mean
    rng = np.random.default_rng(0)
    V = np.linalg.inv(
        X.T @ np.linalg.solve(C - (X * design.prior_sd**2) @ X.T, X) + np.diag(design.prior_sd**-2)
    )
    A = (design.prior_sd**2)[:, None] * X.T @ inverse
    total = np.zeros((2, design.columns))
    sweeps, skip = 1500, 100
    for sweep in range(sweeps + skip):
        u = inverse @ (y - centre)
        for i in low:
            sd = 1 / np.sqrt(inverse[i, i])
            mean = y[i] - u[i] / inverse[i, i]
            top = NormalDist().cdf((0.5 - mean) / sd)
            new = mean + sd * NormalDist().inv_cdf(max(rng.random() * top, 1e-300))
            u += inverse[:, i] * (new - y[i])
            y[i] = new
        if sweep >= skip:
            b = design.prior_mean + A @ (y - centre)
            total += np.stack([b, b * b])
    mean = total[0] / sweeps
    sd = np.sqrt(np.diag(V) + total[1] / sweeps - mean**2)
    # Monte Carlo error of the Gibbs mean is about 0.02 SD (1,500 sweeps, part of the variance only).
    assert np.max(np.abs(got.mean[0, 0] - mean) / sd) < 0.08
    np.testing.assert_allclose(np.sqrt(np.diag(got.cov[0, 0])), sd, rtol=0.05)
