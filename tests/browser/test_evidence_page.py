"""The evidence page in Chromium: one file, no request, accessible, readable on a phone, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from lenitive.evidence import synthesise
from lenitive.knowledge import load
from lenitive.render.evidence import evidence_report
from lenitive.render.html import report_html

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    trials = load().trials
    syntheses = [synthesise(trials, o) for o in ("responders_50pct", "increased_appetite")]
    path = tmp_path_factory.mktemp("evidence") / "evidence.html"
    path.write_text(report_html(evidence_report(load(), syntheses, version="test")), encoding="utf-8")
    return path


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1100, "dark")])
def test_the_page_is_accessible_and_asks_for_nothing(
    chromium: Browser, page_file: Path, scheme: str, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.goto(page_file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert asked == [page_file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []
    assert page.locator("figure svg").count() >= 4
    context.close()
