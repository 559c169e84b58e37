"""What a source is stands apart from where it was read, and no decision rests on a quiz, a slide or a machine's page."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from lenitive.knowledge import load
from lenitive.knowledge.facts import all_facts, faults
from lenitive.knowledge.load import FOLDER, Knowledge

KNOWLEDGE = load()
OPEN = 187
SHAPES = {
    "setid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "emc": r"\d+",
    "swissmedic": r"\d{5}",
    "doi": r"10\.\d{4,9}/\S+",
    "pmid": r"\d{1,8}",
    "pmcid": r"PMC\d+",
    "nct": r"NCT\d{8}",
}


def test_no_decision_rests_on_a_page_alone():
    by_article = {s.article: s for s in KNOWLEDGE.sources.values()}
    pages = {a for a, s in by_article.items() if s.nature == "page"}
    assert len(pages) >= 10
    wrong = [f.id for f in all_facts(KNOWLEDGE) if f.decides and {s.article for s in f.source} <= pages]
    assert wrong == []


def test_every_record_has_the_shape_of_its_kind():
    for key, source in KNOWLEDGE.sources.items():
        kind, colon, rest = source.record.partition(":")
        if colon and kind in SHAPES:
            assert re.fullmatch(SHAPES[kind], rest), key


def test_the_identities_that_are_open_grow_fewer():
    """Labels whose set id or licence number was not shown where they were read; papers without DOI or PMID."""
    open_ = [s.key for s in KNOWLEDGE.sources.values() if not s.record and s.nature in {"label", "paper"}]
    assert len(open_) <= OPEN


@pytest.mark.parametrize(
    ("article", "nature", "caught"),
    [
        ("https://quizgecko.com/x", "page", True),
        ("https://quizgecko.com/x", "guideline", False),
        ("https://www.droracle.ai/articles/1/x", "page", True),
    ],
)
def test_a_decision_on_a_quiz_site_fails_the_check(tmp_path, article, nature, caught):
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__", "parsed.bin*", "*.py"))
    path = folder / "sources.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["key"] == "eu_zanaflex":
            row |= {"article": article, "nature": nature, "record": ""}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    drug = folder / "drugs" / "tizanidine.toml"
    text = drug.read_text(encoding="utf-8")
    drug.write_text(text.replace('["eu_zanaflex: 4.3", "sirdalud_text: hepatic impairment"]', '["eu_zanaflex: 4.3"]'), encoding="utf-8")
    found = [f.key for f in faults(Knowledge.snapshot(Path(folder))) if "carry no decision" in f.what]
    assert ("tizanidine.hepatic.severe" in found) is caught
