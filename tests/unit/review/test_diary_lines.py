"""What is counted of a diary and of measured nights, just below, at and just above each line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from lenitive.knowledge import load
from lenitive.record import (
    DeviceClass,
    DiaryDay,
    EffectReport,
    Measurement,
    MedicinePeriod,
    ObjectiveNight,
    Record,
)
from lenitive.response import SensitivityRow, verdict_settings
from lenitive.review import Absent, review
from lenitive.review.articles import facts_for_reading
from lenitive.review.drug_levels import levels
from lenitive.review.measured import measured_sleep
from lenitive.review.nights import readings
from lenitive.review.quality import data_quality
from lenitive.review.robustness import robustness
from lenitive.shells.files import open_record
from lenitive.terms import Quantity, Score, Severity

AT = date(2026, 5, 31)
KNOWN = load()
LINES = KNOWN.judgement.diary
OUTCOMES = (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)


def ago(days: int) -> date:
    return AT - timedelta(days=days)


def quality(record: Record):
    stale = KNOWN.judgement.question.stale_days.days
    return data_quality(record, AT, OUTCOMES, LINES, first_dose=None, stale_days=stale)


@pytest.mark.parametrize(("empty", "gaps"), [(6, []), (7, [7]), (8, [8])])
def test_seven_days_without_an_entry_are_a_gap(empty, gaps):
    record = Record(diary=(DiaryDay(day=ago(empty + 1), pain=4.0), DiaryDay(day=AT, pain=4.0)))
    assert [g.days for g in quality(record).gaps] == gaps
    assert quality(record).long_gap_days == 7


@pytest.mark.parametrize(("minutes", "late"), [(36 * 60 - 1, 0), (36 * 60, 0), (36 * 60 + 1, 1)])
def test_an_entry_is_late_more_than_36_hours_after_its_day(minutes, late):
    day = ago(3)
    ended = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    record = Record(diary=(DiaryDay(day=day, pain=4.0, entered_at=ended + timedelta(minutes=minutes)),))
    assert quality(record).late_entries == late


@pytest.mark.parametrize(("answers", "known"), [(6, {}), (7, {"nausea": 1.0})])
def test_seven_answers_tell_how_often_an_effect_is_absent(answers, known):
    effects = tuple(EffectReport(day=ago(d), effect="nausea", severity=Severity.NONE) for d in range(answers))
    assert quality(Record(effects=effects)).asked_and_absent == known


@pytest.mark.parametrize(("score", "share"), [(0.9, 1.0), (1.0, 0.0), (1.1, 0.0)])
def test_a_score_below_one_point_is_low(score, share):
    record = Record(diary=(DiaryDay(day=AT, pain=4.0, mood_low=score),))
    assert quality(record).other_scores_low == {Score.MOOD_LOW: share}


def facts(record: Record) -> dict[str, object]:
    found = facts_for_reading(record, "mirtazapine", at=AT, lines=LINES, verdicts=())
    return {f.name: f.value for f in found}


@pytest.mark.parametrize(("days", "recent"), [(27, True), (28, False)])
def test_a_report_a_change_and_a_diary_day_are_recent_for_28_days(days, recent):
    record = Record(
        diary=(DiaryDay(day=ago(days), pain=4.0),),
        effects=(EffectReport(day=ago(days), effect="nausea", severity=Severity.MILD),),
        medicines=(MedicinePeriod(drug="mirtazapine", dose_mg=15, start=ago(days)),),
    )
    found = facts(record)
    assert found["entries_of_last_28_days"] == recent
    assert ("effect.nausea" in found) is recent
    assert ("recent_change" in found) is recent


@pytest.mark.parametrize(("days", "new"), [(13, True), (14, False)])
def test_a_side_effect_is_new_for_14_days(days, new):
    report = EffectReport(day=ago(days), effect="nausea", severity=Severity.MILD)
    assert facts(Record(effects=(report,)))["effect.nausea.new"] is new


def series(count: int) -> tuple[ObjectiveNight, ...]:
    return tuple(
        ObjectiveNight(
            day=ago(d),
            source="watch",
            device_class=DeviceClass.WEARABLE,
            definition="yasa-0.8",
            tib_min=480.0,
            tst_min=400.0,
        )
        for d in range(count)
    )


@pytest.mark.parametrize(("nights", "read"), [(13, 0), (14, 1)])
def test_fourteen_nights_make_a_series(nights, read):
    least = LINES.least_nights.whole
    assert len(readings(series(nights), KNOWN.sleep.devices.reading, least)) == read
    alone = measured_sleep(Record(), series(nights), at=AT, seed=1, settings=None, least=least)
    assert isinstance(alone, Absent)
    # With nights enough the next question is asked: what was taken.
    assert alone.reason.id == ("review.measured.no_drug" if read else "review.measured.few_nights")


def test_a_level_without_a_time_is_of_eight_ten_or_twelve_in_the_morning():
    record = Record(
        medicines=(MedicinePeriod(drug="mirtazapine", dose_mg=30, start=ago(40)),),
        measurements=(
            Measurement(
                day=ago(5),
                measure="drug_level",
                quantity=Quantity(value=40.0, unit="ng/mL"),
                note="mirtazapine",
            ),
        ),
    )
    (history,), _ = levels(record, KNOWN, at=AT)
    midnight = 24.0 * 35
    assert history.levels[0].hours == tuple(midnight + h for h in (8.0, 10.0, 12.0))


@pytest.mark.parametrize(("k", "trusted"), [(0.69, True), (0.7, True), (0.71, False)])
def test_a_reweighting_is_trusted_up_to_a_k_hat_of_seven_tenths(made_verdict, k, trusted):
    rows = [
        SensitivityRow(
            input="mirtazapine",
            outcome=o,
            prior="trend",
            factor=2.0,
            mean=-1.0,
            sd=0.5,
            probability_mcid=0.5,
            pareto_k=k,
        )
        for o in made_verdict.weights
    ]
    base = {("mirtazapine", o): 0.5 for o in made_verdict.weights}
    (one,) = robustness((made_verdict,), rows, base, verdict_settings(KNOWN.judgement))
    assert (one.same is not None) is trusted


@pytest.fixture(scope="module")
def made_verdict():
    example = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"
    return review(open_record(example).record, KNOWN).verdicts[0]
