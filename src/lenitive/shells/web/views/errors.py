"""What is shown when something is not there, not allowed, or broke."""

from __future__ import annotations

import errno
import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lenitive.shells.web.limits import RateLimit

__all__ = ["broken", "forged", "missing", "too_often", "unreadable"]

_log = logging.getLogger("lenitive.web")
_AGAIN_SECONDS = "30"

_BROKEN = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Something broke - Lenitive</title></head>
<body><main><h1>Something broke on our side</h1>
<p>Nothing that was saved is lost. Try again in a minute; if it breaks again, tell your administrator when it happened.</p>
<p><a href="/">To the first page</a></p></main></body></html>
"""


_FULL = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>No records now - Lenitive</title></head>
<body><main><h1>The records cannot be reached now</h1>
<p>The database does not answer, or its disk is full. What you sent last was not saved; everything before it is. Keep this page open and try
again in a minute. If it goes on, tell your administrator.</p>
<p><a href="/">To the first page</a></p></main></body></html>
"""


def _no_database(error: BaseException | None) -> bool:
    """Whether it broke because the database or its disk did."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__ or error.__context__
    return False


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Something that was sent cannot be read, or is more than is taken."""
    if _wants_json(request):
        return JsonResponse({"error": "what was sent cannot be read, or is too much at once"}, status=400)
    return render(request, "error.html", {"what": "unreadable"}, status=400)


def too_often(request: HttpRequest, limit: RateLimit, wait: int) -> HttpResponse:
    """More often than a person does; nothing was changed."""
    response: HttpResponse
    if _wants_json(request) or request.content_type == "application/json":
        response = JsonResponse({"error": f"at most {limit.most} times in {limit.span}; nothing was changed"}, status=429)
    else:
        response = render(request, "error.html", {"what": "often", "most": limit.most, "span": limit.span}, status=429)
    response["Retry-After"] = str(wait)
    return response


def _wants_json(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json")


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not here, or not for this person: both look the same."""
    return render(request, "error.html", {"what": "missing"}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Something broke; nothing of it is shown, and the page needs nothing that may be broken too.

    Where the database or its disk is what broke, the answer says so: a phone keeps what it could not send.
    """
    error = sys.exception()
    # Its class and its place alone: see ``logs``.
    _log.error("broken", exc_info=error)
    if not _no_database(error):
        return HttpResponse(_BROKEN, status=500)
    response = (
        JsonResponse(
            {"error": "the database does not answer or its disk is full; nothing was saved"}, status=503
        )
        if _wants_json(request)
        else HttpResponse(_FULL, status=503)
    )
    response["Retry-After"] = _AGAIN_SECONDS
    return response


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from a page of ours, or from one that was open too long."""
    return render(request, "error.html", {"what": "forged"}, status=403)
