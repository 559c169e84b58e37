"""Writes docs/reference/label-coverage.md: what each label says, and the row that holds it or why there is none.

.venv/bin/python tools/label_coverage.py

``tests/spec/label_coverage.csv`` has a line for every contraindication, boxed warning and interaction of the label texts that could be
read, and one for every such section that could not, or only in part.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from lenitive.knowledge import Knowledge, load
from lenitive.knowledge.facts import fact_of

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "tests" / "spec" / "label_coverage.csv"
PAGE = ROOT / "docs" / "reference" / "label-coverage.md"
SECTIONS = ("boxed", "contraindications", "interactions")
_STATUS = {"read": "", "part": "*read in part*", "not_read": "*not read*"}


def lines() -> list[dict[str, str]]:
    """Every line of the table."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faults(rows: list[dict[str, str]], knowledge: Knowledge) -> list[str]:
    """What is wrong with the table: a row that does not exist, a statement without row or reason, a section nobody spoke of."""
    found = []
    for row in rows:
        where = f"{row['drug']} {row['market']} {row['section']}: {row['statement']}"
        if row["status"] == "read" and bool(row["row"]) == bool(row["why_not"]):
            found.append(f"{where}: has a row or a reason, not both")
        if row["row"] and fact_of(knowledge, row["row"]) is None:
            found.append(f"{where}: no row {row['row']}")
        if row["status"] not in _STATUS or row["section"] not in SECTIONS:
            found.append(f"{where}: unknown status or section")
        if row["source"] not in knowledge.sources:
            found.append(f"{where}: unknown source {row['source']}")
    for drug in knowledge.drugs:
        for section in SECTIONS[1:]:
            if not any(r["drug"] == drug and r["section"] == section for r in rows):
                found.append(f"{drug}: {section} of no market is spoken of")
    return found


def page(rows: list[dict[str, str]]) -> str:
    """The page: counts by drug, then every line."""
    out = [
        "# What the labels say, and where it stands",
        "",
        "Generated from `tests/spec/label_coverage.csv` by `tools/label_coverage.py`. A label is rarely shown whole where it can be read: a section that could not be read is a",
        "line of its own, and so is the rest of one that was cut off. Those are what is not known here. *us*, *uk*, *eu*, *ca* and *ch* are the market of the text.",
        "",
        "| drug | statements | with a row | with a reason | sections read in part | sections not read |",
        "|---|---|---|---|---|---|",
    ]
    total: Counter[str] = Counter()
    for drug in sorted({r["drug"] for r in rows}):
        own = [r for r in rows if r["drug"] == drug]
        number = Counter(
            {
                "statements": sum(r["status"] == "read" for r in own),
                "row": sum(bool(r["row"]) for r in own),
                "why": sum(bool(r["why_not"]) for r in own),
                "part": sum(r["status"] == "part" for r in own),
                "not_read": sum(r["status"] == "not_read" for r in own),
            }
        )
        total += number
        out.append(f"| {drug} | " + " | ".join(str(number[k]) for k in ("statements", "row", "why", "part", "not_read")) + " |")
    out.append("| all | " + " | ".join(str(total[k]) for k in ("statements", "row", "why", "part", "not_read")) + " |")
    out += ["", "| drug | market | section | statement | row or reason | source |", "|---|---|---|---|---|---|"]
    for r in rows:
        what = f"`{r['row']}`" if r["row"] else r["why_not"] or _STATUS[r["status"]]
        source = r["source"].replace("_", chr(92) + "_")
        out.append(f"| {r['drug']} | {r['market']} | {r['section']} | {r['statement']} | {what} | {source} |")
    return "---\nhide:\n  - toc\n---\n\n" + "\n".join(out) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(lines()), encoding="utf-8")
    for fault in faults(lines(), load()):
        print(fault)
