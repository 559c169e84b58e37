"""Questionnaires in the patient's diary: which there are, and each on one page."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lenitive.knowledge import Questionnaire
from lenitive.safety import Due
from lenitive.shells.web.access import allow, enters_for
from lenitive.shells.web.actions.answering import NONE, QuestionnaireAnswers, keep_answers, read_answers
from lenitive.shells.web.models import MeasurementRow, PatientRow, User
from lenitive.shells.web.reviews import knowledge, shown

__all__ = ["questionnaire", "questions"]


def _due(patient: PatientRow) -> frozenset[str]:
    """Measures that the clinic waits for, by the newest review; none while it is made."""
    review = shown(patient).review
    if review is None:
        return frozenset()
    return frozenset(
        what for item in review.monitoring if item.state is not Due.UPCOMING for what in item.what
    )


def _last(patient: PatientRow, measures: tuple[str, ...]) -> date | None:
    rows = MeasurementRow.objects.filter(patient=patient, measure__in=measures, removed=False)
    found: date | None = rows.aggregate(last=Max("day"))["last"]
    return found


@allow("reads a diary")
@require_GET
def questions(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Every questionnaire, those that the clinic waits for first."""
    assert isinstance(request.user, User)
    due = _due(patient)
    rows = [
        {
            "q": q,
            "due": bool(due & set(q.measures)),
            "last": _last(patient, q.measures),
            "count": sum(len(p.item) for p in q.part),
        }
        for q in knowledge().questionnaires.values()
    ]
    rows.sort(key=lambda row: not row["due"])
    return render(
        request,
        "diary/questions.html",
        {"patient": patient, "rows": rows, "may_enter": enters_for(request.user, patient), "tab": "today"},
    )


def _parts(found: Questionnaire, answers: QuestionnaireAnswers | None) -> list[dict[str, Any]]:
    """The parts as the page shows them: with what was answered, and what is missing once it was sent."""
    missing = () if answers is None else answers.missing
    contrary = () if answers is None else answers.contrary
    parts: list[dict[str, Any]] = []
    for number, part in enumerate(found.part):
        box = f"{NONE}{number}"
        items: list[dict[str, Any]] = [
            {
                "item": item,
                "value": None if answers is None else answers.given.get(item.id),
                "missing": item.id in missing,
                "alone": item.id in found.alone,
            }
            for item in part.item
        ]
        groups: dict[str, list[dict[str, Any]]] = {}
        for row in items:
            groups.setdefault(row["item"].group, []).append(row)
        parts.append(
            {
                "part": part,
                "items": items,
                "groups": groups,
                "box": box,
                "missing": box in missing,
                "contrary": box in contrary,
                "ticked": part.choices[-1].value,
                "body": found.id == "acr2016" and part.tick,
            }
        )
    return parts


@allow("enters in a diary")
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire(request: HttpRequest, patient: PatientRow, which: str) -> HttpResponse:
    """One questionnaire; sent, its scores are kept, and whom to call is shown where the safety rules say so."""
    assert isinstance(request.user, User)
    found = knowledge().questionnaires.get(which)
    if found is None:
        raise Http404
    answers, sent, call = None, uuid4(), False
    if request.method == "POST":
        answers = read_answers(found, request.POST.dict())
        try:
            sent = UUID(request.POST.get("uid", ""))
        except ValueError:
            sent = uuid4()
        now = timezone.now()
        call = keep_answers(
            patient, found, answers, by=request.user, sent=sent, on=patient.today(now), at=now
        )
        if answers.whole and call:
            return redirect("help", patient.uid)
        if answers.whole:
            messages.success(request, _("Saved. Thank you."))
            return redirect("questions", patient.uid)
    return render(
        request,
        "diary/questionnaire.html",
        {
            "patient": patient,
            "q": found,
            "parts": _parts(found, answers),
            "answers": answers,
            "call": call,
            "sent": sent,
            "screen": f"{found.id}-1",
        },
        status=200 if answers is None else 422,
    )
