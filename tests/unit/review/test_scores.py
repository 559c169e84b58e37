"""Questionnaires over time: the name of a score, and the change from which on something is said."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from agreed_records import JUDGEMENT, day, measured

from lenitive.record import Record
from lenitive.render.catalogue import sentences
from lenitive.review import Meaning
from lenitive.review.scores import score_courses
from lenitive.terms import Grade

KNOWN = JUDGEMENT.instruments.instrument


def course(measure, *values, since=None):
    """Scores a month apart."""
    record = Record(measurements=tuple(measured(measure, 28 * i, v) for i, v in enumerate(values)))
    (one,) = score_courses(record, KNOWN, since)
    return one


@pytest.mark.parametrize(
    ("measure", "value", "band"),
    [
        ("fiqr", 0, "remission"),
        ("fiqr", 23.9, "remission"),
        ("fiqr", 24, "mild"),
        ("fiqr", 40.9, "mild"),
        ("fiqr", 41, "moderate"),
        ("fiqr", 63.9, "moderate"),
        ("fiqr", 64, "severe"),
        ("fiqr", 83, "very_severe"),
        ("phq9", 4, "minimal"),
        ("phq9", 5, "mild"),
        ("phq9", 10, "moderate"),
        ("phq9", 15, "moderately_severe"),
        ("phq9", 19, "moderately_severe"),
        ("phq9", 20, "severe"),
        ("gad7", 4, "minimal"),
        ("gad7", 5, "mild"),
        ("gad7", 10, "moderate"),
        ("gad7", 15, "severe"),
        ("pgic", 1, "very_much_improved"),
        ("pgic", 4, "no_change"),
        ("pgic", 7, "very_much_worse"),
    ],
)
def test_the_name_of_a_score_begins_at_its_line(measure, value, band):
    assert course(measure, value).now.band == band


@pytest.mark.parametrize(
    ("measure", "before", "now", "meaning"),
    [
        ("phq9", 15, 10, Meaning.BETTER),
        ("phq9", 15, 11, Meaning.LITTLE),
        ("phq9", 10, 15, Meaning.WORSE),
        ("gad7", 10, 6, Meaning.BETTER),
        ("gad7", 10, 7, Meaning.LITTLE),
        ("fiqr", 50, 43, Meaning.BETTER),
        ("fiqr", 50, 43.1, Meaning.LITTLE),
        ("fiqr", 50, 57, Meaning.WORSE),
        ("fiqr", 0, 20, Meaning.UNKNOWN),
        ("pgic", 4, 1, Meaning.NOT_COMPARED),
    ],
)
def test_a_change_of_exactly_so_much_matters(measure, before, now, meaning):
    assert course(measure, before, now).meaning is meaning


def test_case_A20_fiqr_64_then_49_is_better_by_more_than_14_per_cent():
    one = course("fiqr", 64, 49)
    assert one.important.points == pytest.approx(8.96)
    assert one.reliable is None, "no source was found"
    assert sentences(one.says).startswith(
        "49 on 29 January 2026: moderate. \u221215.0 since 1 January 2026 (64): better"
    )


@pytest.mark.parametrize(("now", "reached"), [(8, True), (9, False)])
def test_a_reliable_change_of_the_phq9_is_seven_points(now, reached):
    assert course("phq9", 15, now).reliable.reached is reached


def test_a_weak_source_is_said_to_be_unverified_and_decides_nothing():
    one = course("gad7", 12, 6)
    assert one.reliable.grade is Grade.D
    assert "unverified and nothing rests on it" in sentences(one.says)
    assert "beyond what answering twice would give; it is unverified" in sentences(one.says)
    # The meaning is that of the change that matters alone.
    assert one.meaning is Meaning.BETTER


def test_it_is_compared_with_the_last_score_before_the_first_dose():
    values = (20, 15, 12, 8)
    assert course("phq9", *values, since=day(30)).before.value == 15
    assert course("phq9", *values, since=day(28)).before.value == 15
    assert course("phq9", *values, since=day(27)).before.value == 20
    assert course("phq9", *values).before.value == 20
    # Every score lies before it: there is no score on the drug, and the last is compared with the one before it.
    assert course("phq9", *values, since=day(365)).before.value == 12


def test_one_score_alone_is_named_and_not_compared():
    one = course("gad7", 11)
    assert (one.change, one.meaning) == (None, Meaning.NOT_COMPARED)
    assert sentences(one.says) == "11 on 1 January 2026: moderate."


def test_pain_index_and_severity_scale_of_one_day_are_added_up():
    scores = [("wpi", 0, 12), ("sss", 0, 9), ("wpi", 28, 10), ("sss", 56, 5), ("wpi", 56, 10)]
    record = Record(measurements=tuple(measured(m, i, v) for m, i, v in scores))
    (one,) = score_courses(record, KNOWN, None)
    assert [(s.on, s.value, s.band) for s in one.scores] == [(day(0), 21, "severe"), (day(56), 15, "mild")]
    assert one.meaning is Meaning.UNKNOWN


@pytest.mark.parametrize(
    ("value", "band"), [(5, "remission"), (6, "mild"), (16, "moderate"), (21, "severe"), (26, "very_severe")]
)
def test_the_name_of_a_sum_begins_at_its_line(value, band):
    assert KNOWN["psd"].bands.name(value) == band


def test_no_score_is_no_course():
    assert score_courses(Record(), KNOWN, None) == ()


def test_every_measure_with_a_meaning_gives_totals_only():
    assert "phq9_item9" not in KNOWN
    assert set(KNOWN) == {"fiqr", "phq9", "gad7", "pgic", "psd"}
