"""Sections as fragments, and drawings of figures kept by the digest of their specification."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from lenitive.render.blocks import Chart, Paragraph, Picture, Report, Section
from lenitive.render.charts import draw as charts
from lenitive.render.html import page_css, report_html, section_html
from lenitive.render.pdf import report_pdf
from lenitive.render.pictures import Sparkline
from lenitive.render.tokens import COLOURS

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": [{"x": 1, "y": 2}]},
    "mark": "point",
    "encoding": {"x": {"field": "x", "type": "quantitative"}},
}
PICTURE = Picture(
    shows=Sparkline(title="pain", token="pain", values=(3, 4)), alt='pain "3" to 4', caption="Look"
)


def section(*blocks) -> Section:
    return Section(id="a", title="A <b>title</b>", blocks=blocks)


def test_a_fragment_has_no_page_around_it():
    text = section_html(section(Paragraph(text="<i>x</i>"), PICTURE))
    assert text.strip().startswith('<section id="a" aria-labelledby="a-title"><h2 id="a-title">A &lt;b&gt;')
    assert text.strip().endswith("</section>")
    for tag in ("<html", "<head", "<body", "<style", "<script", "style="):
        assert tag not in text
    assert "&lt;i&gt;" in text
    assert text.count('aria-label="pain &quot;3&quot; to 4"') == 2


def test_the_page_is_made_of_the_fragments():
    one, two = section(Paragraph(text="x")), Section(id="b", title="B", blocks=(PICTURE,))
    page = report_html(Report(title="t", subtitle="s", footer="f", sections=(one, two)))
    assert section_html(one).strip() in page
    assert section_html(two).strip() in page
    assert page.count(page_css()) == 1


def test_the_style_sheet_knows_every_token_in_every_light():
    css = page_css()
    assert all(css.count(f"--{name}:") == 4 for name in COLOURS)
    for setting in ("prefers-color-scheme: dark", "print", "forced-colors: active"):
        assert f"@media ({setting})" in css or f"@media {setting}" in css
    used = {part.split(")")[0] for part in css.split("var(--")[1:]}
    assert used <= set(COLOURS)


@pytest.fixture
def engine(monkeypatch):
    """How often the drawing engine is asked; nothing is remembered from other tests."""
    import vl_convert

    asked: list[dict] = []
    real = vl_convert.vegalite_to_svg
    monkeypatch.setattr(vl_convert, "vegalite_to_svg", lambda spec: (asked.append(spec), real(spec))[1])
    charts._drawn.cache_clear()
    yield asked
    charts._drawn.cache_clear()


def test_a_figure_is_drawn_once_for_page_and_paper(engine):
    first = charts.page_svg(SPEC, alt="one")
    assert charts.page_svg(SPEC, alt="one") == first
    charts.paper_svg(SPEC)
    assert len(engine) == 1
    charts.page_svg({**SPEC, "width": 99}, alt="one")
    assert len(engine) == 2


def test_a_folder_keeps_figures_for_the_next_process_and_nothing_is_written_without_one(engine, tmp_path):
    chart = Chart(wide=SPEC, narrow={**SPEC, "width": 90}, alt="x")
    kept = tmp_path / "figures"
    page = section_html(section(chart), figures=kept)
    names = sorted(p.name for p in kept.iterdir())
    assert len(names) == 2
    assert all(n.endswith(".svg") and len(n) == 64 + 4 for n in names)
    charts._drawn.cache_clear()
    assert section_html(section(chart), figures=kept) == page
    assert len(engine) == 2
    charts._drawn.cache_clear()
    assert section_html(section(chart)) == page
    assert sorted(p.name for p in kept.iterdir()) == names


def test_a_report_of_pictures_alone_never_starts_the_drawing_engine():
    """In a process of its own: whoever imported the engine before would hide it."""
    code = """
import sys
from datetime import date
from lenitive.render.blocks import Picture, Report, Section
from lenitive.render.html import report_html
from lenitive.render.pdf import report_pdf
from lenitive.render.pictures import Sparkline
p = Picture(shows=Sparkline(title="pain", token="pain", values=(3, 4)), alt="x")
r = Report(title="t", subtitle="s", footer="f", sections=(Section(id="a", title="A", blocks=(p,)),))
assert "<svg" in report_html(r) and report_pdf(r, at=date(2026, 1, 1)).startswith(b"%PDF")
assert "vl_convert" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).resolve().parents[3])


def _alternatives(node: object) -> list[str]:
    """Every text alternative in a PDF's structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [a for one in node for a in _alternatives(one)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + _alternatives(node.get("/K"))


def test_a_picture_reaches_the_pdf_with_its_words():
    report = Report(title="t", subtitle="s", footer="f", sections=(section(PICTURE),))
    data = report_pdf(report, at=date(2026, 5, 1))
    assert data == report_pdf(report, at=date(2026, 5, 1))
    pdf = PdfReader(io.BytesIO(data))
    assert _alternatives(pdf.trailer["/Root"]["/StructTreeRoot"]) == ['pain "3" to 4']


def test_the_room_offers_what_another_program_needs():
    import lenitive.render

    assert lenitive.render.section_html is section_html
    assert set(lenitive.render.__all__) <= set(dir(lenitive.render))
    assert all(getattr(lenitive.render, name) is not None for name in lenitive.render.__all__)
