"""The page of the calibration shows the committed numbers of the answers."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

from lenitive.cohort.calibration import ANSWER_DESIGNS, ANSWER_WORLDS

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_shows_the_committed_numbers() -> None:
    spec = importlib.util.spec_from_file_location("answers_page", ROOT / "tools/answers_page.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    report = json.loads(tool.REPORT.read_text(encoding="utf-8"))
    text = tool.PAGE.read_text(encoding="utf-8")
    assert tool.page(text, report) == text, "run tools/answers_page.py"
    assert [(r["world"], r["design"]) for r in report["rows"]] == [
        (w, d) for w in ANSWER_WORLDS for d in ANSWER_DESIGNS
    ]
