"""The patient's line: organs by their latest dated value, and what was taken of what was due."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from agreed_records import JUDGEMENT, as_needed, bedtime, day, measured

from lenitive.record import Coded, DiaryDay, IntakeTime, Latest, Patient, Record, Taken
from lenitive.render.sections.person import adherence_words, who_words
from lenitive.review import DEFAULT_OUTCOMES
from lenitive.review.person_line import person_line
from lenitive.review.quality import data_quality

AT = day(27)


def answers(found, first=0):
    """Diary days with an answer each: ``y``, ``p``, ``n``, or ``.`` for none."""
    means = {"y": Taken.YES, "p": Taken.PART, "n": Taken.NO, ".": None}
    return tuple(DiaryDay(day=day(first + i), pain=5.0, taken=means[a]) for i, a in enumerate(found))


def seen(record, at=AT):
    return person_line(
        record,
        at,
        data_quality(
            record, at, DEFAULT_OUTCOMES, JUDGEMENT.diary, first_dose=None, stale_days=timedelta(21)
        ),
    )


def line(*medicines, diary=(), at=AT, **more):
    return seen(Record(medicines=medicines, diary=diary, **more), at)


def adherence(*medicines, diary=(), at=AT):
    found = line(*medicines, diary=diary, at=at).adherence
    return {a.drug: (a.due, a.taken, a.part, a.missed, a.unanswered) for a in found}


def test_days_count_from_the_first_dose_that_was_due_and_not_from_the_diary():
    """Ten days were due before the diary began; on the day itself a dose that nobody answered is not due yet."""
    assert adherence(bedtime("mirtazapine", 15.0, 7), diary=answers("yyyy", 17)) == {
        "mirtazapine": (20, 4, 0, 0, 16)
    }
    (one,) = line(bedtime("mirtazapine", 15.0, 7)).adherence
    assert one.since == day(7)


def test_days_before_the_first_dose_are_not_due():
    assert adherence(bedtime("mirtazapine", 15.0, 14), diary=answers("y" * 20)) == {
        "mirtazapine": (13, 6, 0, 0, 7)
    }


def test_the_day_itself_counts_once_it_is_answered():
    period = bedtime("mirtazapine", 15.0, 0)
    assert adherence(period, at=day(9))["mirtazapine"][0] == 9
    assert adherence(period, diary=answers("y", 9), at=day(9)) == {"mirtazapine": (10, 1, 0, 0, 9)}


def test_part_and_no_are_told_apart():
    assert adherence(bedtime("mirtazapine", 15.0, 0, 9), diary=answers("yyppnn....")) == {
        "mirtazapine": (10, 2, 2, 2, 4)
    }


def test_a_day_noted_as_missed_is_missed_whatever_the_diary_says():
    period = bedtime("mirtazapine", 15.0, 0, 9, missed=frozenset({day(3)}))
    assert adherence(period, diary=answers("y" * 10)) == {"mirtazapine": (10, 9, 0, 1, 0)}


def test_masked_periods_have_none():
    masked = bedtime("mirtazapine", 15.0, 0, 9, masked=True)
    assert adherence(masked, diary=answers("y" * 10)) == {}
    assert adherence(masked, bedtime("mirtazapine", 15.0, 10, 19), diary=answers("y" * 20)) == {
        "mirtazapine": (10, 10, 0, 0, 0)
    }


def test_intakes_as_needed_are_never_due():
    assert adherence(as_needed("ibuprofen", 400.0, 3), diary=answers("y" * 10)) == {}


def test_a_dose_of_nothing_is_never_due():
    assert adherence(bedtime("mirtazapine", 0.0, 0), diary=answers("y" * 10)) == {}


def test_a_pause_is_not_due():
    first, second = bedtime("mirtazapine", 15.0, 0, 9), bedtime("mirtazapine", 15.0, 20, 24)
    assert adherence(first, second)["mirtazapine"][0] == 15


def test_two_intakes_of_a_day_are_one_day_and_one_left_out_is_part():
    morning = bedtime(
        "pregabalin", 75.0, 0, 9, times=(IntakeTime("morning"),), missed=frozenset({day(2), day(4)})
    )
    night = bedtime("pregabalin", 150.0, 0, 9, missed=frozenset({day(4)}))
    assert adherence(morning, night, diary=answers("y" * 10)) == {"pregabalin": (10, 8, 1, 1, 0)}


def test_each_drug_has_its_own_days():
    found = adherence(bedtime("mirtazapine", 15.0, 0, 9), bedtime("duloxetine", 30.0, 20, 24))
    assert {d: n[0] for d, n in found.items()} == {"mirtazapine": 10, "duloxetine": 5}


def test_adherence_in_words_names_what_nobody_answered():
    (one,) = line(bedtime("mirtazapine", 15.0, 0, 9), diary=answers("yyyypn....")).adherence
    assert adherence_words(one) == (
        "taken on 4 of 10 days on which it was due, in part on 1, not on 1 and not answered on 4, since 1 January 2026"
    )


def test_what_is_not_recorded_is_said():
    assert who_words(line()) == "age not recorded, sex not recorded"
    found = line(patient=Patient(birth_year=1971, sex="female", conditions=(Coded(display="fibromyalgia"),)))
    assert (who_words(found), found.conditions) == ("55 years, female", ("fibromyalgia",))


@pytest.mark.parametrize(
    ("undated", "dated", "shown"),
    [
        (88.0, (), Latest(value=88.0)),
        (88.0, ((3, 40.0),), Latest(value=40.0, on=day(3))),
        (None, ((3, 40.0), (20, 35.0)), Latest(value=35.0, on=day(20))),
        (88.0, ((28, 20.0),), Latest(value=88.0)),
        (None, (), None),
    ],
)
def test_the_latest_dated_kidney_value_by_the_day_wins(undated, dated, shown):
    record = Record(
        patient=Patient(egfr_ml_min=undated), measurements=tuple(measured("egfr", i, v) for i, v in dated)
    )
    assert seen(record).kidneys == shown


def test_height_and_weight_are_the_latest():
    record = Record(
        patient=Patient(height_cm=170.0),
        measurements=(measured("height", 2, 168.0), measured("weight", 1, 80.0), measured("weight", 9, 82.0)),
    )
    found = seen(record)
    assert (found.height, found.weight) == (Latest(value=168.0, on=day(2)), Latest(value=82.0, on=day(9)))


def test_days_entered_and_the_last_entry():
    found = line(diary=answers("....", 4))
    assert (found.days, found.entries, found.last_entry) == (24, 4, day(7))
    assert (line().days, line().last_entry) == (0, None)


def test_medicines_in_force_leave_out_what_is_taken_as_needed():
    found = line(
        bedtime("mirtazapine", 15.0, 0), as_needed("ibuprofen", 400.0, 27), bedtime("duloxetine", 30.0, 0, 5)
    )
    assert found.medicines == ("mirtazapine",)
