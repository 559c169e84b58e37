"""The numbers that judgements turn on: every one sourced, graded, within its range, and refused when it is not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from lenitive.knowledge import KnowledgeError, load
from lenitive.knowledge.facts import faults
from lenitive.knowledge.load import FOLDER, Knowledge
from lenitive.knowledge.schema.instruments import ChangeRow
from lenitive.knowledge.schema.safety import AgeIs


def changed(folder: Path, file: str, old: str, new: str) -> Knowledge:
    """The knowledge with one text in one file of numbers put in the place of another."""
    shutil.copytree(FOLDER, folder / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = folder / "knowledge" / "judgement" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return load(folder / "knowledge")


def test_every_row_says_what_it_is_whose_it_is_and_where_it_stands():
    rows = dict(load().judgement.rows())
    assert rows
    weak = {id_ for id_, row in rows.items() if not row.grade.may_decide}
    # A change of a questionnaire may be shown as unverified; nothing else may be weak, and none of these decides.
    assert weak == {"instruments.instrument.gad7.reliable"}
    for id_, row in rows.items():
        assert row.grade.may_decide or type(row) is ChangeRow, id_
        assert (row.basis == "ours") <= ("ours" in row.article), id_
        if row.basis == "ours":
            assert re.search(r"\b(ours|assumed|no evidence)\b", row.says, re.IGNORECASE), id_


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("people.toml", "value = 65", "value = 65.5", "a whole number from 0 to 120"),
        ("people.toml", 'unit = "a"', 'unit = "mg"', "the unit 'a'"),
        ("people.toml", "[older_adult_age]", "[old_age]", "older_adult_age"),
        ("people.toml", 'grade = "A"', 'grade = "D"', "grade D or U"),
        ("people.toml", "review = 2027", "review = 2025", "is not after read"),
        ("findings.toml", 'major = "warning"', 'major = "loud"', "critical, warning or info"),
        (
            "findings.toml",
            'sodium = "sodium"',
            'sodium_low = "sodium"',
            "mechanism_topic has exactly the words",
        ),
        ("monitoring.toml", '"jaundice"', '"yellow"', "yellow"),
        ("instruments.toml", "mild = 24", "mild = 44", "the bands ascend"),
        ("instruments.toml", "[instrument.gad7.bands]", "[instrument.gad8.bands]", "gad8"),
        ("instruments.toml", "value = 0.14", "value = 14", "a share lies below 1"),
        ("as_needed.toml", "days = 10", "days = 40", "less than or equal to 31"),
        ("as_needed.toml", 'grade = "C"', 'grade = "D"', "grade D or U"),
        ("agreed.toml", 'unit = "d"', 'unit = "wk"', "the unit 'd'"),
        ("standing.toml", 'article = ["ours"]', 'article = ["somebody"]', "names `ours`"),
        ("standing.toml", "value = 0.8", "value = 0.4", "above one half"),
        ("standing.toml", "value = 1.5", "value = 0.4", "bearable below hard"),
    ],
)
def test_a_number_that_cannot_be_stops_the_start(tmp_path, file, old, new, said):
    with pytest.raises(KnowledgeError, match=said) as error:
        _ = changed(tmp_path, file, old, new).judgement
    assert all(f.file == f"judgement/{file}" for f in error.value.faults)


def test_a_source_that_is_not_known_is_a_fault(tmp_path):
    found = faults(changed(tmp_path, "people.toml", "fda_geriatric_rule", "fda_geriatric_rul"))
    assert [f.key for f in found if f.file == "judgement/people.toml"] == ["older_adult_age"]


def test_the_ages_of_safety_rules_are_the_shared_ones():
    people = load().judgement.people
    shared = {people.older_adult_age.value, people.young_adult_age.value}
    asked = [
        (rule.id, age)
        for rule in load().safety.rules
        for test in rule.when
        if isinstance(test, AgeIs)
        for age in (test.at_least, test.below)
        if age is not None
    ]
    assert len(asked) >= 8
    # A rule on children has an age of its own.
    assert [(rule, age) for rule, age in asked if age not in shared] == [("mood.child", 18)]


def test_a_topic_that_is_not_listed_is_a_fault(tmp_path):
    found = faults(changed(tmp_path, "findings.toml", 'liver = "liver"', 'liver = "livers"'))
    assert [(f.file, f.key) for f in found] == [("judgement/findings.toml", "livers")]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('drugs = ["tizanidine"', 'drugs = ["tizanidin"', "'tizanidin' is the id of no known drug"),
        ('drugs = ["tizanidine"', 'drugs = ["tramadol"', "'tramadol' has an onset in 'painkiller' already"),
    ],
)
def test_an_onset_is_of_known_drugs_each_in_one_row(tmp_path, old, new, said):
    found = faults(changed(tmp_path, "response.toml", old, new))
    assert [(f.key, f.what) for f in found] == [("onset.relaxant", said)]
