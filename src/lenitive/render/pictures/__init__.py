"""The product's own pictures: frozen values in, SVG text out, the same for a page and for paper.

They judge nothing: what is drawn was decided before. Statistical figures (forest, network, calibration) are charts, in
``lenitive.render.charts``.
"""

from __future__ import annotations

from lenitive.render.pictures.icons import IconArray, IconGroup, draw_icons
from lenitive.render.pictures.lanes import DoseStep, Lane, Steady, Ticks
from lenitive.render.pictures.layout import NARROW, ON_PAPER, WIDE
from lenitive.render.pictures.levels import LevelLine, LevelPicture, Measured, TargetShare, draw_levels
from lenitive.render.pictures.ranges import RangeMark, RangeRow, Ranges, draw_mark, draw_ranges
from lenitive.render.pictures.score import DueEffect, Estimate, ScorePanel
from lenitive.render.pictures.sparkline import Sparkline, draw_sparkline
from lenitive.render.pictures.svg import FILE, PAGE, PAPER, Paint
from lenitive.render.pictures.timeline import DaySpan, Flag, TimeLine, WeightLine, draw_timeline

__all__ = [
    "FILE",
    "PAGE",
    "PAPER",
    "DaySpan",
    "DoseStep",
    "Drawing",
    "DueEffect",
    "Estimate",
    "Flag",
    "IconArray",
    "IconGroup",
    "Lane",
    "LevelLine",
    "LevelPicture",
    "Measured",
    "Paint",
    "RangeMark",
    "RangeRow",
    "Ranges",
    "ScorePanel",
    "Sparkline",
    "Steady",
    "TargetShare",
    "Ticks",
    "TimeLine",
    "WeightLine",
    "draw",
]

Drawing = TimeLine | Ranges | RangeMark | Sparkline | IconArray | LevelPicture


def draw(drawing: Drawing, paint: Paint = PAGE, *, label: str, narrow: bool = False) -> str:
    """A picture as SVG.

    Args:
        drawing: What it shows.
        paint: Where it is to stand: ``PAGE``, ``PAPER`` or ``FILE``.
        label: What it shows in words, for those who do not see it.
        narrow: The twin for phones, 358 units wide; marks and small lines have one size.
    """
    match drawing:
        case TimeLine():
            layout = NARROW if narrow else ON_PAPER if paint is PAPER else WIDE
            return draw_timeline(drawing, layout, paint, label=label)
        case Ranges():
            return draw_ranges(drawing, paint, label=label, narrow=narrow)
        case RangeMark():
            return draw_mark(drawing, paint, label=label)
        case Sparkline():
            return draw_sparkline(drawing, paint, label=label)
        case IconArray():
            return draw_icons(drawing, paint, label=label, narrow=narrow)
        case LevelPicture():
            return draw_levels(drawing, paint, label=label, narrow=narrow)
