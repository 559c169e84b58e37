"""Flares and tags on the clinician's side: listed, added, ended, taken away."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lenitive.shells.web.access import allow, writes_to
from lenitive.shells.web.actions.marking import DayMark, keep_mark, marks_of, remove_mark
from lenitive.shells.web.models import PatientRow, User

__all__ = ["keep_one_mark", "marks", "remove_one_mark"]


def _page(request: HttpRequest, patient: PatientRow, *, problem: str = "", status: int = 200) -> HttpResponse:
    assert isinstance(request.user, User)
    given = {
        "patient": patient,
        "marks": list(reversed(marks_of(patient))),
        "today": patient.today(timezone.now()),
        "uid": uuid4().hex,
        "said": request.POST if problem else {},
        "problem": problem,
        "writes": writes_to(request.user, patient),
    }
    return render(request, "clinic/marks.html", given, status=status)


@allow("clinician reads a patient")
@require_GET
def marks(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Every mark, the newest first, and a form for another."""
    return _page(request, patient)


def _mark(form: Any) -> DayMark:
    end = form.get("end", "")
    return DayMark(
        kind=form.get("kind", ""),
        first=date.fromisoformat(form.get("first", "")),
        end=date.fromisoformat(end) if end else None,
        words=" ".join(form.get("words", "").split()),
    )


@allow("clinician writes to a patient")
@require_POST
def keep_one_mark(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Add a mark, or put one in the place of another."""
    assert isinstance(request.user, User)
    form = request.POST
    try:
        keep_mark(
            patient, _mark(form), key=form.get("key", ""), uid=UUID(form.get("uid", "")), by=request.user
        )
    except KeyError as error:
        raise Http404 from error
    except ValueError as error:
        return _page(request, patient, problem=f"{str(error)[:1].upper()}{str(error)[1:]}.", status=422)
    messages.success(request, _("Saved."))
    return redirect("marks", patient.uid)


@allow("clinician writes to a patient")
@require_POST
def remove_one_mark(request: HttpRequest, patient: PatientRow, key: str) -> HttpResponse:
    """Take a mark away."""
    assert isinstance(request.user, User)
    try:
        remove_mark(patient, key, by=request.user)
    except KeyError as error:
        raise Http404 from error
    messages.success(request, _("It is taken away."))
    return redirect("marks", patient.uid)
