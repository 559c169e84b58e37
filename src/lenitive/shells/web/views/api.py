"""For programs, by token: entries in, a record out, and for research the records of those who agreed, without names."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from lenitive.shells.web.access import allow, panel_of
from lenitive.shells.web.actions.consenting import cohort, pseudonym, without_names
from lenitive.shells.web.actions.exchanging import folder_zip
from lenitive.shells.web.audit import told
from lenitive.shells.web.models import PatientRow, User
from lenitive.shells.web.views.diary import take_entries

__all__ = ["api_cohort", "api_cohort_record", "api_enter", "api_patient_record", "api_patients", "api_record"]


def _own(request: HttpRequest) -> PatientRow:
    assert isinstance(request.user, User)
    patient = panel_of(request.user).first()
    if patient is None:
        raise Http404
    return patient


# No cookie counts here, so that no other site can make a browser send anything in somebody's name.
@csrf_exempt
@allow("token: diary:enter")
@require_POST
def api_enter(request: HttpRequest) -> JsonResponse:
    """Entries into one's own diary, as the diary's page sends them."""
    return take_entries(request, _own(request), origin="api")


@allow("token: diary:read")
@require_GET
def api_record(request: HttpRequest) -> HttpResponse:
    """One's own record, as a folder in a zip file."""
    return _zip(_own(request), "api_record")


@allow("token: records:read")
@require_GET
def api_patients(request: HttpRequest) -> JsonResponse:
    """The clinician's patients: an id and a name each."""
    assert isinstance(request.user, User)
    told("read", place="api_patients")
    found = panel_of(request.user).order_by("pk").values_list("uid", "name")
    return JsonResponse({"patients": [{"id": str(uid), "name": name} for uid, name in found]})


@allow("token: a patient")
@require_GET
def api_patient_record(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """The record of a patient that the clinician cares for."""
    return _zip(patient, "api_patient_record")


@allow("token: cohort:read")
@require_GET
def api_cohort(request: HttpRequest) -> JsonResponse:
    """The pseudonyms of those whose consent stands."""
    return JsonResponse({"cohort": [pseudonym(p) for p in cohort()]})


@allow("token: cohort:read")
@require_GET
def api_cohort_record(request: HttpRequest, pseudonym_of: str) -> JsonResponse:
    """One record without names. It can be had only while her consent stands."""
    patient = next((p for p in cohort() if pseudonym(p) == pseudonym_of), None)
    if patient is None:
        raise Http404
    told("read", patient=patient, place="api_cohort_record")
    return JsonResponse(without_names(patient))


def _zip(patient: PatientRow, place: str) -> HttpResponse:
    told("export", patient=patient, place=place)
    response = HttpResponse(folder_zip(patient), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="record.zip"'
    return response
