"""Every route that shows a page is one that the crawls look at, by name: a new page that nobody looks at fails here.

The pages of ``test_journeys`` are looked at in every combination; those that a visit and a diary do not lead to, here, in each of the
four once: dark at 320 px, and light from right to left.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from addresses import routes
from django.urls import resolve
from django.utils import timezone
from test_journeys import PAGES, _sign_in, _Watched, practice  # noqa: F401

from lenitive.review import Absent
from lenitive.shells.web.actions.inviting import invite
from lenitive.shells.web.models import CarerGrant, IncomingFile, User
from lenitive.shells.web.reviews import make

PASSWORD = "correct horse battery"
SHOWN_ELSEWHERE = {
    # What is no page: files, JSON, scripts, style.
    "health": "JSON", "style": "a style sheet", "worker": "a script", "manifest": "JSON", "export": "a file", "take_along": "a file",
    "own_calendar": "a file", "print_brief": "a file", "sync": "JSON", "mfa_download_recovery_codes": "a file",
    "api_enter": "JSON", "api_record": "a file", "api_patients": "JSON", "api_patient_record": "a file", "api_cohort": "JSON", "api_cohort_record": "JSON",
    # What leads on to another page.
    "home": "leads on", "withdraw_plan": "leads on", "sign_option": "leads on", "stop_sharing": "leads on", "stop_token": "leads on",
    "end_account": "leads on", "enter_one": "leads on", "correct_entry": "shows the page of the entry", "remove_entry": "leads on",
    "mfa_login_webauthn": "JSON and a page that leads on", "mfa_reauthenticate_webauthn": "a page by script", "mfa_edit_webauthn": "asks for a key of hardware",
    "mfa_remove_webauthn": "asks for a key of hardware", "mfa_add_webauthn": "asks for a key of hardware", "openid_connect_login": "leads to the provider",
    "openid_connect_callback": "leads on", "account_inactive": "for an account that was ended", "mfa_authenticate": "in the middle of signing in",
    "mfa_reauthenticate": "asks for a second factor that these people have not", "mfa_deactivate_totp": "asks for a second factor that these people have not",
    "mfa_generate_recovery_codes": "asks for a second factor that these people have not", "mfa_view_recovery_codes": "asks for a second factor that these people have not",
    "socialaccount_login_cancelled": "after a provider's page", "socialaccount_login_error": "after a provider's page",
    "plan_sheet": "a file", "correct_one_day": "shows the page of the day", "keep_one_mark": "leads on", "remove_one_mark": "leads on",
    "bring_nights_file": "looked at by the journey of a watch's export", "send_link": "a form's answer; its page is that of a link",
}  # fmt: skip
"""Routes that the crawls leave out, each with why."""

NO_PAGE = "/no-such-page"
MORE = {
    None: ("/accounts/login/", "/join/{link}/", "/join/no-such-link/", "/offline", NO_PAGE),
    "dr": ("/patients/{p}/steps/{option}", "/patients/{p}/bring/{file}", "/patients/{p}/marks", "/tokens/", "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/", "/accounts/password/change/", "/accounts/sessions/", "/accounts/3rdparty/", "/accounts/reauthenticate/", "/accounts/logout/"),
    "anna": ("/diary/{p}/consent", "/diary/{p}/erase", "/tokens/"),
    "admin": ("/audit/who-may",),
    "audit": ("/audit/", "/audit/?action=read", "/audit/who-may"),
    "research": ("/tokens/",),
    "carer": ("/diary/{p}/",),
}  # fmt: skip


def _names(addresses, given):
    return {resolve(one.format(**given).partition("?")[0]).url_name for one in addresses if one != NO_PAGE}


def test_every_page_that_is_shown_is_crawled():
    some = "00000000-0000-0000-0000-000000000009"
    given = {"p": some, "m": "x", "link": "x", "option": "f" * 64, "file": some}
    crawled = set().union(*(_names(pages, given) for pages in [*PAGES.values(), *MORE.values()]))
    from lenitive.shells.web.access import rule_of

    open_routes = {entry.name for _, entry in routes() if rule_of(entry.callback, entry.name) is not None}
    assert open_routes - crawled - set(SHOWN_ELSEWHERE) == set()
    assert set(SHOWN_ELSEWHERE) <= open_routes
    assert not set(SHOWN_ELSEWHERE) & crawled


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "scheme", "direction"), [(320, "dark", "ltr"), (1280, "light", "rtl")])
def test_the_pages_beside_the_way_are_for_everybody(chromium, live_server, practice, width, scheme, direction):  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    for name, role in (("audit", "auditor"), ("research", "researcher"), ("carer", "carer")):
        User.objects.create_user(name, password=PASSWORD, role=role)
    dr, now = User.objects.get(username="dr"), timezone.now()
    CarerGrant.objects.create(patient=practice, carer=User.objects.get(username="carer"), since=now, until=now + timedelta(days=1))
    review = make(practice)
    assert not isinstance(review.options, Absent)
    coming = IncomingFile.objects.create(patient=practice, sent_by=dr, sent_at=now, name="diary.csv", data=b"date,pain\n2026-01-05,4\n")
    from lenitive.shells.web.actions.importing import new_patient

    link = invite("patient", by=dr, patient=new_patient("Bea", by=dr, simulated=True), lasts=timedelta(days=1))
    given = {"p": practice.uid, "option": review.options.options[1].id, "file": coming.uid, "link": link}
    for name, pages in MORE.items():
        context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        watched = _sign_in(context, live_server.url, name) if name else _Watched(context, live_server.url)
        page = watched.page
        for address in pages:
            answer = page.goto(live_server.url + address.format(**given))
            assert answer.status < 500, address
            if direction == "rtl":
                page.evaluate("document.documentElement.dir = 'rtl'")
            found = Axe().run(page).response["violations"]
            assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found] == [], address
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{address} scrolls sideways by {wide} px"
        assert watched.real_faults() == []
        context.close()
