"""The report as a reader meets it: phone and desktop, light and dark, no network, no accessibility fault."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from lenitive.knowledge import load
from lenitive.record import IntakeTime, MedicinePeriod
from lenitive.render.html import report_html
from lenitive.render.report import clinician_report
from lenitive.review import review
from lenitive.shells.files import open_record

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

pytestmark = pytest.mark.browser


_SPEC = importlib.util.spec_from_file_location(
    "step_down", Path(__file__).resolve().parents[1] / "unit" / "review" / "test_step_down.py"
)
step_down = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(step_down)


def right_to_left():
    """An example under a Hebrew name, with a medicine in Arabic beside."""
    record = open_record(EXAMPLES / "older-adult-dizziness-thin-data").record
    more = MedicinePeriod(
        drug="ميرتازابين", dose_mg=15, start=record.last_day, times=(IntakeTime("bedtime"),)
    )
    return replace(
        record, patient=replace(record.patient, id="שרה כהן 12"), medicines=(*record.medicines, more)
    )


RECORDS = {
    "clear-responder": lambda: open_record(EXAMPLES / "clear-responder").record,
    "older-adult-dizziness-thin-data": lambda: (
        open_record(EXAMPLES / "older-adult-dizziness-thin-data").record
    ),
    "withdrawal": lambda: step_down.down(45.0, 30.0, 15.0),
    "right-to-left": right_to_left,
}


@pytest.fixture(scope="module", params=RECORDS)
def page_file(request, tmp_path_factory) -> Path:
    made = review(RECORDS[request.param](), load())
    file = tmp_path_factory.mktemp("page") / f"{request.param}.html"
    file.write_text(report_html(clinician_report(made, version="test")), encoding="utf-8")
    return file


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_asks_for_nothing(chromium, page_file, width, scheme):
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    refused: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(page_file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert [url for url in asked if not url.startswith("file:")] == []
    # Axe is injected through the driver, which the page's own content policy does not bind.
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations] == []
    assert refused == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "the page scrolls sideways"
    assert page.evaluate("getComputedStyle(document.querySelector('.wide')).display") == (
        "none" if width < 640 else "block"
    )
    context.close()
