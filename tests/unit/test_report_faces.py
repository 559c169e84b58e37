"""One report, three faces: what is said once is said by each."""

from datetime import date

import pytest

from lenitive.render.blocks import Bullets, Callout, Chart, Column, Details, Paragraph, Report, Section, Table
from lenitive.render.html import report_html
from lenitive.render.pdf import report_pdf
from lenitive.render.text import report_text

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": [{"x": 1, "y": 2}, {"x": 2, "y": 3}]},
    "mark": {"type": "line", "color": "#060606"},
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
}


@pytest.fixture(scope="module")
def report() -> Report:
    return Report(
        title="A title",
        subtitle="A subtitle",
        banner="Simulated",
        footer="A footer",
        sections=(
            Section(
                id="all",
                title="All kinds of block",
                blocks=(
                    Callout(
                        title="It helps",
                        tone="good",
                        text="Most likely.",
                        items=(Paragraph(text="one", lead="First:"),),
                    ),
                    Paragraph(text='<script>alert("x")</script> #emph[x] [bold]x[/bold]'),
                    Bullets(items=(Paragraph(text="two"),)),
                    Table(
                        columns=(Column(head="what"), Column(head="how much", number=True)),
                        rows=(("pain", "-1.2"),),
                        caption="Sizes",
                    ),
                    Chart(wide=SPEC, narrow=SPEC, alt='A "line" that rises', caption="Look here"),
                    Details(summary="More", blocks=(Paragraph(text="three"),)),
                ),
            ),
        ),
    )


def test_the_page_escapes_words_and_needs_no_network(report):
    page = report_html(report)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert page.count('class="chart-svg"') == 2
    assert "var(--pain)" in page
    assert "#060606" not in page
    for word in ("http://", "https://", "src=", "url("):
        assert word not in page.replace('xmlns="http://www.w3.org/2000/svg"', "").replace(
            'xmlns:xlink="http://www.w3.org/1999/xlink"', ""
        )


def test_the_pdf_is_tagged_and_reproducible(report):
    first = report_pdf(report, at=date(2026, 5, 1))
    assert first == report_pdf(report, at=date(2026, 5, 1))
    assert b"/MarkInfo" in first or b"StructTreeRoot" in first
    assert first.startswith(b"%PDF")


def test_the_terminal_view_prints_markup_as_words(report):
    text = report_text(report)
    for words in (
        "A title",
        "It helps",
        "First: one",
        "[bold]x[/bold]",
        "-1.2",
        'A "line" that rises',
        "three",
        "A footer",
    ):
        assert words in text


def test_a_table_row_has_a_cell_for_each_column():
    with pytest.raises(ValueError, match="one cell"):
        Table(columns=(Column(head="a"),), rows=(("1", "2"),), caption="x")
