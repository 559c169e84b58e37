"""The calibration page shows the committed report's numbers, and the report is the full plan's."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

from lenitive.cohort.calibration import FULL

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_shows_the_committed_numbers() -> None:
    spec = importlib.util.spec_from_file_location("calibration_page", ROOT / "tools/calibration_page.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    report = json.loads((ROOT / "docs/reports/calibration.json").read_text(encoding="utf-8"))
    text = (ROOT / "docs/methods/calibration.md").read_text(encoding="utf-8")
    assert tool.page(text, report) == text, "run tools/calibration_page.py"


def test_the_committed_report_is_of_the_full_plan() -> None:
    report = json.loads((ROOT / "docs/reports/calibration.json").read_text(encoding="utf-8"))
    assert report["simulated"] is True
    assert report["plan"]["seed"] == FULL.seed
    assert [tuple(c) for c in report["plan"]["coverage"]] == list(FULL.coverage)
    assert (ROOT / "docs/reports/calibration.html").is_file()
