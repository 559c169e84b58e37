"""Figures of evidence as words."""

from __future__ import annotations

import math

__all__ = ["number", "of_the_line", "significant"]


def number(value: float) -> str:
    """``−0.44``: two decimals below ten, one above, with a true minus sign."""
    text = (
        f"{abs(value):.2f}"
        if abs(value) < 9.995
        else f"{abs(value):.1f}"
        if abs(value) < 99.95
        else f"{abs(value):.0f}"
    )
    return ("\N{MINUS SIGN}" if value < 0 and float(text) != 0 else "") + text


def significant(value: float) -> str:
    """Three significant digits, for quantities that may be far below one, such as a variance; 0 where it is zero."""
    if value == 0:
        return "0"
    text = f"{abs(value):.3g}"
    if "e" in text:
        mantissa, power = text.split("e")
        text = f"{mantissa}\u00a0\u00d7\u00a010^{int(power)}"
    return ("\N{MINUS SIGN}" if value < 0 else "") + text


def of_the_line(value: float, important: float, unit: str) -> str:
    """A size against the one called important; ratios and their line as logs, with ``unit`` empty.

    Returns:
        ``under half of the size called important (1.0 points of 0-10)`` and its like.
    """
    share = abs(value) / abs(important)
    size = f"{important:.1f} {unit}" if unit else f"a ratio of {math.exp(abs(important)):g}"
    line = f"the size called important ({size})"
    if share < 0.5:
        return f"under half of {line}"
    if share < 1:
        return f"less than {line}"
    return f"at least {line}"
