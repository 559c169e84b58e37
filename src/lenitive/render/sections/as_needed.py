"""Medicines taken as needed: a line for each."""

from __future__ import annotations

from lenitive.render.blocks import Bullets, Paragraph, Section
from lenitive.render.catalogue import sentences
from lenitive.render.words import drug_name
from lenitive.review import Review

__all__ = ["as_needed_section"]


def as_needed_section(review: Review) -> Section | None:
    """Days of use, overuse, trend, and that they are taken on bad days; None where nothing is taken as needed."""
    if not review.as_needed:
        return None
    items = tuple(
        Paragraph(lead=f"{drug_name(one.drug).capitalize()}:", text=sentences(one.says))
        for one in review.as_needed
    )
    return Section(id="as-needed", title="Taken as needed", blocks=(Bullets(items=items),))
