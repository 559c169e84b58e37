"""What was agreed is answered: the goal, the day of review, the rule for stopping (case A20)."""

import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from agreed_records import answered, bedtime, day, diary, measured, planned

from lenitive import ask, load, open_record
from lenitive.record import (
    ActivityDone,
    DiaryDay,
    IntakeTime,
    MedicinePeriod,
    Patient,
    PlanTarget,
    Record,
)
from lenitive.render.catalogue import said, sentences
from lenitive.render.document import review_document
from lenitive.render.report import clinician_report
from lenitive.render.text import report_text
from lenitive.review import Absent, Standpoint

AT = day(83)
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"


@pytest.fixture(scope="module")
def agreed_review():
    """The example of a clear responder with a plan, FIQR 64 then 49, and PHQ-9."""
    record = open_record(EXAMPLE).record
    at = record.last_day
    plan = PlanTarget(
        outcome="pain",
        success="2 points and 30 % less in the mean of two weeks",
        review_date=at - timedelta(days=6),
        stop_rule="no change 8 weeks after the last dose step",
    )
    first = record.medicines[0].start
    filled = [("fiqr", -3, 64.0), ("fiqr", 90, 49.0), ("phq9", -3, 14.0), ("phq9", 90, 8.0)]
    scores = tuple(replace(measured(m, 0, v), day=first + timedelta(days=i)) for m, i, v in filled)
    whole = replace(
        record,
        patient=replace(record.patient, plan=plan),
        measurements=(*record.measurements, *scores),
    )
    return ask(whole, load(), at=at)


def test_case_A20_plan_and_questionnaires_are_judged_and_shown(agreed_review):
    agreed = agreed_review.agreed
    assert agreed.reached is Standpoint.MET
    assert agreed.days_to_review == -6
    goal = agreed.goals[0]
    assert goal.stands.fall == pytest.approx(goal.stands.before.value - goal.stands.now.value)
    (part,) = goal.due_to
    assert part.drug == "mirtazapine"
    assert part.low < part.mean < part.high
    # What is the medicine's and what is not make up the whole fall.
    assert part.mean + goal.rest == pytest.approx(goal.stands.fall)
    fiqr, phq9 = agreed_review.scores
    assert (fiqr.measure, fiqr.change, fiqr.now.band) == ("fiqr", -15.0, "moderate")
    assert (phq9.measure, phq9.change, phq9.now.band) == ("phq9", -6.0, "mild")
    page = report_text(clinician_report(agreed_review, version="1"), width=400)
    for words in (
        "What was agreed is reached",
        "Pain down by 2\N{NO-BREAK SPACE}points",
        "Due to mirtazapine now, as estimated:",
        "The review was agreed for",
        "no change 8 weeks after the last dose step",
        "FIQR total: 49 on",
        "PHQ-9 total: 8 on",
    ):
        assert words in page, words


def test_case_A20_stands_in_the_document(agreed_review):
    document = review_document(agreed_review)
    assert document["agreed"]["reached"] == "met"
    assert document["agreed"]["goals"][0]["words"].startswith(
        "Pain down by 2\N{NO-BREAK SPACE}points. Reached."
    )
    assert [q["measure"] for q in document["questionnaires"]] == ["fiqr", "phq9"]
    assert document["person"]["sex"] == "female"


def test_nothing_agreed_is_a_value_with_its_reason():
    record = Record(diary=diary(6.0, 4.0))
    found = answered(record, AT)
    assert isinstance(found, Absent)
    assert said(found.reason) == "Nothing was agreed beforehand."


@pytest.mark.parametrize(
    ("success", "standpoint", "short"),
    [
        ("2 points", Standpoint.MET, 0.0),
        ("2.5 points", Standpoint.NOT_MET, 0.5),
        ("30 %", Standpoint.MET, -0.2),
        ("50 %", Standpoint.NOT_MET, 1.0),
        ("pain below 4", Standpoint.NOT_MET, 0.0),
        ("pain at most 4", Standpoint.MET, 0.0),
        ("sleep down by 3 points", Standpoint.NOT_MET, 1.0),
    ],
)
def test_a_goal_is_reached_or_missed_by_so_much(success, standpoint, short):
    """Pain 6 before and 4 now; a goal of exactly so much is reached, one below a line is not at the line."""
    found = answered(planned({"outcome": "pain", "success": success}), AT)
    one = found.goals[0].stands
    assert (one.standpoint, one.short) == (standpoint, pytest.approx(short))
    assert (one.before.value, one.now.value) in {(6.0, 4.0), (7.0, 5.0)}


