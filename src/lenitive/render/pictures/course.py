"""The estimated course of a score: bands, the line, broken at gaps, and what is expected without the medicines."""

from __future__ import annotations

import math
from bisect import bisect_left
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
    panel: ScorePanel, e: Estimate, days: DayAxis, paint: Paint, heights: Callable[[list[float]], list[float]]
) -> list[str]:
    """The course; ``heights`` tells how high scores stand."""
    colour = paint[panel.token]
    shown = [i for i, d in enumerate(e.days) if days.first <= d <= days.last]
    if not shown:
        return []
    begin, end = shown[0], shown[-1] + 1
    kept = [begin + i for i in _kept(end - begin, days.right - days.left)]
    x = days.middles([e.days[i] for i in kept])

    def through(column: Sequence[float]) -> list[tuple[float, float]]:
        return list(zip(x, heights([column[i] for i in kept]), strict=True))

    out = []
    for low, high, opacity in ((e.low95, e.high95, 0.12), (e.low80, e.high80, 0.2)):
        outline = through(high) + through(low)[::-1]
        out.append(element("path", d=path(outline, close=True), fill=colour, fill_opacity=opacity))
    parts = next((i for i in range(begin, end) if abs(e.without[i] - e.mean[i]) >= SAME), None)
    if parts is not None:
        rest = through(e.without)[bisect_left(kept, parts - 1) :]
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
    line, mean = [], through(e.mean)
    for a, b in _runs(e.days[begin:end], panel.gaps):
        run = mean[bisect_left(kept, begin + a) : bisect_left(kept, begin + b)]
        if len(run) == 1:
            # A single day between two gaps: a short stroke rather than nothing.
            (at, height), half = run[0], days.width / 2
            run = [(at - half, height), (at + half, height)]
        if run:
            line.append(path(run))
    if line:
        out.append(
            element(
                "path", d="".join(line), fill="none", stroke=colour, stroke_width=2.4, stroke_linejoin="round"
            )
        )
    return out
