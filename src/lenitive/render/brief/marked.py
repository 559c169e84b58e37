"""The page with days that somebody marked on its time line: flares from a day to a day, and tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from lenitive.render.brief.value import Brief
from lenitive.render.pictures import DaySpan, TimeLine
from lenitive.render.words import day

__all__ = ["with_marks"]


def with_marks(brief: Brief, marks: Sequence[tuple[date, date | None, str]]) -> Brief:
    """The page with marks drawn, and said to those who do not see them.

    Args:
        brief: The page.
        marks: First day, last day (None while it goes on, or for one day), and what it is called; one day where the two are one.
    """
    if brief.picture is None or not isinstance(brief.picture.shows, TimeLine) or not marks:
        return brief
    drawn = brief.picture.shows
    spans = tuple(
        DaySpan(first=first, last=last or drawn.last, words=words)
        for first, last, words in marks
        if first <= drawn.last
    )
    told = "; ".join(
        f"{s.words}, {day(s.first)}{f' to {day(s.last)}' if s.last != s.first else ''}" for s in spans
    )
    alt = f"{brief.picture.alt} Marked: {told}." if told else brief.picture.alt
    return replace(brief, picture=replace(brief.picture, shows=replace(drawn, spans=spans), alt=alt))
