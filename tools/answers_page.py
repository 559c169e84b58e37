#!/usr/bin/env python3
"""Judges the answers in three parts on simulated patients, and writes the numbers into docs/methods/calibration.md, between two marks.

    tools/answers_page.py --run 1000     judges so many patients a world and design (half a minute each), writes docs/reports/answers.json
    tools/answers_page.py                writes the page from that file

A test compares the page with what this would write.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs/reports/answers.json"
PAGE = ROOT / "docs/methods/calibration.md"
BEGIN, END = "<!-- answers: written by tools/answers_page.py -->", "<!-- end of answers -->"
SEED, FIRST = 20261122, 600_000

GRADES = {
    "works": "works",
    "works_at_a_cost": "works at a cost",
    "probably_works": "probably works",
    "helps_size_open": "it helps; by the line is open",
    "helps_a_little": "it helps a little",
    "open": "open",
    "probably_does_not_work": "probably does not work",
    "does_not_work": "does not work",
    "nothing_to_ease": "nothing to ease",
    "cannot_tell": "cannot tell",
}


def measured(count: int, told: Callable[[str], None]) -> dict[str, Any]:
    """The report: every world and design."""
    from lenitive.cohort.calibration import ANSWER_DESIGNS, ANSWER_WORLDS, answer_cases, answer_rows
    from lenitive.cohort.calibration.case import judgement
    from lenitive.response import fit_settings

    settings = fit_settings(judgement())
    rows = []
    for world in ANSWER_WORLDS:
        for k, name in enumerate(ANSWER_DESIGNS):
            told(f"{world}, {name}")
            cases = answer_cases(
                world, name, first=FIRST + 10_000 * k, count=count, seed=SEED, settings=settings
            )
            rows += [asdict(row) for row in answer_rows(cases)]
    return {"schema": "lenitive.answers/1", "simulated": True, "seed": SEED, "first": FIRST, "rows": rows}


def share(value: float | None, error: float | None = None) -> str:
    """``93.2 %``, with twice its Monte Carlo error where there is one."""
    if value is None:
        return "–"
    return f"{100 * value:.1f} %" + ("" if error is None else f" (±{200 * error:.1f})")


def numbers(report: dict[str, Any]) -> str:
    """The section as Markdown."""
    rows = report["rows"]
    lines = [
        f"{rows[0]['n']} patients a row, seed {report['seed']}, twelve weeks after the first dose, the usual weights:",
        "",
        "| world | design | told something | a grade other than *open* | *it helps* | right | false *it helps* | pain's line called at 85 % | right | found |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r['world']} | {r['design']} | {share(r['told'])} | {share(r['closed'])} | {share(r['helps'])} | {share(r['helps_right'])} | "
        f"{share(r['false_helps'], r['false_helps_error'])} | {share(r['speaks'])} | {share(r['right'], r['right_error'])} | "
        f"{share(r['found']) if r['helped'] else '–'} |"
        for r in rows
    ]
    lines += [
        "",
        "How often each grade was said in the typical world, and how often what it says was true:",
        "",
    ]
    designs = [r for r in rows if r["world"] == "typical"]
    lines += [
        "| grade | " + " | ".join(r["design"] for r in designs) + " |",
        "|---" * (len(designs) + 1) + "|",
    ]
    for grade, words in GRADES.items():
        cells = []
        for r in designs:
            found = next((g for g in r["grades"] if g[0] == grade), None)
            cells.append(
                "–"
                if found is None
                else f"{share(found[1])}; true {share(found[2])}"
                if found[2] is not None
                else share(found[1])
            )
        if any(c != "–" for c in cells):
            lines.append(f"| *{words}* | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def page(text: str, report: dict[str, Any]) -> str:
    """The page with the numbers between its marks."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{numbers(report)}\n\n{END}{after}"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    return [_rounded(v) for v in value] if isinstance(value, list | tuple) else value


def main(arguments: list[str]) -> None:
    """Judge where asked, then write the page."""
    if arguments[:1] == ["--run"]:
        report = _rounded(measured(int(arguments[1]), lambda what: print(what, file=sys.stderr, flush=True)))
        REPORT.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    report = json.loads(REPORT.read_text(encoding="utf-8"))
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), report), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
