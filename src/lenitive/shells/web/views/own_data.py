"""What is hers: all of it to take along, or to be erased; and who else may see it."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lenitive.shells.web.access import allow
from lenitive.shells.web.actions.exchanging import erase, folder_zip
from lenitive.shells.web.actions.inviting import invite
from lenitive.shells.web.audit import told
from lenitive.shells.web.models import CarerGrant, PatientRow, Role, User

__all__ = ["GrantForm", "erase_me", "sharing", "stop_sharing", "take_along"]

_LINK_LASTS = timedelta(days=7)


@allow("patient alone, recently")
@require_GET
def take_along(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Everything that was entered about her, as plain files in a zip file."""
    told("export", patient=patient, place="take_along")
    response = HttpResponse(folder_zip(patient), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="my-record.zip"'
    return response


@allow("patient alone, recently")
@require_http_methods(["GET", "HEAD", "POST"])
def erase_me(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Everything that was entered about her is erased, and her account; asked for twice."""
    if request.method == "POST" and request.POST.get("sure") == "yes":
        erase(patient)
        logout(request)
        return render(request, "diary/erased.html")
    return render(request, "diary/erase.html", {"patient": patient, "asked": request.method == "POST"})


class GrantForm(forms.Form):
    """What somebody at home may do."""

    may_enter = forms.BooleanField(required=False, label="May also fill in the diary")


@allow("patient alone")
@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Who else may see the diary, who opened it in need, and a link for somebody at home."""
    assert isinstance(request.user, User)
    link = ""
    if request.method == "POST":
        secret = invite(
            Role.CARER,
            by=request.user,
            patient=patient,
            lasts=_LINK_LASTS,
            may_enter=request.POST.get("may_enter") == "on",
        )
        link = request.build_absolute_uri(f"/join/{secret}/")
    now = timezone.now()
    return render(
        request,
        "diary/sharing.html",
        {
            "patient": patient,
            "form": GrantForm(),
            "link": link,
            "grants": patient.grants.filter(withdrawn_at__isnull=True, until__gt=now).select_related("carer"),
            "care": patient.care.select_related("clinician"),
            "emergencies": patient.emergencies.select_related("clinician"),
        },
    )


@allow("patient alone")
@require_POST
def stop_sharing(request: HttpRequest, patient: PatientRow, grant: int) -> HttpResponse:
    """Take a grant back, at once."""
    taken = CarerGrant.objects.filter(pk=grant, patient=patient, withdrawn_at__isnull=True)
    if not taken.update(withdrawn_at=timezone.now()):
        raise Http404
    return redirect("sharing", patient.uid)
