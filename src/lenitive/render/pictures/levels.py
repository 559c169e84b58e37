"""A drug's expected level over the patient's own days, and the share of its target held."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date

from lenitive.frozen import dataclass
from lenitive.render.pictures.days import DayAxis
from lenitive.render.pictures.svg import Paint, element, fitted, number, path, picture, width_of, words

__all__ = ["LevelLine", "LevelPicture", "Measured", "TargetShare", "draw_levels"]

_Heights = Callable[[Sequence[float]], list[float]]
_HEIGHT, _SHARE_HEIGHT = 170.0, 70.0
# Moments a unit of width that are drawn as they are.
_FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A level measured: days since the axis began, ng/mL, and whether it was used."""

    at: float
    value: float
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetShare:
    """The share of a target that is held, 0 to 1, at the moments of its drug's level."""

    title: str
    typical: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelLine:
    """One drug's level.

    Attributes:
        title: The drug.
        first: First day of the axis.
        last: Last day of the axis.
        moments: Days since the axis began, by the patient's own clock, rising.
        typical: ng/mL at each moment.
        bands: Lower and upper edge of each band, the wider first.
        doses: Doses taken, in days since the axis began.
        missed: Days on which a planned dose was left out.
        daily: Day from which so much was taken a day, and the words for it.
        measured: Levels measured.
        known: A range in use elsewhere, and what for; None without one.
        shares: What the level holds of its targets.
    """

    title: str
    first: date
    last: date
    moments: tuple[float, ...]
    typical: tuple[float, ...]
    bands: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]
    doses: tuple[float, ...] = ()
    missed: tuple[date, ...] = ()
    daily: tuple[tuple[date, str], ...] = ()
    measured: tuple[Measured, ...] = ()
    known: tuple[float, float | None, str] | None = None
    shares: tuple[TargetShare, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelPicture:
    """The levels of one or more drugs, beneath one another."""

    lines: tuple[LevelLine, ...]


def _step(top: float) -> float:
    """The distance between the figures of an axis from zero to ``top``, at most five of them: 1, 2 or 5 times a power of ten."""
    size = 10.0 ** math.floor(math.log10(top / 5))
    return next(size * f for f in (1, 2, 5, 10) if top / (size * f) <= 5)


def _thinned(x: Sequence[float], column: Sequence[float]) -> tuple[list[float], list[float], list[float]]:
    """Places, and the least and the most of a column at each: half a unit of width at a time, so that no peak is lost."""
    if len(x) <= _FEW * (x[-1] - x[0]):
        return list(x), list(column), list(column)
    begins = [i for i in range(len(x)) if i == 0 or int(2 * x[i]) != int(2 * x[i - 1])]
    ends = [*begins[1:], len(x)]
    return (
        [x[a] for a in begins],
        [min(column[a:b]) for a, b in zip(begins, ends, strict=True)],
        [max(column[a:b]) for a, b in zip(begins, ends, strict=True)],
    )


def _band(
    x: Sequence[float], lower: Sequence[float], upper: Sequence[float], heights: _Heights
) -> list[tuple[float, float]]:
    """The outline of a band, above and back below."""
    across, _, highs = _thinned(x, upper)
    _, lows, _ = _thinned(x, lower)
    above = list(zip(across, heights(highs), strict=True))
    return above + list(zip(across, heights(lows), strict=True))[::-1]


def draw_levels(levels: LevelPicture, paint: Paint, *, label: str, narrow: bool) -> str:
    """The picture."""
    width = 358.0 if narrow else 660.0
    out: list[str] = []
    y = 0.0
    for line in levels.lines:
        part, y = _line(line, paint, width, y)
        out += part
        y += 10
    return picture(
        "".join(out),
        width=width,
        height=max(y - 10, 10),
        label=label,
        title="Levels",
        reads="Ticks are doses taken, crosses days missed.",
        paint=paint,
    )


def _line(line: LevelLine, paint: Paint, width: float, top: float) -> tuple[list[str], float]:
    out = [words(0, top + 13, fitted(line.title, 13, width), paint["ink"], size=13, bold=True)]
    left, right = 40.0, width - 6
    days = DayAxis(first=line.first, last=line.last, left=left, right=right)
    y0, y1 = top + 38, top + 38 + _HEIGHT
    highest = [
        *line.typical,
        *(v for _, upper in line.bands for v in upper),
        *(m.value for m in line.measured),
    ]
    if line.known is not None:
        highest.append(line.known[0])
    end = max([1.0, *highest]) * 1.1
    step = _step(end)

    scale = (y1 - y0) / end

    def heights(values: Sequence[float]) -> list[float]:
        return [y1 - scale * (0.0 if v < 0 else end if v > end else v) for v in values]

    out.append(words(0, top + 30, "level expected from the doses taken, ng/mL in plasma", paint["muted"]))
    out += _frame(days, paint, y0, y1, [(v * step, f"{v * step:g}") for v in range(int(end / step) + 1)], end)
    x = [left + m * days.width for m in line.moments]
    for opacity, (lower, upper) in zip((0.14, 0.22), line.bands, strict=False):
        outline = path(_band(x, lower, upper, heights), close=True)
        out.append(element("path", d=outline, fill=paint["dose"], fill_opacity=opacity))
    out.append(_curve(x, line.typical, heights, paint["dose"]))
    if line.known is not None:
        out += _known(line.known, days, paint, heights, end)
    marks = dict.fromkeys(number(left + d * days.width) for d in line.doses)
    if marks:
        d = "".join(f"M{m} {number(y1)}v-7" for m in marks)
        out.append(element("path", d=d, stroke=paint["ink"], fill="none"))
    out += [
        words(days.middle(d), y1 - 8, "×", paint["bad"], size=15, bold=True, anchor="middle")
        for d in line.missed
        if days.holds(d)
    ]
    out += _daily(line, days, paint, y0)
    out += _measured(line.measured, days, paint, heights)
    foot = y1
    for share in line.shares:
        part, foot = _share(share, x, days, paint, foot + 26)
        out += part
    out += [words(t.x, foot + 15, t.words, paint["muted"]) for t in days.ticks() if t.words]
    return out, foot + 20


def _frame(
    days: DayAxis, paint: Paint, y0: float, y1: float, named: Sequence[tuple[float, str]], end: float
) -> list[str]:
    frame = {"x": days.left, "y": y0, "width": days.right - days.left, "height": y1 - y0}
    grid = "".join(f"M{number(t.x)} {number(y0)}V{number(y1)}" for t in days.ticks())
    at = {v: y1 - (y1 - y0) * v / end for v, _ in named}
    grid += "".join(f"M{number(days.left)} {number(a)}H{number(days.right)}" for a in at.values())
    return [
        element("rect", fill=paint["card"], **frame),
        element("path", d=grid, stroke=paint["grid"], fill="none"),
        *(words(days.left - 5, at[v] + 4, said, paint["muted"], size=11, anchor="end") for v, said in named),
    ]


def _curve(x: Sequence[float], values: Sequence[float], heights: _Heights, colour: str) -> str:
    """A line through every peak: down or up within each half unit of width."""
    across, lows, highs = _thinned(x, values)
    both = zip(across, heights(lows), heights(highs), strict=True)
    points = [(a, y) for a, low, high in both for y in ((low,) if low == high else (low, high))]
    return element(
        "path", d=path(points), fill="none", stroke=colour, stroke_width=1.6, stroke_linejoin="round"
    )


def _known(
    known: tuple[float, float | None, str], days: DayAxis, paint: Paint, heights: _Heights, end: float
) -> list[str]:
    low, high, purpose = known
    lines = "".join(
        f"M{number(days.left)} {number(heights([v])[0])}H{number(days.right)}"
        for v in (low, high)
        if v is not None and v <= end
    )
    said = f"{low:g} to {high:g}" if high is not None else f"from {low:g}"
    said = fitted(f"{said}: a range for {purpose} only", 11, days.right - days.left - 8)
    return [
        element("path", d=lines, stroke=paint["muted"], stroke_dasharray="6 4", fill="none"),
        words(days.left + 4, heights([low])[0] - 4, said, paint["ink"], size=11, halo=paint["card"]),
    ]


def _daily(line: LevelLine, days: DayAxis, paint: Paint, y0: float) -> list[str]:
    out: list[str] = []
    taken = days.left
    for day, said in line.daily:
        x = days.start(day)
        if x >= taken and x + width_of(said, 12) <= days.right:
            out.append(words(x, y0 + 13, said, paint["ink"], bold=True, halo=paint["card"]))
            taken = x + width_of(said, 12) + 8
    return out


def _measured(measured: Sequence[Measured], days: DayAxis, paint: Paint, heights: _Heights) -> list[str]:
    out: list[str] = []
    for one in measured:
        x, at = days.left + one.at * days.width, heights([one.value])[0]
        shape = (
            f"M{number(x - 5)} {number(at)}l5 -5l5 5l-5 5z"
            if one.used
            else f"M{number(x - 4)} {number(at - 4)}l8 8m0 -8l-8 8"
        )
        out.append(element("path", d=shape, fill="none", stroke=paint["bad"], stroke_width=2))
        said = f"measured {one.value:g}" + ("" if one.used else " (not used)")
        left_of = x - 9 - width_of(said, 12) >= days.left
        out.append(
            words(
                x - 9 if left_of else x + 9,
                at - 7,
                said,
                paint["bad"],
                anchor="end" if left_of else None,
                halo=paint["card"],
            )
        )
    return out


def _share(
    share: TargetShare, x: Sequence[float], days: DayAxis, paint: Paint, top: float
) -> tuple[list[str], float]:
    y0, y1 = top, top + _SHARE_HEIGHT

    def heights(values: Sequence[float]) -> list[float]:
        return [y1 - _SHARE_HEIGHT * (0.0 if v < 0 else 1.0 if v > 1 else v) for v in values]

    title = fitted(share.title, 12, days.right)
    out = [words(0, y0 - 7, title, paint["ink"], bold=True)]
    out += _frame(days, paint, y0, y1, [(0, "0"), (0.5, "50 %"), (1, "100 %")], 1.0)
    outline = path(_band(x, share.low, share.high, heights), close=True)
    out.append(element("path", d=outline, fill=paint["unsure"], fill_opacity=0.22))
    out.append(_curve(x, share.typical, heights, paint["unsure"]))
    return out, y1
