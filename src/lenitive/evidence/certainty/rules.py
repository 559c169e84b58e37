"""The rules that need nothing but intervals and a line that matters: CINeMA's, as its software applies them.

Effects, intervals and the line are on the scale of the analysis, ratios as logs; the line is above zero and counts on both sides.

Source: Papakonstantinou and others 2020, Campbell Syst Rev 16:e1080, figure 4 and tables 4 and 5.
"""

from __future__ import annotations

from lenitive.evidence.certainty.levels import Concern

__all__ = ["average_bias", "heterogeneity", "imprecision", "incoherence"]

Interval = tuple[float, float]


def imprecision(estimate: float, interval: Interval, line: float) -> Concern:
    """Whether an interval holds values that would be acted on otherwise than the estimate.

    None where it leaves out no difference, or lies between the lines on both sides; some where it holds no difference;
    major where it goes on to the important line on the other side.
    """
    low, high = interval
    if (low > 0 or high < 0) or (-line < low and high < line):
        return Concern.NONE
    beyond = low <= -line if estimate >= 0 else high >= line
    return Concern.MAJOR if beyond else Concern.SOME


def _crossings(estimate: float, interval: Interval, line: float) -> int:
    """How many of two marks an interval holds: no difference, and the important line on the other side of it."""
    low, high = interval
    other = -line if estimate >= 0 else line
    return int(low < 0 < high) + int(low < other < high)


def heterogeneity(
    estimate: float, interval: Interval, prediction: Interval, line: float
) -> tuple[Concern, int]:
    """Whether a new trial could say what the mean's interval leaves out; with by how many marks the intervals differ."""
    more = max(0, _crossings(estimate, prediction, line) - _crossings(estimate, interval, line))
    return (Concern.NONE, Concern.SOME, Concern.MAJOR)[more], more


def _areas(interval: Interval, line: float) -> tuple[bool, bool, bool]:
    low, high = interval
    return low < -line, low < line and high > -line, high > line


def incoherence(direct: Interval, indirect: Interval, line: float) -> tuple[Concern, int]:
    """Whether direct and indirect intervals agree on the three areas (below, between and above the lines), when a test has found
    that they differ; with on how many they agree, both reaching into one or both leaving it out.
    """
    shared = sum(a is b for a, b in zip(_areas(direct, line), _areas(indirect, line), strict=True))
    return (Concern.NONE if shared == 3 else Concern.SOME if shared == 2 else Concern.MAJOR), shared


def average_bias(score: float, some_from: float, major_from: float) -> Concern:
    """A mean of low 0, some 1 and high 2, by weight, as a concern."""
    return Concern.MAJOR if score >= major_from else Concern.SOME if score >= some_from else Concern.NONE
