"""What is shown when something is not there, not allowed, or broke."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

__all__ = ["broken", "forged", "missing"]

_BROKEN = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Something broke - Lenitive</title></head>
<body><main><h1>Something broke on our side</h1>
<p>Nothing that was saved is lost. Try again in a minute; if it breaks again, tell your administrator when it happened.</p>
<p><a href="/">To the first page</a></p></main></body></html>
"""


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not here, or not for this person: both look the same."""
    return render(request, "error.html", {"what": "missing"}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Something broke; nothing of it is shown, and the page needs nothing that may be broken too."""
    return HttpResponse(_BROKEN, status=500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from a page of ours, or from one that was open too long."""
    return render(request, "error.html", {"what": "forged"}, status=403)
