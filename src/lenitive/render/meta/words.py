"""Figures of a table's report as words."""

from __future__ import annotations

from collections.abc import Callable

from lenitive.render.evidence_words import number

__all__ = ["MEASURE_WORDS", "p_value", "percent", "span"]

MEASURE_WORDS = {
    "MD": "mean difference",
    "SMD": "standardised mean difference",
    "OR": "odds ratio",
    "RR": "risk ratio",
    "RD": "risk difference",
    "PETO": "Peto odds ratio",
    "HR": "hazard ratio",
    "IRR": "incidence rate ratio",
    "GEN": "effect",
}


def p_value(value: float) -> str:
    """``0.013`` or ``< 0.001``."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def percent(level: float) -> str:
    """``95 %``."""
    return f"{100 * level:g} %"


def span(values: tuple[float, float, float], shown: Callable[[float], float] = float) -> str:
    """``0.71 (0.61 to 0.83)`` of an estimate and its interval."""
    e, low, high = (number(shown(v)) for v in values)
    return f"{e} ({low} to {high})"
