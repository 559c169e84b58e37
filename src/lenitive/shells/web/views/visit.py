"""The visit page: the answer in one sentence, doses and symptoms, what to consider next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

import lenitive
from lenitive.render import brief_of, headings
from lenitive.review import ReviewError
from lenitive.shells.web.access import allow
from lenitive.shells.web.models import PatientRow
from lenitive.shells.web.reviews import make

__all__ = ["visit"]


@allow("clinician reads a patient")
def visit(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Everything of a visit on one page."""
    try:
        review = make(patient)
    except ReviewError as error:
        return render(request, "clinic/empty.html", {"patient": patient, "problem": str(error)})
    brief = brief_of(review, version=lenitive.__version__)
    return render(request, "clinic/visit.html", {"patient": patient, "b": brief, "h": headings(), "more": _more(patient)})


def _more(patient: PatientRow) -> list[tuple[str, str]]:
    """The pages one tap away."""
    pages = (("Record", "record"), ("Who may see her", "care"), ("Export the record", "export"))
    return [(name, reverse(route, args=[patient.uid])) for name, route in pages]
