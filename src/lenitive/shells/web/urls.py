"""Every route. A route without a rule in ``access`` cannot be reached."""

from __future__ import annotations

from allauth.mfa.webauthn.views import login_webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from lenitive.shells.web.views import (
    app,
    curve,
    diary,
    errors,
    home,
    joining,
    panel,
    people,
    style,
    trail,
    visit,
)

__all__ = ["handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", home.home, name="home"),
    path("health", home.health, name="health"),
    path("join/<str:secret>/", joining.joining, name="join"),
    path("style/<slug:digest>.css", style.style, name="style"),
    path("panel/new", panel.panel, name="new_patient"),
    path("panel/", panel.panel, name="panel"),
    path("patients/<uuid:patient>/", visit.visit, name="visit"),
    path("people/", people.people, name="people"),
    path("people/<uuid:account>/end", people.end, name="end_account"),
    path("audit/", trail.trail, name="trail"),
    path("diary/<uuid:patient>/", diary.today, name="today"),
    path("diary/<uuid:patient>/enter", diary.enter_one, name="enter_one"),
    path("diary/<uuid:patient>/sync", diary.sync, name="sync"),
    path("diary/<uuid:patient>/curve", curve.curve, name="curve"),
    path("diary/<uuid:patient>/help", diary.help_now, name="help"),
    path("offline", app.offline, name="offline"),
    path("worker.js", app.worker, name="worker"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("accounts/2fa/webauthn/login/", login_not_required(login_webauthn), name="mfa_login_webauthn"),
    path("accounts/", include("allauth.urls")),
]
handler404 = errors.missing
handler500 = errors.broken
