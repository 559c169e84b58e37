"""What makes the diary an app on a phone: a shell that opens without a network, and the script that keeps it."""

from __future__ import annotations

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from lenitive.shells.web.access import allow
from lenitive.shells.web.reviews import knowledge
from lenitive.shells.web.views.style import style_digest

__all__ = ["manifest", "offline", "worker"]

_SHELL = (
    "lenitive/web.css",
    "lenitive/diary.css",
    "lenitive/exercise.css",
    "lenitive/diary.js",
    "lenitive/exercise.js",
    "lenitive/icon.svg",
    "lenitive/fonts/atkinson-latin-400.woff2",
    "lenitive/fonts/atkinson-latin-700.woff2",
)


@allow("anyone")
def offline(request: HttpRequest) -> HttpResponse:
    """The diary's questions with nobody's values: a page that a phone keeps."""
    return render(
        request, "diary/offline.html", {"keys": range(11), "exercises": knowledge().programme.values()}
    )


@allow("anyone")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it keeps the shell alone, never a page with values."""
    files = [reverse("offline"), reverse("style", args=[style_digest()])]
    files += [reverse("exercise_offline", args=[name]) for name in knowledge().programme]
    files += [staticfiles_storage.url(name) for name in _SHELL]
    response = render(
        request,
        "diary/worker.js",
        {"files": files, "offline": reverse("offline"), "version": f"{style_digest()}-{'-'.join(files)}"},
        content_type="text/javascript; charset=utf-8",
    )
    response["Cache-Control"] = "no-cache"
    return response


@allow("anyone")
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the diary among its apps."""
    return JsonResponse(
        {
            "name": "Lenitive diary",
            "short_name": "Diary",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#faf8f3",
            "theme_color": "#0b5563",
            "icons": [
                {
                    "src": staticfiles_storage.url("lenitive/icon.svg"),
                    "sizes": "any",
                    "type": "image/svg+xml",
                }
            ],
        },
        content_type="application/manifest+json",
    )
