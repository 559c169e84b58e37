"""Doses and symptoms on one time line, drawn from values: months, doses, notes, one panel a score, weight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from lenitive.frozen import dataclass
from lenitive.render.pictures.days import DayAxis
from lenitive.render.pictures.due import heads_fit
from lenitive.render.pictures.lanes import Lane, Steady, Ticks, draw_lanes, draw_steady, draw_ticks
from lenitive.render.pictures.layout import Layout
from lenitive.render.pictures.panel import draw_panel, hatched
from lenitive.render.pictures.score import ScorePanel
from lenitive.render.pictures.svg import Paint, element, fitted, number, picture, width_of, words

__all__ = ["DaySpan", "Flag", "TimeLine", "WeightLine", "draw_timeline"]

_FLAG_ROOM = 120.0
# Weights further apart than this are not joined: nobody knows the way between them. Ours.
_JOINED_DAYS = 62
_MOST_ROWS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A note on a day, in the words of the record."""

    day: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySpan:
    """Days that somebody marked, both included, with a name for them; one day where ``last`` is ``first``."""

    first: date
    last: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightLine:
    """Weights, kg, and the limit agreed, where one is."""

    weighed: tuple[tuple[date, float], ...]
    limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLine:
    """All that the time line shows.

    Attributes:
        first: First day.
        last: Last day.
        lanes: Drugs whose dose changed.
        steady: The other drugs.
        as_needed: Drugs taken as needed.
        flags: Notes, in order of day.
        spans: Days that were marked: a bar of its own above the panels.
        panels: The scores, from top to bottom.
        weight: Weights; None without any.
        without: The drugs that the dashed line is without; empty for all that are shown.
        title: What it is called.

    Raises:
        ValueError: When the last day is before the first.
    """

    first: date
    last: date
    panels: tuple[ScorePanel, ...]
    lanes: tuple[Lane, ...] = ()
    steady: tuple[Steady, ...] = ()
    as_needed: tuple[Ticks, ...] = ()
    flags: tuple[Flag, ...] = ()
    spans: tuple[DaySpan, ...] = ()
    weight: WeightLine | None = None
    without: tuple[str, ...] = ()
    title: str = "Doses and symptoms"

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a time line ends on or after the day it begins")


def draw_timeline(line: TimeLine, layout: Layout, paint: Paint, *, label: str) -> str:
    """The picture; ``label`` is what it shows, in words."""
    days = DayAxis(first=line.first, last=line.last, left=layout.left, right=layout.right)
    out, y = _key(line, layout, paint)
    out += [
        words(t.x + (2 if layout.beside else 0), y + 12, t.words, paint["muted"])
        for t in days.ticks()
        if t.words
    ]
    y += 18
    if line.lanes:
        part, y = draw_lanes(line.lanes, days, layout, paint, y)
        out += part
    part, y = draw_steady(line.steady[:_MOST_ROWS], days, layout, paint, y)
    out += part
    part, y = draw_ticks(line.as_needed[:_MOST_ROWS], days, layout, paint, y)
    out += part
    hidden = max(0, len(line.steady) - _MOST_ROWS) + max(0, len(line.as_needed) - _MOST_ROWS)
    if hidden:
        more = f"and {hidden} more, in the figures behind"
        out.append(words(0 if layout.beside else layout.left, y + 10, more, paint["muted"]))
        y += 15
    flags, lines, y = _flags(line.flags, days, layout, paint, y)
    out += flags
    part, y = _spans(line.spans, days, layout, paint, y)
    out += part
    y += 4
    it = _it(line)
    said = it if layout.beside or heads_fit(line.panels, layout, it) else None
    for panel in line.panels:
        part, y = draw_panel(panel, days, layout, paint, y, said, lines)
        out += part
        y += 8
    if line.weight is not None and line.weight.weighed:
        part, y = _weight(line.weight, days, layout, paint, y + 4)
        out += part
    reads = "Dots are scores as entered, from 0 best to 10 worst. Hatching: no entries."
    if any(p.weekly for p in line.panels):
        reads += " The line is the mean of each week."
    if any(p.estimate for p in line.panels):
        reads += " The line is the estimate with its 80 and 95 % bands."
    if any(p.parts for p in line.panels):
        reads += f" The dashed line is the course expected without {_without(line)}."
    return picture(
        "".join(out),
        width=layout.width,
        height=y,
        label=label,
        title=line.title,
        reads=reads,
        paint=paint,
    )


def _taken(line: TimeLine) -> int:
    """How many drugs are on the picture."""
    return len(line.lanes) + len(line.steady) + len(line.as_needed)


