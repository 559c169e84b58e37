"""The distributions against SciPy, and that a review's share of them needs no SciPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

from lenitive.evidence.distributions import (
    chi2_quantile,
    chi2_tail,
    normal_quantile,
    normal_two_sided,
    t_quantile,
    two_sided,
)


@pytest.mark.parametrize("df", [1, 2, 3, 4, 5, 8, 13, 30, 59, 60, 61, 200, 2.5])
@pytest.mark.parametrize("q", [1e-12, 0.01, 0.5, 1.0, 3.84, 20.0, 80.0, 300.0, 1400.0])
def test_the_chi_squared_tail(q, df):
    """To thirteen digits, on both sides of where the finite sum ends, in the far tail too."""
    assert chi2_tail(q, df) == pytest.approx(special.chdtrc(df, q), rel=1e-12, abs=1e-300)


def test_the_edges_of_the_chi_squared_tail():
    assert chi2_tail(3.0, 0) == chi2_tail(0.0, 4) == chi2_tail(-1e-15, 4) == 1
    assert chi2_tail(math.inf, 3) == 0
    assert math.isnan(chi2_tail(math.nan, 3))
    assert chi2_quantile(0.95, 3) == pytest.approx(7.814727903251179, rel=1e-13)


@pytest.mark.parametrize("p", [1e-300, 1e-9, 0.025, 0.2, 0.5, 0.8, 0.975, 1 - 1e-9])
def test_the_normal_quantile(p):
    assert normal_quantile(p) == pytest.approx(special.ndtri(p), rel=1e-14, abs=1e-15)
    assert t_quantile(p, math.inf) == normal_quantile(p)
    assert t_quantile(p, 4.0) == pytest.approx(special.stdtrit(4.0, p), rel=1e-14, abs=1e-15)


def test_the_edges_of_the_normal_quantile():
    assert (normal_quantile(0), normal_quantile(1)) == (-math.inf, math.inf)
    assert math.isnan(normal_quantile(math.nan))
    assert math.isnan(normal_quantile(1.5))


@pytest.mark.parametrize("z", [0.0, 0.3, -1.96, 5.0, -37.0])
def test_two_sided_tails(z):
    assert normal_two_sided(z) == pytest.approx(2 * special.ndtr(-abs(z)), rel=1e-13)
    assert two_sided(z, math.inf) == normal_two_sided(z)
    assert two_sided(z, 7.0) == pytest.approx(2 * special.stdtr(7.0, -abs(z)), rel=1e-13)
    assert np.isnan(normal_two_sided(math.nan))
