"""Rows and articles that an audit found bent, held to what their sources say (cases F1, F3, F6, F9 to F11, F13 to F15, F19)."""

from __future__ import annotations

import math

import pytest

from lenitive.knowledge import load
from lenitive.knowledge.load import FOLDER

KNOWLEDGE = load()


def article(name: str) -> str:
    return " ".join((FOLDER / "articles" / f"{name}.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize("id_", ["pregnancy.valproate"])
def test_what_harms_an_unborn_child_most_is_critical(id_):
    """case F1"""
    (rule,) = (r for r in KNOWLEDGE.safety.rules if r.id == id_)
    assert rule.tier == "critical"
    assert rule.grade.may_decide
    assert rule.source


def test_withdrawal_may_last_for_months():
    """case F3"""
    said = [
        r.because
        for p in KNOWLEDGE.protocols.values()
        for r in p.rule
        if r.id.endswith("withdrawal_after_a_step")
    ]
    assert said
    assert all("several weeks" in s and "months" in s for s in said)


@pytest.mark.parametrize(
    ("which", "points"), [(0, ((6, 81.8), (25, 71.9), (53, 44.9))), (1, ((6, 84.3), (49, 71.9), (78, 47.1)))]
)
def test_the_half_life_of_the_block_is_fitted_to_all_points(which, points):
    """case F6"""
    hours = [h for h, _ in points]
    logits = [math.log(p / (100 - p)) for _, p in points]
    h0, l0 = sum(hours) / 3, sum(logits) / 3
    slope = sum((h - h0) * (y - l0) for h, y in zip(hours, logits, strict=True)) / sum(
        (h - h0) ** 2 for h in hours
    )
    row = KNOWLEDGE.drugs["duloxetine"].pharmacodynamics["sert_half_life"]
    assert row.value[which] == pytest.approx(-math.log(2) / slope, abs=0.06)


def test_triptans_rest_on_the_label_and_the_page_on_other_drugs_is_a_contradiction():
    """case F9"""
    (row,) = (r for r in KNOWLEDGE.interactions.rows if r.id == "serotonin.interaction.mirtazapine_triptan")
    assert not any("gillman" in s.article for s in row.source)


def test_the_guide_to_switching_has_its_authors():
    """case F10"""
    text = (FOLDER / "references.bib").read_text(encoding="utf-8")
    entry = text[text.index("{AustPrescrSwitching2016,") :].split("\n}", 1)[0]
    assert "Keks" in entry
    assert "Hope" in entry
    assert "76--83" in entry


def test_two_women_are_two_cases():
    """case F11"""
    text = article("liver-and-pancreas")
    assert "in one woman and improved when it was stopped" in text
    assert "Another woman recovered only three months after stopping" in text


def test_no_meal_delays_the_peak_by_a_text_that_says_it_does_not():
    """case F13"""
    says = KNOWLEDGE.drugs["mirtazapine"].kinetics.tmax.says
    assert "no influence" in says
    assert "fat" not in says


def test_tai_chi_once_a_week_did_as_well():
    """case F14"""
    assert "once a week did as well as twice" in article("tai-chi-patient")


def test_the_line_that_supports_mirtazapine_is_recorded():
    """case F15"""
    row = KNOWLEDGE.topics["care"].fact["none_names_mirtazapine"]
    assert len(row.source) == 3
    assert row.contradictions


@pytest.mark.parametrize("words", ["Do not stop all at once", "bleed more easily", "blood pressure", "rash"])
def test_the_page_on_duloxetine_warns_of(words):
    """case F19"""
    assert words in article("duloxetine-first-weeks-patient")
