"""What is entered about a patient, on one page; and one thing of it, with what stood before, to be put right or taken away."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lenitive.shells.web.access import allow, writes_to
from lenitive.shells.web.actions.correcting import (
    EditDoubtError,
    EditOvertakenError,
    EditRefusedError,
    RecordEdit,
    history_of,
    keep,
    take_away,
)
from lenitive.shells.web.models import AboutRow, PatientRow, User
from lenitive.shells.web.record_cells import ABOUT, KINDS, RecordKind, RecordValue
from lenitive.shells.web.record_forms import AboutForm, EntryForm, form_of
from lenitive.shells.web.record_rows import standing_rows, value_of
from lenitive.shells.web.record_words import HEADS, about_words, entry_words

__all__ = ["add_entry", "correct_entry", "entry", "record", "remove_entry"]

_SHOWN = 20
"""So many of the newest of a kind are shown at once; the rest unfold."""


@allow("clinician reads a patient")
@require_GET
def record(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Her medicines, measurements, side effects, activities, and who she is."""
    assert isinstance(request.user, User)
    about = standing_rows(AboutRow, patient)
    return render(
        request,
        "clinic/record.html",
        {
            "patient": patient,
            "about": about_words(value_of(about[-1])) if about else [],
            "sections": [_section(patient, kind) for kind in KINDS.values()],
            "writes": writes_to(request.user, patient),
        },
    )


def _section(patient: PatientRow, kind: RecordKind) -> dict[str, object]:
    rows = standing_rows(kind.model, patient)
    every: list[Any] = list(kind.model._default_manager.filter(patient=patient).order_by("entered_at", "id"))
    newest = {row.key: row for row in every}
    times = Counter(row.key for row in every)
    gone = [row for row in newest.values() if row.removed]
    lines = [
        _line(kind, row, times[row.key]) for row in sorted(rows, key=lambda r: (r.day, r.place), reverse=True)
    ]
    return {
        "kind": kind,
        "heads": HEADS[kind.id],
        "lines": lines[:_SHOWN],
        "more": lines[_SHOWN:],
        "gone": [_line(kind, row, 1) for row in sorted(gone, key=lambda r: r.entered_at, reverse=True)],
    }


def _line(kind: RecordKind, row: Any, times: int) -> dict[str, object]:
    cells = list(zip(HEADS[kind.id], entry_words(value_of(row)), strict=True))
    return {"key": row.key, "cells": cells, "corrected": times > 1}


@allow("clinician reads a patient")
@require_GET
def entry(request: HttpRequest, patient: PatientRow, kind: str, key: str) -> HttpResponse:
    """One thing: what stands, the form to put it right, and what stood before, by whom and when."""
    return _page(request, patient, kind, key)


@allow("clinician writes to a patient")
@require_http_methods(["GET", "HEAD", "POST"])
def add_entry(request: HttpRequest, patient: PatientRow, kind: str) -> HttpResponse:
    """Something new."""
    if kind not in KINDS:
        raise Http404
    return (
        _save(request, patient, kind, "") if request.method == "POST" else _page(request, patient, kind, "")
    )


@allow("clinician writes to a patient")
@require_POST
def correct_entry(request: HttpRequest, patient: PatientRow, kind: str, key: str) -> HttpResponse:
    """Put a thing right, or back when it was taken away."""
    return _save(request, patient, kind, key)


@allow("clinician writes to a patient")
@require_POST
def remove_entry(request: HttpRequest, patient: PatientRow, kind: str, key: str) -> HttpResponse:
    """Take a thing out of the record."""
    assert isinstance(request.user, User)
    stands = _standing(patient, kind, key)
    form = form_of(kind, request.POST, None, "")
    form.is_valid()
    uid = form.cleaned_data.get("uid")
    if kind == ABOUT or not stands or uid is None:
        raise Http404
    edit = RecordEdit(kind=kind, key=key, seen=form.cleaned_data.get("seen", ""), uid=uid)
    try:
        take_away(patient, edit, by=request.user)
    except EditOvertakenError:
        return _page(request, patient, kind, key, problem=_OVERTAKEN_REMOVAL, status=409)
    messages.success(request, _("It is taken out of the record. What it said stays under “Taken away”."))
    return redirect("record", patient.uid)


