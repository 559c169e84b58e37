"""Side effects, weight, a step down and what things cost: each number just below, at and just above it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.record import DiaryDay, EffectReport, Measurement, MedicinePeriod, Record
from lenitive.response import (
    WeightTrajectory,
    benefit_weights,
    points_at,
    rebound,
    side_effect_courses,
    unknown_course,
    unknown_weight,
    weight_trajectory,
)
from lenitive.terms import Outcome, Quantity, Score, Severity

JUDGEMENT = load().judgement
START = date(2026, 1, 1)
OUTCOMES = (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)


def on(days: int) -> date:
    return START + timedelta(days=days)


def _course(days: list[int], at: int, **changed: float):
    reports = tuple(EffectReport(day=on(d), effect="dry_mouth", severity=Severity.MILD) for d in days)
    record = Record(medicines=(MedicinePeriod(drug="mirtazapine", dose_mg=15, start=START),), effects=reports)
    lines = JUDGEMENT.side_effects
    rows = {key: getattr(lines, key).model_copy(update={"value": value}) for key, value in changed.items()}
    (found,) = side_effect_courses(record, at=on(at), lines=lines.model_copy(update=rows))
    return found


def _met(found, rule: str) -> bool:
    return next(r.outcome for r in found.because if r.rule == f"response.course.{rule}") is Outcome.MET


@pytest.mark.parametrize(("days", "enough"), [([0, 9], False), ([0, 4, 9], True), ([0, 3, 6, 9], True)])
def test_a_course_needs_three_reports(days, enough):
    assert _met(_course(days, 10), "enough_reports") is enough


@pytest.mark.parametrize(("last", "enough"), [(6, False), (7, True), (8, True)])
def test_a_course_needs_reports_over_a_week(last, enough):
    assert _met(_course([0, 3, last], 10), "enough_reports") is enough


@pytest.mark.parametrize(("silence", "asked"), [(20, True), (21, True), (22, False)])
def test_a_course_needs_a_report_of_the_last_three_weeks(silence, asked):
    assert _met(_course([0, 5, 10], 10 + silence), "asked_lately") is asked


@pytest.mark.parametrize(("off", "sure"), [(-1e-9, True), (0.0, True), (1e-9, False)])
def test_at_the_line_itself_a_course_is_named(off, sure):
    likely = max(_course([0, 5, 10], 10).probability.values())
    assert _met(_course([0, 5, 10], 10, sure=likely + off), "sure_enough") is sure
    assert JUDGEMENT.side_effects.sure.value == 0.7


def test_what_is_believed_of_an_effect_and_a_drug_of_which_nothing_is_known():
    effect, drug = unknown_course(JUDGEMENT.side_effects), unknown_weight(JUDGEMENT.weight)
    assert (effect.incidence, effect.background, effect.fades, effect.worsens) == (0.15, 0.15, 0.5, 0.1)
    assert (effect.onset_days, effect.resolution_days, effect.resolution_log_sd) == (3, 30, 1)
    assert (drug.gain, drug.gain_sd, drug.weeks, drug.weeks_log_sd) == (0, 0.03, 6, 0.6)


def _weighed(*days: int):
    kilos = tuple(Measurement(day=on(d), measure="weight", quantity=Quantity(70, "kg")) for d in days)
    record = Record(
        medicines=(MedicinePeriod(drug="mirtazapine", dose_mg=15, start=START),), measurements=kilos
    )
    found = weight_trajectory(record, at=on(max(days)), seed=1, lines=JUDGEMENT.weight)
    return isinstance(found, WeightTrajectory)


@pytest.mark.parametrize(("day", "known"), [(-91, False), (-90, True), (-89, True), (7, True), (8, False)])
def test_which_weight_is_a_baseline(day, known):
    assert _weighed(day, 20, 40) is known


@pytest.mark.parametrize(("days", "known"), [((-1, 20), False), ((-1, 20, 40), True), ((-1, 7, 40), False)])
def test_a_trajectory_needs_two_weights_on_the_drug(days, known):
    """One of the first week is a baseline and not on the drug."""
    assert _weighed(*days) is known


@pytest.mark.parametrize(("last", "known"), [(13, False), (14, True), (15, True)])
def test_a_trajectory_needs_two_weeks(last, known):
    assert _weighed(-1, 10, last) is known


def test_the_gains_asked_about_are_five_and_seven_percent():
    kilos = tuple(Measurement(day=on(d), measure="weight", quantity=Quantity(70, "kg")) for d in (-1, 20, 40))
    record = Record(
        medicines=(MedicinePeriod(drug="mirtazapine", dose_mg=15, start=START),), measurements=kilos
    )
    assert set(weight_trajectory(record, at=on(40), seed=1, lines=JUDGEMENT.weight).reaches) == {5.0, 7.0}


def _stepped(step: int, diary: list[int], *effects: EffectReport) -> Record:
    days = tuple(DiaryDay(day=on(d), sleep_disturbance=4.0, pain=5.0, fatigue=5.0) for d in diary)
    return Record(
        medicines=(
            MedicinePeriod(drug="mirtazapine", dose_mg=30, start=on(-100), end=on(step - 1)),
            MedicinePeriod(drug="mirtazapine", dose_mg=15, start=on(step)),
        ),
        diary=days,
        effects=effects,
    )


def _seen(record: Record, at: int):
    return rebound(record, "mirtazapine", at=on(at), lines=JUDGEMENT.rebound)


@pytest.mark.parametrize(("after", "told"), [(40, True), (41, True), (42, False)])
def test_a_step_is_looked_at_for_six_weeks(after, told):
    assert (_seen(_stepped(0, []), after) is not None) is told


@pytest.mark.parametrize(("before", "told"), [(9, False), (10, True), (11, True)])
def test_nothing_is_told_without_ten_days_before(before, told):
    record = _stepped(0, [*range(-before, 0), *range(6)])
    assert bool(_seen(record, 6).probability) is told


@pytest.mark.parametrize(("after", "told"), [(3, False), (4, True), (5, True)])
def test_nothing_is_told_without_four_days_since(after, told):
    record = _stepped(0, [*range(-14, 0), *range(after)])
    assert bool(_seen(record, 6).probability) is told


@pytest.mark.parametrize(("day", "counts"), [(27, True), (28, True), (29, False)])
def test_entries_of_four_weeks_before_are_compared_with(day, counts):
    record = _stepped(0, [-day, *range(-9, 0), *range(6)])
    assert bool(_seen(record, 6).probability) is counts


@pytest.mark.parametrize(("day", "counts"), [(0, True), (9, True), (10, True), (11, False)])
def test_effects_of_the_first_ten_days_count_for_withdrawal(day, counts):
    report = EffectReport(day=on(day), effect="nausea", severity=Severity.MILD)
    record = _stepped(0, [*range(-14, 0), *range(15)], report)
    assert (_seen(record, 15).reports == ("nausea",)) is counts


@pytest.mark.parametrize(
    "effect",
    ["insomnia", "nausea", "anxiety", "agitation", "dizziness", "headache", "sweating", "vivid_dreams"],
)
def test_which_effects_are_those_of_withdrawal(effect):
    report = EffectReport(day=on(2), effect=effect, severity=Severity.MILD)
    assert _seen(_stepped(0, [], report), 6).reports == (effect,)
    other = EffectReport(day=on(2), effect="dry_mouth", severity=Severity.MILD)
    assert _seen(_stepped(0, [], other), 6).reports == ()


def test_at_the_line_itself_a_course_after_a_step_is_named():
    record = _stepped(0, [*range(-14, 0), *range(8)])
    likely = max(_seen(record, 8).probability.values())
    assert JUDGEMENT.rebound.sure.value == 0.7
    for off, unclear in ((0.0, False), (1e-9, True)):
        row = JUDGEMENT.rebound.sure.model_copy(update={"value": likely + off})
        lines = JUDGEMENT.rebound.model_copy(update={"sure": row})
        found = rebound(record, "mirtazapine", at=on(8), lines=lines)
        assert (found.kind.value == "unclear") is unclear


@pytest.mark.parametrize(
    ("severity", "points"), [(0, 0.0), (0.5, 0.2), (1, 0.4), (1.5, 0.8), (2, 1.2), (3, 2.5), (3.5, 2.5)]
)
def test_what_a_lasting_side_effect_takes_away(severity, points):
    assert points_at(JUDGEMENT.preferences.severity_points, severity) == pytest.approx(points)


@pytest.mark.parametrize(
    ("percent", "points"), [(0, 0), (1, 0), (3, 0.5), (5, 1.0), (7, 1.5), (11, 2.25), (15, 3.0), (20, 3.0)]
)
def test_what_weight_takes_away(percent, points):
    assert points_at(JUDGEMENT.preferences.weight_points, percent) == pytest.approx(points)


def test_pain_counts_as_much_as_sleep_and_fatigue_together():
    found = benefit_weights(OUTCOMES, {}, JUDGEMENT.preferences)
    assert found[Score.PAIN] == found[Score.SLEEP_DISTURBANCE] + found[Score.FATIGUE] == 0.5
    assert JUDGEMENT.preferences.unstated.value == 5
