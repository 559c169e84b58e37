"""The compiled loops and the NumPy text beside them: responses, smoother, delays, amounts carried from event to event."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenitive.kinetics import carry, one_compartment, superposition, two_compartment
from lenitive.kinetics.carry import Events, Factors, carry_by_numpy
from lenitive.kinetics.curve import concentration
from lenitive.record import IntakeTime, MedicinePeriod, Record
from lenitive.response import compiled, filters, latent
from lenitive.response.dynamics import dynamics

sys.path.insert(0, str(Path(__file__).parent.parent / "unit" / "response"))
from test_likelihood import random_design


def built(module, what):
    """The compiled module, or a skip that says which is absent."""
    if module is None:
        reason = f"the {what} kernel was not built (no C compiler)"
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(f"REQUIRE_ALL=1 and {reason}")
        pytest.skip(reason)
    return module


def close(got, want, rtol=1e-10):
    scale = np.max(np.abs(want), initial=1e-300)
    assert np.max(np.abs(got - want), initial=0.0) <= rtol * scale


def each_level(monkeypatch):
    """The instruction sets of this machine, one after another."""
    for level in range(compiled.level() + 1):
        monkeypatch.setattr(latent, "level", lambda level=level: level)
        yield level


def drawn(seed, draws):
    """A random design with matrices, effects, and residuals as bands have them."""
    design, rng = random_design(seed)
    theta = design.theta_mean + 0.7 * design.theta_sd * rng.standard_normal((draws, design.theta_mean.size))
    days, inputs, devices = design.y.shape[0], design.drive.shape[1], design.nightly.shape[1]
    y = design.y[:, None, :] - rng.normal(5, 1, (days, draws, 3))
    night = design.nightly[:, None, :] - rng.normal(5, 1, (days, draws, devices))
    return design, dynamics(theta), rng.normal(0, 1, (draws, inputs, 3)), y, night


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), draws=st.integers(1, 21))
def test_responses_and_smoother_agree(seed, draws):
    """Missing days, none to two devices, several drugs, an activity; numbers of draws that do not fill the lanes."""
    built(compiled.MODULE, "response")
    design, m, effect, y, night = drawn(seed, draws)
    responded = latent.responses_by_numpy(design, m, effect)
    known = latent.smoothed_by_numpy(design, m, y, night)
    with pytest.MonkeyPatch.context() as patch:
        for _ in each_level(patch):
            for got, want in zip(latent.responses(design, m, effect), responded, strict=True):
                close(got, want)
            for got, want in zip(latent.smoothed(design, m, y, night), known, strict=True):
                close(got, want)


def test_a_diary_of_one_day_is_smoothed_and_one_without_any_score_gives_the_prior():
    built(compiled.MODULE, "response")
    design, m, _, y, night = drawn(1, 3)
    one = replace(design, y=design.y[:1], nightly=design.nightly[:1], extra=design.extra[:1])
    for got, want in zip(
        latent.smoothed(one, m, y[:1], night[:1]),
        latent.smoothed_by_numpy(one, m, y[:1], night[:1]),
        strict=True,
    ):
        close(got, want)
    empty = replace(design, y=np.full_like(design.y, np.nan), nightly=np.full_like(design.nightly, np.nan))
    mean, var = latent.smoothed(empty, m, np.full_like(y, np.nan), np.full_like(night, np.nan))
    assert not mean.any()
    first = m.T @ m.P0 @ m.T.transpose(0, 2, 1) + m.Q
    np.testing.assert_allclose(var[0], np.diagonal(first, axis1=1, axis2=2), rtol=1e-10)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    signal=st.lists(st.floats(-1e3, 1e3), max_size=80),
    delays=st.lists(st.floats(0.01, 1e4), min_size=1, max_size=6),
)
def test_delays_agree(signal, delays):
    built(compiled.MODULE, "response")
    series, days = np.array(signal), np.array(delays)
    np.testing.assert_array_equal(
        filters.first_order(series, days), filters.first_order_by_numpy(series, days)
    )


def test_a_delay_is_that_of_its_equation():
    step = filters.first_order(np.ones(60), np.array([3.0, 21.0]))
    np.testing.assert_allclose(step, 1 - np.exp(-(np.arange(60) + 1) / np.array([[3.0], [21.0]])), rtol=1e-12)


FIRST = date(2026, 1, 1)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]),
            st.sampled_from([0.1, 0.2, 7.5, 30.0]),
            st.integers(-20, 40),
            st.none() | st.integers(0, 30),
            st.lists(st.integers(0, 30), max_size=3),
        ),
        max_size=5,
    ),
    days=st.integers(0, 30),
)
def test_the_doses_of_all_days_are_those_of_each_day(rows, days):
    """Overlapping periods at different times of day, open ends, days missed, and periods outside the span."""
    periods = []
    for i, (drug, mg, start, length, missed) in enumerate(rows):
        begin = FIRST + timedelta(days=start)
        end = None if length is None else begin + timedelta(days=length)
        left = frozenset(begin + timedelta(days=m) for m in missed if length is None or m <= length)
        periods.append(
            MedicinePeriod(
                drug=drug, dose_mg=mg, start=begin, end=end, missed=left, times=(IntakeTime(f"{i:02d}:00"),)
            )
        )
    record = Record(medicines=tuple(periods))
    for drug in ("a", "b", "never"):
        want = [record.dose_mg(drug, FIRST + timedelta(days=t)) for t in range(days)]
        assert filters.daily_mg(record, drug, FIRST, days).tolist() == want


def patients(terms, count, rng):
    """Curves with one or two terms."""
    ka = rng.uniform(0.2, 2.0, count)
    if terms == 1:
        return one_compartment(
            clearance=rng.uniform(5, 60, count), volume=rng.uniform(50, 500, count), ka=ka, lag_h=0.4
        )
    return two_compartment(
        clearance=rng.uniform(5, 60, count),
        volume=rng.uniform(50, 500, count),
        exchange=rng.uniform(1, 20, count),
        peripheral=rng.uniform(50, 500, count),
        ka=ka,
    )


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000),
    terms=st.integers(1, 2),
    count=st.integers(1, 9),
    doses=st.integers(0, 12),
    looks=st.integers(0, 12),
)
def test_levels_agree_with_and_without_the_kernel(seed, terms, count, doses, looks):
    """Random hours, some of them shared by several doses and looks."""
    built(carry.MODULE, "kinetics")
    rng = np.random.default_rng(seed)
    curve = patients(terms, count, rng)
    at, mg = rng.integers(0, 40, doses) * 1.5, rng.uniform(1, 60, doses)
    times = np.sort(rng.integers(0, 40, looks) * 1.5 + rng.choice([0.0, 0.4]))
    got = concentration(curve, at, mg, times)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(carry, "MODULE", None)
        want = concentration(curve, at, mg, times)
    assert got.shape == want.shape == (count, looks)
    close(got, want, 1e-13)
    close(got, superposition(curve, at, mg, times), 1e-9)


@pytest.mark.parametrize("terms", [1, 2])
def test_pieces_of_events_and_blocks_of_patients_join_without_a_seam(terms, monkeypatch):
    rng = np.random.default_rng(3)
    curve = patients(terms, 11, rng)
    at, mg = rng.uniform(0, 400, 60), rng.uniform(1, 60, 60)
    times = np.sort(rng.uniform(0, 500, 90))
    whole = concentration(curve, at, mg, times)
    monkeypatch.setattr("lenitive.kinetics.curve._EVENTS", 7)
    monkeypatch.setattr("lenitive.kinetics.curve._BLOCK", 4)
    close(concentration(curve, at, mg, times), whole, 1e-13)


def test_compiled_code_refuses_arrays_that_do_not_fit():
    """A wrong size, a wrong index or a missing array is an error, never a read outside."""
    module = built(carry.MODULE, "kinetics")
    step, dose, row = np.array([-1, 0]), np.array([5.0, 0.0]), np.array([-1, 0])
    one = np.ones((1, 1))

    def asked(step=step, row=row, steps=1, out=one):
        gut, central = np.zeros(1), np.zeros((1, 1))
        parts = (step, dose, row, one, one[None], one[None], one, gut, central, out)
        module.carry(2, 1, 1, steps, out.shape[0], parts)
        return gut, central

    gut, central = asked(out=np.zeros((1, 1)))
    events, factors = Events(step, dose, row), Factors(one, one[None], one[None])
    by_numpy = np.zeros(1), np.zeros((1, 1))
    carry_by_numpy(events, factors, one, *by_numpy, np.zeros((1, 1)))
    assert (gut, central) == by_numpy
    for wrong in (
        {"step": np.array([-1, 1])},
        {"step": np.array([-2, 0])},
        {"row": np.array([-1, 1])},
        {"row": np.array([0])},
        {"steps": 2},
        {"out": np.zeros((0, 1))},
    ):
        with pytest.raises(ValueError):
            asked(**wrong)
    with pytest.raises(ValueError):
        module.carry(0, 1, 1, 0, 0, ())
    response = built(compiled.MODULE, "response")
    for call in (
        lambda: response.respond(0, 1, 5, 1, ()),
        lambda: response.respond(compiled.level() + 1, 1, 5, 1, ()),
        lambda: response.respond(0, 1, 5, 1, (np.zeros(3),) * 8),
        lambda: response.smooth(0, 1, 5, 0, (np.zeros(3),) * 13),
        lambda: response.smooth(0, 0, 5, 0, (np.zeros(0),) * 13),
        lambda: response.first_order(3, 1, (np.zeros(3), np.zeros(2), np.zeros(3))),
        lambda: response.first_order(-3, 1, (np.zeros(3), np.zeros(1), np.zeros(3))),
    ):
        with pytest.raises(ValueError):
            call()
