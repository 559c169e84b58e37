"""A few weeks of pain as a small line, for a list of patients."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.render.blocks import Picture
from lenitive.render.catalogue import said
from lenitive.render.html import picture_svg
from lenitive.render.pictures import Sparkline
from lenitive.terms import Message

__all__ = ["weeks_svg"]


def weeks_svg(weeks: Sequence[float | None]) -> str:
    """The line as SVG, oldest week first; None where nothing was entered: the line is broken there."""
    known = [v for v in weeks if v is not None]
    label = (
        Message.of("render.weeks.none")
        if not known
        else Message.of("render.weeks.pain", first=known[0], last=known[-1], weeks=len(weeks))
    )
    line = Sparkline(title="", token="pain", values=tuple(weeks))
    return picture_svg(Picture(shows=line, alt=said(label)))
