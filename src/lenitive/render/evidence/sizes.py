"""An outcome's effects as words."""

from __future__ import annotations

from lenitive.evidence import Comparison, Synthesis
from lenitive.render.evidence_words import number

__all__ = ["interval_words", "people_words", "prediction_words", "size_words"]


def people_words(share: float) -> str:
    """``−1``: whole people of 100, with a true minus sign."""
    whole = round(100 * share)
    return f"\N{MINUS SIGN}{-whole}" if whole < 0 else str(whole)


def interval_words(s: Synthesis, c: Comparison) -> str:
    """``-0.44 (-0.77 to -0.11)``: an estimate with its interval, ratios as ratios."""
    assert s.network is not None
    e, low, high = (number(s.network.shown(v)) for v in (c.estimate, c.low, c.high))
    return f"{e} ({low} to {high})"


def prediction_words(s: Synthesis, c: Comparison) -> str:
    """The interval for a new trial; a dash where there is none."""
    if s.network is None or c.prediction is None:
        return "–"
    low, high = (number(s.network.shown(v)) for v in c.prediction)
    return f"{low} to {high}"


def size_words(s: Synthesis, c: Comparison) -> str:
    """An estimate with its interval, in words: a ratio, or points."""
    assert s.network is not None
    return (
        f"a ratio of {interval_words(s, c)}"
        if s.network.is_ratio
        else f"{interval_words(s, c)} {s.selected.outcome.unit}"
    )
