"""The guided exercises: with a patient's diary behind them, and the same for a phone without a network."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lenitive.knowledge import Exercise
from lenitive.shells.web.access import allow, enters_for
from lenitive.shells.web.models import ActivityRow, PatientRow, User
from lenitive.shells.web.reviews import knowledge

__all__ = ["exercise_offline", "own_exercise"]


def _given(which: str) -> dict[str, object]:
    found: Exercise | None = knowledge().programme.get(which)
    if found is None:
        raise Http404
    return {"e": found, "article": knowledge().articles[found.article], "screen": f"{found.id}-1"}


@allow("reads a diary")
@require_GET
def own_exercise(request: HttpRequest, patient: PatientRow, exercise: str) -> HttpResponse:
    """One exercise; what was done is an entry like any other."""
    assert isinstance(request.user, User)
    given = _given(exercise)
    day = patient.today(timezone.now())
    done = ActivityRow.objects.filter(
        patient=patient, day=day, screen=given["screen"], removed=False
    ).exists()
    return render(
        request,
        "diary/exercise.html",
        {
            **given,
            "patient": patient,
            "day": day,
            "done": done,
            "may_enter": enters_for(request.user, patient),
            "tab": "read",
        },
    )


@allow("anyone")
@require_GET
def exercise_offline(request: HttpRequest, exercise: str) -> HttpResponse:
    """One exercise with nobody's values, for a phone to keep; what is done goes into the diary of the phone."""
    return render(request, "diary/exercise.html", {**_given(exercise), "may_enter": True, "offline": True})
