"""The patient's side: the question of this hour, what was entered, and how what was entered on a phone comes in."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lenitive.shells.web.access import allow, enters_for
from lenitive.shells.web.actions.entering import EnteredAct, EntryError, enter, read_moment
from lenitive.shells.web.models import EffectRow, PatientRow, User
from lenitive.shells.web.record_rows import day_of, record_of
from lenitive.shells.web.reviews import knowledge
from lenitive.terms import EFFECTS

__all__ = ["enter_one", "help_now", "sync", "take_entries", "today"]

_EVENING_FROM = 15
"""From this hour on the question of the hour is the evening's."""
_NEW_DAY_FROM = 5
"""Until this hour it is asked which day is meant."""
EARLY = ("somnolence", "increased_appetite", "dry_mouth", "dizziness", "nausea", "constipation")
"""Asked each evening in the first weeks of a medicine, with those that were said to be there before."""
_EARLY_DAYS = timedelta(days=28)
_SCREENS = {"morning": "morning-1", "evening": "evening-1", "bad": "bad-day-1", "yesterday": "yesterday-1"}
"""Each screen with the version of its layout: the layout is part of the measure."""


def _local(patient: PatientRow) -> datetime:
    return timezone.now().astimezone(ZoneInfo(patient.time_zone))


def _part(request: HttpRequest, patient: PatientRow) -> str:
    asked = request.GET.get("part", "")
    if asked in _SCREENS:
        return asked
    hour = _local(patient).hour
    return "evening" if hour >= _EVENING_FROM or hour < _NEW_DAY_FROM else "morning"


def _effects_asked(patient: PatientRow, day: date) -> list[dict[str, str]]:
    """Side effects to ask about: those of a medicine's first weeks, and those that were there lately."""
    lately = (
        EffectRow.objects.filter(patient=patient, day__gte=day - _EARLY_DAYS, day__lte=day, removed=False)
        .exclude(severity="none")
        .values_list("effect", flat=True)
    )
    record = record_of(patient)
    begun = any(p.dose_mg > 0 and timedelta(0) <= day - p.start <= _EARLY_DAYS for p in record.medicines)
    names = dict.fromkeys([*(EARLY if begun else ()), *sorted(set(lately))])
    said = {
        r.effect: r.severity
        for r in EffectRow.objects.filter(patient=patient, day=day, removed=False).order_by(
            "entered_at", "id"
        )
    }
    return [{"id": n, "words": EFFECTS[n].plain, "said": said.get(n, "")} for n in names if n in EFFECTS]


@allow("reads a diary")
def today(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """The question of this hour, the bad day's, or yesterday's."""
    assert isinstance(request.user, User)
    part = _part(request, patient)
    day = patient.today(timezone.now())
    if part == "yesterday":
        day -= timedelta(days=1)
    week = []
    for back in range(6, -1, -1):
        one = patient.today(timezone.now()) - timedelta(days=back)
        week.append({"day": one, "filled": not day_of(patient, one).is_empty})
    night = day_of(patient, day - timedelta(days=1))
    return render(
        request,
        "diary/today.html",
        {
            "patient": patient,
            "part": part,
            "screen": _SCREENS[part],
            "day": day,
            "night": day - timedelta(days=1),
            "now": day_of(patient, day),
            "taken": "" if night.taken is None else night.taken.value,
            "week": week,
            "keys": range(11),
            "effects": _effects_asked(patient, day) if part in ("evening", "yesterday") else [],
            "severities": (
                ("none", _("No")),
                ("mild", _("A little")),
                ("moderate", _("Quite a bit")),
                ("severe", _("A lot")),
            ),
            "others": sorted(((e.id, e.plain) for e in EFFECTS.values()), key=lambda pair: pair[1]),
            "may_enter": enters_for(request.user, patient),
            "tab": "today",
        },
    )


@allow("enters in a diary")
@require_POST
def sync(request: HttpRequest, patient: PatientRow) -> JsonResponse:
    """Entries from a phone, as JSON: ``{"now": moment, "entries": [...]}``. What is listed as kept may be forgotten there."""
    return take_entries(request, patient, origin="web")


def take_entries(request: HttpRequest, patient: PatientRow, *, origin: str) -> JsonResponse:
    """Keep what a phone or a program sent, and say what became of each entry."""
    assert isinstance(request.user, User)
    if request.content_type != "application/json":
        return JsonResponse({"error": "send it as application/json"}, status=415)
    try:
        given = json.loads(request.body)
        entries = given["entries"]
        now = read_moment(given["now"])
        if not isinstance(entries, list):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"error": "send an object with now and entries"}, status=400)
    acts, refused = [], []
    for one in entries:
        try:
            acts.append(EnteredAct.read(one))
        except EntryError as error:
            uid = one.get("uid", "") if isinstance(one, dict) else ""
            refused.append({"uid": str(uid)[:40], "why": str(error)})
    try:
        sent = enter(patient, acts, by=request.user, phone_now=now, origin=origin)
    except EntryError as error:
        return JsonResponse({"error": str(error)}, status=413)
    refused += [{"uid": str(uid), "why": why} for uid, why in sent.refused]
    return JsonResponse({"kept": [str(uid) for uid in sent.kept], "refused": refused, "call": sent.call})


@allow("enters in a diary")
@require_POST
def enter_one(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """One tap of a page without a script: kept, and the page again."""
    assert isinstance(request.user, User)
    form = request.POST
    values: dict[str, object] = {}
    kind = form.get("kind", "diary")
    try:
        if kind == "effect":
            values = {"effect": form.get("effect", ""), "severity": form.get("severity", "")}
        elif kind == "diary":
            for name in ("sleep_disturbance", "pain", "fatigue", "interference"):
                if form.get(name):
                    values[name] = float(form[name])
            for name in ("taken", "note"):
                if form.get(name):
                    values[name] = form[name]
            if form.get("clear"):
                values["clear"] = [form["clear"]]
        elif kind == "activity":
            values = {"activity": form.get("activity", "")}
            if form.get("minutes"):
                values["minutes"] = float(form["minutes"])
        act = EnteredAct.read(
            {
                "uid": form.get("uid") or str(uuid4()),
                "kind": kind,
                "day": form.get("day", ""),
                "at": timezone.now().isoformat(),
                "values": values,
                "screen": form.get("screen", ""),
            }
        )
        sent = enter(patient, [act], by=request.user, phone_now=None)
        problem = sent.refused[0][1] if sent.refused else ""
    except ValueError as error:
        sent, problem = None, str(error)
    if problem:
        return render(request, "diary/refused.html", {"patient": patient, "problem": problem}, status=400)
    if sent is not None and sent.call:
        return HttpResponseRedirect(reverse("help", args=[patient.uid]))
    if form.get("next") in knowledge().programme:
        return HttpResponseRedirect(reverse("exercise", args=[patient.uid, form["next"]]))
    part = form.get("part", "")
    return HttpResponseRedirect(
        f"{reverse('today', args=[patient.uid])}{f'?part={part}' if part in _SCREENS else ''}"
    )


@allow("reads a diary")
def help_now(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Whom to call, now: nothing else stands on this page."""
    return render(request, "diary/help.html", {"patient": patient})
