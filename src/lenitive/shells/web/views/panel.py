"""Who needs attention, and why."""

from __future__ import annotations

from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from lenitive.shells.web.access import allow, panel_of
from lenitive.shells.web.models import StandingRow, User

__all__ = ["panel"]

_A_PAGE = 50
_GROUPS = (_("Today"), _("Due"), _("Silent"), _("On course"))


@allow("clinician")
def panel(request: HttpRequest) -> HttpResponse:
    """The clinician's patients, those who need attention first."""
    user = request.user
    assert isinstance(user, User)
    rows = (
        StandingRow.objects.filter(patient__in=panel_of(user))
        .select_related("patient")
        .order_by("group", "order", "patient_id")
    )
    wanted = request.GET.get("q", "").strip()[:80]
    if wanted:
        rows = rows.filter(patient__name__icontains=wanted)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    groups = [(_GROUPS[g], list(found)) for g, found in groupby(page.object_list, key=lambda r: r.group)]
    return render(request, "clinic/panel.html", {"groups": groups, "page": page, "wanted": wanted})
