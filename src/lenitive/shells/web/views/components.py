"""Every component of the pages in every state, so that a change of one is seen in all; nobody's values."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lenitive.shells.web.access import allow

__all__ = ["components"]

_ANSWERS = (
    ("works", "Works"),
    ("helps", "Helps"),
    ("costs", "Works, at a cost"),
    ("not", "Does not help enough"),
    ("open", "Cannot tell yet"),
    ("stop", "Critical: act today"),
)


@allow("signed in")
@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """The page; light or dark as the system is."""
    given = {
        "answers": _ANSWERS,
        "keys": range(11),
        "states": ("", "as-hover", "as-focus", "as-pressed"),
        "severities": ("No", "A little", "Quite a bit", "A lot"),
        "pain": [6.0, 6.2, None, None, 5.1, 4.8, 4.9, 4.2],
        "week": ("filled", "open", "filled", "filled", "open", "open", "filled"),
    }
    return render(request, "components.html", given)
