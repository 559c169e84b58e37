"""What to read beside the review, each with why it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.library import Opening
from lenitive.render.blocks import Bullets, Paragraph, Section
from lenitive.terms import Audience

__all__ = ["articles_section"]


def articles_section(articles: Sequence[Opening]) -> Section | None:
    """The articles that this review opens, or None when there are none."""
    groups = [
        (words, [a for a in articles if a.audience is audience])
        for audience, words in ((Audience.CLINICIAN, "For you"), (Audience.PATIENT, "To hand to the patient"))
    ]
    blocks: list[Paragraph | Bullets] = []
    for words, found in groups:
        if found:
            blocks.append(Paragraph(lead=words, text=""))
            blocks.append(
                Bullets(items=tuple(Paragraph(lead=a.title, text=f"{a.why} ({a.article})") for a in found))
            )
    if not blocks:
        return None
    blocks.append(Paragraph(text="Read one with: lenitive library show NAME", quiet=True))
    return Section(id="articles", title="To read", blocks=tuple(blocks))
