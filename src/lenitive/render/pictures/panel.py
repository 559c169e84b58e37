"""One score over the days: dots as entered, the estimate, flags, and gaps left open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from lenitive.render.pictures.course import draw_course
from lenitive.render.pictures.days import DayAxis
from lenitive.render.pictures.due import draw_brackets, draw_header
from lenitive.render.pictures.layout import Layout
from lenitive.render.pictures.score import ScorePanel
from lenitive.render.pictures.svg import Paint, element, number, width_of, words

__all__ = ["draw_panel", "hatched"]

_NO_ENTRIES = "no entries"
# Where a day is narrower than this, its dot is set to the next whole unit.
_FINE = 0.5
_WEEK = 7


def hatched(x0: float, x1: float, y0: float, y1: float, step: float = 5.0) -> str:
    """The ``d`` of slanting lines in a box; lines of its own rather than a pattern, which would need an id."""
    parts = []
    height = y1 - y0
    # A line starts at the foot, at c, and rises to the right by its height; both ends are cut to the box.
    c = x0 - height + step - (x0 - height) % step
    while c < x1:
        a, b = max(c, x0), min(c + height, x1)
        if b > a:
            parts.append(f"M{number(a)} {number(y1 - (a - c))}L{number(b)} {number(y1 - (b - c))}")
        c += step
    return "".join(parts)


def draw_panel(
    panel: ScorePanel,
    days: DayAxis,
    layout: Layout,
    paint: Paint,
    top: float,
    it: str | None,
    flags: Sequence[float] = (),
) -> tuple[list[str], float]:
    """The panel and how far down it reaches.

    Args:
        panel: What it shows.
        days: The time axis.
        layout: The size.
        paint: Where it is to stand.
        top: Where it begins.
        it: What the one effect is due to, such as ``it``, where name, value and effect fit one row; else None.
        flags: Places of notes, as dotted lines.
    """
    out: list[str] = []
    if layout.beside:
        out.append(words(0, top + 16, panel.title, paint[panel.token], size=14, bold=True))
        y0 = top
    else:
        head, y0 = draw_header(panel, layout, paint, top, it)
        out += head
    y1 = y0 + layout.panel
    frame = {"x": days.left, "y": y0, "width": days.right - days.left, "height": layout.panel}
    out.append(element("rect", fill=paint["card"], **frame))
    middle = (y0 + y1) / 2
    grid = "".join(f"M{number(t.x)} {number(y0)}V{number(y1)}" for t in days.ticks())
    grid += f"M{number(days.left)} {number(middle)}H{number(days.right)}"
    out.append(element("path", d=grid, stroke=paint["grid"], fill="none"))
    if flags:
        d = "".join(f"M{number(x)} {number(y0)}V{number(y1)}" for x in flags)
        out.append(element("path", d=d, stroke=paint["edge"], stroke_dasharray="1 3", fill="none"))
    if layout.beside:
        out.append(words(layout.left - 5, y0 + 9, "10 worst", paint["muted"], size=11, anchor="end"))
        out.append(words(layout.left - 5, y1, "0 best", paint["muted"], size=11, anchor="end"))

    scale = (y1 - y0) / 10

    def heights(values: list[float]) -> list[float]:
        return [y1 - scale * (0.0 if v < 0 else 10.0 if v > 10 else v) for v in values]

    boxes = [(days.start(a), days.end(b)) for a, b in panel.gaps if b >= days.first and a <= days.last]
    hatch = "".join(hatched(a, b, y0, y1) for a, b in boxes)
    if hatch:
        out.append(element("path", d=hatch, stroke=paint["edge"], stroke_opacity=0.55, fill="none"))
    if panel.estimate is not None and panel.estimate.days:
        out += draw_course(panel, panel.estimate, days, paint, heights)
    out += _weekly(panel, days, paint, heights)
    # One mark a place: entries that fall together on a long axis would only darken it.
    entered = [(d, v) for d, v in panel.entered if days.first <= d <= days.last]
    across, up = days.middles([d for d, _ in entered]), heights([v for _, v in entered])
    if days.width < _FINE:
        across = [float(round(x)) for x in across]
    places = dict.fromkeys([f"M{x:.1f} {y:.1f}h.01" for x, y in zip(across, up, strict=True)])
    if places:
        size = 3.2 if days.width > 1 else 2.4
        out.append(
            element(
                "path",
                d="".join(places).replace(".0 ", " ").replace(".0h", "h"),
                stroke=paint[panel.token],
                stroke_width=size,
                stroke_linecap="round",
                stroke_opacity=0.75,
                fill="none",
            )
        )
    # On a phone the foot of the panel holds the words for its end of the scale.
    out += _open(boxes, y1 if layout.beside else y1 - 13, paint)
    if not layout.beside:
        halo = paint["card"]
        out.append(
            words(layout.right - 3, y0 + 10, "10 worst", paint["muted"], size=11, anchor="end", halo=halo)
        )
        out.append(
            words(layout.right - 3, y1 - 3, "0 best", paint["muted"], size=11, anchor="end", halo=halo)
        )
    elif panel.due:
        out += draw_brackets(panel, layout, paint, y0, y1)
    return out, y1


def _weekly(
    panel: ScorePanel, days: DayAxis, paint: Paint, heights: Callable[[list[float]], list[float]]
) -> list[str]:
    """A line through the means of weeks, broken where a week has none."""
    shown = [(d, v) for d, v in panel.weekly if days.first <= d <= days.last]
    up = heights([v for _, v in shown])
    d = ""
    before: date | None = None
    for (day, _), y in zip(shown, up, strict=True):
        joined = before is not None and (day - before).days <= _WEEK
        d += f"{'L' if joined else 'M'}{number(days.middle(day))} {number(y)}"
        # A week without neighbours is a short dash, not nothing.
        d += "" if joined else "h.01"
        before = day
    if not d:
        return []
    return [
        element(
            "path",
            d=d,
            stroke=paint[panel.token],
            stroke_width=2.4,
            stroke_linecap="round",
            stroke_linejoin="round",
            fill="none",
        )
    ]


def _open(boxes: Sequence[tuple[float, float]], foot: float, paint: Paint) -> list[str]:
    """The words in each gap that is wide enough for them."""
    room = width_of(_NO_ENTRIES, 11) + 2
    return [
        words((a + b) / 2, foot - 4, _NO_ENTRIES, paint["ink"], size=11, anchor="middle", halo=paint["card"])
        for a, b in boxes
        if b - a >= room
    ]
