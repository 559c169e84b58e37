"""Effects moved to one person: by regression where the trials allow it, or the reason why not."""

from __future__ import annotations

import numpy as np
import pytest

from lenitive.evidence import at_person, modifiers_of, synthesise
from lenitive.evidence.network import fit_network, from_contrasts
from lenitive.knowledge import load

LEAST = load().judgement.certainty.regression_trials.whole


def network(trials: int, slope: float):  # type: ignore[no-untyped-def]
    """Trials of one drug whose effect changes with age."""
    ages = np.linspace(40, 60, trials)
    effects = -0.5 + slope * (ages - 50)
    names = [f"s{i}" for i in range(trials)]
    result = fit_network(
        from_contrasts(names, ["drug"] * trials, ["placebo"] * trials, effects, [0.1] * trials),
        reference="placebo",
    )
    return result, {"age": dict(zip(names, ages, strict=True))}


def test_ten_trials_move_an_effect_and_nine_do_not() -> None:
    result, modifiers = network(LEAST, 0.02)
    (one,) = at_person(result, modifiers, {"age": 58.0}, treatment="drug", least=LEAST)
    assert one.why == ""
    assert one.effect is not None
    assert one.slope is not None
    assert one.effect.estimate == pytest.approx(-0.5 + 0.02 * 8)
    assert one.slope.estimate == pytest.approx(0.02)
    result, modifiers = network(LEAST - 1, 0.02)
    (one,) = at_person(result, modifiers, {"age": 58.0}, treatment="drug", least=LEAST)
    assert (one.why, one.effect, one.reported) == ("too_few", None, LEAST - 1)


@pytest.mark.parametrize(("age", "why"), [(60.0, ""), (60.1, "outside"), (39.9, "outside"), (40.0, "")])
def test_nothing_is_moved_outside_what_the_trials_saw(age: float, why: str) -> None:
    result, modifiers = network(12, 0.0)
    (one,) = at_person(result, modifiers, {"age": age}, treatment="drug", least=LEAST)
    assert one.why == why


def test_what_is_not_reported_or_does_not_vary_is_said() -> None:
    result, modifiers = network(12, 0.0)
    same = {"women": dict.fromkeys(modifiers["age"], 90.0)}
    found = at_person(result, same, {"women": 90.0, "weight": 70.0}, treatment="drug", least=LEAST)
    assert [f.why for f in found] == ["does_not_vary", "not_reported"]


def test_mirtazapines_effect_cannot_be_moved_today() -> None:
    """Three of 14 trials of pain report age, five the share of women, none the weight."""
    base = load().trials
    s = synthesise(base, "pain")
    assert s.network is not None
    found = at_person(
        s.network,
        modifiers_of(base),
        {"age": 52.0, "women": 100.0, "baseline_pain": 6.5, "low_mood": 0.0, "weight": 80.0},
        treatment="mirtazapine",
        least=LEAST,
    )
    assert {f.modifier: (f.reported, f.why) for f in found} == {
        "age": (3, "too_few"),
        "women": (5, "too_few"),
        "baseline_pain": (2, "too_few"),
        "low_mood": (3, "too_few"),
        "weight": (0, "not_reported"),
    }
    assert {f.trials for f in found} == {14}
