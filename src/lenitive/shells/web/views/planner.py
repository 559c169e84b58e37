"""Planning a step: its days and tablets, what the safety check says of them, the sheets as they will be read, and the signature."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST

from lenitive.render import option_words, refusal_words
from lenitive.review import Absent, DecisionError, Entry, Option, Review, ReviewError
from lenitive.shells.web.access import allow
from lenitive.shells.web.actions.signing import (
    SigningError,
    decisions_of,
    option_of,
    sheets_of,
    sign,
    withdraw,
)
from lenitive.shells.web.models import PatientRow, PlanSheetRow, User
from lenitive.shells.web.reviews import make
from lenitive.titration import DosePlan, Refusal

__all__ = ["decisions", "plan_option", "sign_option", "steps", "withdraw_plan"]

REASONS = (
    "She prefers it",
    "Tried before, with this outcome",
    "A check is arranged",
    "Agreed with a specialist",
    "Another illness comes first",
)
"""Reasons to choose from; one's own words go beside them."""


def _review(patient: PatientRow) -> Review:
    try:
        return make(patient)
    except ReviewError as error:
        raise Http404 from error


def _row(option: Option) -> dict[str, object]:
    return {
        "id": option.id,
        "words": option_words(option),
        "rank": option.rank,
        "withheld": ", ".join(option.withheld_by),
        "refused": refusal_words(option.plan) if isinstance(option.plan, Refusal) else "",
        "warns": len(option.findings),
    }


@allow("clinician reads a patient")
@require_GET
def steps(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Every step that can be considered, and those that cannot, with why."""
    review = _review(patient)
    options = () if isinstance(review.options, Absent) else review.options.options
    standing = PlanSheetRow.objects.filter(patient=patient, ended_at__isnull=True).first()
    return render(
        request,
        "clinic/steps.html",
        {"patient": patient, "options": [_row(o) for o in options], "standing": standing},
    )


@allow("clinician reads a patient")
@require_GET
def plan_option(request: HttpRequest, patient: PatientRow, option: str) -> HttpResponse:
    """One step: its sheets, and the form to sign it."""
    return _plan_page(request, patient, option)


def _plan_page(
    request: HttpRequest, patient: PatientRow, wanted: str, *, problem: str = "", status: int = 200
) -> HttpResponse:
    review = _review(patient)
    try:
        number, option = option_of(review, wanted)
    except SigningError as error:
        return render(request, "clinic/changed.html", {"patient": patient, "problem": str(error)}, status=409)
    return render(
        request,
        "clinic/plan.html",
        {
            "patient": patient,
            "option": _row(option),
            "first": number == 1,
            "planned": isinstance(option.plan, DosePlan),
            "sheets": {name: mark_safe(html) for name, html in sheets_of(option).items()},
            "reasons": REASONS,
            "problem": problem,
        },
        status=status,
    )


@allow("clinician signs")
@require_POST
def sign_option(request: HttpRequest, patient: PatientRow, option: str) -> HttpResponse:
    """Sign it; nothing is changed when it cannot be."""
    assert isinstance(request.user, User)
    chosen, own = request.POST.get("reason", ""), request.POST.get("note", "")
    note = ". ".join(
        part.strip() for part in (chosen if chosen in REASONS else "", own[:2000]) if part.strip()
    )
    try:
        entry = sign(patient, option, by=request.user, note=note)
    except SigningError as error:
        return _plan_page(request, patient, option, problem=str(error), status=409)
    messages.success(request, f"Signed: decision {entry.number}.")
    return redirect("decisions", patient.uid)


@allow("clinician signs")
@require_POST
def withdraw_plan(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Take the standing plan back: the patient no longer sees it."""
    if withdraw(patient):
        messages.success(request, "The plan is withdrawn. The patient no longer sees it; tell her.")
    return redirect("steps", patient.uid)


@allow("clinician reads a patient")
@require_GET
def decisions(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """The decisions so far, and whether their chain is whole."""
    entries: tuple[Entry, ...] = ()
    problem = ""
    try:
        entries = decisions_of(patient)
    except DecisionError as error:
        problem = str(error)
    plans = PlanSheetRow.objects.filter(patient=patient).order_by("-signed_at")
    return render(
        request,
        "clinic/decisions.html",
        {"patient": patient, "entries": entries, "problem": problem, "plans": plans},
    )
