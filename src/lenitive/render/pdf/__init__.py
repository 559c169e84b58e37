"""A report as a tagged PDF (PDF/UA-1), typeset by Typst.

The report's words reach Typst as data, never as markup: nothing a record says can be read as a command.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from lenitive.render.blocks import Block, Chart, Details, Picture, Report
from lenitive.render.direction import isolate_runs
from lenitive.render.pictures import PAPER, draw

__all__ = ["apart", "report_pdf"]

_TEMPLATE = Path(__file__).parent / "report.typ"


def _plain(block: Block, folder: Path, figures: Path | None) -> dict[str, Any]:
    """A block as JSON data; a drawing is written into the folder and named."""
    kind = type(block).__name__.lower()
    if isinstance(block, Chart | Picture):
        if isinstance(block, Picture):
            svg = draw(block.shows, PAPER, label=block.alt)
        else:
            # Imported here: a report without statistical figures needs no drawing engine.
            from lenitive.render.charts import paper_svg

            svg = paper_svg(block.wide, figures=figures)
        name = f"drawing-{len(list(folder.iterdir()))}.svg"
        (folder / name).write_text(svg, encoding="utf-8")
        return {"kind": "chart", "file": name, "alt": block.alt, "caption": block.caption}
    if isinstance(block, Details):
        return {
            "kind": kind,
            "summary": block.summary,
            "blocks": [_plain(b, folder, figures) for b in block.blocks],
        }
    return {"kind": kind, **asdict(block)}


def apart(value: Any) -> Any:
    """The same data with every run of right-to-left words kept apart."""
    if isinstance(value, str):
        return isolate_runs(value)
    if isinstance(value, dict):
        return {k: apart(v) for k, v in value.items()}
    return [apart(v) for v in value] if isinstance(value, list | tuple) else value


def report_pdf(
    report: Report,
    *,
    at: date,
    size: float = 10.5,
    compact: bool = False,
    back: str = "",
    figures: Path | None = None,
) -> bytes:
    """The PDF's bytes.

    Args:
        report: The report.
        at: The document's date, so that equal reports give equal bytes.
        size: Of the print, points.
        compact: With narrow margins and no page numbers, for what is to be one sheet.
        back: The id of a section that begins a page of its own, such as the back of a sheet.
        figures: A folder that keeps drawn statistical figures, as for ``section_html``.
    """
    import typst

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = {
            "title": report.title,
            "subtitle": report.subtitle,
            "banner": report.banner,
            "footer": report.footer,
            "language": report.language,
            "size": size,
            "compact": compact,
            "date": [at.year, at.month, at.day],
            "sections": [
                {
                    "title": s.title,
                    "overleaf": s.id == back,
                    "blocks": [_plain(b, folder, figures) for b in s.blocks],
                }
                for s in report.sections
            ],
        }
        (folder / "report.typ").write_bytes(_TEMPLATE.read_bytes())
        (folder / "report.json").write_text(json.dumps(apart(data)), encoding="utf-8")
        pdf: bytes = typst.compile(
            str(folder / "report.typ"),
            root=str(folder),
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            timestamp=0,
        )
        return pdf
