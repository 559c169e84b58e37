"""How far each judgement moves the answer."""

from __future__ import annotations

import math

import pytest

from lenitive.evidence import scenarios, select, synthesise
from lenitive.knowledge import load

BASE = load().trials


def of(outcome: str):  # type: ignore[no-untyped-def]
    s = synthesise(BASE, outcome)
    assert s.appraised is not None
    return {x.name: x for x in scenarios(s.selected, s.appraised)}


def test_the_first_is_the_answer_as_it_stands() -> None:
    found = of("pain")
    assert next(iter(found)) == "as_judged"
    assert found["as_judged"].effects["mirtazapine"][0] == pytest.approx(-0.44)
    assert found["as_judged"].changed == ()


def test_failed_trials_at_no_effect_pull_a_drug_towards_none() -> None:
    """Sublingual cyclobenzaprine with AFFIRM and RALLY (1,033 people) beside 1,164: near half of its effect goes."""
    found = of("pain")
    before = found["as_judged"].effects["cyclobenzaprine_sl"][0]
    none = found["missing_at_none"]
    assert {"AFFIRM (cyclobenzaprine SL)", "RALLY (cyclobenzaprine SL)"} <= set(none.changed)
    assert 0.4 < none.effects["cyclobenzaprine_sl"][0] / before < 0.7
    by_p = found["missing_by_p"].effects["cyclobenzaprine_sl"][0]
    assert before < by_p < none.effects["cyclobenzaprine_sl"][0] < 0


def test_what_is_left_out_is_what_was_judged_so() -> None:
    found = of("pain")
    assert set(found["without_rebuilt"].changed) == {
        s.study for s in BASE.judgements.standard_error if s.outcome == "pain"
    }
    assert "gabapentin" not in found["without_rebuilt"].effects
    assert "mirtazapine" not in found["without_unjudged"].effects
    judged = {t.study for t in BASE.bias.trial}
    assert not judged & set(found["without_unjudged"].changed)


def test_missing_trials_are_put_in_for_scores_alone() -> None:
    found = of("somnolence")
    assert "missing_at_none" not in found
    assert all(math.isfinite(x) for s in found.values() for e in s.effects.values() for x in e)
    assert select(BASE, "somnolence").missing
