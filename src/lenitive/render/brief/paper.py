"""The one page as PDF (PDF/UA-1): exactly one A4 sheet, typeset by Typst, which measures and takes the first level that fits."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lenitive.render.blocks import Picture
from lenitive.render.brief.headings import headings
from lenitive.render.brief.make import brief_of
from lenitive.render.brief.room import ROOMS
from lenitive.render.brief.value import Brief, BriefStep
from lenitive.render.pdf import apart
from lenitive.render.pictures import PAPER, draw
from lenitive.review import Review

__all__ = ["brief_pdf"]

_TEMPLATE = Path(__file__).parent / "brief.typ"


def _drawn(picture: Picture | None, folder: Path) -> dict[str, str] | None:
    if picture is None:
        return None
    name = f"drawing-{len(list(folder.iterdir()))}.svg"
    (folder / name).write_text(draw(picture.shows, PAPER, label=picture.alt), encoding="utf-8")
    return {"file": name, "alt": picture.alt}


def _step(step: BriefStep, folder: Path) -> dict[str, Any]:
    return {
        "letter": step.letter,
        "action": step.action,
        "reason": step.reason,
        "warning": step.warning,
        "mark": _drawn(step.mark, folder),
    }


def _level(page: Brief, folder: Path) -> dict[str, Any]:
    return {
        "name": page.name,
        "about": page.about,
        "entered": page.entered,
        "simulated": page.simulated,
        "notices": page.notices,
        "answer": {
            **asdict(page.answer),
            "facts": [{**asdict(f), "between": f.between} for f in page.answer.facts],
        },
        "safety": [asdict(x) for x in page.safety],
        "picture": _drawn(page.picture, folder),
        "no_picture": page.no_picture,
        "tie": page.tie,
        "steps": [_step(s, folder) for s in page.steps],
        "axis": page.axis,
        "beside": page.beside,
        "withheld": page.withheld,
        "no_steps": page.no_steps,
        "stops": [asdict(x) for x in page.stops],
        "checks": [asdict(x) for x in page.checks],
        "goal": page.goal,
        "shortened": page.shortened,
        "foot": page.foot,
    }


def brief_pdf(review: Review, *, version: str) -> bytes:
    """The PDF's bytes: one page, whatever the record holds.

    Args:
        review: The review.
        version: The program's, for the foot.
    """
    return _typeset([brief_of(review, version=version, room=room) for room in ROOMS])


def _typeset(levels: Sequence[Brief]) -> bytes:
    import typst

    first = levels[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = {
            "title": first.title,
            "language": first.language,
            "date": [first.at.year, first.at.month, first.at.day],
            "headings": {**headings(), "between": "   ·   "},
            "levels": [_level(page, folder) for page in levels],
        }
        (folder / "brief.typ").write_bytes(_TEMPLATE.read_bytes())
        (folder / "brief.json").write_text(json.dumps(apart(data)), encoding="utf-8")
        pdf: bytes = typst.compile(
            str(folder / "brief.typ"),
            root=str(folder),
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            timestamp=0,
        )
        return pdf
