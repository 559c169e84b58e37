"""What happens around every request: who acts, whether she may, how long she may stay signed in, and one line in the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import resolve_url
from django.urls import resolve
from django.utils import timezone

from lenitive.shells.web.access import BY_OTHERS, AccessRule, patient_for, rule_of
from lenitive.shells.web.actions.tokens import token_of
from lenitive.shells.web.audit import told
from lenitive.shells.web.database import SYSTEM, acting
from lenitive.shells.web.limits import limit_of, most_bytes, wait_for
from lenitive.shells.web.models import Role, User
from lenitive.shells.web.views.errors import too_often, unreadable

__all__ = ["API", "ENDS", "AccessControl", "RequestLimits", "SessionLimits"]

API = "/api/"
"""Where programs come: by token alone."""

_log = logging.getLogger("lenitive.web")

Respond = Callable[[HttpRequest], HttpResponseBase]

IDLE = {
    Role.PATIENT.value: timedelta(days=30),
    Role.CARER.value: timedelta(hours=12),
    Role.CLINICIAN.value: timedelta(minutes=15),
    Role.ADMINISTRATOR.value: timedelta(minutes=15),
    Role.AUDITOR.value: timedelta(minutes=15),
    Role.RESEARCHER.value: timedelta(minutes=15),
}
"""How long a session lives without a request."""
ABSOLUTE = timedelta(hours=12)
"""How long it lives at most; a patient's phone, where she signed in with its passkey, is left signed in."""
_SINCE, _SEEN, ENDS = "since", "seen", "ends"


RECENT = timedelta(minutes=5)
"""For how long a password or passkey counts as shown just now."""
_METHODS = "account_authentication_methods"
"""Where allauth keeps in the session how and when the person showed who she is."""


def _by_passkey(request: HttpRequest) -> bool:
    return any(
        m.get("method") == "mfa" and m.get("type") == "webauthn" for m in request.session.get(_METHODS, [])
    )


def _recently(request: HttpRequest) -> bool:
    last = max((m.get("at", 0.0) for m in request.session.get(_METHODS, [])), default=0.0)
    return timezone.now().timestamp() - last <= RECENT.total_seconds()


def _show_yourself_again(request: HttpRequest) -> HttpResponse:
    """To the page that asks for the password or passkey, and back.

    What was being sent is not kept and carried out later: a request that is taken up again would not pass through here.
    """
    back = request.get_full_path() if request.method == "GET" else request.META.get("HTTP_REFERER") or "/"
    return redirect_to_login(back, resolve_url("account_reauthenticate"))


class SessionLimits:
    """Ends a session that was idle too long or is too old, and keeps its moments."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, signed out where the session has ended."""
        user = request.user
        if isinstance(user, User):
            now = timezone.now().timestamp()
            since = request.session.setdefault(_SINCE, now)
            idle = now - request.session.get(_SEEN, now)
            most = IDLE[user.role].total_seconds()
            kept = user.role == Role.PATIENT and _by_passkey(request)
            if not kept:
                most = min(most, ABSOLUTE.total_seconds())
            if idle > most or (not kept and now - since > ABSOLUTE.total_seconds()):
                logout(request)
            elif now - request.session.get(_SEEN, 0.0) > min(60.0, most / 10):
                # Not at each request: a write for each page would be one more to wait for.
                request.session[_SEEN] = now
                request.session[ENDS] = now + most
        return self._respond(request)


class RequestLimits:
    """Refuses what is too large, too often, or holds what no text of ours may, before a view is asked and before it is read."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, or why there is none."""
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        if not length.isdigit() or int(length) > most_bytes(_route_of(request, length), request.user):
            return unreadable(request)
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return unreadable(request)
        return self._respond(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """None where it is within the limit of its route."""
        route = _route(request)
        limit = limit_of(route, request.method)
        if limit is None or route in BY_OTHERS:
            # Signing in has limits of its own (django-axes, allauth).
            return None
        wait = wait_for(request, route, limit)
        if wait:
            return too_often(request, limit, wait)
        if request.method == "POST" and request.content_type in _FORMS and _holds_nul(request):
            return unreadable(request)
        return None


_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def _holds_nul(request: HttpRequest) -> bool:
    # PostgreSQL refuses it where SQLite takes it.
    return any("\x00" in value for _, values in request.POST.lists() for value in values)


def _route_of(request: HttpRequest, length: str) -> str | None:
    """The route's name, looked up early for what is large alone."""
    if int(length) <= most_bytes(None, None):
        return None
    try:
        return resolve(request.path_info).url_name
    except Http404:
        return None


class AccessControl:
    """Lets a request through to its view only under the view's rule."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, with everything written in it written in the person's name."""
        began = time.monotonic()
        token = None
        if request.path_info.startswith(API):
            # A program comes with a token and never with somebody's session.
            token = token_of(request.headers.get("Authorization", ""))
            request.user = AnonymousUser() if token is None else token.user
            request.api_token = token  # type: ignore[attr-defined]
        user = request.user
        who = user.uid.hex if isinstance(user, User) else SYSTEM
        if token is not None:
            who = f"{who}:{token.pk}"
        with acting(who):
            response = self._respond(request)
        match = request.resolver_match
        _log.info(
            "request",
            extra={
                "route": "" if match is None else match.view_name or "",
                "method": request.method,
                "status": response.status_code,
                "ms": round(1000 * (time.monotonic() - began)),
                "user": who,
            },
        )
        if isinstance(user, User) and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """None where the view may answer.

        Raises:
            Http404: Where the person may not know that there is something.
        """
        match = request.resolver_match
        rule = rule_of(view, None if match is None else match.url_name)
        if rule is None:
            raise Http404
        if rule.scope:
            token = getattr(request, "api_token", None)
            if token is None:
                return _token_first()
            if rule.scope not in token.scopes.split() or token.user.role not in rule.roles:
                raise Http404
        elif rule.roles:
            user = request.user
            if not isinstance(user, User):
                return _sign_in_first(request)
            if user.role not in rule.roles:
                raise Http404
        if rule.patient is not None:
            return self._about_a_patient(request, rule, kwargs)
        if rule.recent and not _recently(request):
            return _show_yourself_again(request)
        if rule.logs:
            told("read", place=_route(request))
        return None

    def _about_a_patient(
        self, request: HttpRequest, rule: AccessRule, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        # The view is handed the patient herself and never the id: it cannot look up another's.
        patient = patient_for(request, kwargs.pop("patient"), rule)
        if rule.recent and not _recently(request):
            return _show_yourself_again(request)
        kwargs["patient"] = patient
        # What is sent writes rows of its own, which the database tells.
        if rule.logs or request.method in ("GET", "HEAD"):
            told("read", patient=patient, place=_route(request))
        return None


def _route(request: HttpRequest) -> str:
    return "" if request.resolver_match is None else request.resolver_match.url_name or ""


def _token_first() -> HttpResponse:
    response = JsonResponse({"error": "send a token that is valid: Authorization: Bearer TOKEN"}, status=401)
    response["WWW-Authenticate"] = "Bearer"
    return response


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"error": "sign in first"}, status=401)
    return redirect_to_login(request.get_full_path())
