"""One's own tokens: for which program, what it may do, until when; and taking one back."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from lenitive.shells.web.access import SCOPES, allow
from lenitive.shells.web.actions.tokens import LONGEST_DAYS, TokenError, make_token, withdraw_token
from lenitive.shells.web.models import User

__all__ = ["TokenForm", "stop_token", "tokens"]

_MEANS = {
    "diary:enter": _("Enter in my diary"),
    "diary:read": _("Read my record"),
    "records:read": _("Read the records of my patients"),
    "cohort:read": _("Read the records, without names, of those who agreed to research"),
}


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(max_length=80, label=_("Which program is it for?"))
    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(min_value=1, max_value=LONGEST_DAYS, initial=90, label=_("For how many days"))

    def __init__(self, *args: object, role: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["scopes"].choices = [(s, _MEANS[s]) for s in SCOPES.get(role, ())]  # type: ignore[attr-defined]


@allow("has tokens, recently")
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Those that count, and a new one, shown once."""
    assert isinstance(request.user, User)
    form = TokenForm(request.POST or None, role=request.user.role)
    secret = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            secret = make_token(request.user, given["name"], given["scopes"], days=given["days"])
        except TokenError as error:
            form.add_error(None, str(error))
    standing = request.user.tokens.filter(withdrawn_at__isnull=True, until__gt=timezone.now()).order_by("-made_at")
    rows = [(one, [str(_MEANS[s]) for s in one.scopes.split()]) for one in standing]
    return render(request, "account/tokens.html", {"form": form, "secret": secret, "rows": rows})


@allow("has tokens, recently")
@require_POST
def stop_token(request: HttpRequest, token: int) -> HttpResponse:
    """Take it back."""
    assert isinstance(request.user, User)
    if not withdraw_token(request.user, token):
        raise Http404
    messages.success(request, _now("It is taken back: the program can do nothing more."))
    return redirect("tokens")
