"""Pictures as a browser lays them out: no words upon others, nothing outside, legible where the reader sets her own colours."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from lenitive.render.blocks import Paragraph, Picture, Report, Section
from lenitive.render.html import report_html, section_html

pytestmark = pytest.mark.browser

_SPEC = importlib.util.spec_from_file_location(
    "time_lines", Path(__file__).resolve().parents[1] / "unit" / "render" / "time_lines.py"
)
time_lines = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(time_lines)

# Two texts overlap when their boxes share more than a pixel each way; a box reaches above capitals and below the line,
# where most letters are not, so a fifth of its height is left out at each end.
OVERLAPS = """
() => [...document.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width > 0).flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll('text')].map(t => {
    const b = t.getBoundingClientRect();
    const cut = 0.2 * b.height;
    return {words: t.textContent, x0: b.left, x1: b.right, y0: b.top + cut, y1: b.bottom - cut};
  });
  const found = [];
  boxes.forEach((a, i) => {
    if (a.x0 < frame.left - 2 || a.x1 > frame.right + 2) found.push('outside: ' + a.words);
    boxes.slice(i + 1).forEach(b => {
      if (Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0) > 1 && Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0) > 1)
        found.push(a.words + ' | ' + b.words);
    });
  });
  return found;
})
"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory) -> Path:
    sections = tuple(
        Section(id=f"s{i}", title=name, blocks=(Picture(shows=line, alt=name), Paragraph(text="x")))
        for i, (name, line) in enumerate(time_lines.LINES.items())
    )
    file = tmp_path_factory.mktemp("pictures") / "page.html"
    page = report_html(Report(title="Time lines", subtitle="s", footer="f", sections=sections))
    file.write_text(page, encoding="utf-8")
    return file


@pytest.mark.parametrize("width", [390, 760, 1280])
def test_no_words_lie_on_others_in_a_browser(chromium, page_file, width):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto(page_file.as_uri())
    drawn = page.evaluate(
        "[...document.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width > 0).length"
    )
    assert drawn == len(time_lines.LINES)
    assert page.evaluate(OVERLAPS) == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pictures_have_no_accessibility_fault(chromium, page_file, scheme):
    context = chromium.new_context(viewport={"width": 390, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(page_file.as_uri())
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations] == []
    context.close()


def test_in_forced_colours_marks_and_words_take_the_readers_own(chromium, page_file):
    context = chromium.new_context(forced_colors="active", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(page_file.as_uri())
    fills = page.evaluate(
        """() => {
          const probe = document.createElement('div');
          probe.style.cssText = 'forced-color-adjust: none; color: CanvasText; background: Canvas';
          document.body.append(probe);
          const own = getComputedStyle(probe);
          const bar = [...document.querySelectorAll('.wide svg rect')].find(r => r.getAttribute('fill').includes('--dose'));
          const words = [...document.querySelectorAll('.wide svg text')].find(t => t.textContent === '30 mg');
          return [own.color, own.backgroundColor, getComputedStyle(bar).fill, getComputedStyle(words).fill];
        }"""
    )
    text, ground, bar, words = fills
    assert bar == text
    assert words == ground
    assert text != ground
    context.close()


def test_a_fragment_stays_left_to_right_on_a_page_that_runs_the_other_way(chromium, page_file):
    """The same picture in an Arabic page: every text stands where it stands in an English one."""
    picture = Picture(shows=time_lines.LINES["half a year"], alt="x")
    fragment = section_html(Section(id="a", title="A", blocks=(picture,)))
    places = []
    for direction in ("ltr", "rtl"):
        page = chromium.new_page(viewport={"width": 900, "height": 900})
        page.set_content(
            f'<html dir="{direction}"><style>body {{ margin: 0 }} .narrow {{ display: none }} figure {{ margin: 0 }}</style>{fragment}'
        )
        places.append(
            page.evaluate(
                "[...document.querySelectorAll('.wide svg text')].map(t => [t.textContent, t.getBoundingClientRect().left - t.ownerSVGElement.getBoundingClientRect().left])"
            )
        )
        page.close()
    assert len(places[0]) > 20
    for (words, here), (same, there) in zip(*places, strict=True):
        assert words == same
        assert there == pytest.approx(here, abs=1)
