"""What a reader must not take the report for."""

from __future__ import annotations

from lenitive.render.blocks import Bullets, Paragraph, Section
from lenitive.review import Absent, Review

__all__ = ["limits_section"]


def limits_section(review: Review) -> Section:
    """The limits that apply to this review."""
    items = [
        Paragraph(
            lead="For professionals.",
            text="Decision support and a research tool, not a cleared medical device; it does not prescribe.",
        ),
        Paragraph(
            lead="What decides.",
            text="The sizes of expectation, drift and the ebb after a bad phase are assumptions with sources. In a patient "
            "for whom they are far larger, a single start of a medicine is misjudged.",
        ),
    ]
    if "mirtazapine" in review.record.drugs:
        items.append(
            Paragraph(
                lead="Off-label.",
                text="Mirtazapine is not licensed for fibromyalgia and is not named for it in the EULAR 2017 "
                "recommendations or in NICE NG193.",
            )
        )
    if not isinstance(review.fit, Absent):
        items.append(
            Paragraph(
                lead="Through sleep.",
                text="The share of an effect that runs through sleep is causal only if nothing unmeasured drives both "
                "sleep and pain.",
            )
        )
    items.append(
        Paragraph(
            lead="Not reported is not absent.",
            text="Side effects and bad days that were not written down are unknown.",
        )
    )
    return Section(id="limits", title="Limits", blocks=(Bullets(items=tuple(items)),))
