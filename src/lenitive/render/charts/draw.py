"""From a chart's specification to SVG, drawn once for each specification."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from lenitive.render.charts.palette import TOKENS, for_page, for_paper

__all__ = ["CONFIG", "page_svg", "paper_svg"]

# Drawings remembered in one process; a page of evidence has some twenty.
_REMEMBERED = 64
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


@cache
def _engine() -> str:
    """Name and version of the drawing engine, and how it is set: another of either may draw otherwise."""
    from importlib.metadata import version

    return f"vl-convert {version('vl-convert-python')}\n{json.dumps(CONFIG, sort_keys=True)}"


@lru_cache(maxsize=_REMEMBERED)
def _drawn(text: str, figures: Path | None) -> str:
    """The drawing of a specification in JSON, from the folder where it is kept there."""
    kept = None
    if figures is not None:
        digest = hashlib.sha256(f"{_engine()}\n{text}".encode()).hexdigest()
        kept = figures / f"{digest}.svg"
        if kept.is_file():
            return kept.read_text(encoding="utf-8")
    # Imported here: starting the drawing engine takes longer than all the rest of a review.
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(json.loads(text))
    if kept is not None and figures is not None:
        figures.mkdir(parents=True, exist_ok=True)
        # Under a name of its own first: whoever reads meanwhile finds the whole drawing or none.
        with tempfile.NamedTemporaryFile(
            "w", dir=figures, suffix=".part", encoding="utf-8", delete=False
        ) as part:
            part.write(svg)
        Path(part.name).replace(kept)
    return svg


def _svg(spec: Mapping[str, Any], figures: Path | None = None) -> str:
    whole = {**spec, "config": {**CONFIG, **spec.get("config", {})}}
    return _drawn(json.dumps(whole, sort_keys=True), figures)


def page_svg(spec: Mapping[str, Any], *, alt: str, figures: Path | None = None) -> str:
    """SVG for a page: scales with its box, takes its colours from the page, and tells its text alternative.

    Args:
        spec: The Vega-Lite specification.
        alt: What it shows in words.
        figures: A folder that keeps drawings by the digest of specification and engine; None keeps them in memory alone.
    """
    svg = for_page(_svg(spec, figures)).replace('font-family="sans-serif"', f'font-family="{PAGE_FONT}"')
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


def paper_svg(spec: Mapping[str, Any], *, figures: Path | None = None) -> str:
    """SVG for paper: printable colours, and a face that the PDF writer carries itself; ``figures`` as for ``page_svg``."""
    return for_paper(_svg(spec, figures)).replace('font-family="sans-serif"', f'font-family="{PAPER_FONT}"')
