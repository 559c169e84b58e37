"""At least 250 pairs, a third of them controls: none that matters is passed in silence, and few controls are called."""

from __future__ import annotations

import csv
import importlib.util
import sys
from pathlib import Path

import pytest

from lenitive.knowledge import load

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("pharmacist_pairs", ROOT / "tools" / "pharmacist_pairs.py")
assert _spec is not None
assert _spec.loader is not None
pairs = importlib.util.module_from_spec(_spec)
sys.modules["pharmacist_pairs"] = pairs
_spec.loader.exec_module(pairs)
KNOWLEDGE = load()


@pytest.fixture(scope="module")
def scored():
    return pairs.score(KNOWLEDGE)


def test_there_are_enough_and_a_third_are_controls(scored):
    controls = sum(s.expected == "control" for s in scored)
    assert len(scored) >= 250
    assert 3 * controls >= len(scored)
    assert len({frozenset((s.drug, s.other)) for s in scored}) == len(scored)


def test_every_pair_names_a_source_that_is_listed(scored):
    with (ROOT / "src/lenitive/knowledge/sources.csv").open(encoding="utf-8") as file:
        keys = {row["key"] for row in csv.DictReader(file)}
    assert [s.source for s in scored if s.source.partition(":")[0] not in keys] == []


def test_nothing_major_is_passed_in_silence_or_said_quietly(scored):
    loud = [s for s in scored if s.expected in {"contraindicated", "major"}]
    assert len(loud) >= 90
    assert [(s.drug, s.other, s.verdict) for s in loud if s.verdict not in {"hit", "louder"}] == []


def test_nothing_moderate_is_passed_in_silence(scored):
    wrong = [
        (s.drug, s.other)
        for s in scored
        if s.expected == "moderate" and s.verdict in {"silent", "not checked"}
    ]
    assert wrong == []


def test_at_most_one_control_in_twenty_is_called(scored):
    controls = [s for s in scored if s.expected == "control"]
    called = [(s.drug, s.other, s.rules) for s in controls if s.verdict == "over-call"]
    assert 20 * len(called) <= len(controls), called


def test_the_page_is_fresh(scored):
    assert pairs.PAGE.read_text(encoding="utf-8") == pairs.page(scored), "run: tools/pharmacist_pairs.py"


def test_the_score_can_fail():
    """A pair that matters and that nobody wrote down is silent; a control that is called is an over-call."""
    silent = pairs.Scored(
        drug="a", other="b", expected="major", source="x", said=None, checked=True, rules=()
    )
    called = pairs.Scored(
        drug="a", other="b", expected="control", source="x", said=pairs.Tier.INFO, checked=True, rules=("r",)
    )
    assert (silent.verdict, called.verdict) == ("silent", "over-call")
