"""What to say of a drug of which no facts are held, wherever its effect is shown."""

from __future__ import annotations

from lenitive.render.blocks import Paragraph
from lenitive.render.words import drug_name
from lenitive.review import Known, Review

__all__ = ["not_known_words"]

_WHAT = {
    Known.UNKNOWN: (
        "This drug is not known here.",
        "is a name that the knowledge does not have: check the spelling",
    ),
    Known.NAME_ONLY: ("Of this drug only the name is known.", "is a drug of which no facts are held here"),
}


def not_known_words(review: Review, drug: str) -> tuple[Paragraph, ...]:
    """One paragraph, or none for a drug with facts."""
    how = review.not_known.get(drug)
    if how is None:
        return ()
    lead, what = _WHAT[how]
    return (
        Paragraph(
            lead=lead,
            text=f"{drug_name(drug).capitalize()} {what}. Before the diary its effect was taken to be anything in a wide range; safety could "
            "not check it, and no option rests on it.",
        ),
    )
