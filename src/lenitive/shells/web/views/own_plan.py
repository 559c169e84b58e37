"""The signed plan, as the patient sees it: tonight's tablets and the next change, and nothing else about doses."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from lenitive.shells.web.access import allow
from lenitive.shells.web.models import PatientRow, PlanSheetRow

__all__ = ["own_calendar", "own_plan"]


def _standing(patient: PatientRow) -> PlanSheetRow | None:
    return PlanSheetRow.objects.filter(patient=patient, ended_at__isnull=True).first()


@allow("reads a diary")
@require_GET
def own_plan(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """The plan that stands."""
    plan = _standing(patient)
    sheet = "" if plan is None else mark_safe(plan.sheets.get("patient", ""))
    return render(
        request, "diary/plan.html", {"patient": patient, "plan": plan, "sheet": sheet, "tab": "plan"}
    )


@allow("reads a diary")
@require_GET
def own_calendar(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """The plan as a calendar file."""
    plan = _standing(patient)
    if plan is None:
        raise Http404
    response = HttpResponse(plan.sheets["calendar"], content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="plan.ics"'
    return response
