"""In Chromium: a passkey instead of a password, and everything taken along and erased."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from test_journeys import PASSWORD, _sign_in, practice  # noqa: F401 - a fixture

from lenitive.shells.web.actions.exchanging import read_zip
from lenitive.shells.web.models import DiaryRow, PatientRow, User
from lenitive.shells.web.record_rows import record_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_clinician_signs_in_with_a_passkey(chromium, live_server, practice):  # noqa: F811
    base = live_server.url.replace("127.0.0.1", "localhost")
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    watched = _sign_in(context, base, "dr")
    page = watched.page
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto(f"{base}/accounts/2fa/webauthn/add/")
    if page.locator("input[name=password]").count():
        page.fill("input[name=password]", PASSWORD)
        page.locator("main button[type=submit], main form button").first.click()
        page.wait_for_load_state()
        page.goto(f"{base}/accounts/2fa/webauthn/add/")
    page.fill("input[name=name]", "This computer")
    if page.locator("input[name=passwordless]").count():
        page.check("input[name=passwordless]")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/2fa/**")
    page.wait_for_timeout(500)
    page.click("text=Sign out")
    page.wait_for_load_state()
    page.goto(f"{base}/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/panel/")
    assert "Who needs attention" in page.inner_text("main")
    assert watched.real_faults() == []
    context.close()


def test_a_patient_takes_everything_along_and_erases_herself(chromium, live_server, practice):  # noqa: F811
    base = live_server.url.replace("127.0.0.1", "localhost")
    before = record_of(practice)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, accept_downloads=True)
    watched = _sign_in(context, base, "anna")
    page = watched.page
    page.goto(f"{base}/diary/{practice.uid}/")
    page.click("text=My data")
    with page.expect_download() as waiting:
        page.click("text=Take it along")
    data = Path(waiting.value.path()).read_bytes()
    assert "diary.csv" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert read_zip(data).record == before
    page.goto(f"{base}/diary/{practice.uid}/sharing")
    page.click("text=Erase it")
    page.click("text=Erase all of it")
    page.click("text=Yes, erase all of it")
    assert "It is erased" in page.inner_text("main")
    assert not PatientRow.objects.filter(pk=practice.pk).exists()
    assert not DiaryRow.objects.exists()
    assert not User.objects.filter(username="anna").exists()
    page.goto(f"{base}/diary/{practice.uid}/")
    assert "/accounts/login/" in page.url
    assert watched.real_faults() == []
    context.close()
