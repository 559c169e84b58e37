"""The full report: the order of the one page, plans as tables, no id of ours in what is read."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import briefs

from lenitive.knowledge import load
from lenitive.render import clinician_report
from lenitive.render.blocks import Bullets, Callout, Chart, Details, Paragraph, Picture, Table
from lenitive.review import review

RULE = re.compile(r"\[[a-z_]+(\.[a-z_0-9]+)+\]|\b(safety|titration|response|review)\.[a-z_]+[.a-z_0-9]*\b")


@cache
def made(name):
    return review(briefs.RECORDS[name](), load())


@cache
def report(name):
    return clinician_report(made(name), version="test")


def read(block, *, folded):
    """The words of a block; of what is folded, only where asked for."""
    match block:
        case Paragraph():
            yield f"{block.lead} {block.text}"
        case Bullets():
            for item in block.items:
                yield from read(item, folded=folded)
        case Callout():
            yield f"{block.title} {block.text}"
            for item in block.items:
                yield from read(item, folded=folded)
        case Table():
            yield block.caption
            yield from (cell for row in block.rows for cell in row)
        case Details():
            yield block.summary
            if folded:
                for one in block.blocks:
                    yield from read(one, folded=True)
        case Picture() | Chart():
            yield f"{block.alt} {block.caption}"


def words(name, *, folded):
    return [w for s in report(name).sections for b in s.blocks for w in read(b, folded=folded)]


@pytest.mark.parametrize("name", briefs.RECORDS)
def test_no_rule_id_stands_in_what_is_read(name):
    assert [w for w in words(name, folded=False) if RULE.search(w)] == []


@pytest.mark.parametrize("name", briefs.RECORDS)
def test_sources_are_named_as_readers_know_them(name):
    """Also in what is folded: a key of our bibliography means nothing to a reader."""
    knowledge = load()
    keys = re.compile(
        rf"\b({'|'.join(map(re.escape, {*knowledge.references, *knowledge.sources} - NAMES))})\b"
    )
    assert [w for w in words(name, folded=True) if keys.search(w)] == []


# Keys that are a name a reader knows, such as that of a published model library; they stand in its address.
NAMES = frozenset({"nlmixr2lib"})


def test_thirty_medicines_are_one_line_and_not_thirty():
    read_at_once = words("thirty_drugs", folded=False)
    assert sum("The knowledge does not have these names" in w for w in read_at_once) == 1
    assert not any("This drug is not known here" in w for w in read_at_once)
    assert sum(w.startswith("Not judged (") for w in read_at_once) == 1
    assert sum("was not asked about" in w for w in words("thirty_drugs", folded=True)) > 10


def test_a_rule_is_named_where_why_is_unfolded():
    assert any(RULE.search(w) for w in words("mao_inhibitor", folded=True))


def test_the_order_is_that_of_the_one_page():
    ids = [s.id for s in report("clear-responder").sections]
    first = ["verdict", "findings", "timeline", "options"]
    assert ids[: len(first)] == first
    assert ids.index("options") < ids.index("monitoring") < ids.index("regimen")


def test_what_has_to_be_done_today_comes_before_the_answer():
    ids = [s.id for s in report("mao_inhibitor").sections]
    assert ids[:3] == ["findings", "options", "verdict"]


def test_a_plan_is_a_table_of_days_tablets_and_mg():
    options = next(s for s in report("non-responder-weight-gain").sections if s.id == "options")
    tables = [
        t
        for b in options.blocks
        if isinstance(b, Details)
        for t in b.blocks
        if isinstance(t, Table) and t.caption.startswith("Plan for")
    ]
    assert tables
    assert [c.head for c in tables[0].columns] == ["Days", "What is taken", "mg a day"]
    assert all(float(row[2]) >= 0 for t in tables for row in t.rows)
