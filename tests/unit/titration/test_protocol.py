"""The interpreter of protocols on made-up ones: met, not met and unknown are three things, and each reason is whole."""

from __future__ import annotations

from datetime import date

import pytest

from lenitive.knowledge import load
from lenitive.knowledge.schema.protocols import Protocol
from lenitive.render.catalogue import said
from lenitive.terms import Outcome
from lenitive.titration.protocol import case_differences, interpret

LIMITS = (
    "start_mg", "step_mg", "supported_mg", "max_mg", "therapeutic_mg", "efficacy_weeks", "min_days_between_steps", "contact_days",
    "break_days",
)  # fmt: skip
ROW = {"article": ("ours",), "grade": "C", "basis": "ours"}


def protocol(*rules):
    return Protocol.model_validate(
        {
            "id": "made-up",
            "drug": "mirtazapine",
            "title": "Made up for a test",
            "read": date(2026, 1, 1),
            "review": date(2027, 1, 1),
            "limit": {key: {"value": 1, "unit": "1", "says": "Made up.", **ROW} for key in LIMITS},
            "state": [
                {"id": "on", "title": "On it", "when": {"taking": True}},
                {"id": "off", "title": "Off it", "when": {"taking": False}},
            ],
            "rule": [
                *({"states": ["on"], "because": f"{r['id']} is met.", **ROW, **r} for r in rules),
                {"id": "made.off", "states": ["off"], "offers": ["start"], "because": "Off.", **ROW},
            ],
        }
    )


TWO = protocol(
    {"id": "made.harm", "when": {"harm": ["hard"], "sleep_helps": True}, "offers": ["taper"]},
    {"id": "made.weight", "when": {"weight_change_percent": {"ge": 7}}, "offers": ["test"]},
)


@pytest.mark.parametrize(
    ("facts", "harm", "weight"),
    [
        # A fact that speaks against a rule decides it, whatever else is unknown.
        ({"harm": "none"}, (Outcome.NOT_MET, ()), (Outcome.UNKNOWN, ("weight_change_percent",))),
        ({"harm": "hard"}, (Outcome.UNKNOWN, ("sleep_helps",)), (Outcome.UNKNOWN, ("weight_change_percent",))),
        ({"harm": "hard", "sleep_helps": True}, (Outcome.MET, ()), (Outcome.UNKNOWN, ("weight_change_percent",))),
        ({"sleep_helps": False}, (Outcome.NOT_MET, ()), (Outcome.UNKNOWN, ("weight_change_percent",))),
        ({}, (Outcome.UNKNOWN, ("harm", "sleep_helps")), (Outcome.UNKNOWN, ("weight_change_percent",))),
        # At the limit, just below and just above it.
        ({"harm": "none", "weight_change_percent": 6.9}, (Outcome.NOT_MET, ()), (Outcome.NOT_MET, ())),
        ({"harm": "none", "weight_change_percent": 7.0}, (Outcome.NOT_MET, ()), (Outcome.MET, ())),
        ({"harm": "none", "weight_change_percent": 7.1}, (Outcome.NOT_MET, ()), (Outcome.MET, ())),
    ],
)  # fmt: skip
def test_met_not_met_and_unknown_are_told_apart(facts, harm, weight):
    found = interpret(TWO, {"taking": True, **facts})
    assert [r.outcome for r in found.reasons] == [harm[0], weight[0]]
    # Only what is unknown is missing: a rule that is not met asks for nothing more.
    missing = [m for outcome, names in (harm, weight) if outcome is Outcome.UNKNOWN for m in names]
    assert list(found.missing) == missing
    offered = [
        a for (outcome, _), a in zip((harm, weight), ("taper", "test"), strict=True) if outcome is Outcome.MET
    ]
    assert [s.action for s in found.steps] == [*offered, "no_change"]


def test_a_state_that_is_not_known_offers_no_change_alone_and_says_what_it_lacks():
    found = interpret(TWO, {"harm": "hard", "sleep_helps": True})
    assert (found.state, found.reasons, found.missing) == ("", (), ("taking",))
    assert [s.action for s in found.steps] == ["no_change"]


def test_a_step_carries_the_reasons_that_were_met_in_the_protocols_words():
    both = protocol(
        {"id": "made.one", "when": {"harm": ["hard"]}, "offers": ["taper"]},
        {"id": "made.two", "when": {"pain_helps": False}, "offers": ["taper", "switch"]},
        {"id": "made.three", "when": {"pain_helps": True}, "offers": ["taper"]},
    )
    found = interpret(both, {"taking": True, "harm": "hard", "pain_helps": False})
    taper = found.steps[0]
    assert [(r.rule, r.outcome, r.text) for r in taper.because] == [
        ("made.one", Outcome.MET, "made.one is met."),
        ("made.two", Outcome.MET, "made.two is met."),
    ]
    assert [said(r.message) for r in taper.because] == ["made.one is met.", "made.two is met."]
    assert taper.because[0].facts[0].name == "harm"
    assert all(r.message.id == f"{r.rule}.met" for r in taper.because)
    # The words of a rule that is met say nothing of one that is not.
    assert [r.text for r in found.reasons if r.outcome is not Outcome.MET] == [""]


def test_no_change_has_words_where_no_rule_offers_it():
    stay = interpret(TWO, {"taking": True}).steps[-1]
    assert stay.action == "no_change"
    assert [said(r.message) for r in stay.because] == ["Always possible."]


def test_an_unknown_name_of_a_fact_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        interpret(TWO, {"takes": True})


def test_a_worked_case_that_comes_out_otherwise_names_in_what():
    knowledge = load()
    shipped = knowledge.protocols["mirtazapine"]
    case = knowledge.protocol_cases[shipped.id][0]
    assert case_differences(shipped, case) == ()
    (difference,) = case_differences(shipped, case.model_copy(update={"rules": ("made.up",)}))
    assert (difference.what, difference.expected) == ("rules", ("made.up",))
    assert difference.found == case.rules
