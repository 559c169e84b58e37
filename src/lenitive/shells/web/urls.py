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
    exercises,
    home,
    incoming,
    joining,
    own_data,
    own_plan,
    panel,
    parts,
    patients,
    people,
    planner,
    questions,
    reading,
    record,
    style,
    trail,
    visit,
)

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", home.home, name="home"),
    path("health", home.health, name="health"),
    path("join/<str:secret>/", joining.joining, name="join"),
    path("style/<slug:digest>.css", style.style, name="style"),
    path("patients/new", patients.begin, name="new_patient"),
    path("patients/in-need", patients.open_record_in_need, name="in_need"),
    path("patients/<uuid:patient>/steps", planner.steps, name="steps"),
    path("patients/<uuid:patient>/steps/withdraw", planner.withdraw_plan, name="withdraw_plan"),
    path("patients/<uuid:patient>/steps/<slug:option>", planner.plan_option, name="plan_option"),
    path("patients/<uuid:patient>/steps/<slug:option>/sign", planner.sign_option, name="sign_option"),
    path("patients/<uuid:patient>/steps/<slug:option>/<slug:sheet>.pdf", planner.plan_sheet, name="plan_sheet"),
    path("patients/<uuid:patient>/decisions", planner.decisions, name="decisions"),
    path("patients/<uuid:patient>/care", patients.care, name="care"),
    path("patients/<uuid:patient>/link", patients.send_link, name="send_link"),
    path("patients/<uuid:patient>/record", record.record, name="record"),
    path("patients/<uuid:patient>/bring", incoming.bring, name="bring"),
    path("patients/<uuid:patient>/bring/<uuid:file>", incoming.bring_file, name="bring_file"),
    path("patients/<uuid:patient>/record/<slug:kind>/add", record.add_entry, name="add_entry"),
    path("patients/<uuid:patient>/record/<slug:kind>/<str:key>", record.entry, name="entry"),
    path(
        "patients/<uuid:patient>/record/<slug:kind>/<str:key>/correct",
        record.correct_entry,
        name="correct_entry",
    ),
    path(
        "patients/<uuid:patient>/record/<slug:kind>/<str:key>/remove",
        record.remove_entry,
        name="remove_entry",
    ),
    path("patients/<uuid:patient>/export", patients.export, name="export"),
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
    path("diary/<uuid:patient>/questions", questions.questions, name="questions"),
    path("diary/<uuid:patient>/questions/<slug:which>", questions.questionnaire, name="questionnaire"),
    path("diary/<uuid:patient>/plan", own_plan.own_plan, name="own_plan"),
    path("diary/<uuid:patient>/plan.ics", own_plan.own_calendar, name="own_calendar"),
    path("diary/<uuid:patient>/sharing", own_data.sharing, name="sharing"),
    path("diary/<uuid:patient>/sharing/<int:grant>/stop", own_data.stop_sharing, name="stop_sharing"),
    path("diary/<uuid:patient>/data.zip", own_data.take_along, name="take_along"),
    path("diary/<uuid:patient>/erase", own_data.erase_me, name="erase_me"),
    path("diary/<uuid:patient>/nights", incoming.bring_nights, name="bring_nights"),
    path("diary/<uuid:patient>/nights/<uuid:file>", incoming.bring_nights_file, name="bring_nights_file"),
    path("diary/<uuid:patient>/read", reading.own_reading, name="own_reading"),
    path("diary/<uuid:patient>/read/<slug:article>", reading.own_article, name="own_article"),
    path("diary/<uuid:patient>/exercises/<slug:exercise>", exercises.own_exercise, name="exercise"),
    path("exercises/<slug:exercise>", exercises.exercise_offline, name="exercise_offline"),
    path("library/", reading.library, name="library"),
    path("library/<slug:article>", reading.one_article, name="article"),
    path("patients/<uuid:patient>/more/<slug:part>", parts.part, name="part"),
    path("patients/<uuid:patient>/visit.pdf", parts.print_brief, name="print_brief"),
    path("patients/<uuid:patient>/reading", reading.reading, name="reading"),
    path("offline", app.offline, name="offline"),
    path("worker.js", app.worker, name="worker"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("accounts/2fa/webauthn/login/", login_not_required(login_webauthn), name="mfa_login_webauthn"),
    path("accounts/", include("allauth.urls")),
]
handler400 = errors.unreadable
handler404 = errors.missing
handler500 = errors.broken
