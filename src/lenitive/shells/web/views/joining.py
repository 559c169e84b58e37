"""Making an account by a one-time link."""

from __future__ import annotations

from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lenitive.shells.web.access import allow
from lenitive.shells.web.actions.inviting import InvitationError, invitation_of, join

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
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = join(secret, given["username"], given["password"], given["name"])
        except InvitationError as error:
            return render(request, "account/link_used.html", {"why": str(error)}, status=404)
        except ValidationError as error:
            form.add_error("username", error)
        else:
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return redirect("home")
    response = render(request, "account/join.html", {"form": form, "role": invitation.role})
    response["Referrer-Policy"] = "no-referrer"
    return response
