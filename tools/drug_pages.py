"""Writes docs/reference/drugs from the knowledge files. Run it after changing a drug, interaction or class.

.venv/bin/python tools/drug_pages.py
"""

from __future__ import annotations

from pathlib import Path

from lenitive.knowledge import load
from lenitive.render.drug_page import drug_report, topics_report
from lenitive.render.markdown import report_markdown

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference" / "drugs"


# Wide tables: the page gives up its table of contents for them.
WIDE = "---\nhide:\n  - toc\n---\n\n"


def pages() -> dict[str, str]:
    """File name to content, the index first."""
    knowledge = load()
    found = {
        "index.md": "# Drugs\n\nGenerated from the knowledge files by `tools/drug_pages.py`.\n\n"
        + "\n".join(f"- [{d.name}]({d.id}.md): {d.summary}" for d in knowledge.drugs.values())
        + "\n- [Stopping, relaxers, care](topics.md): facts that belong to no single drug.\n",
        "topics.md": WIDE + report_markdown(topics_report(knowledge.topics)),
    }
    for drug in knowledge.drugs.values():
        found[f"{drug.id}.md"] = WIDE + report_markdown(
            drug_report(drug, knowledge.interactions, knowledge.substances)
        )
    return found


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in pages().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
    print(f"{len(pages())} pages in {FOLDER}")
