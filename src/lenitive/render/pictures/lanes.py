"""Doses above the scores: bars as high as the dose, lines for what stays the same, ticks for what is taken as needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lenitive.frozen import dataclass
from lenitive.render.pictures.days import DayAxis
from lenitive.render.pictures.layout import Layout
from lenitive.render.pictures.svg import Paint, element, fitted, number, width_of, words

__all__ = ["DoseStep", "Lane", "Steady", "Ticks", "draw_lanes", "draw_steady", "draw_ticks"]

_ROW = 15.0
# A bar this high holds its own words.
_HOLDS = 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseStep:
    """A stretch at one daily dose, both days included.

    Attributes:
        share: The dose as a share of the highest of its drug, above 0 and at most 1.
        label: The dose in words.
        short: The dose as a bare number, for a bar too narrow for the words.
        masked: Whether the patient could not know what was taken; drawn hollow and dashed.
    """

    first: date
    last: date
    share: float
    label: str
    short: str
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A drug whose dose changed, with the days on which a planned dose was left out."""

    name: str
    steps: tuple[DoseStep, ...]
    missed: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """A drug that stays the same, or is one of many: a thin line."""

    name: str
    spans: tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """A drug taken as needed, and when."""

    name: str
    days: tuple[date, ...]


def draw_lanes(
    lanes: Sequence[Lane], days: DayAxis, layout: Layout, paint: Paint, top: float
) -> tuple[list[str], float]:
    """The bars and how far down they reach."""
    out: list[str] = []
    y = top
    for i, lane in enumerate(lanes):
        heading = "Doses" if i == 0 else ""
        if layout.beside:
            # The name stands at the foot of its bars, the heading above it.
            base = y + layout.lane
            if heading:
                out.append(words(0, base - 15, heading, paint["ink"], size=14, bold=True))
            name = fitted(lane.name, 12, layout.left - 8)
            out.append(words(0, base - 1, name, paint["muted"]))
        else:
            if heading:
                out.append(words(layout.left, y + 12, heading, paint["ink"], size=14, bold=True))
            name = fitted(lane.name, 12, layout.width - (70 if heading else 4))
            out.append(words(layout.right, y + 12, name, paint["muted"], anchor="end"))
            base = y + 18 + layout.lane
        out += _bars(lane, days, layout, paint, base)
        y = base + 8
    return out, y


def _bars(lane: Lane, days: DayAxis, layout: Layout, paint: Paint, base: float) -> list[str]:
    out, said = [], []
    for step in lane.steps:
        x0, x1 = days.start(step.first), days.end(step.last)
        height = max(3.0, layout.lane * step.share)
        y = base - height
        hollow = step.masked
        out.append(
            element(
                "rect",
                x=x0 + (0.75 if hollow else 0),
                y=y + (0.75 if hollow else 0),
                width=max(x1 - x0 - (1.5 if hollow else 0), 0.8),
                height=max(height - (0.75 if hollow else 0), 0.8),
                fill="none" if hollow else paint["dose"],
                stroke=paint["dose"] if hollow else None,
                stroke_width=1.5 if hollow else None,
                stroke_dasharray="4 3" if hollow else None,
            )
        )
        room = x1 - x0 - 4
        said_here = next((t for t in (step.label, step.short) if width_of(t, 12, bold=True) <= room), None)
        if said_here is not None:
            inside = height >= _HOLDS
            colour = paint["ink"] if hollow or not inside else paint["ground"]
            said.append(words(x0 + 3, y + 12.5 if inside else y - 3.5, said_here, colour, bold=True))
    # A slit at the foot of the bar for each dose left out, told in the words below the picture.
    slits = "".join(
        f"M{number(days.start(d))} {number(base - 5)}h{number(max(days.width, 1.2))}v5h-{number(max(days.width, 1.2))}z"
        for d in lane.missed
        if days.holds(d)
    )
    if slits:
        out.append(element("path", d=slits, fill=paint["ground"]))
    line = element("line", x1=days.left, x2=days.right, y1=base, y2=base, stroke=paint["edge"])
    return [*out, line, *said]


def draw_steady(
    steady: Sequence[Steady], days: DayAxis, layout: Layout, paint: Paint, top: float
) -> tuple[list[str], float]:
    """A thin line each, and how far down they reach."""
    out, y = [], top
    for one in steady:
        if layout.beside:
            out.append(words(0, y + 10, fitted(one.name, 12, layout.left - 8), paint["muted"]))
            line = y + 6.5
        else:
            out.append(words(layout.left, y + 11, fitted(one.name, 12, layout.width - 4), paint["muted"]))
            line = y + 17
        d = "".join(
            f"M{number(days.start(a))} {number(line)}H{number(max(days.end(b), days.start(a) + 1))}"
            for a, b in one.spans
        )
        out.append(element("path", d=d, stroke=paint["edge"], stroke_width=3, fill="none"))
        y += _ROW if layout.beside else _ROW + 7
    return out, y


def draw_ticks(
    taken: Sequence[Ticks], days: DayAxis, layout: Layout, paint: Paint, top: float
) -> tuple[list[str], float]:
    """A tick for each day on which something was taken as needed, and how far down they reach."""
    out, y = [], top
    for one in taken:
        name = f"{one.name}, as needed"
        if layout.beside:
            out.append(words(0, y + 10, fitted(name, 11, layout.left - 4), paint["muted"], size=11))
            line = y + 1.5
        else:
            out.append(words(layout.left, y + 11, fitted(name, 12, layout.width - 4), paint["muted"]))
            line = y + 14
        # Days at one place are one tick: ten years have more days than the picture has points.
        places = dict.fromkeys(number(days.middle(d)) for d in one.days if days.holds(d))
        d = "".join(f"M{x} {number(line)}v9" for x in places)
        out.append(element("path", d=d, stroke=paint["dose"], stroke_width=2, fill="none"))
        y += _ROW if layout.beside else _ROW + 11
    return out, y
