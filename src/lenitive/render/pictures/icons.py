"""A hundred people as dots, side by side with and without: filled from below, absolute numbers only."""

from __future__ import annotations

from lenitive.frozen import dataclass
from lenitive.render.pictures.svg import Paint, element, fitted, number, picture, words

__all__ = ["IconArray", "IconGroup", "draw_icons"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IconGroup:
    """A hundred people.

    Attributes:
        name: What they have in common.
        count: How many of them have the event.

    Raises:
        ValueError: When the count is not one of a hundred.
    """

    name: str
    count: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= 100:
            raise ValueError("of 100 people, 0 to 100 have the event")


@dataclass(frozen=True, slots=True, kw_only=True)
class IconArray:
    """What is counted, and the groups side by side.

    Attributes:
        title: What is counted, such as ``Of 100 people: ...``.
        groups: Mostly two: without and with.
    """

    title: str
    groups: tuple[IconGroup, ...]


def draw_icons(icons: IconArray, paint: Paint, *, label: str, narrow: bool) -> str:
    """The picture; filled dots are those with the event, told apart by fill and not by colour alone."""
    step = 14.0
    beside, width = (178.0, 358.0) if narrow else (220.0, 640.0)
    out: list[str] = []
    for i, group in enumerate(icons.groups):
        x0, y0 = 1 + (i % 2) * beside, (i // 2) * (10 * step + 50)
        out.append(words(x0, y0 + 13, fitted(group.name, 13, beside - 10), paint["ink"], size=13, bold=True))
        out.append(words(x0, y0 + 30, f"{group.count} of 100", paint["ink"], size=13))
        centres = [
            f"M{number(x0 + step * (n % 10) + 6)} {number(y0 + 38 + step * (9 - n // 10) + 6)}h.01"
            for n in range(100)
        ]
        ring = {"stroke_linecap": "round", "fill": "none"}
        empty = "".join(centres[group.count :])
        if empty:
            # A ring is a dot with a smaller one of the ground upon it.
            out.append(element("path", d=empty, stroke=paint["edge"], stroke_width=10, **ring))
            out.append(element("path", d=empty, stroke=paint["ground"], stroke_width=7.6, **ring))
        filled = "".join(centres[: group.count])
        if filled:
            out.append(element("path", d=filled, stroke=paint["act"], stroke_width=10, **ring))
    rows = (len(icons.groups) + 1) // 2
    return picture(
        "".join(out),
        width=width,
        height=rows * (10 * step + 50) - 10,
        label=label,
        title=icons.title,
        reads="Each dot is one of a hundred people; the filled ones, from below, have the event.",
        paint=paint,
    )
