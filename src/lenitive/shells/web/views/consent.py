"""What she agreed to, in the words she was shown; agreeing to research, and taking it back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods

from lenitive.shells.web.access import allow
from lenitive.shells.web.actions.consenting import PURPOSES, consent_words, give, standing_consent, take_back
from lenitive.shells.web.models import PatientRow
from lenitive.shells.web.views.errors import unreadable

__all__ = ["consent"]


@allow("patient alone")
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """Each consent with its words and whether it stands; posted to, one is given or taken back."""
    if request.method == "POST":
        purpose = request.POST.get("purpose", "")
        if purpose not in PURPOSES:
            return unreadable(request)
        if request.POST.get("agree") == "yes":
            give(patient, purpose)
        else:
            take_back(patient, purpose)
        return redirect("consent", patient.uid)
    rows = []
    for purpose, newest in PURPOSES.items():
        standing = standing_consent(patient, purpose)
        version = newest if standing is None else standing.version
        rows.append(
            {
                "purpose": purpose,
                "words": mark_safe(consent_words(purpose, version)),
                "standing": standing,
                "newer": mark_safe(consent_words(purpose, newest)) if standing is not None and version < newest else "",
            }
        )
    return render(request, "diary/consent.html", {"patient": patient, "rows": rows})
