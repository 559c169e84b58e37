"""Planning a step: its days and tablets, what the safety check says of them, the sheets as they will be read, and the signature."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lenitive.render import Sheet, option_words, refusal_words, report_pdf
from lenitive.review import Absent, DecisionError, Entry, Option, Review, ReviewError
from lenitive.shells.web.access import allow
from lenitive.shells.web.actions.planning import OWN, make_plan, shown_with
from lenitive.shells.web.actions.signing import (
    SigningError,
    ToSign,
    decisions_of,
    sheet_of,
    sheets_of,
    sign_given,
    withdraw,
)
from lenitive.shells.web.audit import told
from lenitive.shells.web.models import PatientRow, PlanSheetRow, User
from lenitive.shells.web.reviews import knowledge, make
from lenitive.shells.web.views.plan_rows import asked_from, kept_fields, plan_rows, supply_rows
from lenitive.titration import DosePlan, Refusal

__all__ = ["decisions", "plan_option", "plan_sheet", "sign_option", "steps", "withdraw_plan"]

_PRINT, _LARGE_PRINT = 10.5, 16.0
"""Points; the patient's sheet is in large print."""

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
    """Every step that can be considered, those that cannot with why, and a plan of one's own."""
    review = _review(patient)
    options = () if isinstance(review.options, Absent) else review.options.options
    standing = PlanSheetRow.objects.filter(patient=patient, ended_at__isnull=True).first()
    taken = [p for p in review.record.regimen(review.at) if not p.as_needed and p.dose_mg > 0]
    return render(
        request,
        "clinic/steps.html",
        {
            "patient": patient,
            "options": [_row(o) for o in options],
            "standing": standing,
            "own": OWN,
            "can_own": bool(options),
            "taken": sorted({p.drug for p in taken}),
            "drugs": sorted(knowledge().drugs),
            "start": review.at + timedelta(days=1),
        },
    )


@allow("clinician reads a patient")
@require_GET
def plan_option(request: HttpRequest, patient: PatientRow, option: str) -> HttpResponse:
    """One step, or a plan of one's own: its rows, which can be changed, its supply, its sheets, and the form to sign it."""
    return _plan_page(request, patient, option)


def _plan_page(
    request: HttpRequest, patient: PatientRow, wanted: str, *, problem: str = "", status: int = 200
) -> HttpResponse:
    review = _review(patient)
    given = request.POST if request.method == "POST" else request.GET
    asked = asked_from(wanted, given)
    try:
        made = make_plan(review, asked)
    except SigningError as error:
        return render(request, "clinic/changed.html", {"patient": patient, "problem": str(error)}, status=409)
    except ValueError as error:
        messages.error(request, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return redirect("steps", patient.uid)
    first, plan = made.first, made.plan
    refused = refusal_words(plan) if isinstance(plan, Refusal) else ""
    option = None if made.option is None else _row(made.option[1])
    return render(
        request,
        "clinic/plan.html",
        {
            "patient": patient,
            "wanted": wanted,
            "option": option,
            "title": made.title,
            "first": made.option is not None and made.option[0] == 1 and not made.own,
            "own": made.own,
            "planned": isinstance(plan, DosePlan),
            "refused": refused,
            "withheld": made.withheld_by,
            "may_sign": isinstance(plan, DosePlan) and not made.withheld_by
            if made.own
            else bool(option and option["rank"]),
            "rows": plan_rows(made) if isinstance(first, DosePlan) else [],
            "supply": supply_rows(plan, given) if isinstance(plan, DosePlan) else [],
            "said": kept_fields(given),
            "query": urlencode(kept_fields(given)),
            "sheets": {name: mark_safe(html) for name, html in sheets_of(plan, made.findings).items()},
            "reasons": REASONS,
            "problem": problem,
        },
        status=status,
    )


@allow("clinician reads a patient")
@require_GET
def plan_sheet(request: HttpRequest, patient: PatientRow, option: str, sheet: str) -> HttpResponse:
    """One sheet of a plan on paper: the clinician's, the patient's or the pharmacy's, or the plan's days for a calendar."""
    review = _review(patient)
    try:
        made = make_plan(review, asked_from(option, request.GET))
    except ValueError as error:
        raise Http404 from error
    if not isinstance(made.plan, DosePlan) or made.withheld_by or sheet not in set(Sheet):
        raise Http404
    report = sheet_of(made.plan, Sheet(sheet), made.findings)
    size = _LARGE_PRINT if sheet == Sheet.PATIENT else _PRINT
    told("export", patient=patient, place="plan_sheet")
    response = HttpResponse(report_pdf(report, at=made.plan.start, size=size), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="plan-{sheet}.pdf"'
    return response


@allow("clinician signs")
@require_POST
def sign_option(request: HttpRequest, patient: PatientRow, option: str) -> HttpResponse:
    """Sign it; nothing is changed when it cannot be."""
    assert isinstance(request.user, User)
    chosen, own = request.POST.get("reason", ""), request.POST.get("note", "")
    note = ". ".join(
        part.strip() for part in (chosen if chosen in REASONS else "", own[:2000]) if part.strip()
    )
    review = _review(patient)
    try:
        made = make_plan(review, asked_from(option, request.POST))
        if made.own and not isinstance(made.plan, DosePlan):
            raise SigningError("There is no plan to sign.")
        options, number = shown_with(review, made)
        given = ToSign(
            options=options, chosen=number, title=made.title, plan=made.plan, findings=made.findings
        )
        entry = sign_given(patient, review, given, by=request.user, note=note)
    except ValueError as error:
        return _plan_page(request, patient, option, problem=str(error), status=409)
    messages.success(request, f"Signed: decision {entry.number}.")
    return redirect("decisions", patient.uid)


@allow("clinician signs")
@require_POST
def withdraw_plan(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Take the standing plan back: the patient no longer sees it."""
    if withdraw(patient):
        messages.success(request, _("The plan is withdrawn. The patient no longer sees it; tell her."))
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
