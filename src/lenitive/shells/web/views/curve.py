"""The patient's own curve: what she entered, and no model."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods

from lenitive.render import patient_page, section_html
from lenitive.review import ReviewError
from lenitive.shells.web.access import allow
from lenitive.shells.web.models import PatientRow
from lenitive.shells.web.reviews import make

__all__ = ["curve"]


@allow("reads a diary")
@require_http_methods(["GET", "HEAD", "POST"])
def curve(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """The page; posted to, it hides the curve or shows it again."""
    if request.method == "POST":
        PatientRow.objects.filter(pk=patient.pk).update(curve_hidden=not patient.curve_hidden)
        return HttpResponseRedirect(request.path)
    sections, problem = [], ""
    if not patient.curve_hidden:
        try:
            page = patient_page(make(patient))
        except ReviewError as error:
            problem = str(error)
        else:
            sections = [mark_safe(section_html(s)) for s in page.sections]
    return render(
        request,
        "diary/curve.html",
        {"patient": patient, "sections": sections, "problem": problem, "tab": "curve"},
    )
