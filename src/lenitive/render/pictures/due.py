"""What a drug does to a score, at the edge of its panel or above it."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.render.pictures.layout import Layout
from lenitive.render.pictures.score import DueEffect, ScorePanel
from lenitive.render.pictures.svg import Paint, SvgPiece, element, fitted, number, width_of, words
from lenitive.render.words import points, score

__all__ = ["draw_brackets", "draw_header", "heads_fit"]


def heads_fit(panels: Sequence[ScorePanel], layout: Layout, it: str) -> bool:
    """Whether each panel's name, its present value and what is due to what fit one row above it."""
    return all(
        width_of(p.title, 14, bold=True) + width_of("".join(piece.text for piece in _said(p, it)), 12) + 10
        <= layout.right - layout.left
        and len(p.due) <= 1
        for p in panels
    )


def _said(panel: ScorePanel, it: str) -> tuple[SvgPiece, ...]:
    """Present value and the one effect, for one row."""
    now = "" if panel.now is None else f"now {score(panel.now)}"
    if len(panel.due) != 1:
        return (SvgPiece(now),)
    return (SvgPiece(f"{now} · " if now else ""), *_due_words(panel.due[0], f"due to {it}"))


def draw_header(
    panel: ScorePanel, layout: Layout, paint: Paint, top: float, it: str | None
) -> tuple[list[str], float]:
    """On a phone: the name, where it is now, and what is due to what, above the days; in one row where ``it`` is given."""
    out = [words(layout.left, top + 13, panel.title, paint[panel.token], size=14, bold=True)]
    y = top + 13
    if it is not None:
        out.append(words(layout.right, y, _said(panel, it), paint["muted"], anchor="end"))
        return out, y + 6
    if panel.now is not None:
        out.append(words(layout.right, y, f"now {score(panel.now)}", paint["muted"], anchor="end"))
    for due in panel.due:
        y += 15
        rest = "".join(piece.text for piece in _due_words(due, "due to"))
        name = fitted(due.drug, 12, layout.right - layout.left - width_of(rest, 12, bold=True))
        pieces = _due_words(due, f"due to {name}")
        out.append(words(layout.right, y, pieces, paint["muted"], anchor="end"))
    return out, y + 6


def _due_words(due: DueEffect, what: str) -> tuple[SvgPiece, ...]:
    """The effect in words, its number bold unless it is unclear."""
    unclear = " unclear," if due.unclear else ""
    return (
        SvgPiece(f"{what}{unclear} "),
        SvgPiece(points(due.mean), not due.unclear),
        SvgPiece(f" ({due.range})"),
    )


def draw_brackets(panel: ScorePanel, layout: Layout, paint: Paint, y0: float, y1: float) -> list[str]:
    """The effect at the right edge, as long as it is large, from where the score is now; and the numbers beside it."""
    out: list[str] = []
    x = layout.right + 5
    centre = (y0 + y1) / 2
    if panel.now is not None and len(panel.due) == 1:
        now = min(max(panel.now, 0.0), 10.0)
        back = min(max(now - panel.due[0].mean, 0.0), 10.0)
        a, b = sorted(y1 - (y1 - y0) * v / 10 for v in (now, back))
        if b - a < 3:
            a, b = (a + b) / 2 - 1.5, (a + b) / 2 + 1.5
        d = f"M{number(x)} {number(a)}h5V{number(b)}h-5"
        out.append(element("path", d=d, fill="none", stroke=paint["ink"], stroke_width=1.6))
        centre = (a + b) / 2
    return out + _numbers(panel.due, layout, paint, centre, (y0, y1))


def _numbers(
    due: Sequence[DueEffect], layout: Layout, paint: Paint, centre: float, edges: tuple[float, float]
) -> list[str]:
    out: list[str] = []
    x = layout.right + 15
    named = len(due) > 1
    rows = 37.0 if named else 30.0
    height = rows * len(due)
    y = min(max(centre - height / 2, edges[0] - 2), edges[1] - height + 2)
    for one in due:
        if named:
            out.append(words(x, y + 10, fitted(one.drug, 11, layout.margin), paint["muted"], size=11))
            y += 11
        colour = paint["muted"] if one.unclear else paint["ink"]
        size = 14 if named else 17
        said = SvgPiece(points(one.mean), not one.unclear)
        pieces = (said, SvgPiece(" unclear", size=12)) if one.unclear else (said,)
        out.append(words(x, y + 14, pieces, colour, size=size))
        out.append(words(x, y + (25 if named else 28), one.range, paint["muted"], size=11))
        y += rows - (11 if named else 0)
    return out
