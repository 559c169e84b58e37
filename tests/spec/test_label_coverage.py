"""Every statement of the labels that were read has a row or a reason, and what could not be read is counted."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from lenitive.knowledge import load

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("label_coverage", ROOT / "tools" / "label_coverage.py")
assert _spec is not None
assert _spec.loader is not None
coverage = importlib.util.module_from_spec(_spec)
sys.modules["label_coverage"] = coverage
_spec.loader.exec_module(coverage)
KNOWLEDGE = load()
ROWS = coverage.lines()


def test_the_table_is_sound():
    assert coverage.faults(ROWS, KNOWLEDGE) == []


def test_a_row_that_is_gone_and_a_statement_without_a_reason_are_noticed():
    gone = {**ROWS[0], "row": "mirtazapine.warning.nothing", "why_not": ""}
    bare = {**ROWS[0], "row": "", "why_not": ""}
    assert len(coverage.faults([*ROWS, gone, bare], KNOWLEDGE)) == 2


def test_what_is_not_read_is_on_the_page_and_the_page_is_fresh():
    missing = [r for r in ROWS if r["status"] != "read"]
    page = coverage.page(ROWS)
    assert page.count("*not read*") + page.count("*read in part*") == len(missing) > 0
    assert coverage.PAGE.read_text(encoding="utf-8") == page, "run: tools/label_coverage.py"


def test_every_contraindication_of_a_drug_file_is_spoken_of():
    """The other way round: what a file forbids stands in the table, by its own row or as the pair's."""
    spoken = {r["row"] for r in ROWS}
    unspoken = [
        c.id
        for drug in KNOWLEDGE.drugs.values()
        for c in drug.contraindication.values()
        if c.level == "contraindicated" and c.kind == "condition" and c.id not in spoken and drug.id not in {"cyclobenzaprine_sublingual"}
    ]
    assert unspoken == []
