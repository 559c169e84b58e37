"""In Chromium: a phone without a network for three days, its exercises, a watch's export, and a table whose columns are clicked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from test_journeys import _sign_in, _until, practice  # noqa: F401 - a fixture

from lenitive.shells.web.models import ActivityRow, DiaryRow, NightRow, PatientRow
from lenitive.shells.web.record_rows import day_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(chromium, live_server, practice):  # noqa: F811
    """A phone that opened the diary once, and keeps what it needs without a network."""
    PatientRow.objects.filter(pk=practice.pk).update(pinned_day=None)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, timezone_id="UTC")
    base = live_server.url.replace("127.0.0.1", "localhost")
    watched = _sign_in(context, base, "anna")
    watched.base, watched.context = base, context
    watched.page.goto(f"{base}/diary/{practice.uid}/?part=bad")
    watched.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    watched.page.reload()
    _until(watched.page, "navigator.serviceWorker.controller !== null")
    yield watched
    assert watched.real_faults() == []
    context.close()


def _sent(page, count, model, before):
    for _ in range(600):
        if model.objects.count() >= before + count:
            break
        page.wait_for_timeout(50)
    page.reload()
    page.wait_for_timeout(300)
    assert model.objects.count() == before + count


def test_three_days_without_a_network_are_each_on_their_own_day(phone, practice):  # noqa: F811
    page, today = phone.page, timezone.now().date()
    before = DiaryRow.objects.count()
    phone.context.set_offline(True)
    for back, pain in ((3, 7), (2, 5), (1, 6)):
        noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC) - timedelta(days=back)
        page.clock.set_fixed_time(noon)
        page.goto(f"{phone.base}/diary/{practice.uid}/")
        assert "No network" in page.content()
        for name, value in (("sleep_disturbance", 4), ("pain", pain)):
            page.click(f"button[name={name}][value='{value}']")
            _until(page, "!document.getElementById('saved').hidden")
            page.wait_for_timeout(100)
    assert DiaryRow.objects.count() == before
    page.clock.set_fixed_time(timezone.now())
    phone.context.set_offline(False)
    page.goto(f"{phone.base}/diary/{practice.uid}/?part=bad")
    _sent(page, 6, DiaryRow, before)
    for back, pain in ((3, 7), (2, 5), (1, 6)):
        day = day_of(practice, today - timedelta(days=back))
        assert (day.sleep_disturbance, day.pain) == (4, pain)
    assert day_of(practice, today).pain is None


def test_an_exercise_runs_without_a_network_and_what_was_done_is_kept(phone, practice):  # noqa: F811
    page = phone.page
    before = ActivityRow.objects.count()
    phone.context.set_offline(True)
    page.goto(f"{phone.base}/")
    page.click("text=Slow breathing")
    assert page.locator("h1").inner_text() == "Slow breathing"
    page.click("[data-start]")
    assert page.locator(".now").inner_text() == "Breathe in"
    _until(page, "document.querySelector('.now').textContent === 'Breathe out'", seconds=10)
    assert page.locator(".left").inner_text().startswith("4:")
    page.click("[data-stop]")
    page.click("button[name=activity]")
    _until(page, "!document.getElementById('saved').hidden")
    phone.context.set_offline(False)
    page.goto(f"{phone.base}/diary/{practice.uid}/exercises/stretching")
    page.click("[data-start]")
    assert page.locator("li[aria-current=step]").count() == 1
    page.click("[data-next]")
    assert page.locator(".past").count() == 1
    _sent(page, 1, ActivityRow, before)
    row = ActivityRow.objects.order_by("id").last()
    assert (row.activity, row.minutes, row.screen) == ("breathing", 5, "breathing-1")


def test_an_export_of_a_watch_goes_into_the_diary(phone, practice):  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe
    from test_bringing import APPLE, _zip

    page, before = phone.page, NightRow.objects.count()
    page.goto(f"{phone.base}/diary/{practice.uid}/?part=evening")
    page.click("text=Nights from a watch")
    sent = {"name": "export.zip", "mimeType": "application/zip", "buffer": _zip("apple_health_export/export.xml", APPLE)}
    page.set_input_files("#file", sent)
    page.click("text=Look at it")
    assert "3 nights" in page.inner_text("main")
    assert Axe().run(page).response["violations"] == []
    page.click("text=Take them")
    assert "Saved" in page.inner_text("main")
    assert NightRow.objects.count() == before + 3


def test_a_table_s_columns_are_said_by_clicking(chromium, live_server, practice):  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(viewport={"width": 320, "height": 844})
    watched = _sign_in(context, live_server.url, "dr")
    page = watched.page
    page.goto(f"{live_server.url}/patients/{practice.uid}/bring")
    table = b"date,weh\n2025-03-01,30\n2025-03-02,80\n"
    page.set_input_files("#file", {"name": "t.csv", "mimeType": "text/csv", "buffer": table})
    page.click("text=Look at it")
    page.click("td:has-text('80')")
    assert page.evaluate("document.activeElement.id") == "use-1"
    page.select_option("#use-1", "pain")
    page.click("button[value=look]")
    assert "contradicts nothing" in page.inner_text("main")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.click("button[value=take]")
    page.wait_for_load_state()
    assert day_of(practice, date(2025, 3, 2)).pain == 8
    assert watched.real_faults() == []
    context.close()
