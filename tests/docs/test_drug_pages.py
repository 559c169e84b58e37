"""The drug pages in the documentation are those the knowledge gives today."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_drug_pages_are_fresh():
    spec = importlib.util.spec_from_file_location("drug_pages", ROOT / "tools" / "drug_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    stale = [
        name
        for name, content in module.pages().items()
        if not (module.FOLDER / name).is_file()
        or (module.FOLDER / name).read_text(encoding="utf-8") != content
    ]
    assert stale == [], "run: .venv/bin/python tools/drug_pages.py"
    extra = {p.name for p in module.FOLDER.glob("*.md")} - set(module.pages())
    assert extra == set()
