"""The one page of a visit and the patient's own page as readers meet them: widths, light and dark, no fault, the answer at once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "render"))
import briefs

from lenitive.knowledge import load
from lenitive.render import (
    brief_html,
    brief_of,
    clinician_report,
    patient_html,
    patient_page,
    report_html,
)
from lenitive.review import review

pytestmark = pytest.mark.browser

SHOWN = (
    "non-responder-weight-gain",
    "older-adult-dizziness-thin-data",
    "right_to_left",
    "several_critical",
    "long_words",
)


@pytest.fixture(scope="module", params=SHOWN)
def files(request, tmp_path_factory):
    made = review(briefs.RECORDS[request.param](), load())
    folder = tmp_path_factory.mktemp("pages")
    pages = {
        "brief": brief_html(brief_of(made, version="test")),
        "own": patient_html(patient_page(made)),
        "full": report_html(clinician_report(made, version="test")),
    }
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


def opened(chromium, file, width, height=844, scheme="light"):
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("name", ["brief", "own"])
@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_has_no_fault_and_does_not_scroll_sideways(chromium, files, name, width, scheme):
    page = opened(chromium, files[name], width, scheme=scheme)
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.context.close()


def test_on_a_phone_the_verdict_stands_within_the_first_500_pixels(chromium, files):
    page = opened(chromium, files["brief"], 390)
    assert (
        page.locator(".answer h2").bounding_box()["y"] + page.locator(".answer h2").bounding_box()["height"]
        <= 500
    )
    page.context.close()


def test_on_a_phone_no_number_of_a_table_lies_outside(chromium, files):
    page = opened(chromium, files["full"], 390)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    outside = page.evaluate(
        "[...document.querySelectorAll('td, th')].filter(c => c.getBoundingClientRect().right > innerWidth)"
        ".map(c => c.innerText)"
    )
    assert outside == []
    page.context.close()


def test_in_print_the_brief_shows_the_line_to_sign(chromium, files):
    page = opened(chromium, files["brief"], 800)
    assert not page.locator(".decide").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".decide").is_visible()
    page.context.close()
