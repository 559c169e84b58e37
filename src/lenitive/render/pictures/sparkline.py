"""A few weeks of a score in the height of a line of text, with the last value in figures."""

from __future__ import annotations

from lenitive.frozen import dataclass
from lenitive.render.pictures.svg import Paint, element, number, path, picture, words
from lenitive.render.words import score

__all__ = ["Sparkline", "draw_sparkline"]

_WIDTH, _HEIGHT, _PLOT = 88.0, 24.0, 58.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparkline:
    """A score day by day, 0 best to 10 worst.

    Attributes:
        title: The score's name.
        token: Its colour.
        values: One a day; None where nothing was entered: the line is broken there, never joined.

    Raises:
        ValueError: When a value is outside 0-10.
    """

    title: str
    token: str
    values: tuple[float | None, ...]

    def __post_init__(self) -> None:
        if any(v is not None and not 0 <= v <= 10 for v in self.values):
            raise ValueError("a score is a number from 0 to 10")


def draw_sparkline(line: Sparkline, paint: Paint, *, label: str) -> str:
    """The picture, 88 by 24; the figure is the last value entered."""
    count = max(len(line.values) - 1, 1)
    points = [
        None if v is None else (2 + _PLOT * i / count, _HEIGHT - 3 - (_HEIGHT - 6) * v / 10)
        for i, v in enumerate(line.values)
    ]
    runs: list[list[tuple[float, float]]] = [[]]
    for p in points:
        if p is not None:
            runs[-1].append(p)
        elif runs[-1]:
            runs.append([])
    out = [element("line", x1=2, x2=2 + _PLOT, y1=_HEIGHT - 1, y2=_HEIGHT - 1, stroke=paint["grid"])]
    lines = "".join(path(r) if len(r) > 1 else f"M{number(r[0][0])} {number(r[0][1])}h.01" for r in runs if r)
    if lines:
        out.append(
            element(
                "path",
                d=lines,
                fill="none",
                stroke=paint[line.token],
                stroke_width=1.6,
                stroke_linecap="round",
                stroke_linejoin="round",
            )
        )
    known = [(p, v) for p, v in zip(points, line.values, strict=True) if p is not None and v is not None]
    if known:
        (x, y), last = known[-1]
        out.append(element("circle", cx=x, cy=y, r=2.2, fill=paint[line.token]))
        out.append(words(_WIDTH, 17, score(last), paint["ink"], size=13, anchor="end", bold=True))
    else:
        out.append(words(2, 16, "no entries", paint["muted"]))
    return picture(
        "".join(out),
        width=_WIDTH,
        height=_HEIGHT,
        label=label,
        title=line.title,
        reads="",
        paint=paint,
        small=True,
    )
