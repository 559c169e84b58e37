"""The colours and rules that ``render`` draws with, as a style sheet of this site."""

from __future__ import annotations

import hashlib
from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from lenitive.render import brief_css
from lenitive.shells.web.access import allow

__all__ = ["style", "style_digest"]


@cache
def style_digest() -> str:
    """Changes with the sheet, so that a browser may keep it for ever."""
    return hashlib.sha256(brief_css().encode()).hexdigest()[:16]


@allow("anyone")
def style(request: HttpRequest, digest: str) -> HttpResponse:
    """The style sheet."""
    if digest != style_digest():
        raise Http404
    response = HttpResponse(brief_css(), content_type="text/css; charset=utf-8")
    patch_cache_control(response, public=True, max_age=31_536_000, immutable=True)
    return response