def _without(line: TimeLine) -> str:
    """What the dashed line is without, in words."""
    if line.without and len(line.without) < _taken(line):
        return " and ".join(line.without)
    return "it" if _taken(line) == 1 else "them"


def _it(line: TimeLine) -> str:
    """What an effect is due to: ``it`` where one drug only is taken, else that drug's name."""
    named = {d.drug for p in line.panels for d in p.due}
    return named.pop() if len(named) == 1 and _taken(line) > 1 else "it"


def _key(line: TimeLine, layout: Layout, paint: Paint) -> tuple[list[str], float]:
    """How to read it, in one row or as many as are needed."""
    muted = paint["muted"]
    stroke = {"fill": "none", "stroke": muted}
    dots = element("path", d="M3 7h.01M11 3h.01M18 8h.01", stroke_width=3.2, stroke_linecap="round", **stroke)
    drawn = [(dots, "as entered")]
    if any(p.weekly for p in line.panels):
        drawn.append((element("path", d="M0 5.5h22", stroke_width=2.4, **stroke), "mean of a week"))
    if any(p.estimate for p in line.panels):
        band = element("rect", x=0, y=0, width=22, height=11, fill=muted, fill_opacity=0.25)
        drawn.append(
            (band + element("path", d="M0 5.5h22", stroke_width=2.4, **stroke), "estimate, 80 and 95 %")
        )
    if any(p.parts for p in line.panels):
        dashed = element(
            "path",
            d="M0 5.5h22",
            fill="none",
            stroke=paint["without"],
            stroke_width=1.8,
            stroke_dasharray="6 4",
        )
        drawn.append((dashed, f"expected without {_without(line)}"))
    if layout.beside and any(len(p.due) == 1 and p.now is not None for p in line.panels):
        bracket = element("path", d="M10 0.5h5v10h-5", fill="none", stroke=paint["ink"], stroke_width=1.6)
        drawn.append((bracket, f"due to {_it(line)}"))
    if any(p.gaps for p in line.panels):
        gap = element("path", d=hatched(0, 22, 0, 11), stroke=paint["edge"], fill="none")
        drawn.append((gap, "no entries"))
    out: list[str] = []
    x, y = layout.left, 0.0
    for mark, said in drawn:
        said = fitted(said, 12, 230)
        room = 27 + width_of(said, 12)
        if x > layout.left and x + room > layout.width:
            x, y = layout.left, y + 16
        out.append(element("g", mark, transform=f"translate({number(x)} {number(y + 1.5)})"))
        out.append(words(x + 27, y + 11, said, muted))
        x += room + 14
    return out, y + 20


def _spans(
    spans: Sequence[DaySpan], days: DayAxis, layout: Layout, paint: Paint, top: float
) -> tuple[list[str], float]:
    """Marked days as bars, named where their words have room; what lies beyond the axis is cut at its edge."""
    shown = sorted((s for s in spans if s.first <= days.last and s.last >= days.first), key=lambda s: s.first)
    if not shown:
        return [], top
    out = [words(0, top + 11, "marked", paint["muted"])] if layout.beside else []
    taken = days.left
    for span in shown:
        start, end = days.start(max(span.first, days.first)), days.end(min(span.last, days.last))
        out.append(
            element("rect", x=number(start), y=number(top + 14), width=number(max(end - start, 2)), height=4, fill=paint["ink"])
        )
        text = fitted(span.words, 12, _FLAG_ROOM)
        room = width_of(text, 12) + 8
        at = min(start, days.right - room)
        if text and at >= taken:
            out.append(words(at, top + 11, text, paint["ink"]))
            taken = at + room
    return out, top + 22


def _flags(
    flags: Sequence[Flag], days: DayAxis, layout: Layout, paint: Paint, top: float
) -> tuple[list[str], list[float], float]:
    """Notes named where their words have room, else a tick only; the places whose line goes on through the panels."""
    shown = [f for f in flags if days.holds(f.day) and f.words.strip()]
    if not shown:
        return [], [], top
    out: list[str] = []
    if layout.beside:
        out.append(words(0, top + 11, "from the notes", paint["muted"]))
    lines: list[float] = []
    bare: list[str] = []
    taken = days.left
    places = [days.middle(f.day) for f in shown]
    for i, (flag, x) in enumerate(zip(shown, places, strict=True)):
        text = fitted(flag.words, 12, _FLAG_ROOM)
        room = width_of(text, 12) + 8
        following = next((p for p in places[i + 1 :] if p > x), days.right + layout.margin)
        if x >= taken and x + room <= min(following, days.right + 18):
            out.append(words(x + 4, top + 11, text, paint["ink"]))
            taken = x + room
            lines.append(x)
        elif x - room >= taken:
            out.append(words(x - 4, top + 11, text, paint["ink"], anchor="end"))
            taken = x + 2
            lines.append(x)
        else:
            bare.append(f"M{number(x)} {number(top + 12)}v5")
            taken = max(taken, x + 2)
    if lines:
        d = "".join(f"M{number(x)} {number(top + 3)}v14" for x in lines)
        out.append(element("path", d=d, stroke=paint["edge"], stroke_dasharray="1 3", fill="none"))
    if bare:
        d = "".join(dict.fromkeys(bare))
        out.append(element("path", d=d, stroke=paint["edge"], stroke_width=1.6, fill="none"))
    return out, lines, top + 17


