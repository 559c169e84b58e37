"""From a chart's specification to SVG."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lenitive.render.charts.palette import TOKENS, for_page, for_paper

__all__ = ["CONFIG", "page_svg", "paper_svg"]

PAGE_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
# Typst carries this face itself, so that a PDF has the same bytes on every machine.
PAPER_FONT = "Libertinus Serif"

CONFIG: dict[str, Any] = {
    "background": None,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "domainColor": TOKENS["muted"],
        "tickColor": TOKENS["muted"],
        "gridColor": TOKENS["grid"],
        "labelColor": TOKENS["ink"],
        "titleColor": TOKENS["ink"],
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridDash": [2, 3],
    },
    "legend": {
        "labelColor": TOKENS["ink"],
        "titleColor": TOKENS["ink"],
        "labelFontSize": 12,
        "titleFontSize": 12,
    },
    "title": {
        "color": TOKENS["ink"],
        "fontSize": 13,
        "anchor": "start",
        "fontWeight": "bold",
        "subtitleColor": TOKENS["muted"],
    },
    "text": {"color": TOKENS["ink"], "fontSize": 12},
}


def _svg(spec: Mapping[str, Any]) -> str:
    # Imported here: starting the drawing engine takes longer than all the rest of a review.
    import vl_convert

    whole = {**spec, "config": {**CONFIG, **spec.get("config", {})}}
    svg: str = vl_convert.vegalite_to_svg(whole)
    return svg


def page_svg(spec: Mapping[str, Any], *, alt: str) -> str:
    """SVG for a page: scales with its box, takes its colours from the page, and tells its text alternative."""
    svg = for_page(_svg(spec)).replace('font-family="sans-serif"', f'font-family="{PAGE_FONT}"')
    # The parts' own roles would be read out one by one; the alternative says it better.
    svg = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
    width = re.search(r'<svg[^>]* width="([\d.]+)"', svg)
    opening = re.search(r"<svg[^>]*>", svg)
    if opening is None or width is None:
        raise ValueError("the drawing engine returned no SVG")
    box = re.search(r'viewBox="([^"]+)"', opening.group())
    label = alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-label="{label}" viewBox="{box.group(1) if box else ""}" class="chart-svg">'
    )
    return head + svg[opening.end() :]


def paper_svg(spec: Mapping[str, Any]) -> str:
    """SVG for paper: printable colours, and a face that the PDF writer carries itself."""
    return for_paper(_svg(spec)).replace('font-family="sans-serif"', f'font-family="{PAPER_FONT}"')
