"""The estimated course of a score: bands, the line, broken at gaps, and what is expected without the medicines."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from lenitive.render.pictures.days import DayAxis
from lenitive.render.pictures.score import SAME, Estimate, ScorePanel
from lenitive.render.pictures.svg import Paint, element, path

__all__ = ["draw_course"]


def _runs(days: Sequence[date], gaps: Sequence[tuple[date, date]]) -> Iterator[tuple[int, int]]:
    """Stretches of days outside gaps, as first and past-the-last index."""
    begun: int | None = None
    gap = 0
    ordered = sorted(gaps)
    for i, day in enumerate(days):
        while gap < len(ordered) and ordered[gap][1] < day:
            gap += 1
        open_ = gap < len(ordered) and ordered[gap][0] <= day
        if open_ and begun is not None:
            yield begun, i
            begun = None
        elif not open_ and begun is None:
            begun = i
    if begun is not None:
        yield begun, len(days)


def _kept(count: int, width: float) -> list[int]:
    """Which days of a long run to draw: no more than one a unit of width, and the last always."""
    step = max(1, math.ceil(count / max(width, 1)))
    kept = list(range(0, count, step))
    if kept and kept[-1] != count - 1:
        kept.append(count - 1)
    return kept


def draw_course(
    panel: ScorePanel, e: Estimate, days: DayAxis, paint: Paint, y: Callable[[float], float]
) -> list[str]:
    """The course; ``y`` tells how high a score stands."""
    colour = paint[panel.token]
    shown = [i for i, d in enumerate(e.days) if days.holds(d)]
    if not shown:
        return []
    begin, end = shown[0], shown[-1] + 1
    kept = [begin + i for i in _kept(end - begin, days.right - days.left)]
    x = dict(zip(kept, days.middles(e.days[i] for i in kept), strict=True))
    out = []
    for low, high, opacity in ((e.low95, e.high95, 0.12), (e.low80, e.high80, 0.2)):
        outline = [(x[i], y(high[i])) for i in kept] + [(x[i], y(low[i])) for i in reversed(kept)]
        out.append(element("path", d=path(outline, close=True), fill=colour, fill_opacity=opacity))
    begins = next((i for i in range(begin, end) if abs(e.without[i] - e.mean[i]) >= SAME), None)
    if begins is not None:
        rest = [(x[i], y(e.without[i])) for i in kept if i >= begins - 1]
        if len(rest) > 1:
            out.append(
                element(
                    "path",
                    d=path(rest),
                    fill="none",
                    stroke=paint["without"],
                    stroke_width=1.8,
                    stroke_dasharray="6 4",
                )
            )
    line = []
    for a, b in _runs(e.days[begin:end], panel.gaps):
        run = [i for i in kept if begin + a <= i < begin + b]
        if len(run) == 1:
            # A single day between two gaps: a short stroke rather than nothing.
            only = days.start(e.days[run[0]]), days.end(e.days[run[0]])
            line.append(path([(only[0], y(e.mean[run[0]])), (only[1], y(e.mean[run[0]]))]))
        elif run:
            line.append(path([(x[i], y(e.mean[i])) for i in run]))
    if line:
        out.append(
            element(
                "path", d="".join(line), fill="none", stroke=colour, stroke_width=2.4, stroke_linejoin="round"
            )
        )
    return out
