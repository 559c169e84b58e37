"""The closed loop's page shows the committed report's numbers."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_shows_the_committed_numbers() -> None:
    spec = importlib.util.spec_from_file_location("closed_loop_page", ROOT / "tools/closed_loop_page.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    report = json.loads((ROOT / "docs/reports/closed-loop.json").read_text(encoding="utf-8"))
    assert report["simulated"] is True
    text = (ROOT / "docs/methods/closed-loop.md").read_text(encoding="utf-8")
    assert tool.page(text, report) == text, "run tools/closed_loop_page.py"
