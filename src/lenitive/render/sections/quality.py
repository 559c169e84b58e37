"""What there is to go by, in words."""

from __future__ import annotations

from lenitive.render.blocks import Block, Bullets, Column, Paragraph, Section, Table
from lenitive.render.words import and_list, day, days_words, effect_words, score_name, share_words
from lenitive.review import Review

__all__ = ["quality_section"]

_MUCH_MISSING = 0.3
_MUCH_AT_BOUND = 0.12
_MOSTLY_LOW = 0.7
_NEARLY_ALWAYS = 0.95


def _floors(review: Review) -> list[Paragraph]:
    """What was recorded beside the outcomes and lies at the floor, so that no change of it can be seen."""
    q = review.data_quality
    notes = [
        Paragraph(
            lead=f"{score_name(score).capitalize()} sits at the floor.",
            text=f"{share_words(share)} of its scores are below 1; it could not have improved, and it is no outcome here.",
        )
        for score, share in q.other_scores_low.items()
        if share >= _MOSTLY_LOW
    ]
    absent = [name for name, share in q.asked_and_absent.items() if share >= _NEARLY_ALWAYS]
    if absent:
        least = min(q.asked_and_absent[name] for name in absent)
        names = and_list([effect_words(name) for name in absent])
        notes.append(
            Paragraph(
                lead=f"{names[:1].upper()}{names[1:]} {'sit' if len(absent) > 1 else 'sits'} at the floor.",
                text=f"When asked, absent in {share_words(least)} of the answers or more; nothing can be told about "
                "a change for the better.",
            )
        )
    return notes


def quality_section(review: Review) -> Section:
    """Entries, gaps, scores at the bounds, and every problem found while reading."""
    q = review.data_quality
    blocks: list[Block] = []
    if q.first is None or q.last is None:
        blocks.append(
            Paragraph(text="There is no diary entry with a score, so nothing can be said about symptoms.")
        )
    else:
        blocks.append(
            Paragraph(
                text=f"{q.entries} days with an entry out of {q.days}, from {day(q.first)} to {day(q.last)}. "
                "A day without an entry counts as unknown, never as a good day."
            )
        )
        blocks.append(
            Table(
                columns=(
                    Column(head="Score"),
                    Column(head="Days without", number=True),
                    Column(head="Scores of 0", number=True),
                    Column(head="Scores of 10", number=True),
                ),
                rows=tuple(
                    (
                        score_name(o).capitalize(),
                        share_words(q.missing[o]),
                        share_words(q.at_floor[o]),
                        share_words(q.at_ceiling[o]),
                    )
                    for o in review.outcomes
                ),
                caption="How complete the diary is, and how often it sits at an end of the scale",
            )
        )
    notes = []
    for o in review.outcomes:
        if q.entries and q.missing[o] > _MUCH_MISSING:
            notes.append(
                Paragraph(
                    lead=f"{score_name(o).capitalize()} is often missing.",
                    text="If the bad days are the ones left out, the picture is too rosy.",
                )
            )
        if q.at_floor[o] > _MUCH_AT_BOUND:
            notes.append(
                Paragraph(
                    lead=f"{score_name(o).capitalize()} sits at the floor.",
                    text=f"{share_words(q.at_floor[o])} of its scores are 0, and a score of 0 cannot improve: "
                    "this diary can say little about an effect on it.",
                )
            )
    notes += _floors(review)
    if q.gaps:
        longest = q.gaps[0]
        notes.append(
            Paragraph(
                lead="Gaps.",
                text=f"{len(q.gaps)} of a week or more; the longest is {days_words(longest.days)}, "
                f"from {day(longest.first)} to {day(longest.last)}.",
            )
        )
    if q.late_entries:
        notes.append(
            Paragraph(
                lead="Late entries.",
                text=f"{days_words(q.late_entries)} were entered more than 36 hours after they ended.",
            )
        )
    if q.days_before_first_dose == 0:
        notes.append(
            Paragraph(
                lead="Nothing before the first dose.",
                text="Without days before treatment there is no naive comparison, and less to learn from.",
            )
        )
    if notes:
        blocks.append(Bullets(items=tuple(notes)))
    if q.problems:
        blocks.append(Paragraph(text="While reading the record:", quiet=True))
        blocks.append(Bullets(items=tuple(Paragraph(text=str(p)) for p in q.problems)))
    return Section(id="data", title="What there is to go by", blocks=tuple(blocks))
