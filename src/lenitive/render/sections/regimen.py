"""What is taken on the day of the review."""

from __future__ import annotations

from lenitive.render.blocks import Bullets, Paragraph, Section
from lenitive.render.direction import isolated
from lenitive.render.words import day, days_words, dose, drug_name
from lenitive.review import Regimen, Review

__all__ = ["regimen_section"]


def _lead(r: Regimen) -> str:
    """The drug, after the names that the record has for it: the one place where they are shown."""
    name = drug_name(r.drug)
    return f"{', '.join(map(isolated, r.written))} ({name})" if r.written else name.capitalize()


def regimen_section(review: Review) -> Section:
    """The regimen in force, each drug with how long at this dose."""
    if not review.regimen:
        text = "No medicine on this day." if review.record.medicines else "No medicine is recorded."
        return Section(id="regimen", title="Medicines now", blocks=(Paragraph(text=text),))
    items = tuple(
        Paragraph(
            lead=_lead(r),
            text=f"{dose(r.dose_mg_per_day)} a day ({', '.join(r.times)}), since {day(r.since)}: "
            f"{days_words((review.at - r.since).days + 1)} at this dose.",
        )
        for r in review.regimen
    )
    return Section(id="regimen", title="Medicines now", blocks=(Bullets(items=items),))
