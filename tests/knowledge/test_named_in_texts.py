"""What a text warns of must be looked for: each drug or class that a warning, contraindication or interaction names is found.

Silence is not safety: a label's sentence that no row holds is a pair that passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.record import MedicinePeriod, Patient, Record
from lenitive.safety import check

AT = date(2026, 5, 1)
KNOWLEDGE = load()
SUBSTANCES = KNOWLEDGE.substances
SHORT = {"ssri", "ssris", "snri", "snris", "tca", "tcas", "maoi", "maois"}

# Where a text names a drug without warning of it together with this one: row, name, and why nothing is to be found.
REASONS = {
    (
        "serotonin.interaction.tramadol_antidepressant",
        "cyp2d6 inhibitors",
    ): "they raise the risk of tramadol, and are found with tramadol by levels.interaction.tramadol_2d6",
    (
        "levels.interaction.mirtazapine_cimetidine",
        "famotidine",
    ): "named as what to take in cimetidine's place",
    **{
        ("levels.interaction.gabapentinoid_contraceptive", name): "the label says that nothing changes"
        for name in ("ethinylestradiol", "norethisterone")
    },
}


def _names() -> dict[str, str]:
    """Words in lower case to the id of the drug or class they name."""
    found = {s.name.lower(): s.id for s in SUBSTANCES.by_id.values()}
    for one in SUBSTANCES.classes.values():
        for words in (one.words, *one.names):
            found[words.lower()] = one.id
            found[words.lower().removesuffix("s")] = one.id
    return {words: id_ for words, id_ in found.items() if len(words) > 4 or words in SHORT}


NAMES = {
    re.compile(rf"(?<![\w-]){re.escape(w)}(?![\w-])", re.IGNORECASE): (w, i) for w, i in _names().items()
}


def texts(drug: str) -> Iterator[tuple[str, str]]:
    """Id and words of each warning, contraindication and interaction of a drug."""
    file = KNOWLEDGE.drugs[drug]
    for row in (*file.contraindication.values(), *file.warning.values()):
        yield row.id, row.says
    for pair in KNOWLEDGE.interactions.about(drug):
        if pair.decides:
            yield pair.id, f"{pair.effect} {pair.action} {pair.says}"


def together(drug: str, other: str) -> bool:
    """Whether a finding about both speaks, other than that they were not checked."""
    periods = tuple(MedicinePeriod(drug=d, dose_mg=1, start=AT - timedelta(days=10)) for d in (drug, other))
    record = Record(patient=Patient(sex="male", birth_year=1950), medicines=periods)
    return any(
        {drug, other} <= set(p.drugs) and not p.rule.startswith("not_checked")
        for f in check(record, knowledge=KNOWLEDGE, at=AT)
        for p in f.parts
    )


@pytest.mark.parametrize("drug", sorted(KNOWLEDGE.drugs))
def test_each_drug_and_class_that_a_text_names_is_found(drug):
    pairs: dict[str, bool] = {}
    silent = []
    for row, text in texts(drug):
        for pattern, (words, id_) in NAMES.items():
            if not pattern.search(text) or (row, words) in REASONS:
                continue
            for other in (id_,) if id_ in SUBSTANCES else SUBSTANCES.members(id_):
                if SUBSTANCES.ingredient(other) == SUBSTANCES.ingredient(drug):
                    continue
                pairs.setdefault(other, together(drug, other))
                if not pairs[other]:
                    silent.append((row, words, other))
    assert not silent
    assert pairs or drug == "methocarbamol", "a test of nothing cannot fail"


def test_each_reason_is_still_needed():
    rows = {row: text for drug in KNOWLEDGE.drugs for row, text in texts(drug)}
    for row, words in REASONS:
        assert words in rows[row].lower()