_OVERTAKEN = "Nothing was saved: it was changed after you opened this page. What stands now is below; saving again puts yours in its place."
_OVERTAKEN_REMOVAL = (
    "Nothing was taken away: it was changed after you opened this page. Look at what stands now."
)


def _standing(patient: PatientRow, kind: str, key: str) -> list[Any]:
    """A thing's rows, the newest first; none where who she is was never said.

    Raises:
        Http404: When there is no such kind, or this patient has no such thing.
    """
    if kind == ABOUT and key == ABOUT:
        return history_of(patient, kind, key)
    if kind not in KINDS:
        raise Http404
    rows = history_of(patient, kind, key)
    if not rows:
        raise Http404
    return rows


def _save(request: HttpRequest, patient: PatientRow, kind: str, key: str) -> HttpResponse:
    assert isinstance(request.user, User)
    rows = _standing(patient, kind, key) if key else []
    form = form_of(kind, request.POST, value_of(rows[0]) if rows else None, "")
    status, problem, asks = 400, "", ""
    if form.is_valid():
        value, doubts = (form.patient(), ()) if isinstance(form, AboutForm) else form.value()
        given = form.cleaned_data
        edit = RecordEdit(kind=kind, key=key, seen=given["seen"], uid=form.made_uid(), answer=given["answer"])
        if value is None:
            form.say(doubts)
        else:
            try:
                keep(patient, edit, value, doubts, by=request.user)
            except EditRefusedError as error:
                form.say(p for p in error.problems if p.fatal)
            except EditDoubtError as error:
                form.say(error.problems)
                asks, status = error.answer, 409
            except EditOvertakenError:
                problem, status = _OVERTAKEN, 409
            else:
                messages.success(request, _("Saved. The review is being made anew."))
                return redirect("record", patient.uid)
    return _page(request, patient, kind, key, form=form, problem=problem, asks=asks, status=status)


def _page(
    request: HttpRequest,
    patient: PatientRow,
    kind: str,
    key: str,
    *,
    form: EntryForm | AboutForm | None = None,
    status: int = 200,
    **said: str,
) -> HttpResponse:
    assert isinstance(request.user, User)
    rows = _standing(patient, kind, key) if key else []
    seen = rows[0].uid.hex if rows else ""
    if form is None:
        today = patient.today(timezone.now())
        form = form_of(kind, None, value_of(rows[0]) if rows else None, seen, today)
    elif said.get("asks") or said.get("problem"):
        # The same form again, told what stands now and what was asked, so that saving again means knowing.
        again = {"answer": said.get("asks", "")}
        if said.get("problem"):
            again |= {"seen": seen, "uid": uuid4().hex}
        form.data = {**form.data.dict(), **again}  # type: ignore[attr-defined]
    words = about_words if kind == ABOUT else _in_one_line
    return render(
        request,
        "clinic/entry.html",
        {
            "patient": patient,
            "form": form,
            "kind": kind,
            "key": key,
            "title": _title(kind, key),
            "removed": bool(rows) and rows[0].removed,
            "stands": seen,
            "removal": uuid4().hex,
            "history": [{"row": row, "cells": words(value_of(row))} for row in rows],
            "writes": writes_to(request.user, patient),
            **said,
        },
        status=status,
    )


def _in_one_line(value: RecordValue) -> str:
    return " · ".join(filter(None, entry_words(value)))


def _title(kind: str, key: str) -> str:
    if kind == ABOUT:
        return "Who she is"
    one = KINDS[kind].one
    return one[:1].upper() + one[1:] if key else f"New {one}"
