"""What every page knows: the practice, and the pages of whoever is signed in."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lenitive.shells.web.middleware import ENDS
from lenitive.shells.web.models import Role
from lenitive.shells.web.site import site
from lenitive.shells.web.views.style import style_digest

__all__ = ["page"]

_PAGES = {
    Role.CLINICIAN.value: (
        (_("Panel"), "panel"),
        (_("New patient"), "new_patient"),
        (_("Library"), "library"),
    ),
    Role.ADMINISTRATOR.value: ((_("People"), "people"), (_("Audit"), "trail"), (_("Who may see whom"), "who_may")),
    Role.AUDITOR.value: ((_("Audit"), "trail"), (_("Who may see whom"), "who_may")),
    Role.RESEARCHER.value: ((_("Tokens"), "tokens"),),
}


def page(request: HttpRequest) -> dict[str, object]:
    """For the base template."""
    role = getattr(getattr(request, "user", None), "role", "")
    here = getattr(request.resolver_match, "url_name", "")
    ends = request.session.get(ENDS) if role and hasattr(request, "session") else None
    return {
        "site": site(),
        "role": role,
        "style_digest": style_digest(),
        "ends_at": None if ends is None else datetime.fromtimestamp(ends, UTC),
        "pages": [
            {"name": name, "href": reverse(route), "here": route == here}
            for name, route in _PAGES.get(role, ())
        ],
    }
