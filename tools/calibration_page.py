#!/usr/bin/env python3
"""Writes the numbers of docs/reports/calibration.json into docs/methods/calibration.md, between its two marks.

Run it after `lenitive calibrate --out docs/reports`. A test compares the page with what this would write.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs/reports/calibration.json"
PAGE = ROOT / "docs/methods/calibration.md"
BEGIN, END = "<!-- numbers: written by tools/calibration_page.py -->", "<!-- end of numbers -->"

WORLDS = {
    "exact": "entries with decimals",
    "typical": "whole numbers",
    "floor": "floor, mean pain 2",
    "bad-days-skipped": "bad days skipped",
    "double-placebo": "placebo and flare doubled",
    "heavy-tails": "heavy tails",
    "late-onset": "late, S-shaped onset",
    "wandering": "level wanders",
    "few-responders": "one in three responds",
    "hidden-gaps": "missed doses not recorded",
    "nobody-fooled": "nobody is fooled",
}
RULES = {
    "visit": "recalled pain at the visit down 30 %",
    "one_point": "last week of the diary 1 point down",
    "t_test": "t-test, days on against days off",
    "halves": "second half of the diary 1 point down",
    "model": "model, sure at 85 %",
    "delivered": "verdict as delivered",
}


def share(value: float | None) -> str:
    """``12.3 %``."""
    return "–" if value is None else f"{100 * value:.1f} %"


def numbers(report: dict[str, Any]) -> str:
    """The section as Markdown."""
    lines = [
        f"Seed {report['plan']['seed']}, code `{report['code']}`.",
        "",
        "| target | measured | met |",
        "|---|---|---|",
    ]
    lines += [
        f"| {t['what']}: {t['target']} | {t['measured']} | {'yes' if t['met'] else '**no**'} |"
        for t in report["targets"]
    ]
    lines += [
        "",
        "Coverage of the true effect, and bias of the posterior mean, twelve weeks after the first dose:",
        "",
    ]
    lines += ["| world | outcome | n | 50 % | 80 % | 95 % | bias |", "|---|---|---|---|---|---|---|"]
    for r in report["coverage"]:
        c = r["covers"]
        lines.append(
            f"| {WORLDS[r['world']]} | {r['outcome'].replace('_', ' ')} | {r['n']} | {share(c['0.5'])} | {share(c['0.8'])} | "
            f"{share(c['0.95'])} | {r['bias']:+.2f} |"
        )
    for world in ("typical", "nobody-fooled"):
        for week in (8, 12, 24):
            rows = [
                r for r in report["decisions"] if (r["world"], r["week"], r["design"]) == (world, week, "all")
            ]
            if not rows:
                continue
            lines += [
                "",
                f"Does the drug ease pain by a point? {WORLDS[world][:1].upper()}{WORLDS[world][1:]}, week {week}, "
                f"{rows[0]['n']} patients, four designs together; it helps {share(rows[0]['helped'])}:",
                "",
                "| rule | answers | right | false “works” | found |",
                "|---|---|---|---|---|",
            ]
            lines += [
                f"| {RULES[r['rule']]} | {share(r['speaks'])} | {share(r['right'])} | {share(r['false_works'])} | "
                f"{share(r['found'])} |"
                for r in rows
            ]
    h = report["harms"]
    lines += [
        "",
        f"Side effects eight weeks after the first dose: of {h['courses']} asked about a course was named for {share(h['named'])}; "
        f"{share(h['right'])} of those were right.",
    ]
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
