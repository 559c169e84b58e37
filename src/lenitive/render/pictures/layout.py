"""Measures of the time line on a desk, on a phone and on paper."""

from __future__ import annotations

from lenitive.frozen import dataclass

__all__ = ["NARROW", "ON_PAPER", "WIDE", "Layout"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One size of the picture; lengths in its own units, which are CSS pixels where it is shown at full size.

    Attributes:
        width: Of the whole.
        left: Where the days begin.
        right: Where they end.
        panel: Height of a score's panel.
        lane: Height of the highest dose.
        beside: Whether names stand beside the days; otherwise above them.
    """

    width: float
    left: float
    right: float
    panel: float
    lane: float
    beside: bool

    @property
    def margin(self) -> float:
        """Width of the column right of the days."""
        return self.width - self.right - 18


WIDE = Layout(width=820, left=126, right=702, panel=76, lane=30, beside=True)
ON_PAPER = Layout(width=660, left=116, right=546, panel=70, lane=30, beside=True)
NARROW = Layout(width=358, left=1, right=357, panel=62, lane=26, beside=False)
