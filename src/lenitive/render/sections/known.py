"""What to say of a drug of which no facts are held, wherever its effect is shown."""

from __future__ import annotations

from lenitive.render.blocks import Paragraph
from lenitive.render.catalogue import said
from lenitive.review import Remark, Review

__all__ = ["not_known_words", "remark_words"]


def remark_words(remark: Remark) -> Paragraph:
    """A remark as a paragraph."""
    return Paragraph(lead=said(remark.lead), text=said(remark.text))


def not_known_words(review: Review, drug: str) -> tuple[Paragraph, ...]:
    """One paragraph, or none for a drug with facts."""
    how = review.not_known.get(drug)
    return () if how is None else (remark_words(how.remark(drug)),)
