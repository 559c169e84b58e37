"""Accounts: who has one, links for new ones, and ending one. For administrators, who see no patient's record."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lenitive.shells.web.access import allow
from lenitive.shells.web.actions.inviting import end_account, invite
from lenitive.shells.web.models import Role, User

__all__ = ["StaffForm", "end", "people"]

_LASTS = timedelta(days=7)


class StaffForm(forms.Form):
    """What the new person will be."""

    role = forms.ChoiceField(
        choices=[(r.value, r.label) for r in (Role.CLINICIAN, Role.ADMINISTRATOR, Role.AUDITOR, Role.RESEARCHER)],
        label="The new person is a",
    )


@allow("administrator, recently")
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, and a link for a new one, shown once."""
    assert isinstance(request.user, User)
    form = StaffForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        secret = invite(form.cleaned_data["role"], by=request.user, lasts=_LASTS)
        link = request.build_absolute_uri(f"/join/{secret}/")
    users = User.objects.order_by("role", "username")
    return render(
        request,
        "admin/people.html",
        {"users": users, "form": form, "link": link, "days": _LASTS.days},
    )


@allow("administrator, recently")
@require_POST
def end(request: HttpRequest, account: str) -> HttpResponse:
    """End an account: it cannot sign in, and its sessions end at once."""
    user = User.objects.filter(uid=account).first()
    if user is None or user == request.user:
        raise Http404
    end_account(user)
    messages.success(request, _("The account is ended, and every session of it."))
    return redirect("people")
