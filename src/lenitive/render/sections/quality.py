"""What there is to go by, in words."""

from __future__ import annotations

from lenitive.record import LEFT_OUT
from lenitive.render.blocks import Block, Bullets, Column, Paragraph, Section, Table
from lenitive.render.left_out import left_out_words
from lenitive.render.sections.known import remark_words
from lenitive.render.words import day, score_name, share_words
from lenitive.review import Review

__all__ = ["quality_section"]


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
    if q.remarks:
        blocks.append(Bullets(items=tuple(map(remark_words, q.remarks))))
    left_out = left_out_words(review)
    if left_out:
        blocks.append(Paragraph(text=left_out))
    problems = tuple(p for p in q.problems if p.where.file != LEFT_OUT)
    if problems:
        blocks.append(Paragraph(text="While reading the record:", quiet=True))
        blocks.append(Bullets(items=tuple(Paragraph(text=str(p)) for p in problems)))
    return Section(id="data", title="What there is to go by", blocks=tuple(blocks))
