"""The audit, for those who look after it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lenitive.shells.web.access import allow
from lenitive.shells.web.audit import head
from lenitive.shells.web.models import ApiToken, AuditEvent, CareRelation, CarerGrant, EmergencyAccess, User

__all__ = ["trail", "who_may"]

_A_PAGE = 100
_UID_DIGITS = 32


_FILTERS = {"actor": "actor__startswith", "patient": "patient__startswith", "action": "action", "place": "place"}


@allow("auditor")
@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first: names of tables and pages, never a value. One person's, patient's, act's or place's alone on request."""
    wanted = {name: request.GET.get(name, "").strip()[:64] for name in _FILTERS}
    events = AuditEvent.objects.filter(**{_FILTERS[name]: value for name, value in wanted.items() if value})
    page = Paginator(events.order_by("-seq"), _A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    rows = list(zip(shown, _names(e.actor for e in shown), strict=True))
    query = urlencode({name: value for name, value in wanted.items() if value})
    return render(request, "admin/trail.html", {"rows": rows, "page": page, "head": head(), "wanted": wanted, "query": query})


def _names(actors: Iterable[str]) -> list[str]:
    """The name of each actor; a program that acted by a token is named beside the person."""
    parts = [actor.partition(":") for actor in actors]
    uids = {UUID(uid) for uid, _, _ in parts if len(uid) == _UID_DIGITS}
    names = {u.uid.hex: u.username for u in User.objects.filter(uid__in=uids)}
    return [f"{names.get(uid, uid)}{f' (token {token})' if token else ''}" for uid, _, token in parts]


@allow("auditor")
@require_GET
def who_may(request: HttpRequest) -> HttpResponse:
    """Who may see which patient, by whose word and until when; who opened a record in need. Patients by the beginning of their id."""
    now = timezone.now()
    standing = Q(until__isnull=True) | Q(until__gt=now)
    care = CareRelation.objects.filter(standing).select_related("clinician", "patient", "lent_by").order_by("clinician__username", "pk")
    grants = CarerGrant.objects.filter(withdrawn_at__isnull=True, until__gt=now).select_related("carer", "patient").order_by("pk")
    return render(
        request,
        "admin/who_may.html",
        {
            "care": Paginator(care, _A_PAGE).get_page(request.GET.get("page")),
            "grants": Paginator(grants, _A_PAGE).get_page(request.GET.get("grants")),
            "emergencies": EmergencyAccess.objects.select_related("clinician", "patient").order_by("-since")[:_A_PAGE],
            "tokens": ApiToken.objects.filter(withdrawn_at__isnull=True, until__gt=now).select_related("user").order_by("-made_at")[:_A_PAGE],
        },
    )
