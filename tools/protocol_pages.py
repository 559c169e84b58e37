"""Writes docs/reference/protocols from the protocols and their worked cases. Run it after changing one.

.venv/bin/python tools/protocol_pages.py
"""

from __future__ import annotations

from pathlib import Path

from lenitive.knowledge import load
from lenitive.render.markdown import report_markdown
from lenitive.render.protocol_page import protocol_report

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference" / "protocols"


def pages() -> dict[str, str]:
    """File name to content, the index first."""
    knowledge = load()
    found = {
        "index.md": "# Protocols\n\nGenerated from the protocol files by `tools/protocol_pages.py`.\n\n"
        + "\n".join(f"- [{p.title}]({p.id}.md)" for p in knowledge.protocols.values())
        + "\n"
    }
    for protocol in knowledge.protocols.values():
        found[f"{protocol.id}.md"] = report_markdown(
            protocol_report(protocol, knowledge.protocol_cases[protocol.id])
        )
    return found


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in pages().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
    print(f"{len(pages())} pages in {FOLDER}")
