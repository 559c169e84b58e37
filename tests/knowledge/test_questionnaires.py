"""Questionnaires: what they add up to is what a record holds, and what may not be printed is not there."""

from __future__ import annotations

import shutil

import pytest

from lenitive.knowledge import KnowledgeError, faults, load
from lenitive.knowledge.load import FOLDER
from lenitive.terms import MEASURES

# Names of questionnaires that only their owners may print, and a phrase of an item of each.
RESTRICTED = ("fiqr", "fiq", "psqi", "isi", "bpi", "promis", "epworth", "mfi", "mos")
PHRASES = ("in the past 7 days", "pain at its worst", "brush or comb", "dozing", "sleep quality overall", "satisfied/dissatisfied")


def test_each_adds_up_to_the_range_of_its_measures():
    given = {}
    for questionnaire in load().questionnaires.values():
        given |= questionnaire.ranges()
    assert given == {name: (MEASURES[name].low, MEASURES[name].high) for name in ("phq9", "phq9_item9", "gad7", "wpi", "sss", "pgic")}


def test_those_that_only_their_owners_may_print_are_not_there():
    for path in (FOLDER / "questionnaires").glob("*.toml"):
        text = path.read_text(encoding="utf-8").lower()
        assert not path.stem.startswith(RESTRICTED)
        assert [p for p in PHRASES if p in text] == [], path.name


def test_each_says_by_whose_word_it_is_printed_and_where_that_was_read():
    for questionnaire in load().questionnaires.values():
        assert questionnaire.licence
        assert questionnaire.sources
        assert questionnaire.grade.may_decide


def test_the_lowest_answer_is_the_one_of_the_form():
    for name in ("phq9", "gad7"):
        (part,) = load().questionnaires[name].part
        assert [c.words for c in part.choices] == ["Not at all", "Several days", "More than half the days", "Nearly every day"]


def test_the_areas_are_nineteen_as_the_criteria_have_them():
    areas = {item.id for item in load().questionnaires["acr2016"].part[0].item}
    sides = {f"{place}_{side}" for place in ("jaw", "shoulder", "upper_arm", "lower_arm", "hip", "upper_leg", "lower_leg") for side in ("left", "right")}
    assert areas == sides | {"neck", "upper_back", "lower_back", "chest", "abdomen"}


@pytest.mark.parametrize(
    ("old", "new"),
    [("value = 3", "value = 4"), ('item9 = "phq9_item9"', 'item10 = "phq9_item9"'), ('id = "item2"', 'id = "item1"'), ('counts = ["phq9"]', 'counts = ["phq99"]')],
)
def test_a_fault_in_one_is_named(tmp_path, old, new):
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "*.bin", "__pycache__", "drugs", "trials"))
    file = folder / "questionnaires" / "phq9.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeError) as raised:
        _ = load(folder).questionnaires
    assert {f.file for f in raised.value.faults} == {"questionnaires/phq9.toml"}


def test_the_check_of_all_knowledge_reads_them():
    assert [f for f in faults(load()) if f.file.startswith("questionnaires/")] == []
