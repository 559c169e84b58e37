#!/usr/bin/env python3
"""Writes the numbers of docs/reports/closed-loop.json into docs/methods/closed-loop.md, between its two marks.

Run it after `lenitive closed-loop --out docs/reports`. A test compares the page with what this would write.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs/reports/closed-loop.json"
PAGE = ROOT / "docs/methods/closed-loop.md"
BEGIN, END = "<!-- numbers: written by tools/closed_loop_page.py -->", "<!-- end of numbers -->"

POLICIES = {"protocol": "first option", "fixed": "fixed 30 mg", "visit_rule": "visit rule"}
MEASURES = {
    "pain": ("mean pain over 26 weeks, points", False),
    "pain_end": ("mean pain over the last 4 weeks, points", False),
    "useless": ("on a useless drug at the end", True),
    "missed": ("off a drug that would help at 30 mg", True),
    "gained": ("weight up 7 % at any time", True),
    "changes": ("changes of dose", False),
    "tests": ("tests begun", False),
    "elsewhere": ("visits whose first option is not in the simulated world", False),
}


def interval(mean: float, low: float, high: float, *, share: bool, sign: bool = False) -> str:
    """``12.3 % (10.1 to 14.5)``, or points with two digits."""
    by, digits = (100.0, ".1f") if share else (1.0, ".2f")
    form = ("+" if sign else "") + digits
    return f"{by * mean:{form}}{' %' if share else ''} ({by * low:{form}} to {by * high:{form}})"


def numbers(report: dict[str, Any]) -> str:
    """The section as Markdown."""
    rows = {(r["policy"], r["measure"]): r for r in report["rows"]}
    lines = [
        f"{report['n']} simulated patients, seed {report['seed']}, code `{report['code']}`, knowledge `{report['knowledge'][:16]}`. "
        "In brackets 95 % intervals.",
        "",
        "| | " + " | ".join(POLICIES.values()) + " |",
        "|---|---|---|---|",
    ]
    for measure, (words, share) in MEASURES.items():
        cells = []
        for policy in POLICIES:
            r = rows[policy, measure]
            cells.append(interval(r["mean"], r["low"], r["high"], share=share))
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "The same patients, one by one: how much more (+) or less (-) than under the first option.",
        "",
        "| | fixed 30 mg | visit rule |",
        "|---|---|---|",
    ]
    for measure in ("pain", "pain_end", "useless", "missed", "gained", "changes"):
        words, share = MEASURES[measure]
        cells = []
        for policy in ("fixed", "visit_rule"):
            r = rows[policy, measure]
            cells.append(interval(r["less"], r["less_low"], r["less_high"], share=share, sign=True))
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def page(text: str, report: dict[str, Any]) -> str:
    """The page with fresh numbers."""
    before, rest = text.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    return f"{before}{BEGIN}\n\n{numbers(report)}\n\n{END}{after}"


def main() -> None:
    """Rewrite the page."""
    report = json.loads(REPORT.read_text(encoding="utf-8"))
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), report), encoding="utf-8")


if __name__ == "__main__":
    main()
