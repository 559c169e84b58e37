"""The patient's page as HTML and as one sheet of paper, in large print."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from markupsafe import Markup

from lenitive.render.blocks import Report
from lenitive.render.html import page_css, page_environment, section_html
from lenitive.render.pdf import report_pdf

__all__ = ["patient_html", "patient_pdf"]

_FOLDER = Path(__file__).parent
# Points. The largest at which the fullest page is the front of one sheet.
_SIZE = 11.3


def patient_html(report: Report) -> str:
    """The page, as text to be saved as UTF-8: one file, no script, no request."""
    css = f"{page_css()}\n{(_FOLDER / 'patient.css').read_text(encoding='utf-8')}"
    return (
        page_environment(_FOLDER)
        .get_template("patient.html.j2")
        .render(report=report, css=Markup(css), sections=[Markup(section_html(s)) for s in report.sections])
    )


def patient_pdf(report: Report, *, at: date) -> bytes:
    """The PDF's bytes, one A4 sheet: what trials found, drawn as people of a hundred, is its back."""
    return report_pdf(report, at=at, size=_SIZE, compact=True, back="trials")
