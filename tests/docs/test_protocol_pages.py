"""The protocol pages in the documentation are those the protocols give today."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_protocol_pages_are_fresh():
    spec = importlib.util.spec_from_file_location("protocol_pages", ROOT / "tools" / "protocol_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pages = module.pages()
    stale = [n for n, content in pages.items() if (module.FOLDER / n).read_text(encoding="utf-8") != content]
    assert stale == [], "run: .venv/bin/python tools/protocol_pages.py"
    assert {p.name for p in module.FOLDER.glob("*.md")} == set(pages)
