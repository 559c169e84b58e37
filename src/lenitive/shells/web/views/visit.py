"""The visit page: the answer in one sentence, doses and symptoms, what to consider next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

import lenitive
from lenitive.render import brief_of, headings, with_marks
from lenitive.review import ReviewError
from lenitive.shells.web.access import allow
from lenitive.shells.web.actions.marking import marks_of
from lenitive.shells.web.models import PatientRow
from lenitive.shells.web.reviews import make
from lenitive.shells.web.views.parts import PARTS

__all__ = ["visit"]


@allow("clinician reads a patient")
def visit(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Everything of a visit on one page."""
    try:
        review = make(patient)
    except ReviewError as error:
        return render(request, "clinic/empty.html", {"patient": patient, "problem": str(error)})
    brief = with_marks(
        brief_of(review, version=lenitive.__version__),
        [
            (row.day, row.end, _flare_words(row.words))
            if row.kind == "flare"
            else (row.day, row.day, row.words)
            for row in marks_of(patient)
        ],
    )
    return render(
        request,
        "clinic/visit.html",
        {"patient": patient, "b": brief, "h": headings(), "more": _more(patient)},
    )


def _flare_words(words: str) -> str:
    flare = _("flare")
    return f"{flare}: {words}" if words else flare


def _more(patient: PatientRow) -> list[tuple[str, str]]:
    """The pages one tap away."""
    pages = (
        (_("Record"), "record"),
        (_("To read"), "reading"),
        (_("Print"), "print_brief"),
        (_("Who may see her"), "care"),
        (_("Export the record"), "export"),
    )
    parts = [
        (str(title), reverse("part", args=[patient.uid, name])) for name, (title, _sections) in PARTS.items()
    ]
    return [*parts, *((name, reverse(route, args=[patient.uid])) for name, route in pages)]