def test_all_of_and_and_one_of_or():
    both = answered(planned({"outcome": "pain", "success": "2 points and 50 %"}), AT)
    either = answered(planned({"outcome": "pain", "success": "2 points or 50 %"}), AT)
    assert (both.reached, either.reached) == (Standpoint.NOT_MET, Standpoint.MET)


def test_words_that_are_not_understood_are_shown_as_agreed_and_left_to_the_reader():
    found = answered(planned({"outcome": "pain", "success": "able to play with the children again"}), AT)
    assert found.goals == ()
    assert found.not_understood == ("success",)
    assert found.reached is Standpoint.UNKNOWN


def test_an_outcome_without_success_shows_the_change_and_says_what_is_missing():
    found = answered(planned({"outcome": "pain"}), AT)
    (goal,) = found.goals
    assert goal.stands.fall == pytest.approx(2.0)
    assert "How much better was to count as success was not agreed." in sentences(goal.says)


def test_too_few_entries_lately_are_no_answer():
    """Two entries in the last two weeks are too few, three are enough."""
    for entries, standpoint in ((2, Standpoint.UNKNOWN), (3, Standpoint.MET)):
        kept = diary(6.0, 4.0, days=70) + tuple(DiaryDay(day=day(70 + i), pain=4.0) for i in range(entries))
        record = planned({"outcome": "pain", "success": "2 points"}, diary=kept)
        assert answered(record, AT).reached is standpoint, entries


def test_without_a_first_dose_a_fall_has_no_start():
    found = answered(planned({"outcome": "pain", "success": "2 points"}, medicines=()), AT)
    assert found.goals[0].stands.lacks == "start"


def test_days_before_the_first_dose_are_needed_for_a_fall():
    record = planned({"outcome": "pain", "success": "2 points"}, medicines=(bedtime("mirtazapine", 15.0, 0),))
    assert answered(record, AT).goals[0].stands.lacks == "before"


@pytest.mark.parametrize(("i", "id_"), [(84, "ahead"), (83, "today"), (82, "passed")])
def test_the_day_of_review_is_ahead_today_or_passed(i, id_):
    found = answered(planned({"review_date": day(i)}), AT)
    assert found.review_says.id == f"review.agreed.review.{id_}"
    assert said(found.review_says).endswith(
        {"ahead": "in 1 day.", "today": "today.", "passed": "1 day ago."}[id_]
    )


@pytest.mark.parametrize(
    ("rule", "after", "standpoint"),
    [
        ("no change 8 weeks after the start", 5.1, Standpoint.NOT_YET),
        ("no change at week 7", 5.1, Standpoint.MET),
        ("no change at week 7", 5.0, Standpoint.NOT_MET),
        ("less than 30 % at week 7", 4.3, Standpoint.MET),
        ("less than 30 % at week 7", 4.2, Standpoint.NOT_MET),
        ("pain above 5", 5.1, Standpoint.MET),
        ("pain up by 1 point", 7.0, Standpoint.MET),
        ("pain up by 1 point", 6.9, Standpoint.NOT_MET),
    ],
)
def test_a_rule_for_stopping_holds_from_its_line_and_its_day_on(rule, after, standpoint):
    """Treatment began 55 days before; a fall of one point matters."""
    found = answered(planned({"outcome": "pain", "stop_rule": rule}, diary=diary(6.0, after)), AT)
    assert found.stop_holds is standpoint


