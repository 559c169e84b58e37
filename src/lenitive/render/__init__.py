"""A Review as words: blocks first, then a terminal view, a page, a PDF, or the review document. No arithmetic.

What another program needs of it is offered here and brought when it is asked for: the report of a review, a section of it as a
fragment for a page of its own (``section_html`` with ``page_css``), the whole page, the PDF, and the document.
"""

from typing import TYPE_CHECKING

from lenitive.doors import brought_from

if TYPE_CHECKING:
    from lenitive.render.document import review_document, review_json
    from lenitive.render.html import page_css, report_html, section_html
    from lenitive.render.pdf import report_pdf
    from lenitive.render.report import clinician_report
    from lenitive.render.text import report_text

__all__ = [
    "clinician_report",
    "page_css",
    "report_html",
    "report_pdf",
    "report_text",
    "review_document",
    "review_json",
    "section_html",
]

_MODULES = {
    "document": ("review_document", "review_json"),
    "html": ("page_css", "report_html", "section_html"),
    "pdf": ("report_pdf",),
    "report": ("clinician_report",),
    "text": ("report_text",),
}

if not TYPE_CHECKING:
    __getattr__ = brought_from(
        __name__, {name: f"{__name__}.{module}" for module, names in _MODULES.items() for name in names}
    )

    def __dir__() -> list[str]:
        """The names, those not yet brought among them."""
        return sorted({*globals(), *__all__})
