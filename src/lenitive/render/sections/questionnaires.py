"""Scores of questionnaires over time, with what they are called and what their changes mean."""

from __future__ import annotations

from lenitive.render.blocks import Bullets, Column, Details, Paragraph, Section, Table
from lenitive.render.catalogue import PRINTED, sentences
from lenitive.render.references import shipped_references
from lenitive.render.words import day
from lenitive.review import Review, ScoreCourse

__all__ = ["questionnaires_section"]

_MOST = 40
_NUMBER, _SUBJECT = PRINTED["number"], PRINTED["Subject"]


def _name(one: ScoreCourse) -> str:
    return _SUBJECT(one.measure)


def _rows(one: ScoreCourse) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (_name(one), day(s.on), _NUMBER(s.value), s.band.replace("_", " ") or "–")
        for s in one.scores[-_MOST:]
    )


def questionnaires_section(review: Review) -> Section | None:
    """A line for each instrument, every score below; None where none was filled in."""
    if not review.scores:
        return None
    lines = tuple(Paragraph(lead=f"{_name(s)}:", text=sentences(s.says)) for s in review.scores)
    table = Table(
        columns=(
            Column(head="Questionnaire"),
            Column(head="Day"),
            Column(head="Score", number=True),
            Column(head="Called"),
        ),
        rows=tuple(row for s in review.scores for row in _rows(s)),
        caption="Every score, lower is better; totals only",
    )
    sources = tuple(
        Paragraph(lead=f"{_name(s)}:", text=shipped_references(s.sources)) for s in review.scores if s.sources
    )
    details = Details(
        summary="The scores, and where their names stand", blocks=(table, Bullets(items=sources))
    )
    return Section(id="questionnaires", title="Questionnaires", blocks=(Bullets(items=lines), details))
