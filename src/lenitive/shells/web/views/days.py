"""The days of the diary on the clinician's side: which there are, and one day with what was entered, by whom and when."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from lenitive.shells.web.access import allow, writes_to
from lenitive.shells.web.actions.correcting import EditOvertakenError
from lenitive.shells.web.actions.days import DAY_NUMBERS, correct_day
from lenitive.shells.web.models import DiaryRow, PatientRow, User
from lenitive.shells.web.record_rows import DIARY_COLUMNS, day_of, record_of, rows_of_day

__all__ = ["correct_one_day", "days", "one_day"]

_SHOWN = 62
LABELS = {
    "pain": gettext_lazy("Pain"),
    "sleep_disturbance": gettext_lazy("Sleep disturbance"),
    "fatigue": gettext_lazy("Fatigue"),
    "interference": gettext_lazy("Interference"),
    "mood_low": gettext_lazy("Low mood"),
    "sleep_hours": gettext_lazy("Hours of sleep"),
    "awakenings": gettext_lazy("How often awake"),
    "taken": gettext_lazy("Tablets taken"),
    "note": gettext_lazy("Note"),
}


def _value(value: object) -> str:
    return (
        ""
        if value is None
        else f"{value:g}"
        if isinstance(value, float)
        else str(getattr(value, "value", value))
    )


@allow("clinician reads a patient")
@require_GET
def days(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """The newest days, with the scores of each."""
    assert isinstance(request.user, User)
    entered = [d for d in record_of(patient).diary if not d.is_empty]
    entered.sort(key=lambda d: d.day, reverse=True)
    before = request.GET.get("before", "")
    try:
        until = date.fromisoformat(before)
        entered = [d for d in entered if d.day < until]
    except ValueError:
        pass
    shown = entered[:_SHOWN]
    columns = [c for c in DIARY_COLUMNS if any(getattr(d, c) not in (None, "") for d in shown)] or ["pain"]
    rows = [{"day": d.day, "cells": [(LABELS[c], _value(getattr(d, c))) for c in columns]} for d in shown]
    return render(
        request,
        "clinic/days.html",
        {
            "patient": patient,
            "heads": [LABELS[c] for c in columns],
            "rows": rows,
            "before": shown[-1].day if len(entered) > _SHOWN else None,
            "today": patient.today(timezone.now()),
            "writes": writes_to(request.user, patient),
        },
    )


def _day(patient: PatientRow, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if day > patient.today(timezone.now()):
        raise Http404
    return day


def _said(row: DiaryRow) -> str:
    parts = [f"{LABELS[c]}: {_value(v)}" for c in DIARY_COLUMNS if (v := getattr(row, c)) not in (None, "")]
    parts += [_("{column} emptied").format(column=LABELS[c]) for c in row.cleared.split() if c in LABELS]
    return " · ".join(parts)


def _page(
    request: HttpRequest, patient: PatientRow, day: date, *, problem: str = "", status: int = 200
) -> HttpResponse:
    assert isinstance(request.user, User)
    rows = rows_of_day(patient, day)
    stands = day_of(patient, day)
    typed = request.POST if problem else {}
    fields = [
        {
            "name": c,
            "label": LABELS[c],
            "value": typed.get(c, _value(getattr(stands, c))),
            "number": c in DAY_NUMBERS,
        }
        for c in DIARY_COLUMNS
    ]
    return render(
        request,
        "clinic/day.html",
        {
            "patient": patient,
            "day": day,
            "earlier": day - timedelta(days=1),
            "later": day + timedelta(days=1) if day < patient.today(timezone.now()) else None,
            "fields": fields,
            "seen": rows[0].uid.hex if rows else "",
            "uid": uuid4().hex,
            "history": [{"row": row, "said": _said(row)} for row in rows],
            "problem": problem,
            "writes": writes_to(request.user, patient),
        },
        status=status,
    )


@allow("clinician reads a patient")
@require_GET
def one_day(request: HttpRequest, patient: PatientRow, day: str) -> HttpResponse:
    """One day: what stands, and every entry of it."""
    return _page(request, patient, _day(patient, day))


@allow("clinician writes to a patient")
@require_http_methods(["POST"])
def correct_one_day(request: HttpRequest, patient: PatientRow, day: str) -> HttpResponse:
    """Put the day right."""
    assert isinstance(request.user, User)
    local = _day(patient, day)
    form = request.POST
    try:
        made = correct_day(
            patient,
            local,
            form.dict(),
            seen=form.get("seen", ""),
            uid=UUID(form.get("uid", "")),
            by=request.user,
        )
    except EditOvertakenError:
        problem = _(
            "Nothing was saved: somebody entered something meanwhile. It is below; saving again puts yours in its place."
        )
        return _page(request, patient, local, problem=problem, status=409)
    except ValueError as error:
        return _page(
            request, patient, local, problem=f"{str(error)[:1].upper()}{str(error)[1:]}.", status=422
        )
    messages.success(
        request, _("Saved. The review is being made anew.") if made else _("Nothing was otherwise.")
    )
    return redirect("one_day", patient.uid, day)
