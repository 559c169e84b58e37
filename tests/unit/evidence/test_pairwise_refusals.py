"""Pairwise pooling on data that cannot be, or can hardly be, pooled: a named refusal, or an answer with its caveats."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenitive.evidence.pairwise import (
    binomial_normal,
    egger,
    from_counts,
    from_means,
    generic,
    mantel_haenszel,
    peto,
    pool,
    subgroups,
)
from lenitive.evidence.refusal import NotEstimable


def test_miki_2016() -> None:
    """96 of 211 against 65 of 211: the risk ratio, its interval, the difference and the number needed to treat."""
    columns = ([96], [211], [65], [211])
    rr = pool(from_counts(*columns, measure="RR"), model="common")
    shown = [rr.shown(x) for x in (rr.effect.estimate, rr.effect.low, rr.effect.high)]
    assert shown == pytest.approx([1.477, 1.150, 1.897], abs=5e-4)
    rd = pool(from_counts(*columns, measure="RD"), model="common").effect.estimate
    assert rd == pytest.approx(0.147, abs=5e-4)
    assert 1 / rd == pytest.approx(6.8, abs=0.05)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: generic([], []), "no_studies"),
        (lambda: generic([1.0], [0.0]), "zero_variance"),
        (lambda: generic([1.0, 2.0], [1.0, -1.0]), "negative_variance"),
        (lambda: generic([1.0, math.nan], [1.0, 1.0]), "missing_value"),
        (lambda: generic([1.0, 2.0], [1.0]), "lengths_differ"),
        (lambda: generic(["a"], [1.0]), "not_a_number"),
        (lambda: generic([1.0], [1.0], measure="XX"), "unknown_measure"),
        (lambda: from_means([1], [0], [10], [2], [1], [10]), "zero_sd"),
        (lambda: from_counts([11], [10], [1], [10]), "impossible_counts"),
        (lambda: from_counts([1], [10], [1], [10], measure="HR"), "unknown_measure"),
        (lambda: pool(generic([1.0, 2.0], [1.0, 1.0]), model="fixed"), "unknown_model"),
        (lambda: pool(generic([1.0, 2.0], [1.0, 1.0]), method="XX"), "unknown_method"),
        (lambda: pool(generic([1.0, 2.0], [1.0, 1.0]), level=95), "wrong_level"),
        (lambda: pool(generic([1.0, 2.0, 3.0], [1.0] * 3), moderators={"x": np.ones(3)}), "collinear"),
        (lambda: egger(generic([1.0, 2.0], [1.0, 1.0])), "too_few_studies"),
        (lambda: egger(generic([1.0, 2.0, 3.0], [1.0] * 3)), "same_precision"),
        (lambda: mantel_haenszel([0, 0], [10, 10], [0, 0], [10, 10]), "no_events"),
        (lambda: peto([0], [10], [0], [10]), "no_events"),
        (lambda: binomial_normal([0], [10], [1], [10]), "no_events"),
        (lambda: subgroups(generic([1.0], [1.0]), ("a", "b")), "lengths_differ"),
    ],
)
def test_refusals_are_named(call: object, name: str) -> None:
    assert callable(call)
    with pytest.raises(NotEstimable) as caught:
        call()
    assert caught.value.name == name
    assert str(caught.value).endswith(".")


def test_one_study_is_shown_with_its_caveat() -> None:
    one = pool(generic([-0.4], [0.02]))
    assert one.effect.estimate == -0.4
    assert one.prediction is None
    assert one.i2 is None
    assert any("one study" in n for n in one.notes)
    assert any("not defined" in n for n in pool(generic([-0.4], [0.02]), test="hk").notes)


def test_identical_studies_have_no_variation_and_say_what_that_does() -> None:
    same = pool(generic([0.3] * 4, [0.1] * 4), test="hk")
    assert same.tau2 == 0
    assert same.q == pytest.approx(0, abs=1e-20)
    assert any("identical" in n for n in same.notes)
    kept = pool(generic([0.3] * 4, [0.1] * 4), test="hk_adhoc")
    assert kept.effect.se == pytest.approx(math.sqrt(0.1 / 4))


def test_an_interval_of_tau2_without_tau2_is_said() -> None:
    """Variances that do not fit the effects: REML and the Q-profile interval then disagree."""
    rng = np.random.default_rng(1)
    odd = pool(generic(rng.normal(0.2, 0.3, 2000), rng.uniform(0.01, 0.2, 2000)))
    assert odd.tau2_interval is not None
    assert odd.tau2 is not None
    assert not odd.tau2_interval[0] <= odd.tau2 <= odd.tau2_interval[1]
    assert any("outside its own interval" in n for n in odd.notes)


def test_empty_cells_are_corrected_and_said() -> None:
    e = from_counts([0, 3], [20, 20], [2, 1], [20, 20], measure="OR")
    assert "1 of 2 studies" in e.notes[0]
    assert e.yi[0] == pytest.approx(math.log(0.5 * 18.5 / (20.5 * 2.5)))


def test_zero_total_studies_carry_no_weight_in_mantel_haenszel() -> None:
    with_empty = mantel_haenszel([3, 0], [20, 30], [1, 0], [20, 30])
    without = mantel_haenszel([3], [20], [1], [20])
    assert with_empty.effect.estimate == pytest.approx(without.effect.estimate)
    assert "carry no weight" in with_empty.notes[0]


studies = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 4)), min_size=2, max_size=12)


@given(studies, st.permutations(range(12)), st.floats(-5, 5), st.floats(0.1, 10))
def test_order_shift_and_scale_do_not_matter(
    data: list[tuple[float, float]], order: list[int], shift: float, scale: float
) -> None:
    y, v = (np.array(column) for column in zip(*data, strict=True))
    keep = [i for i in order if i < y.size]
    base = pool(generic(y, v), method="REML", tau2_interval=False)
    moved = pool(generic(scale * y[keep] + shift, scale**2 * v[keep]), method="REML", tau2_interval=False)
    assert moved.effect.estimate == pytest.approx(
        scale * base.effect.estimate + shift, rel=1e-4, abs=1e-4 * scale
    )
    assert moved.effect.se == pytest.approx(scale * base.effect.se, rel=1e-4)


@given(studies)
def test_random_effects_are_never_surer_than_common(data: list[tuple[float, float]]) -> None:
    y, v = (np.array(column) for column in zip(*data, strict=True))
    e = generic(y, v)
    assert pool(e, tau2_interval=False).effect.se >= pool(e, model="common").effect.se - 1e-12


@given(studies)
def test_subgroups_split_the_total_q(data: list[tuple[float, float]]) -> None:
    """With common effects Q within subgroups and between them add up to the whole."""
    y, v = (np.array(column) for column in zip(*data, strict=True))
    e = generic(y, v)
    found = subgroups(e, tuple("ab"[i % 2] for i in range(y.size)), model="common")
    within = sum(g.pooled.q for g in found.groups)
    assert within + found.q_between == pytest.approx(pool(e, model="common").q, rel=1e-6, abs=1e-8)