def test_weeks_after_a_step_count_from_the_last_change_of_dose():
    plan = {"outcome": "pain", "stop_rule": "no benefit 3 weeks after the last dose step"}
    steps = (bedtime("mirtazapine", 15.0, 28, 69), bedtime("mirtazapine", 30.0, 70))
    flat = diary(6.0, 6.0)
    assert answered(planned(plan, medicines=steps, diary=flat), AT).stop_holds is Standpoint.NOT_YET
    assert answered(planned(plan, diary=flat), AT).stop_holds is Standpoint.MET


def test_weight_is_measured_against_the_last_before_the_first_dose():
    plan = {"stop_rule": "weight up by 5 %"}
    for last, standpoint in ((73.5, Standpoint.MET), (73.4, Standpoint.NOT_MET)):
        weights = (measured("weight", 2, 80.0), measured("weight", 20, 70.0), measured("weight", 80, last))
        assert answered(planned(plan, measurements=weights), AT).stop_holds is standpoint


def test_a_questionnaire_without_a_known_change_gives_no_missing_benefit():
    plan = {"stop_rule": "no change in wpi at week 4"}
    record = planned(plan, measurements=(measured("wpi", 2, 12), measured("wpi", 70, 12)))
    assert answered(record, AT).stops[0].stands.lacks == "threshold"


def test_an_activity_is_judged_by_the_days_on_which_it_was_done():
    plan = {"outcome": "walking", "success": "walk 20 minutes a day"}
    for minutes, standpoint in ((20.0, Standpoint.MET), (19.0, Standpoint.NOT_MET)):
        done = tuple(ActivityDone(day=day(i), activity="walking", minutes=minutes) for i in (60, 70, 83))
        one = answered(planned(plan, activities=done), AT).goals[0].stands
        assert (one.standpoint, one.now.entries) == (standpoint, 3)
    oldest = (ActivityDone(day=day(56), activity="walking", minutes=60.0),)
    assert answered(planned(plan, activities=oldest), AT).goals[0].stands.now.entries == 1
    old = (ActivityDone(day=day(55), activity="walking", minutes=60.0),)
    assert answered(planned(plan, activities=old), AT).goals[0].stands.lacks == "now"


def test_later_entries_change_nothing():
    plan = {"outcome": "pain", "success": "2 points", "review_date": date(2026, 3, 1)}
    record = planned(plan)
    later = replace(record, diary=(*record.diary, DiaryDay(day=day(90), pain=10.0)))
    assert answered(later.until(AT), AT) == answered(record, AT)


def test_what_a_patient_writes_stays_apart_from_our_words():
    rule = "\u05db\u05d0\u05d1 \u202e\u05d7\u05d6\u05e7"
    record = planned({"outcome": "pain", "success": "<b>better</b>", "stop_rule": rule})
    made = ask(record, load(), at=AT)
    page = report_text(clinician_report(made, version="1"), width=200)
    assert "\u202e" not in page
    assert "\u2068" in page
    assert "To be judged by you" in page


def test_a_plan_without_words_is_no_plan():
    assert isinstance(answered(Record(patient=Patient(plan=PlanTarget())), AT), Absent)


def test_a_diary_that_has_stopped_says_nothing_of_what_a_medicine_does_now(agreed_review):
    """The same record looked at eight weeks after its last entry: no score of now, and no part of it."""
    record = agreed_review.record
    later = ask(record, load(), at=agreed_review.at + timedelta(days=56)).agreed
    assert later.goals[0].stands.lacks == "now"
    assert (later.goals[0].due_to, later.goals[0].rest) == ((), None)
    assert later.reached is Standpoint.UNKNOWN


def test_what_is_taken_as_needed_is_no_part_of_the_answer(agreed_review):
    record = agreed_review.record
    days = (agreed_review.at - timedelta(days=i) for i in range(0, 20, 2))
    taken = tuple(
        MedicinePeriod(drug="ibuprofen", dose_mg=400.0, start=d, end=d, times=(IntakeTime("prn"),))
        for d in days
    )
    made = ask(replace(record, medicines=(*record.medicines, *taken)), load(), at=agreed_review.at)
    assert [p.drug for p in made.agreed.goals[0].due_to] == ["mirtazapine"]
    assert [a.drug for a in made.as_needed] == ["ibuprofen"]
