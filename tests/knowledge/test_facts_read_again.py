"""The page of the facts that a second reader read: it counts itself rightly, and what it mended stays mended."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from lenitive.knowledge import all_facts, load

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "facts-read-again.md"
ROW = re.compile(
    r"^\| \d+ \| `([^`]+)` \| ([ABC]) \| [^|]+ \| \**(agrees|imprecise|wrong|not read)\** \|", re.M
)


def test_the_page_lists_a_hundred_known_facts_and_counts_them() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = ROW.findall(text)
    assert len({id_ for id_, *_ in rows}) == len(rows) == 100
    assert {id_ for id_, *_ in rows} <= {fact.id for fact in all_facts(load())}
    counted = Counter(verdict for *_, verdict in rows)
    summary = "| {agrees} | {imprecise} | {wrong} | {unread} |"
    assert (
        summary.format(
            unread=counted["not read"], **{k: counted[k] for k in ("agrees", "imprecise", "wrong")}
        )
        in text
    )


@pytest.mark.parametrize(
    ("effect", "drug", "placebo", "onset", "resolved"),
    [
        ("nausea", 29.3, 11.4, 1, 6),
        ("headache", 20.0, 12.0, 9, 8),
        ("dry_mouth", 18.2, 5.2, 4, 73),
        ("insomnia", 14.5, 9.2, 8, 34),
        ("fatigue", 13.5, 7.1, 7, 54),
        ("constipation", 14.5, 3.6, 10, 47),
        ("diarrhoea", 11.6, 7.9, 3, 4),
        ("dizziness", 11.0, 6.7, 6, 7.5),
        ("somnolence", 9.6, 2.8, 3, 50.5),
        ("sweating", 6.8, 1.1, 22, 49),
        ("decreased_appetite", 6.5, 0.6, 2, 32),
    ],
)
def test_duloxetines_side_effects_are_the_table_of_its_trials(
    effect: str, drug: float, placebo: float, onset: float, resolved: float
) -> None:
    """Table 3 of doi 10.1007/s10067-009-1203-2, the columns of duloxetine (two rows once had placebo's days)."""
    row = load().drugs["duloxetine"].adverse[effect]
    assert (row.drug_pct, row.placebo_pct) == (drug, placebo)
    assert (row.onset_days, row.resolves_days) == (onset, resolved)


def test_an_older_adults_trazodone_is_half_the_usual_most() -> None:
    drug = load().drugs["trazodone"]
    assert drug.dosing["older"].max_mg == 150
