"""That something was left out by choice, said on every page made of the rest."""

from __future__ import annotations

from lenitive.record import LEFT_OUT
from lenitive.render.catalogue import said
from lenitive.review import Review
from lenitive.terms import Message

__all__ = ["left_out_words"]


def left_out_words(review: Review) -> str:
    """What was left out, and how many warnings with it, for clinicians; empty where nothing was."""
    found = [p for p in review.data_quality.problems if p.where.file == LEFT_OUT]
    if not found:
        return ""
    what = ", ".join(p.what for p in found if not p.where.field)
    words = [said(Message.of("render.left_out", what=what))]
    warnings = sum(bool(p.where.field) for p in found)
    if warnings:
        words.append(said(Message.of("render.left_out.warnings", count=warnings)))
    return " ".join(words)
