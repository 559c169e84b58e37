"""A clinician's work around a record: a new patient, an invitation, a colleague in her place, the folder in and out."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lenitive.record import Record
from lenitive.shells.web.access import allow
from lenitive.shells.web.actions.exchanging import ArchiveError, folder_zip, read_zip
from lenitive.shells.web.actions.importing import new_patient, take_in
from lenitive.shells.web.actions.inviting import invite
from lenitive.shells.web.audit import told
from lenitive.shells.web.models import CareRelation, EmergencyAccess, PatientRow, Role, User
from lenitive.shells.web.site import site
from lenitive.shells.web.tasks import ask_anew

__all__ = ["LendForm", "NewPatientForm", "begin", "care", "export", "open_record_in_need", "send_link"]

_LINK_LASTS = timedelta(days=14)
_NEED_LASTS = timedelta(hours=4)


class NewPatientForm(forms.Form):
    """Who she is, and the record that there may be already."""

    name = forms.CharField(max_length=120, label="Name")
    time_zone = forms.CharField(
        label="Time zone",
        help_text="Where her days begin and end, such as Europe/Berlin.",
        initial=lambda: site().time_zone,
    )
    record = forms.FileField(
        required=False,
        label="A record folder, as a zip file",
        help_text="Leave it empty to begin with nothing.",
    )

    def clean_time_zone(self) -> str:
        """A time zone that there is."""
        zone: str = self.cleaned_data["time_zone"]
        if zone not in available_timezones():
            raise ValidationError("There is no such time zone. Write it as in Europe/Berlin.")
        return zone


@allow("clinician")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """A new patient, with her record or without."""
    assert isinstance(request.user, User)
    form = NewPatientForm(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        record: Record | None = Record()
        if given["record"] is not None:
            try:
                reading = read_zip(given["record"].read())
            except ArchiveError as error:
                record = None
                problems = [str(error)]
            else:
                record, problems = reading.record, [str(p) for p in reading.problems]
        if record is not None:
            patient = new_patient(given["name"], by=request.user, time_zone=given["time_zone"])
            take_in(patient, record, by=request.user)
            ask_anew(patient)
            for problem in problems:
                messages.warning(request, problem)
            return redirect("visit", patient.uid)
    return render(request, "clinic/new_patient.html", {"form": form, "problems": problems})


class LendForm(forms.Form):
    """A colleague, and for how long."""

    colleague = forms.ModelChoiceField(queryset=User.objects.none(), label="Colleague")
    days = forms.IntegerField(min_value=1, max_value=60, initial=7, label="For how many days")

    def __init__(self, *args: object, me: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        colleagues = User.objects.filter(role=Role.CLINICIAN, is_active=True).exclude(pk=me.pk)
        self.fields["colleague"].queryset = colleagues  # type: ignore[attr-defined]
        self.fields["colleague"].label_from_instance = lambda u: u.shown_name  # type: ignore[attr-defined]


@allow("clinician writes to a patient")
@require_http_methods(["GET", "HEAD", "POST"])
def care(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Who cares for her, whom she lets in, who opened her record in need; and lending it to a colleague."""
    assert isinstance(request.user, User)
    form = LendForm(request.POST or None, me=request.user)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        CareRelation.objects.create(
            patient=patient,
            clinician=form.cleaned_data["colleague"],
            since=now,
            until=now + timedelta(days=form.cleaned_data["days"]),
            lent_by=request.user,
        )
        messages.success(request, _("Your colleague can open the record until then."))
        return redirect("care", patient.uid)
    return render(
        request,
        "clinic/care.html",
        {
            "patient": patient,
            "form": form,
            "care": patient.care.select_related("clinician").order_by("since"),
            "grants": patient.grants.select_related("carer").order_by("since"),
            "emergencies": patient.emergencies.select_related("clinician").order_by("since"),
        },
    )


@allow("clinician writes to a patient")
@require_POST
def send_link(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """A one-time link by which the patient makes her account, shown once."""
    assert isinstance(request.user, User)
    secret = invite(Role.PATIENT, by=request.user, patient=patient, lasts=_LINK_LASTS)
    link = request.build_absolute_uri(f"/join/{secret}/")
    return render(request, "clinic/link.html", {"patient": patient, "link": link, "days": _LINK_LASTS.days})


@allow("clinician reads a patient")
@require_GET
def export(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Her record as a folder in a zip file."""
    told("export", patient=patient, place="export")
    response = HttpResponse(folder_zip(patient), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="record.zip"'
    return response


@allow("clinician")
@require_http_methods(["GET", "HEAD", "POST"])
def open_record_in_need(request: HttpRequest) -> HttpResponse:
    """Open the record of a patient of somebody else's, with a reason; she and the audit are told."""
    assert isinstance(request.user, User)
    problem = ""
    if request.method == "POST":
        reason = " ".join(request.POST.get("reason", "").split())[:500]
        name = request.POST.get("name", "").strip()
        found = PatientRow.objects.filter(name__iexact=name)[:2]
        if len(reason) < 10:
            problem = "Say in a sentence why it cannot wait."
        elif len(found) != 1:
            problem = "There is not exactly one patient of this name. Write her name as her clinic has it."
        else:
            now = timezone.now()
            EmergencyAccess.objects.create(
                patient=found[0], clinician=request.user, reason=reason, since=now, until=now + _NEED_LASTS
            )
            return redirect("visit", found[0].uid)
    return render(request, "clinic/need.html", {"problem": problem, "hours": 4})
