"""Closed forms against two calculations that share no code with them: an ODE solver, and one exponential sum by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from lenitive.kinetics import (
    Curve,
    area_under_curve,
    concentration,
    one_compartment,
    superposition,
    two_compartment,
)

DOSES_H = np.array([0.0, 24.0, 47.0, 72.5, 72.5, 120.0])
DOSES_MG = np.array([15.0, 15.0, 30.0, 7.5, 7.5, 45.0])
TIMES = np.linspace(0.0, 200.0, 173)


def by_ode(cl, v, ka, lag, q=None, v2=None):
    """mg in gut, centre and periphery, integrated from dose to dose; ng/mL in the centre."""

    def slope(_t, y):
        gut, centre, edge = y
        there = 0.0 if q is None else q * (centre / v - edge / v2)
        return [-ka * gut, ka * gut - cl / v * centre - there, there]

    out = np.zeros_like(TIMES)
    state, now = np.zeros(3), 0.0
    stops = [*sorted(set(DOSES_H + lag)), TIMES[-1] + 1.0]
    for stop in stops:
        look = TIMES[(now <= TIMES) & (stop > TIMES)]
        if stop > now:
            done = solve_ivp(
                slope,
                (now, stop),
                state,
                method="LSODA",
                rtol=1e-12,
                atol=1e-14,
                t_eval=np.append(look, stop),
            )
            out[(now <= TIMES) & (stop > TIMES)] = done.y[1][:-1] / v * 1000
            state = done.y[:, -1]
        state = state + np.array([DOSES_MG[(DOSES_H + lag) == stop].sum(), 0, 0])
        now = stop
    return out


@pytest.mark.parametrize(
    ("cl", "v", "ka", "lag"),
    [
        (46.0, 2057.0, 2.2, 0.0),
        (114.0, 1943.0, 0.68, 2.0),
        (4.96, 39.8, 1.22, 0.32),
        (10.0, 100.0, 0.05, 0.0),
    ],
)
def test_one_compartment_agrees_with_the_ode(cl, v, ka, lag):
    curve = one_compartment(clearance=cl, volume=v, ka=ka, lag_h=lag)
    expected = by_ode(cl, v, ka, lag)
    scale = expected.max()
    # 1e-8 of the peak: the solver's own tolerance is 1e-12 a step, over some hundred steps.
    assert np.abs(superposition(curve, DOSES_H, DOSES_MG, TIMES)[0] - expected).max() < 1e-8 * scale
    assert np.abs(concentration(curve, DOSES_H, DOSES_MG, TIMES)[0] - expected).max() < 1e-8 * scale


@pytest.mark.parametrize(("q", "v2", "ka"), [(30.0, 800.0, 2.2), (500.0, 50.0, 0.4), (1.0, 5000.0, 2.2)])
def test_two_compartments_agree_with_the_ode(q, v2, ka):
    curve = two_compartment(clearance=46.0, volume=900.0, exchange=q, peripheral=v2, ka=ka)
    expected = by_ode(46.0, 900.0, ka, 0.0, q, v2)
    assert np.abs(superposition(curve, DOSES_H, DOSES_MG, TIMES)[0] - expected).max() < 1e-8 * expected.max()
    assert np.abs(concentration(curve, DOSES_H, DOSES_MG, TIMES)[0] - expected).max() < 1e-8 * expected.max()


def test_a_sum_written_out_by_hand_agrees():
    cl, v, ka = 46.0, 2057.0, 2.2
    k = cl / v
    curve = one_compartment(clearance=cl, volume=v, ka=ka)
    for index, t in enumerate(TIMES):
        total = 0.0
        for at, mg in zip(DOSES_H, DOSES_MG, strict=True):
            if t > at:
                total += (
                    1000 * mg * ka / (v * (ka - k)) * (math.exp(-k * (t - at)) - math.exp(-ka * (t - at)))
                )
        assert superposition(curve, DOSES_H, DOSES_MG, TIMES)[0][index] == pytest.approx(total, abs=1e-8)


def test_equal_rates_take_the_limit():
    """At ka = k the sum of exponentials is 0/0; the curve is D k t exp(-k t) / V."""
    for nudge in (0.0, 1e-13, 1e-9, -1e-9, 1e-5):
        curve = one_compartment(clearance=10.0, volume=100.0, ka=0.1 * (1 + nudge))
        t = np.array([0.5, 1.0, 10.0, 100.0])
        limit = 1000 * 20 * 0.1 * t * np.exp(-0.1 * t) / 100
        assert superposition(curve, [0.0], [20.0], t)[0] == pytest.approx(
            limit, rel=2e-4 if nudge == 1e-5 else 1e-8
        )


def test_extreme_rates_neither_overflow_nor_turn_negative():
    for ka, cl in ((1e-4, 1e5), (1e5, 1e-4)):
        curve = one_compartment(clearance=cl, volume=1.0, ka=ka)
        values = superposition(curve, [0.0], [1.0], [0.0, 1e-6, 1.0, 1e4])[0]
        assert np.isfinite(values).all()
        assert (values >= 0).all()


def test_areas_agree_with_quadrature():
    curve = two_compartment(clearance=46.0, volume=900.0, exchange=30.0, peripheral=800.0, ka=2.2, lag_h=0.5)
    edges = np.array([0.0, 10.0, 24.0, 48.0, 100.0])
    areas = area_under_curve(curve, DOSES_H, DOSES_MG, edges)[0]
    for low, high, area in zip(edges, edges[1:], areas, strict=False):
        inside = [h + 0.5 for h in DOSES_H if low < h + 0.5 < high]
        expected, _ = quad(
            lambda t: float(superposition(curve, DOSES_H, DOSES_MG, [t])[0][0]),
            low,
            high,
            points=inside or None,
            limit=200,
        )
        assert area == pytest.approx(expected, rel=1e-8)


def test_the_area_of_one_dose_is_dose_over_clearance():
    curve = one_compartment(clearance=46.0, volume=2057.0, ka=2.2)
    assert area_under_curve(curve, [0.0], [30.0], [0.0, 5000.0])[0][0] == pytest.approx(
        30 / 46 * 1000, rel=1e-9
    )


positive = st.floats(0.05, 5.0)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(0, 60)), min_size=1, max_size=12),
    st.lists(st.floats(0, 400), min_size=1, max_size=30),
    positive,
    positive,
    st.floats(0, 3),
)
def test_the_fast_curve_is_the_definition(doses, times, ka, k, lag):
    curve = one_compartment(clearance=[k * 100, k * 70], volume=[100.0, 100.0], ka=ka, lag_h=lag)
    at, mg = np.array([d[0] for d in doses]), np.array([d[1] for d in doses])
    look = np.sort(np.array(times))
    definition = superposition(curve, at, mg, look)
    # Moments are rounded to 1e-9 h; a slope of ka times the dose over that is the whole difference.
    tolerance = 1e-8 * ka * 1000 / 100 * max(mg.sum(), 1e-3)
    assert np.abs(concentration(curve, at, mg, look) - definition).max() <= tolerance


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(len(DOSES_H))), st.floats(0.1, 10))
def test_the_order_of_doses_does_not_matter_and_doses_scale(order, factor):
    curve = one_compartment(clearance=46.0, volume=2057.0, ka=2.2)
    base = concentration(curve, DOSES_H, DOSES_MG, TIMES)
    shuffled = concentration(curve, DOSES_H[list(order)], factor * DOSES_MG[list(order)], TIMES)
    assert shuffled == pytest.approx(factor * base, rel=1e-12, abs=1e-12)


def test_times_must_rise():
    with pytest.raises(ValueError, match="rise"):
        concentration(Curve(np.ones(1), 0.0, np.ones((1, 1)), np.ones((1, 1))), [0.0], [1.0], [2.0, 1.0])
