"""Medicines taken as needed: days of use, overuse by class, trend, and on which days (case R14)."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from agreed_records import as_needed as taken
from agreed_records import bedtime, day, measured

from lenitive import ask, load
from lenitive.record import DiaryDay, Record
from lenitive.render.catalogue import sentences
from lenitive.render.report import clinician_report
from lenitive.render.text import report_text
from lenitive.review import Trend
from lenitive.review.as_needed import as_needed

AT = day(111)
KNOWLEDGE = load()


def used(drug, days, **more):
    record = Record(medicines=tuple(taken(drug, 400.0, i) for i in days), **more)
    (one,) = as_needed(record, KNOWLEDGE, AT)
    return one


def diary(bad=()):
    return tuple(DiaryDay(day=day(i), pain=8.0 if i in bad else 5.0) for i in range(112))


@pytest.mark.parametrize(
    ("drug", "limit"),
    [
        ("sumatriptan", 10),
        ("tramadol", 10),
        ("codeine", 10),
        ("ergotamine", 10),
        ("ibuprofen", 15),
        ("paracetamol", 15),
        ("aspirin", 15),
    ],
)
def test_overuse_begins_at_the_limit_of_its_class(drug, limit):
    below = used(drug, range(84, 84 + limit - 1), diary=diary()).overuse
    at = used(drug, range(84, 84 + limit), diary=diary()).overuse
    assert (below.limit, below.reached, at.reached) == (limit, False, True)


def test_no_limit_is_known_of_other_medicines():
    one = used("cyclobenzaprine", range(84, 112))
    assert one.overuse is None
    assert "No number of days that would be overuse is known of it." in sentences(one.says)


def test_days_are_counted_over_four_weeks_up_to_the_day():
    assert used("ibuprofen", [83, 84, 111]).days == 2
    twice = Record(medicines=(taken("ibuprofen", 400.0, 111), taken("ibuprofen", 200.0, 110)))
    assert as_needed(twice, KNOWLEDGE, AT)[0].days == 2


def test_overuse_that_lasts_more_than_three_months_is_told_from_one_of_a_month():
    month = used("sumatriptan", range(90, 111), diary=diary()).overuse
    months = used("sumatriptan", range(0, 112), diary=diary()).overuse
    three = used("sumatriptan", range(28, 112), diary=diary()).overuse
    assert (month.spans, month.sustained) == (1, False)
    assert (three.spans, three.sustained) == (3, False)
    assert months.sustained


def test_the_limit_is_said_to_be_one_for_headache():
    one = used("ibuprofen", range(84, 112), diary=diary())
    assert "They are experts' opinion, and made for headache." in sentences(one.says)


@pytest.mark.parametrize(
    ("before", "now", "trend"),
    [(4, 8, Trend.MORE), (4, 7, Trend.SAME), (8, 4, Trend.FEWER), (8, 5, Trend.SAME)],
)
def test_use_rises_or_falls_from_four_days_on(before, now, trend):
    days = [*range(56, 56 + before), *range(84, 84 + now)]
    assert used("ibuprofen", days, diary=diary()).trend is trend


def test_a_record_that_does_not_reach_back_gives_no_trend():
    short = tuple(DiaryDay(day=day(i), pain=5.0) for i in range(57, 112))
    whole = tuple(DiaryDay(day=day(i), pain=5.0) for i in range(56, 112))
    assert used("ibuprofen", [100], diary=short).trend is Trend.UNKNOWN
    assert used("ibuprofen", [100], diary=whole).trend is Trend.SAME


def test_case_R14_taken_more_on_bad_days_is_said_to_hide_its_effect():
    bad = range(60, 112, 4)
    one = used("ibuprofen", bad, diary=diary(bad))
    assert (one.pain.on, one.pain.off, one.pain.worse) == (8.0, 5.0, True)
    assert "taken more on bad days" in sentences(one.says)
    assert "confounding by indication" in sentences(one.says)


def test_case_R14_is_said_on_the_page():
    bad = range(60, 112, 4)
    record = Record(
        medicines=(bedtime("mirtazapine", 15.0, 28), *(taken("ibuprofen", 400.0, i) for i in bad)),
        diary=diary(bad),
    )
    page = report_text(clinician_report(ask(record, KNOWLEDGE, at=AT), version="1"), width=300)
    assert "Taken as needed" in page
    assert "Taken on 7 of the last 28 days" in page
    assert "confounding by indication" in page


def test_that_its_effect_is_not_read_from_such_days_is_said_in_any_case():
    for scores in ((), diary(), diary(range(0, 112, 5))):
        one = used("ibuprofen", [90, 95, 100, 105], diary=scores)
        assert "is not read from" in sentences(one.says), len(scores)


@pytest.mark.parametrize(("level", "worse"), [(6.0, True), (5.9, False)])
def test_days_of_use_are_worse_from_one_point_on(level, worse):
    scores = tuple(DiaryDay(day=day(i), pain=level if i % 2 else 5.0) for i in range(90, 112))
    assert used("ibuprofen", range(91, 112, 2), diary=scores).pain.worse is worse


def test_too_few_scores_of_either_kind_are_not_compared():
    scores = tuple(DiaryDay(day=day(i), pain=5.0) for i in range(90, 112))
    assert used("ibuprofen", [91, 93], diary=scores).pain is None
    assert used("ibuprofen", [91, 93, 95], diary=scores).pain is not None


def test_a_dose_of_nothing_and_days_ahead_count_for_nothing():
    record = Record(medicines=(taken("ibuprofen", 0.0, 100), taken("tramadol", 50.0, 120)))
    assert as_needed(record, KNOWLEDGE, AT) == ()


def test_what_is_taken_every_day_is_not_taken_as_needed():
    record = Record(medicines=(bedtime("ibuprofen", 400.0, 0),), measurements=(measured("weight", 0, 70.0),))
    assert as_needed(record, KNOWLEDGE, AT) == ()
