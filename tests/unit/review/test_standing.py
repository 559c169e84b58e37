"""Where a patient stands with a drug: each line between two words, just below it, at it and just above it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from lenitive.knowledge import load
from lenitive.record import DiaryDay, MedicinePeriod, Patient, Record
from lenitive.response import Course, SideEffectCourse
from lenitive.review.named import taken_about
from lenitive.review.stand import facts_about
from lenitive.review.visit import Visit
from lenitive.terms import Score

KNOWLEDGE = load()
AT = date(2026, 9, 1)
OUTCOMES = (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)


def day(days: int) -> date:
    return AT + timedelta(days=days)


def period(drug: str, start: int, end: int | None = None, mg: float = 30.0) -> MedicinePeriod:
    return MedicinePeriod(drug=drug, dose_mg=mg, start=day(start), end=None if end is None else day(end))


def facts(record: Record, *, fit=None, courses=()):
    protocol = KNOWLEDGE.protocols["mirtazapine"]
    return facts_about(
        Visit(record=record, knowledge=KNOWLEDGE, protocol=protocol, at=AT, fit=fit, courses=courses)
    )


def fitted(probability: float):
    """A fit of which only the probability of a benefit that matters is asked."""
    return SimpleNamespace(
        outcomes=OUTCOMES, effect=lambda *_: SimpleNamespace(probability={"mcid": probability})
    )


def effect(severity: float, name: str = "dry_mouth", course: Course = Course.STAYING) -> SideEffectCourse:
    return SideEffectCourse(
        effect=name, drug="mirtazapine", course=course, probability={}, from_drug=1.0, severity_now=severity,
        severity_peak=severity, present_in_4_weeks=1.0, gone_by=None, gone_by_80=(None, None), reports=5,
        last_report=AT, because=(), prior_stated=(),
    )  # fmt: skip


TAKING = Record(medicines=(period("mirtazapine", -100),))


@pytest.mark.parametrize(
    ("probability", "helps"),
    [(0.81, True), (0.80, True), (0.79, None), (0.71, None), (0.21, None), (0.19, False), (0.0, False)],
)
def test_an_outcome_is_helped_from_four_in_five_on(probability, helps):
    found = facts(TAKING, fit=fitted(probability))
    assert found.get("sleep_helps") is helps
    assert found.get("pain_helps") is helps


@pytest.mark.parametrize(
    ("severity", "harm"),
    [(0.0, "none"), (0.49, "none"), (0.5, "bearable"), (1.49, "bearable"), (1.5, "hard"), (1.51, "hard")],
)
def test_a_side_effect_is_there_from_half_mild_and_hard_from_half_moderate_on(severity, harm):
    assert facts(TAKING, courses=(effect(severity),))["harm"] == harm


def test_the_worst_side_effect_counts_and_weight_is_told_apart():
    found = facts(TAKING, courses=(effect(0.6), effect(1.6, "somnolence"), effect(3.0, "weight_gain")))
    assert (found["harm"], found["morning_sedation"]) == ("hard", True)
    assert facts(TAKING, courses=(effect(3.0, "weight_gain"),))["harm"] == "none"
    assert "harm" not in facts(TAKING)


@pytest.mark.parametrize(("age", "older"), [(64, False), (65, True), (66, True), (69, True)])
def test_older_begins_at_65(age, older):
    assert facts(replace(TAKING, patient=Patient(birth_year=AT.year - age)))["older"] is older
    assert "older" not in facts(TAKING)


@pytest.mark.parametrize(("apart", "falling"), [(27, True), (28, True), (53, True), (54, True), (55, False)])
def test_two_falls_within_eight_weeks_are_a_taper(apart, falling):
    """The last day on the dose before the first fall lies ``apart`` + 1 days before the second."""
    second = -7
    first = second - apart
    record = Record(
        medicines=(
            period("mirtazapine", -300, first - 1, 45),
            period("mirtazapine", first, second - 1, 30),
            period("mirtazapine", second, None, 15),
        )
    )
    assert facts(record)["falling"] is falling


def test_one_fall_is_a_step_down():
    record = Record(medicines=(period("mirtazapine", -300, -8, 45), period("mirtazapine", -7, None, 30)))
    assert facts(record)["falling"] is False


@pytest.mark.parametrize(("begun", "replaced"), [(28, True), (55, True), (56, True), (57, False)])
def test_a_drug_begun_within_eight_weeks_replaces_one_that_falls(begun, replaced):
    record = Record(
        medicines=(
            period("mirtazapine", -300, -29, 45),
            period("mirtazapine", -28, -8, 30),
            period("mirtazapine", -7, None, 15),
            period("duloxetine", -begun, None, 30),
        )
    )
    assert facts(record)["replaced"] is replaced


@pytest.mark.parametrize(("ago", "counted"), [(26, 1), (27, 1), (28, 0)])
def test_the_diary_is_counted_over_four_weeks(ago, counted):
    record = replace(TAKING, diary=(DiaryDay(day=day(-ago), pain=5.0),))
    assert facts(record)["diary_complete"] == pytest.approx(counted / 28)


def test_a_changed_number_changes_the_fact():
    """The room goes by the numbers it is handed, not by numbers of its own."""
    name = "judgement/standing.toml"
    text = KNOWLEDGE.files.content[name]
    lower = text.replace(b"[helps]\nvalue = 0.8\n", b"[helps]\nvalue = 0.7\n")
    assert lower != text
    files = replace(KNOWLEDGE.files, content={**KNOWLEDGE.files.content, name: lower})
    changed = replace(KNOWLEDGE, files=files)
    visit = Visit(
        record=TAKING, knowledge=changed, protocol=changed.protocols["mirtazapine"], at=AT, fit=fitted(0.71)
    )
    assert facts(TAKING, fit=fitted(0.71)).get("pain_helps") is None
    found = facts_about(visit)
    assert found["pain_helps"] is True


@pytest.mark.parametrize(("ago", "there"), [(29, True), (30, True), (31, False)])
def test_a_drug_may_be_in_the_body_for_a_month_after_its_last_dose(ago, there):
    record = Record(medicines=(period("duloxetine", -200, -ago),))
    gone = KNOWLEDGE.judgement.visit.gone_days.days
    assert taken_about(record, {"duloxetine": ["duloxetine"]}, AT, gone=gone) == (
        {"duloxetine"} if there else set()
    )
