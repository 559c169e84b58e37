"""The report as a reader meets it: phone and desktop, light and dark, no network, no accessibility fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from lenitive.knowledge import load
from lenitive.render.html import report_html
from lenitive.render.report import clinician_report
from lenitive.review import review
from lenitive.shells.files import open_record

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["clear-responder", "older-adult-dizziness-thin-data"])
def page_file(request, tmp_path_factory) -> Path:
    reading = open_record(EXAMPLES / request.param)
    made = review(reading.record, load(), problems=reading.problems)
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
