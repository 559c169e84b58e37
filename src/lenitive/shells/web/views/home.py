"""The first page of each role, and whether the server is well."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render

from lenitive.shells.web.access import allow, panel_of
from lenitive.shells.web.models import Role, User

__all__ = ["health", "home"]


_FIRST = {Role.ADMINISTRATOR.value: "people", Role.AUDITOR.value: "trail", Role.RESEARCHER.value: "tokens"}


@allow("signed in")
def home(request: HttpRequest) -> HttpResponse:
    """To where the person's work is."""
    user = request.user
    assert isinstance(user, User)
    if user.role == Role.CLINICIAN:
        return redirect("panel")
    if user.role in (Role.PATIENT, Role.CARER):
        patients = list(panel_of(user)[:50])
        if len(patients) == 1:
            return HttpResponseRedirect(f"/diary/{patients[0].uid}/")
        return render(request, "diary/whose.html", {"patients": patients})
    return redirect(_FIRST[user.role])


@allow("anyone")
def health(request: HttpRequest) -> JsonResponse:
    """Whether the database answers; for the machine that watches this one. Where it does not, 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM web_user LIMIT 1")
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ok"})
