"""What stands one tap behind the visit page: parts of the full report, and the one page on paper."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

import lenitive
from lenitive.render import brief_pdf, clinician_report, section_html
from lenitive.review import Review, ReviewError
from lenitive.shells.web.access import allow
from lenitive.shells.web.audit import told
from lenitive.shells.web.models import PatientRow
from lenitive.shells.web.reviews import make

__all__ = ["PARTS", "part", "print_brief"]

PARTS = {
    "evidence": (gettext_lazy("Evidence"), ("evidence",)),
    "nights": (gettext_lazy("Nights"), ("sleep", "coupling")),
    "side-effects": (gettext_lazy("Side effects"), ("side-effects",)),
    "questionnaires": (gettext_lazy("Questionnaires"), ("questionnaires",)),
    "levels": (gettext_lazy("Levels"), ("levels",)),
    "safety": (gettext_lazy("Safety and checks"), ("findings", "monitoring")),
    "estimate": (gettext_lazy("How it is estimated"), ("effect", "robustness", "data", "limits")),
}
"""Each part: what a page calls it, and the sections of the report that it holds (what stands before a dash of their ids)."""


def _review(patient: PatientRow) -> Review:
    try:
        return make(patient)
    except ReviewError as error:
        raise Http404 from error


@allow("clinician reads a patient")
@require_GET
def part(request: HttpRequest, patient: PatientRow, part: str) -> HttpResponse:
    """One part of the full report."""
    if part not in PARTS:
        raise Http404
    title, wanted = PARTS[part]
    sections = clinician_report(_review(patient), version=lenitive.__version__).sections
    found = [
        mark_safe(section_html(s))
        for name in wanted
        for s in sections
        if name in (s.id, s.id.partition("-")[0])
    ]
    return render(
        request,
        "clinic/part.html",
        {"patient": patient, "title": title, "sections": found, "here": part, "parts": PARTS.items()},
    )


@allow("clinician reads a patient")
@require_GET
def print_brief(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """The visit page on one sheet of paper."""
    data = brief_pdf(_review(patient), version=lenitive.__version__)
    told("export", patient=patient, place="print_brief")
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="visit.pdf"'
    return response
