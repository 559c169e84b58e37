#!/usr/bin/env python3
"""Writes the numbers of docs/reports/closed-loop.json into docs/methods/closed-loop.md, between its two marks.

Run it after `lenitive closed-loop --out docs/reports`. A test compares the page with what this would write.
"""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs/reports/closed-loop.json"
PAGE = ROOT / "docs/methods/closed-loop.md"
BEGIN, END = "<!-- numbers: written by tools/closed_loop_page.py -->", "<!-- end of numbers -->"

POLICIES = {
    "product": "first option",
    "fixed_7.5": "fixed 7.5 mg",
    "fixed_15": "fixed 15 mg",
    "fixed_30": "fixed 30 mg",
    "fixed_45": "fixed 45 mg",
    "visit_rule": "visit rule",
    "harms_only": "harms alone",
    "known_nuisance": "nuisance known",
    "last_release": "first option of the last release",
}
DESIGNS = {
    "on-switch": "open start",
    "blinded": "blinded blocks of 14 days",
    "eight-on-four-off": "8 weeks on, 4 off",
}
MEASURES = {
    "relief": ("relief", 1, ".2f"),
    "side_effects": ("side effects", 1, ".2f"),
    "weight": ("weight", 1, ".2f"),
    "on_below_zero": ("on it, net below 0, %", 100, ".1f"),
    "off_to_be_had": ("off it, 0.25 to be had, %", 100, ".1f"),
    "in_test": ("in a test, %", 100, ".1f"),
    "gained": ("weight up 7 %, %", 100, ".1f"),
    "last_dose": ("last dose, mg", 1, ".1f"),
    "changes": ("changes of dose", 1, ".1f"),
}


def interval(mean: float, limits: list[float], by: float = 1.0, form: str = ".3f") -> str:
    """``0.123 (0.101 to 0.145)``."""
    low, high = limits
    return f"{by * mean:{form}} ({by * low:{form}} to {by * high:{form}})"


def title(row: dict[str, Any]) -> str:
    """What an arm is, in words."""
    words = f"World *{row['world']}*, {row['weeks']} weeks"
    return words if row["cost"] == 1 else f"{words}, side effects and weight count {row['cost']:g} times"


def arm(rows: list[dict[str, Any]]) -> list[str]:
    """One arm's two tables."""
    first = rows[0]
    lines = [
        f"### {title(first)}",
        "",
        f"{first['n']} simulated patients. The clairvoyant has {first['clairvoyant']:.3f} points a day.",
        "",
        "| policy | net benefit, points a day | share of the clairvoyant's, % | first option minus it |",
        "|---|---|---|---|",
    ]
    for r in rows:
        less = (
            ""
            if r["product_minus"] is None
            else interval(r["product_minus"], r["product_minus_interval"], form="+.3f")
        )
        share = interval(r["share_of_clairvoyant"], r["share_interval"], 100, ".0f")
        lines.append(f"| {POLICIES[r['policy']]} | {interval(r['net'], r['interval'])} | {share} | {less} |")
    lines += ["", "| policy | " + " | ".join(w for w, _, _ in MEASURES.values()) + " |", "|---" * 10 + "|"]
    for r in rows:
        cells = [f"{by * r['measures'][m]:{form}}" for m, (_, by, form) in MEASURES.items()]
        lines.append(f"| {POLICIES[r['policy']]} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def numbers(report: dict[str, Any]) -> str:
    """The section as Markdown."""
    lines = [
        f"Seed {report['seed']}, code `{report['code']}`, knowledge `{report['knowledge'][:16]}`. In brackets 95 % intervals.",
        "",
    ]
    if report["last_release"]:
        made = report["last_release"]
        lines[0] += f" The last release is {made['version']}, code `{made['code']}`, on the same patients."
    for _, rows in groupby(report["rows"], key=lambda r: (r["world"], r["weeks"], r["cost"], r["n"])):
        lines += arm(list(rows))
    lines += answers(report["answers"])
    return "\n".join(lines).rstrip()


def percent(share: float | None) -> str:
    """A share in percent, or a dash where there is nobody."""
    return "-" if share is None else f"{100 * share:.1f}"


def asked(row: dict[str, Any]) -> str:
    """World and design in words."""
    words = f"{row['world']}, {DESIGNS[row['design']]}"
    if row["null"]:
        words += ", a drug that does nothing"
    return f"{words}, its placebo change known beforehand" if row["learned"] else words


def answers(rows: list[dict[str, Any]]) -> list[str]:
    """What is said at week 12."""
    if not rows:
        return []
    lines = [
        "### What is said at week 12",
        "",
        "| world, design | patients | told an answer | told that it helps | of those right | at the 85 % line | of those right | works | "
        "of who reach it | 95 % intervals hold |",
        "|---" * 10 + "|",
    ]
    for r in rows:
        keys = (
            "told", "helps", "helps_right", "sure", "sure_right", "works", "works_of_reached", "covered"
        )  # fmt: skip
        lines.append(f"| {asked(r)} | {r['n']} | " + " | ".join(percent(r[k]) for k in keys) + " |")
    lines += [
        "",
        "Against what the trials alone would say: Brier score and by how many percent it is lower; the log score is what it is above the trials', nats.",
        "",
        "| world, design | any benefit: Brier | lower by, % | log score | the line: Brier | lower by, % | log score |",
        "|---" * 7 + "|",
    ]
    for r in rows:
        cells = []
        for what in ("helps", "line"):
            own, lower = r[f"brier_{what}"]
            cells += [f"{own:.3f}", f"{100 * lower:.0f}", f"{r[f'log_{what}']:+.3f}"]
        lines.append(f"| {asked(r)} | " + " | ".join(cells) + " |")
    return [*lines, ""]


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
