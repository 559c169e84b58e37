"""A dot and its range on one axis: alone, as small as a word, or in rows beneath one another."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import groupby

from lenitive.frozen import dataclass
from lenitive.render.pictures.svg import Paint, element, fitted, number, picture, width_of, words
from lenitive.render.words import points

__all__ = ["RangeMark", "RangeRow", "Ranges", "draw_mark", "draw_ranges"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeMark:
    """One figure with its range, between the ends of an axis that others share.

    Attributes:
        mean: The figure.
        low: Lower end of its range; None for a bare figure.
        high: Upper end; None for a bare figure.
        axis: The ends of the axis. What lies beyond is drawn at the edge, with an arrow.

    Raises:
        ValueError: When an axis or a range is upside down.
    """

    mean: float
    low: float | None = None
    high: float | None = None
    axis: tuple[float, float]

    def __post_init__(self) -> None:
        if not self.axis[0] < self.axis[1]:
            raise ValueError("the axis of a range mark runs from a smaller to a larger number")
        if (self.low is None) != (self.high is None):
            raise ValueError("a range has both ends or neither")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("the low end of a range is not above its high end")


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeRow:
    """A row of ranges: a group's figure of one kind.

    Attributes:
        group: Rows of one group stand together, under its name.
        name: Which figure it is.
        mark: ``dot``, ``square`` or ``diamond``: the shape tells the kinds apart, colour only helps.
        token: Its colour.
        mean: The figure.
        wide: Ends of the 95 % range, or None for a bare figure.
        close: Ends of the 80 % range, or None.
    """

    group: str
    name: str
    mark: str
    token: str
    mean: float
    wide: tuple[float, float] | None = None
    close: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """Ranges on one axis.

    Attributes:
        title: What they are of.
        rows: From top to bottom, rows of a group together.
        axis_words: What the axis counts, and which side is better.
        line: A figure marked by a dashed line, such as the smallest change that matters; None for none.
    """

    title: str
    rows: tuple[RangeRow, ...]
    axis_words: str
    line: float | None = None


def draw_mark(mark: RangeMark, paint: Paint, *, label: str) -> str:
    """The small picture, 104 by 18: range, dot, and a dashed line at zero where the axis holds it."""
    width, height = 104.0, 18.0
    low, high = mark.axis

    def x(value: float) -> float:
        return 4 + (width - 8) * (min(max(value, low), high) - low) / (high - low)

    out = []
    if low <= 0 <= high:
        out.append(
            element(
                "line", x1=x(0), x2=x(0), y1=1, y2=height - 1, stroke=paint["edge"], stroke_dasharray="2 2"
            )
        )
    if mark.low is not None and mark.high is not None:
        d = f"M{number(x(mark.low))} 9H{number(x(mark.high))}"
        if mark.low < low:
            d += "M8 5L4 9L8 13"
        if mark.high > high:
            d += f"M{number(width - 8)} 5L{number(width - 4)} 9L{number(width - 8)} 13"
        out.append(element("path", d=d, stroke=paint["ink"], stroke_width=2, fill="none"))
    out.append(element("circle", cx=x(mark.mean), cy=9, r=4.2, fill=paint["ink"]))
    return picture(
        "".join(out),
        width=width,
        height=height,
        label=label,
        title="Range",
        reads="",
        paint=paint,
        small=True,
    )


def _ticks(low: float, high: float, most: int) -> list[float]:
    """Round figures between two ends, zero among them when it lies there, at most so many."""
    raw = (high - low) / max(most, 1)
    size: float = 10.0 ** math.floor(math.log10(raw))
    step = next(size * f for f in (1, 2, 5, 10) if size * f >= raw)
    first = math.ceil(low / step - 1e-9)
    return [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]


def draw_ranges(ranges: Ranges, paint: Paint, *, label: str, narrow: bool) -> str:
    """The picture: thin lines 95 %, thick lines 80 %; an axis below, zero as a line, ``line`` dashed."""
    width = 358.0 if narrow else 660.0
    left = 8.0 if narrow else 150.0
    right = width - 12
    ends: list[float] = [0.0, *(r.mean for r in ranges.rows)]
    ends += [v for r in ranges.rows for pair in (r.wide, r.close) if pair is not None for v in pair]
    if ranges.line is not None:
        ends.append(ranges.line)
    low, high = min(ends), max(ends)
    spare = max(0.05 * (high - low), 0.25)
    low, high = low - spare, high + spare

    def x(value: float) -> float:
        return left + (right - left) * (value - low) / (high - low)

    out: list[str] = []
    y = 0.0
    for group, rows in groupby(ranges.rows, key=lambda r: r.group):
        out.append(words(0, y + 14, fitted(group, 14, width), paint["ink"], size=14, bold=True))
        y += 22
        for row in rows:
            if narrow:
                out.append(words(left, y + 11, fitted(row.name, 12, width - left), paint["muted"]))
                y += 14
            else:
                name = fitted(row.name, 12, left - 14)
                out.append(words(left - 10, y + 13, name, paint["muted"], anchor="end"))
            out.append(_row(row, x, y + 9, paint))
            y += 20
        y += 6
    foot = y
    back = "".join(f"M{number(x(v))} 0V{number(foot)}" for v in _ticks(low, high, 5 if narrow else 8))
    zero = element("path", d=f"M{number(x(0))} 0V{number(foot + 4)}", stroke=paint["edge"], stroke_width=1.4)
    behind = element("path", d=back, stroke=paint["grid"], fill="none") + zero
    if ranges.line is not None:
        d = f"M{number(x(ranges.line))} 0V{number(foot)}"
        behind += element("path", d=d, stroke=paint["good"], stroke_width=1.4, stroke_dasharray="4 3")
    for v in _ticks(low, high, 5 if narrow else 8):
        text = "0" if abs(v) < 1e-9 else points(v)
        if x(v) - width_of(text, 12) / 2 >= 0:
            out.append(words(x(v), foot + 16, text, paint["muted"], anchor="middle"))
    out.append(
        words(
            width / 2 if narrow else (left + right) / 2,
            foot + 34,
            ranges.axis_words,
            paint["muted"],
            anchor="middle",
        )
    )
    return picture(
        behind + "".join(out),
        width=width,
        height=foot + 40,
        label=label,
        title=ranges.title,
        reads="Thin lines are 95 % ranges, thick lines 80 %.",
        paint=paint,
    )


def _row(row: RangeRow, x: Callable[[float], float], y: float, paint: Paint) -> str:
    colour = paint[row.token]
    out = ""
    for ends, width in ((row.wide, 1.5), (row.close, 5.0)):
        if ends is not None:
            out += element(
                "line", x1=x(ends[0]), x2=x(ends[1]), y1=y, y2=y, stroke=colour, stroke_width=width
            )
    at = x(row.mean)
    match row.mark:
        case "square":
            return out + element("rect", x=at - 4, y=y - 4, width=8, height=8, fill=colour)
        case "diamond":
            d = f"M{number(at - 5.5)} {number(y)}l5.5 -5.5l5.5 5.5l-5.5 5.5z"
            return out + element("path", d=d, fill=colour)
        case _:
            return out + element("circle", cx=at, cy=y, r=4.8, fill=colour)
