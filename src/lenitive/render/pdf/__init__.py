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

from lenitive.render.blocks import Block, Chart, Details, Report
from lenitive.render.charts import paper_svg
from lenitive.render.direction import isolate_runs

__all__ = ["report_pdf"]

_TEMPLATE = Path(__file__).parent / "report.typ"


def _plain(block: Block, folder: Path, names: list[str]) -> dict[str, Any]:
    """A block as JSON data; a chart is drawn into the folder and named."""
    kind = type(block).__name__.lower()
    if isinstance(block, Chart):
        name = f"chart-{len(names)}.svg"
        names.append(name)
        (folder / name).write_text(paper_svg(block.wide), encoding="utf-8")
        return {"kind": kind, "file": name, "alt": block.alt, "caption": block.caption}
    if isinstance(block, Details):
        return {
            "kind": kind,
            "summary": block.summary,
            "blocks": [_plain(b, folder, names) for b in block.blocks],
        }
    return {"kind": kind, **asdict(block)}


def _apart(value: Any) -> Any:
    """The same data with every run of right-to-left words kept apart."""
    if isinstance(value, str):
        return isolate_runs(value)
    if isinstance(value, dict):
        return {k: _apart(v) for k, v in value.items()}
    return [_apart(v) for v in value] if isinstance(value, list | tuple) else value


def report_pdf(report: Report, *, at: date, large: bool = False) -> bytes:
    """The PDF's bytes; the document's date is ``at``, so that equal reports give equal bytes. ``large`` prints 16 pt."""
    import typst

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names: list[str] = []
        data = {
            "title": report.title,
            "subtitle": report.subtitle,
            "banner": report.banner,
            "footer": report.footer,
            "language": report.language,
            "size": 16 if large else 10.5,
            "date": [at.year, at.month, at.day],
            "sections": [
                {"title": s.title, "blocks": [_plain(b, folder, names) for b in s.blocks]}
                for s in report.sections
            ],
        }
        (folder / "report.typ").write_bytes(_TEMPLATE.read_bytes())
        (folder / "report.json").write_text(json.dumps(_apart(data)), encoding="utf-8")
        pdf: bytes = typst.compile(
            str(folder / "report.typ"),
            root=str(folder),
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            timestamp=0,
        )
        return pdf
