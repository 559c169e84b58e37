"""Whole reviews of the examples, frozen: a number that moves is explained in the commit that moves it.

After a change on purpose: ``python tests/golden/essence.py``. The tolerance is that of compilers and processors, far below
Monte Carlo error: a seed gives the same draws everywhere, but sums differ in their last digits, and the search for the
mode stops by them.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from lenitive.response.kernel import available

_SPEC = importlib.util.spec_from_file_location("essence", Path(__file__).with_name("essence.py"))
essence = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(essence)


# Without the compiled kernel the mode is found by differences instead of the exact gradient, and stops a little elsewhere.
TOL = 0.002 if available() else 0.01


def same(frozen, now, where="review"):
    if isinstance(frozen, dict):
        assert isinstance(now, dict), where
        assert set(frozen) == set(now), where
        for key in frozen:
            same(frozen[key], now[key], f"{where}.{key}")
    elif isinstance(frozen, list):
        assert isinstance(now, list), where
        assert len(frozen) == len(now), where
        for i, (a, b) in enumerate(zip(frozen, now, strict=True)):
            same(a, b, f"{where}[{i}]")
    elif isinstance(frozen, float) and isinstance(now, int | float):
        assert now == pytest.approx(frozen, rel=TOL, abs=TOL), where
    else:
        assert frozen == now, where


@pytest.mark.parametrize("name", essence.EXAMPLES)
def test_the_review_is_the_frozen_one(name):
    frozen = json.loads((essence.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    same(frozen, json.loads(json.dumps(essence.essence(name))))


def test_a_moved_number_is_noticed():
    frozen = json.loads((essence.FOLDER / f"{essence.EXAMPLES[0]}.json").read_text(encoding="utf-8"))
    moved = json.loads(json.dumps(frozen))
    moved["effects"][0]["mean"] += 0.05
    with pytest.raises(AssertionError):
        same(frozen, moved)
