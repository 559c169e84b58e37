"""Bringing a file into a record: sent, looked at with what its columns are, and taken in or left."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lenitive.shells.web.access import allow
from lenitive.shells.web.actions.incoming import (
    MOST_BYTES,
    FileLook,
    FileOptions,
    incoming_of,
    look_at,
    receive,
    take,
)
from lenitive.shells.web.models import IncomingFile, PatientRow, User
from lenitive.shells.web.views.column_choices import column_choices
from lenitive.terms import DateOrder

__all__ = ["bring", "bring_file", "bring_nights", "bring_nights_file"]

_MOST_LISTED = 40
_MOST_COLUMNS = 200
_AS_NAMED = "as named"


def _received(request: HttpRequest, patient: PatientRow) -> tuple[IncomingFile | None, str]:
    """The file that a form sent, or what is wrong with it."""
    assert isinstance(request.user, User)
    sent = request.FILES.get("file")
    if sent is None or not sent.size:
        return None, _("Choose a file first.")
    if sent.size > MOST_BYTES:
        return None, _(
            "The file has more than 64 MB. Have it brought in with `lenitive import` on the practice's machine."
        )
    return receive(patient, sent.name or "", sent.read(), by=request.user), ""


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _options(form: Any, columns: tuple[str, ...]) -> FileOptions:
    """What the form says beside the file; what makes no sense counts as not said."""
    meanings, scales = {}, {}
    for place, column in enumerate(columns[:_MOST_COLUMNS]):
        meant = form.get(f"use-{place}", _AS_NAMED)
        if meant != _AS_NAMED:
            meanings[column] = meant
        best, worst = _number(form.get(f"best-{place}", "")), _number(form.get(f"worst-{place}", ""))
        if best is not None and worst is not None and best != worst:
            scales[column] = (best, worst)
    try:
        first = date.fromisoformat(form.get("first_day", ""))
    except ValueError:
        first = None
    where = (
        {form["where-column"]: form["where-word"]}
        if form.get("where-column") in columns and form.get("where-word")
        else {}
    )
    order = form.get("dates", "")
    return FileOptions(
        dates=DateOrder(order) if order in set(DateOrder) else DateOrder.YMD,
        first_day=first,
        meanings=meanings,
        scales=scales,
        where=where,
        table=form.get("table") == "on",
        replace=form.get("replace") == "on",
    )


@allow("clinician writes to a patient")
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Send a file: a table, an app's export, a device's nights."""
    problem = ""
    if request.method == "POST":
        file, problem = _received(request, patient)
        if file is not None:
            return redirect("bring_file", patient.uid, file.uid)
    return render(
        request, "clinic/bring.html", {"patient": patient, "problem": problem}, status=422 if problem else 200
    )


def _file(request: HttpRequest, patient: PatientRow, file: UUID) -> IncomingFile:
    assert isinstance(request.user, User)
    found = incoming_of(patient, file, by=request.user)
    if found is None:
        raise Http404
    return found


def _columns(look: FileLook, form: Any) -> list[dict[str, Any]]:
    """The columns of the table with what was said of each."""
    return [
        {
            "place": place,
            "name": name,
            "use": form.get(f"use-{place}", _AS_NAMED),
            "best": form.get(f"best-{place}", ""),
            "worst": form.get(f"worst-{place}", ""),
        }
        for place, name in enumerate(look.columns[:_MOST_COLUMNS])
    ]


@allow("clinician writes to a patient")
@require_http_methods(["GET", "HEAD", "POST"])
def bring_file(request: HttpRequest, patient: PatientRow, file: UUID) -> HttpResponse:
    """What the file says; its columns can be said otherwise, and it is taken in once that is right."""
    found = _file(request, patient, file)
    assert isinstance(request.user, User)
    first = look_at(patient, found, _options({}, ()))
    act = request.POST.get("act", "")
    if act == "leave":
        found.delete()
        return redirect("record", patient.uid)
    options = _options(request.POST, first.columns)
    look = first
    if act == "take":
        look = take(patient, found, options, by=request.user)
        if look.merge is not None:
            messages.success(request, _("Taken in: {count} new entries and cells.").format(count=look.news))
            return redirect("record", patient.uid)
    elif request.method == "POST":
        look = look_at(patient, found, options)
    shown = look if look.columns else first
    return render(
        request,
        "clinic/bring_file.html",
        {
            "patient": patient,
            "file": found,
            "look": look,
            "differences": () if look.merge is None else look.merge.differences[:_MOST_LISTED],
            "more": 0 if look.merge is None else max(0, len(look.merge.differences) - _MOST_LISTED),
            "added": {} if look.merge is None else look.merge.added,
            "columns": _columns(shown, request.POST),
            "rows": shown.rows,
            "choices": column_choices(),
            "said": request.POST,
            "options": options,
            "orders": (
                ("ymd", _("2026-03-01, or as the file shows")),
                ("dmy", _("day first: 01/03/2026")),
                ("mdy", _("month first: 03/01/2026")),
            ),
            "first_day": "" if options.first_day is None else options.first_day.isoformat(),
        },
    )


_NIGHTS = FileOptions(meanings={}, scales={}, where={}, nights_alone=True)


@allow("enters in a diary")
@require_http_methods(["GET", "HEAD", "POST"])
def bring_nights(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Send the nights that a watch, a ring or a phone recorded."""
    problem = ""
    if request.method == "POST":
        file, problem = _received(request, patient)
        if file is not None:
            return redirect("bring_nights_file", patient.uid, file.uid)
    return render(
        request,
        "diary/bring.html",
        {"patient": patient, "problem": problem, "tab": "today"},
        status=422 if problem else 200,
    )


@allow("enters in a diary")
@require_http_methods(["GET", "HEAD", "POST"])
def bring_nights_file(request: HttpRequest, patient: PatientRow, file: UUID) -> HttpResponse:
    """How many nights it has, and whether to take them."""
    found = _file(request, patient, file)
    assert isinstance(request.user, User)
    act = request.POST.get("act", "")
    if act == "leave":
        found.delete()
        return redirect("bring_nights", patient.uid)
    look = (
        take(patient, found, _NIGHTS, by=request.user) if act == "take" else look_at(patient, found, _NIGHTS)
    )
    if act == "take" and look.merge is not None:
        messages.success(request, _("Saved. Thank you."))
        return redirect("today", patient.uid)
    nights = () if look.record is None else look.record.nights
    days = sorted({n.day for n in nights})
    return render(
        request,
        "diary/bring_file.html",
        {
            "patient": patient,
            "file": found,
            "look": look,
            "count": len(days),
            "first": days[0] if days else None,
            "last": days[-1] if days else None,
            "sources": sorted({n.source for n in nights}),
            "differ": 0 if look.merge is None else len(look.merge.differences),
            "tab": "today",
        },
    )
