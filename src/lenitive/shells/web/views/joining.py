"""Making an account by a one-time link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from lenitive.shells.web.access import allow
from lenitive.shells.web.actions.consenting import DIARY, PURPOSES, consent_words, give
from lenitive.shells.web.actions.inviting import InvitationError, invitation_of, join
from lenitive.shells.web.models import Role

__all__ = ["JoinForm", "joining"]


class JoinForm(forms.Form):
    """Who the new person is."""

    name = forms.CharField(max_length=120, label="Your name, as others here see it")
    username = forms.RegexField(
        r"^[\w.@+-]{3,60}$",
        label="A name to sign in with",
        error_messages={"invalid": "Use 3 to 60 letters, digits or . @ + - _"},
    )
    password = forms.CharField(
        label="A password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=" ".join(password_validators_help_texts()),
        strip=False,
    )

    agreed = forms.BooleanField(label=_("I have read this and agree"))

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if role != Role.PATIENT:
            del self.fields["agreed"]

    def clean_password(self) -> str:
        """The password, when it is strong enough."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


@allow("anyone")
def joining(request: HttpRequest, secret: str) -> HttpResponse:
    """The form, and the account."""
    try:
        invitation = invitation_of(secret)
    except InvitationError as error:
        return render(request, "account/link_used.html", {"why": str(error)}, status=404)
    form = JoinForm(request.POST or None, role=invitation.role)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = join(secret, given["username"], given["password"], given["name"])
        except InvitationError as error:
            return render(request, "account/link_used.html", {"why": str(error)}, status=404)
        except ValidationError as error:
            form.add_error("username", error)
        else:
            if invitation.role == Role.PATIENT and invitation.patient is not None:
                give(invitation.patient, DIARY)
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return redirect("home")
    words = mark_safe(consent_words(DIARY, PURPOSES[DIARY])) if invitation.role == Role.PATIENT else ""
    response = render(request, "account/join.html", {"form": form, "role": invitation.role, "words": words})
    response["Referrer-Policy"] = "no-referrer"
    return response
