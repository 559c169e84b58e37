"""Who took part in the trials: what could move an effect from them to one person."""

from __future__ import annotations

from collections.abc import Iterable

from lenitive.knowledge import TrialBase

__all__ = ["MODIFIERS", "modifiers_of", "most_reported"]

MODIFIERS = ("age", "women", "baseline_pain", "low_mood", "weight")
"""What could move an effect: mean age, percent women, pain before treatment, whether low mood was allowed, body weight."""


def modifiers_of(base: TrialBase) -> dict[str, dict[str, float]]:
    """For each modifier the trials that report it, with their value."""
    out: dict[str, dict[str, float]] = {m: {} for m in MODIFIERS}
    for one in base.people:
        for modifier in MODIFIERS:
            value = getattr(one, modifier)
            if value is not None:
                out[modifier][one.study] = float(value)
    return out


def most_reported(base: TrialBase, trials: Iterable[str]) -> int:
    """How many of some trials report the modifier that most of them report."""
    names = set(trials)
    return max(len(names & by.keys()) for by in modifiers_of(base).values())
