"""The library as a reader meets it: phone and desktop, light, dark and print, no network, no accessibility fault."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from lenitive.knowledge import load
from lenitive.library.audit import check
from lenitive.render.library import site_files
from lenitive.shells.library_figures import figures_of

pytestmark = pytest.mark.browser
AT = date(2026, 11, 22)
PAGES = (
    "index",
    "comparing-medicines",
    "restless-legs-patient",
    "about",
    "shelf-sleep",
    "handouts/stretching-patient",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    knowledge = load()
    figures = figures_of(knowledge)
    report = check(knowledge.articles, references=knowledge.references, figures=figures, at=AT)
    folder = tmp_path_factory.mktemp("site")
    for name, content in site_files(
        articles=knowledge.articles,
        references=knowledge.references,
        figures=figures,
        style=knowledge.citation_style,
        synonyms=knowledge.synonyms,
        report=report,
        at=AT,
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_pages_are_accessible_and_ask_for_nothing(chromium, site, width, scheme):
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    for name in PAGES:
        page.goto((site / f"{name}.html").as_uri())
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), name
        violations = Axe().run(page).response["violations"]
        assert [(name, v["id"]) for v in violations] == []
    assert failed == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()


@pytest.mark.parametrize(
    ("typed", "reader", "first"),
    [
        ("legs wont keep stil", "patient", "restless-legs-patient"),
        ("RLS", "clinician", "restless-legs"),
        ("hyponatremia", "", "low-sodium"),
        ("brain zaps", "patient", "withdrawal-or-relapse-patient"),
    ],
)
def test_search_without_a_server(chromium, site, typed, reader, first):
    page = chromium.new_page()
    page.goto((site / "index.html").as_uri())
    page.select_option("#audience", reader)
    page.fill("#words", typed)
    found = page.eval_on_selector_all("#hits a", "links => links.map(a => a.getAttribute('href'))")
    assert f"{first}.html" in found[:3]
    page.fill("#words", "<img src=x onerror=alert(1)>")
    assert page.query_selector("#hits img") is None
    page.close()


def test_every_external_link_carries_its_identifier(site):
    count = 0
    for file in site.glob("*.html"):
        for address, words in re.findall(
            r'<a href="(https?:[^"]+)"[^>]*>([^<]*)</a>', file.read_text(encoding="utf-8")
        ):
            count += 1
            assert words.startswith(("doi:10.", "PMID ", "PMC")), address
            assert unescape(words).removeprefix("doi:").split(" ")[-1] in unescape(address)
    assert count > 400


def test_handout_prints_large(chromium, site):
    page = chromium.new_page()
    page.goto((site / "handouts" / "restless-legs-patient.html").as_uri())
    page.emulate_media(media="print")
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('article li')).fontSize)")
    assert size == pytest.approx(24, abs=0.1)  # 18 pt
    page.goto((site / "restless-legs-patient.html").as_uri())
    assert not page.is_visible("nav")
    page.close()


def test_every_local_link_leads_somewhere(site):
    for file in site.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        for address in re.findall(r'href="([^"#:]+)(?:#[^"]*)?"', text):
            assert (file.parent / address).resolve().is_file(), (file.name, address)