def _weight(
    weight: WeightLine, days: DayAxis, layout: Layout, paint: Paint, top: float
) -> tuple[list[str], float]:
    shown = [(d, v) for d, v in weight.weighed if days.holds(d)]
    if not shown:
        return [], top
    out: list[str] = []
    first, last = shown[0][1], shown[-1][1]
    if layout.beside:
        out.append(words(0, top + 14, "Weight", paint["ink"], size=14, bold=True))
        out.append(words(0, top + 28, "kg", paint["muted"]))
        y0, y1 = top + 12, top + 42
        right = layout.right + 15
        out.append(words(right, top + 20, f"{last:.1f}", paint["ink"], size=17, bold=True))
        if len(shown) > 1:
            out.append(words(right, top + 34, f"from {first:.1f} kg", paint["muted"]))
    else:
        out.append(words(layout.left, top + 13, "Weight", paint["ink"], size=14, bold=True))
        said = f"{first:.1f} → {last:.1f} kg" if len(shown) > 1 else f"{last:.1f} kg"
        out.append(words(layout.right, top + 13, said, paint["muted"], anchor="end"))
        y0, y1 = top + 32, top + 60
    ends = [v for _, v in shown] + ([weight.limit] if weight.limit is not None else [])
    # At least 4 kg from foot to top, so that a scale's own noise does not look like a change.
    low, high = min(ends), max(ends)
    spare = max(0.0, 4.0 - (high - low)) / 2
    low, high = low - spare, high + spare

    def y(kg: float) -> float:
        return y1 - (y1 - y0) * (kg - low) / (high - low)

    placed = [(days.middle(d), y(v)) for d, v in shown]
    if weight.limit is not None:
        at = y(weight.limit)
        out.append(
            element(
                "line",
                x1=days.left,
                x2=days.right,
                y1=at,
                y2=at,
                stroke=paint["cost"],
                stroke_width=1.4,
                stroke_dasharray="2 3",
            )
        )
        out.append(words(days.left + 2, at - 3, f"agreed limit {weight.limit:g} kg", paint["muted"], size=11))
    joins = [
        f"M{number(a[0])} {number(a[1])}L{number(b[0])} {number(b[1])}"
        for (a, b), ((d, _), (e, _)) in zip(pairwise(placed), pairwise(shown), strict=True)
        if (e - d).days <= _JOINED_DAYS
    ]
    if joins:
        out.append(element("path", d="".join(joins), stroke=paint["edge"], stroke_width=1.4, fill="none"))
    marks = "".join(f"M{number(a - 2.5)} {number(b - 2.5)}h5v5h-5z" for a, b in dict.fromkeys(placed))
    out.append(element("path", d=marks, fill=paint["ink"]))
    out += _weights_said(shown, placed, layout, paint)
    return out, y1 + 18


def _weights_said(
    shown: Sequence[tuple[date, float]],
    placed: Sequence[tuple[float, float]],
    layout: Layout,
    paint: Paint,
) -> list[str]:
    """The weights beside their marks, above a crest and below a trough; left out where two would touch."""
    out: list[str] = []
    taken = 0.0
    for i, ((_, kg), (x, y)) in enumerate(zip(shown, placed, strict=True)):
        text = f"{kg:.1f}"
        half = width_of(text, 11) / 2
        near = [placed[j][1] for j in (i - 1, i + 1) if 0 <= j < len(placed)]
        below = bool(near) and y > sum(near) / len(near) + 0.5
        middle = min(max(x, half), layout.right - half)
        if middle - half >= taken:
            place = y + 13 if below else y - 6
            out.append(
                words(middle, place, text, paint["muted"], size=11, anchor="middle", halo=paint["ground"])
            )
            taken = middle + half + 6
    return out
