"""The compiled kernel and the NumPy definition are the same function."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lenitive.response import climb, kernel, mixture
from lenitive.response.likelihood import NumpyLikelihood, projected_by_numpy

sys.path.insert(0, str(Path(__file__).parent.parent / "unit" / "response"))
from test_likelihood import random_design

from lenitive.knowledge import load
from lenitive.response import fit_settings

SETTINGS = fit_settings(load().judgement)
PRIOR_MEAN = np.array([p.mean for p in SETTINGS.priors.parameters])

if not kernel.available():
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail("REQUIRE_ALL=1 and the response kernel was not built")
    pytest.skip("the response kernel was not built (no C compiler)", allow_module_level=True)


def drawn(design, rng, spread, lanes):
    """Parameter vectors around the prior mean."""
    size = design.theta_mean.size
    return design.theta_mean + spread * design.theta_sd * rng.standard_normal((lanes, size))


def close(got, want, rtol):
    scale = np.max(np.abs(want), initial=1e-300)
    assert np.max(np.abs(got - want), initial=0.0) <= rtol * scale


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), lanes=st.integers(1, 19), spread=st.floats(0, 1.5))
def test_kernel_and_definition_agree(seed, lanes, spread):
    design, rng = random_design(seed)
    theta = drawn(design, rng, spread, lanes)
    want = NumpyLikelihood(design).parts(theta)
    cross, log_s = NumpyLikelihood(design).gram(theta)
    best = kernel.Kernel(design).level
    for level in range(best + 1):
        twin = kernel.Kernel(design, level)
        got = twin.parts(theta)
        close(twin.lp(theta), want.lp, 1e-10)
        close(got.lp, want.lp, 1e-10)
        close(got.share, want.share, 1e-9)
        close(got.mean, want.mean, 1e-10)
        close(got.cov, want.cov, 1e-10)
        close(twin.gram(theta)[0], cross, 1e-10)
        close(twin.gram(theta)[1], log_s, 1e-10)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), lanes=st.integers(1, 19), many=st.integers(0, 4))
def test_kept_products_are_solved_anew_as_by_their_definition(seed, lanes, many):
    design, rng = random_design(seed)
    cross, log_s = NumpyLikelihood(design).gram(drawn(design, rng, 0.7, lanes))
    directions = rng.standard_normal((many, design.columns)) * (rng.random((many, design.columns)) < 0.5)
    prior = design.prior.scaled(np.exp(rng.normal(0, 1, design.columns)), design.prior_mean + 0.3)
    want = projected_by_numpy(cross, log_s, design.observed, prior, directions)
    n, c = lanes, prior.parts
    for level in range(kernel.best_level() + 1):
        got = [np.empty(n), np.empty((n, c)), np.empty((n, c, many)), np.empty((n, c, many))]
        shape = (level, n, design.columns, c, many, design.observed)
        kernel.MODULE.resolve(*shape, (cross, log_s, *prior.ridge(), directions, *got))
        close(got[0], want.lp, 1e-10)
        close(got[1], want.share, 1e-8)
        close(got[2], want.mean, 1e-9)
        close(got[3], want.var, 1e-9)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), spread=st.floats(0, 1))
def test_the_adjoint_gradient_is_that_of_the_definition(seed, spread):
    design, rng = random_design(seed)
    theta = drawn(design, rng, spread, 1)[0]
    h = 1e-3
    e = h * np.eye(theta.size)
    f = (
        NumpyLikelihood(design)
        .lp(np.vstack([theta + e, theta - e, theta + 2 * e, theta - 2 * e, theta + 3 * e, theta - 3 * e]))
        .reshape(6, -1)
    )
    want = (45 * (f[0] - f[1]) - 9 * (f[2] - f[3]) + (f[4] - f[5])) / (60 * h)
    for level in range(kernel.Kernel(design).level + 1):
        value, got = kernel.Kernel(design, level).slope(theta)
        close(np.array(value), NumpyLikelihood(design).lp(theta[None]), 1e-10)
        # Sixth-order differences of a function known to 1e-13 relative: 1e-8 is what they can show.
        close(got, want, 1e-8)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000))
def test_influence_agrees(seed):
    design, rng = random_design(seed)
    theta = drawn(design, rng, 1.0, 1)[0]
    seen = np.isfinite(design.y)
    for got, want in zip(
        kernel.Kernel(design).influence(theta), NumpyLikelihood(design).influence(theta), strict=True
    ):
        close(got[seen], want[seen], 1e-9)


def test_a_vector_far_out_is_treated_alike():
    design, _ = random_design(3)
    theta = np.vstack([PRIOR_MEAN, PRIOR_MEAN + 400.0, PRIOR_MEAN + np.nan])
    assert np.array_equal(np.isfinite(kernel.Kernel(design).lp(theta)), [True, False, False])


def test_wrong_sizes_are_refused_not_read():
    design, _ = random_design(3)
    twin = kernel.Kernel(design)
    with pytest.raises(ValueError, match="wrong size"):
        twin._c.batch(
            (*twin._arrays[:15], np.zeros(4)), *twin._shape, 0, np.zeros((1, 15)), *[np.zeros(0)] * 6
        )
    with pytest.raises(ValueError, match="wrong size"):
        twin._c.batch(twin._arrays, *twin._shape, 0, np.zeros((2, 15)), np.zeros(1), *[np.zeros(0)] * 5)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 70), many=st.integers(1, 5))
# Plateaus between narrow components, where plain Newton steps went back and forth and never arrived.
@example(seed=2236, count=41, many=1)
@example(seed=2622, count=64, many=1)
def test_mixtures_agree_with_their_definition(seed, count, many):
    rng = np.random.default_rng(seed)
    weight = rng.dirichlet(np.ones(count))
    mean, sd = 10 * rng.standard_normal((many, count)), np.exp(rng.normal(0, 1, (many, count)))
    # The start of the steps, far tails, and beyond where the density is zero in float64.
    x = np.concatenate(
        [mean[:, :1], mean[:, :1] + 9 * sd[:, :1], np.full((many, 1), -4e3), np.full((many, 1), 4e3)], axis=1
    )
    want = mixture.normal_cdf((x[:, :, None] - mean[:, None, :]) / sd[:, None, :]) @ weight
    q = mixture.quantiles_by_numpy(weight, mean, sd)
    for level in range(kernel.best_level() + 1):
        below, at = np.empty_like(x), np.empty_like(q)
        targets, start = np.array(mixture.QUANTILES), mixture._START
        mixture.MODULE.mixture(level, weight, mean, sd, x, targets, start, below, at)
        np.testing.assert_allclose(below, want, rtol=0, atol=2e-15)
        np.testing.assert_allclose(
            mixture.cdf(at, weight, mean, sd), np.tile(targets, (many, 1)), atol=1.1e-7
        )


def test_wrong_sizes_of_a_mixture_are_refused_not_read():
    one = np.ones((1, 3))
    with pytest.raises(ValueError, match="wrong size"):
        mixture.MODULE.mixture(0, one[0], one, one[:, :2].copy(), *[np.zeros(0)] * 5)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000))
def test_the_climb_is_that_of_the_definition(seed):
    """The same steps in C and in Python on the same gradient: mode, gradients used and Hessian."""
    design, _ = random_design(seed)
    twin = kernel.Kernel(design)
    by_steps = climb.Target(twin.lp, twin.slope, design.theta_mean, design.theta_sd)
    at_once = climb.Target(twin.lp, twin.slope, design.theta_mean, design.theta_sd, climb=twin.climb)
    start = np.zeros(design.theta_mean.size)
    want = climb.mode(by_steps, design.entries, start)
    H, _ = climb.hessian(by_steps, want.z, want.gradient)
    first = climb.first_metric(at_once, design.entries)
    z, gradient, converged, used, found = twin.climb(
        *at_once.frame, first, climb.TOLERANCE, climb.LIMIT, start, True
    )
    assert (converged, used - start.size) == (want.converged, want.used)
    close(z, want.z, 1e-8)
    # Both end at the mode to tolerance, where the gradient is small beside the curvature.
    assert np.max(np.abs(gradient - want.gradient)) < 1e-6 * np.max(np.abs(H))
    close(found, H, 1e-5)
