"""The patient's page as HTML and as one sheet of paper, in large print."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from markupsafe import Markup

from lenitive.render.blocks import Paragraph, Report, Section
from lenitive.render.catalogue import Audience, said
from lenitive.render.html import page_css, page_environment, section_html
from lenitive.render.pdf import report_pdf
from lenitive.terms import Message

__all__ = ["patient_html", "patient_pdf"]

_FOLDER = Path(__file__).parent
# Points. The largest at which the fullest page is the front of one sheet.
_SIZE = 11.3
# Of people of a hundred, on the back.
_MOST_PICTURES = 3


def patient_html(report: Report) -> str:
    """The page, as text to be saved as UTF-8: one file, no script, no request."""
    css = f"{page_css()}\n{(_FOLDER / 'patient.css').read_text(encoding='utf-8')}"
    return (
        page_environment(_FOLDER)
        .get_template("patient.html.j2")
        .render(report=report, css=Markup(css), sections=[Markup(section_html(s)) for s in report.sections])
    )


def patient_pdf(report: Report, *, at: date) -> bytes:
    """The PDF's bytes, one A4 sheet: what trials found, drawn as people of a hundred, is its back, as far as that has room."""
    sections = tuple(_on_the_back(s) if s.id == "trials" else s for s in report.sections)
    sheet = replace(report, sections=sections)
    return report_pdf(sheet, at=at, size=_SIZE, compact=True, back="trials")


def _on_the_back(trials: Section) -> Section:
    """The first pictures, and a word that there are more."""
    if len(trials.blocks) <= 1 + _MOST_PICTURES:
        return trials
    more = said(Message.of("render.patient.trials.more"), Audience.PATIENT)
    return replace(trials, blocks=(*trials.blocks[: 1 + _MOST_PICTURES], Paragraph(text=more)))
