"""A week of the diary on paper: one A4 sheet with eleven keys in two rows for each score, as on a screen."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from lenitive.render.catalogue import Audience, said
from lenitive.terms import Message

__all__ = ["diary_sheet"]

_TEMPLATE = Path(__file__).parent / "sheet.typ"
_IDS = {
    "title": "render.patient.sheet.title",
    "name": "render.patient.sheet.name",
    "week": "render.patient.sheet.week",
    "how": "render.patient.sheet.how",
    "gaps": "render.patient.sheet.gaps",
    "tablet": "render.patient.sheet.tablet",
    "yes": "render.patient.sheet.yes",
    "part": "render.patient.sheet.part",
    "no": "render.patient.sheet.no",
    "bother": "render.patient.sheet.bother",
    "foot": "render.patient.sheet.foot",
}
_SCALES = (
    ("render.patient.sheet.sleep", "render.patient.sheet.sleep_best", "render.patient.sheet.sleep_worst"),
    ("render.patient.sheet.pain", "render.patient.sheet.pain_best", "render.patient.sheet.pain_worst"),
    ("render.patient.sheet.tired", "render.patient.sheet.tired_best", "render.patient.sheet.tired_worst"),
)
_DAYS = (
    "render.patient.sheet.monday",
    "render.patient.sheet.tuesday",
    "render.patient.sheet.wednesday",
    "render.patient.sheet.thursday",
    "render.patient.sheet.friday",
    "render.patient.sheet.saturday",
    "render.patient.sheet.sunday",
)


def _word(id_: str) -> str:
    return said(Message.of(id_), Audience.PATIENT)


def sheet_words() -> tuple[str, ...]:
    """Every word on the sheet, for who measures how hard it is to read."""
    scales = [_word(id_) for scale in _SCALES for id_ in scale]
    return (*map(_word, _IDS.values()), *scales, *map(_word, _DAYS))


def diary_sheet() -> bytes:
    """The PDF's bytes (PDF/UA-1): the same for everyone, and the same each time."""
    import typst

    data = {
        "words": {name: _word(id_) for name, id_ in _IDS.items()},
        "scales": [dict(zip(("ask", "best", "worst"), map(_word, ids), strict=True)) for ids in _SCALES],
        "days": [_word(id_) for id_ in _DAYS],
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sheet.typ").write_bytes(_TEMPLATE.read_bytes())
        (folder / "sheet.json").write_text(json.dumps(data), encoding="utf-8")
        pdf: bytes = typst.compile(
            str(folder / "sheet.typ"),
            root=str(folder),
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            timestamp=0,
        )
        return pdf
