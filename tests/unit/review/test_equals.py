"""Equals are equals: no change first, then the lower dose; what is better by more than the margin comes first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lenitive.knowledge import load
from lenitive.review.option import Option
from lenitive.review.options import _order, _with_equals
from lenitive.review.worth import Expected
from lenitive.terms import Message

SAME = load().judgement.valuation.same_net.value


def option(action: str, dose: float, worth: float, drug: str = "mirtazapine") -> Option:
    return Option(
        action=action,
        drug=drug,
        dose_mg=dose,
        rank=None,
        expected=Expected(
            benefit=worth, benefit_sd=0.2, cost=0.0, worth=worth, basis=(Message.of("review.worth.own"),)
        ),
        because=(),
        rules=(),
        sources=(),
        plan=None,
        withheld_by=(),
    )


def ranked(*options: Option) -> list[tuple[str, float | None]]:
    stay = next(o.expected.worth for o in options if o.action == "no_change")
    return [(o.action, o.dose_mg) for o in _order(list(options), stay, 0.05, SAME)]


def test_the_margin_is_the_knowledges():
    assert SAME == 0.01


@pytest.mark.parametrize(("more", "first"), [(0.009, "no_change"), (0.011, "step_up")])
def test_a_step_is_left_for_more_than_the_margin_only(more, first):
    found = ranked(option("step_up", 30.0, 0.2 + more), option("no_change", 15.0, 0.2))
    assert found[0][0] == first


def test_of_equal_doses_the_lower_comes_first_and_another_drug_behind_case_a14():
    """case A14: ties as ties."""
    options = (
        option("switch", 60.0, 0.308, "duloxetine"),
        option("step_up", 30.0, 0.304),
        option("step_down", 7.5, 0.30),
        option("no_change", 15.0, 0.1),
    )
    assert ranked(*options) == [
        ("step_down", 7.5),
        ("step_up", 30.0),
        ("switch", 60.0),
        ("no_change", 15.0),
    ]
    tied = _with_equals(_order(list(options), 0.1, 0.05, SAME), SAME)
    ids = [o.id for o in tied]
    assert [set(o.tied_with) for o in tied] == [{*ids[:3]} - {i} for i in ids[:3]] + [set()]


def test_what_stands_alone_is_tied_with_nothing():
    options = [option("no_change", 15.0, 0.5), option("step_down", 7.5, 0.2)]
    assert all(not o.tied_with for o in _with_equals(_order(options, 0.5, 0.05, SAME), SAME))


def test_what_is_withheld_is_no_equal():
    stopped = replace(option("step_up", 30.0, 0.5), withheld_by=("safety.some.rule",))
    found = _with_equals(_order([stopped, option("no_change", 15.0, 0.5)], 0.5, 0.05, SAME), SAME)
    assert [o.action for o in found] == ["no_change", "step_up"]
    assert all(not o.tied_with for o in found)
