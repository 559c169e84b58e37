"""What a clinic asks of a device, and of days of activity: figures that can be made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenitive.sleep import Hypnogram, Stage, activity_rhythm, bland_altman, cole_kripke, sadeh, validate


def test_sleep_and_wake_by_hand():
    device = Hypnogram.of_words(["asleep"] * 6 + ["W"] * 4)
    reference = Hypnogram.of_words(["N1", "N2", "N3", "R", "W", "W", "W", "W", "W", "N2"])
    told = validate([(device, reference)])
    assert (told.epochs, told.accuracy) == (10, 0.7)
    assert (told.sleep.sensitivity, told.sleep.specificity) == (4 / 5, 3 / 5)
    assert (told.sleep.positive, told.sleep.negative) == (4 / 6, 3 / 4)
    assert told.confusion[Stage.WAKE, Stage.ASLEEP] == 2


def test_a_device_of_light_sleep_is_held_to_light_sleep():
    device = Hypnogram.of_words(["light", "light", "deep", "W"])
    reference = Hypnogram.of_words(["N1", "N2", "N3", "?"])
    told = validate([(device, reference)])
    assert (told.epochs, told.accuracy) == (3, 1.0)
    assert told.by_stage[Stage.LIGHT].sensitivity == 1.0


def test_nights_of_other_epochs_are_refused_and_unscored_ones_say_nothing():
    with pytest.raises(ValueError, match="same epochs"):
        validate([(Hypnogram.of_words(["W"]), Hypnogram.of_words(["W", "W"]))])
    assert validate([(Hypnogram.of_words(["?"]), Hypnogram.of_words(["W"]))]) is None
    assert validate([]) is None


def test_limits_of_agreement_by_hand():
    told = bland_altman([10, 12, 11], [8, 11, 8])
    assert (told.n, told.bias, told.sd) == (3, 2.0, 1.0)
    assert (told.lower, told.upper) == pytest.approx((0.04, 3.96))
    # t(0.975, 2) = 4.302653
    assert told.bias_limits[1] == pytest.approx(2 + 4.302653 / math.sqrt(3), abs=1e-5)
    assert told.upper_limits[1] == pytest.approx(3.96 + 4.302653 * math.sqrt(1 / 3 + 1.96**2 / 4), abs=1e-5)
    assert bland_altman([1, 2], [1, 2]) is None
    with pytest.raises(ValueError, match="same nights"):
        bland_altman([1], [1, 2])


def test_the_same_day_every_day_is_wholly_stable():
    day = [0.0] * 8 + [100.0] * 16
    told = activity_rhythm(day * 7)
    assert told.stability == pytest.approx(1.0)
    assert told.amplitude == 1.0
    assert (told.least_active, told.most_active) == (0, 8)
    # Two steps of 100 a day, but for the one that the record begins with: n sum d^2 / ((n - 1) sum (x - m)^2).
    n, steps, total = 168, 13 * 100.0**2, 7 * (8 * (100 * 2 / 3) ** 2 + 16 * (100 / 3) ** 2)
    assert told.variability == pytest.approx(n * steps / ((n - 1) * total))


def test_noise_has_no_rhythm_and_gaps_are_unknown():
    noise = activity_rhythm(np.random.default_rng(1).normal(100, 10, 24 * 200).tolist())
    assert noise.stability < 0.02
    assert noise.variability == pytest.approx(2, abs=0.1)
    gaps = activity_rhythm([math.nan, *([1.0, 2.0] * 6)])
    assert (gaps.hours, gaps.stability, gaps.amplitude) == (12, None, None)
    assert gaps.variability is not None
    assert activity_rhythm([5.0] * 48).stability is None


def test_cole_kripke_and_sadeh_by_hand():
    # Still all along: D = 0, and PS = 7.601, both asleep.
    assert set(cole_kripke([0] * 20).codes) == set(sadeh([0] * 20).codes) == {int(Stage.ASLEEP)}
    # One minute of 500 counts is 5: 0.001 * 230 * 5 = 1.15 in that minute, 0.53 four minutes later.
    counts = [0.0] * 10 + [500.0] + [0.0] * 10
    woken = [i for i, c in enumerate(cole_kripke(counts).codes) if c == Stage.WAKE]
    assert woken == [10]
    # Steady 60 counts: mean 60, eleven active minutes, SD 0, ln 61: 7.601 - 3.9 - 11.88 - 2.890 = -11.07.
    assert sadeh([60.0] * 30).codes[15] == Stage.WAKE
    # Steady 20 counts: 7.601 - 1.3 - 0 - 0 - 0.703 ln 21 = 4.16.
    assert sadeh([20.0] * 30).codes[15] == Stage.ASLEEP
    for rule in (cole_kripke, sadeh):
        with pytest.raises(ValueError, match="counts"):
            rule([1.0, -1.0])


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=200))
def test_a_swap_of_device_and_reference_swaps_what_it_should(codes):
    a = Hypnogram(codes=np.array([x for x, _ in codes], dtype=np.int8))
    b = Hypnogram(codes=np.array([y for _, y in codes], dtype=np.int8))
    one, other = validate([(a, b)]), validate([(b, a)])
    assert one.accuracy == other.accuracy
    for stage, told in one.by_stage.items():
        assert told.sensitivity == other.by_stage[stage].positive
        assert told.specificity == other.by_stage[stage].negative
