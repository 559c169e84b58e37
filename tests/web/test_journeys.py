"""In Chromium: a visit from the panel to a signed plan, a phone that is offline, and every page for everybody's eyes."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from lenitive import open_record
from lenitive.shells.web.actions.importing import new_patient, take_in
from lenitive.shells.web.audit_triggers import make_triggers
from lenitive.shells.web.models import DiaryRow, MeasurementRow, PatientRow, StoredDecision, User
from lenitive.shells.web.record_rows import day_of

EXAMPLES = Path(__file__).parents[2] / "examples"
PASSWORD = "correct horse battery"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def practice(transactional_db):
    """One clinician, one patient with an account and half a year of diary."""
    make_triggers(None)
    clinician = User.objects.create_user("dr", password=PASSWORD, role="clinician", first_name="Dr Example")
    account = User.objects.create_user("anna", password=PASSWORD, role="patient")
    User.objects.create_user("admin", password=PASSWORD, role="administrator")
    record = open_record(EXAMPLES / "non-responder-weight-gain").record
    anna = new_patient("Anna Example", by=clinician, simulated=True)
    PatientRow.objects.filter(pk=anna.pk).update(pinned_day=record.last_day, account=account)
    anna.refresh_from_db()
    take_in(anna, record, by=clinician)
    yield anna
    # The tables are emptied after each of these tests, the audit's too, which it rightly refuses.
    with connection.cursor() as cursor:
        cursor.execute('DROP TRIGGER "audit_sealed_update"')
        cursor.execute('DROP TRIGGER "audit_sealed_delete"')


def _until(page, expression, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise TimeoutError(f"{expression}; the page says {page.inner_text('main')[-300:]!r}")


class _Watched:
    """A page that keeps what no page of ours may do: break the content policy, ask another site, write to the console."""

    def __init__(self, context, base):
        self.faults = []
        self.page = context.new_page()
        self.page.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
        )
        self.page.on("console", lambda m: self.faults.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.faults.append(str(e)))
        self.page.on("request", lambda r: None if r.url.startswith((base, "data:")) else self.faults.append(r.url))

    def real_faults(self):
        # A browser asks for an icon that no page names, and says offline what it is made to be.
        return [f for f in self.faults if "404" not in f and "ERR_INTERNET_DISCONNECTED" not in f]


def _sign_in(context, base, name):
    watched = _Watched(context, base)
    page = watched.page
    page.goto(base + "/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("button.first")
    page.wait_for_load_state()
    return watched


def test_a_visit_from_the_panel_to_a_signed_plan(chromium, live_server, practice):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    watched = _sign_in(context, live_server.url, "dr")
    page = watched.page
    page.click("text=Anna Example")
    assert page.locator("#answer-title").is_visible()
    box = page.locator("section.timeline figure svg >> visible=true").first.bounding_box()
    assert box["y"] < 900  # the time line begins above the fold
    page.click("text=Plan a step")
    page.locator("ol.steps a").nth(1).click()
    page.fill("#note", "She prefers it")
    page.click("button.first")
    page.wait_for_load_state()
    assert "chain is whole" in page.content()
    assert StoredDecision.objects.count() == 1
    assert watched.real_faults() == []
    context.close()


def test_a_phone_that_is_offline_loses_and_doubles_nothing(chromium, live_server, practice):
    today = timezone.now().date()
    PatientRow.objects.filter(pk=practice.pk).update(pinned_day=None)
    practice.refresh_from_db()
    before = DiaryRow.objects.count()
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    base = live_server.url.replace("127.0.0.1", "localhost")
    watched = _sign_in(context, base, "anna")
    page = watched.page
    page.goto(f"{base}/diary/{practice.uid}/?part=bad")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # a page that began to load before the worker was there is not yet its own
    _until(page, "navigator.serviceWorker.controller !== null")
    context.set_offline(True)
    page.reload()
    assert "No network" in page.content()
    for name, value in (("sleep_disturbance", 4), ("pain", 6), ("fatigue", 5), ("pain", 7)):
        page.click(f"button[name={name}][value='{value}']")
        _until(page, "!document.getElementById('saved').hidden")
        page.wait_for_timeout(100)
    page.reload()
    assert DiaryRow.objects.count() == before
    context.set_offline(False)
    page.goto(f"{base}/diary/{practice.uid}/?part=bad")
    for _ in range(600):
        if DiaryRow.objects.count() == before + 4:
            break
        page.wait_for_timeout(50)
    page.reload()  # what was sent is not sent again
    page.wait_for_timeout(300)
    assert DiaryRow.objects.count() == before + 4
    day = day_of(practice, today)
    assert (day.sleep_disturbance, day.pain, day.fatigue) == (4, 7, 5)
    assert day_of(practice, today - timedelta(days=1)).pain is None
    assert watched.real_faults() == []
    context.close()


PAGES = {
    "dr": ("/panel/", "/patients/{p}/", "/patients/{p}/steps", "/patients/{p}/care", "/patients/{p}/decisions", "/patients/{p}/record", "/patients/{p}/record/about/about", "/patients/{p}/record/medicines/add", "/patients/{p}/record/measurements/{m}", "/patients/{p}/bring", "/patients/{p}/more/evidence", "/patients/{p}/more/nights", "/patients/{p}/reading", "/components/", "/patients/{p}/days", "/patients/{p}/days/2025-10-01", "/library/", "/library/does-mirtazapine-help", "/patients/new", "/patients/in-need"),
    "anna": ("/diary/{p}/?part=morning", "/diary/{p}/?part=evening", "/diary/{p}/?part=bad", "/diary/{p}/curve", "/diary/{p}/plan", "/diary/{p}/sharing", "/diary/{p}/questions", "/diary/{p}/questions/phq9", "/diary/{p}/questions/acr2016", "/diary/{p}/questions/pgic", "/diary/{p}/nights", "/diary/{p}/read", "/diary/{p}/read/stretching-patient", "/diary/{p}/exercises/breathing", "/diary/{p}/exercises/stretching", "/diary/{p}/exercises/thoughts", "/exercises/breathing", "/diary/{p}/help"),
    "admin": ("/people/", "/audit/"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "width", "direction"), [("light", 1280, "ltr"), ("dark", 320, "ltr"), ("light", 320, "rtl")]
)
def test_every_page_for_everybody(chromium, live_server, practice, scheme, width, direction):
    from axe_playwright_python.sync_playwright import Axe

    for name, pages in PAGES.items():
        context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        watched = _sign_in(context, live_server.url, name)
        page = watched.page
        weight = MeasurementRow.objects.filter(patient=practice).order_by("id").first()
        for address in pages:
            page.goto(live_server.url + address.format(p=practice.uid, m=weight.key))
            if direction == "rtl":
                page.evaluate("document.documentElement.dir = 'rtl'")
            found = Axe().run(page).response["violations"]
            assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found] == [], address
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{address} scrolls sideways by {wide} px"
        assert watched.real_faults() == []
        context.close()
