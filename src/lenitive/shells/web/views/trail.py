"""The audit, for those who look after it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lenitive.shells.web.access import allow
from lenitive.shells.web.audit import head
from lenitive.shells.web.models import AuditEvent, User

__all__ = ["trail"]

_A_PAGE = 100


@allow("auditor")
def trail(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first: names of tables and pages, never a value."""
    page = Paginator(AuditEvent.objects.order_by("-seq"), _A_PAGE).get_page(request.GET.get("page"))
    names = {u.uid.hex: u.username for u in User.objects.all()}
    rows = [(event, names.get(event.actor, event.actor)) for event in page.object_list]
    return render(request, "admin/trail.html", {"rows": rows, "page": page, "head": head()})
