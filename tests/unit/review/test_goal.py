"""The grammar of what is agreed: each text is understood wholly or not at all."""

import pytest

from lenitive.review.goal import LONGEST, Goal, GoalKind, goals, subject_of
from lenitive.review.goal_words import SubjectKind

PAIN = (SubjectKind.SCORE, "pain")


def read(text, outcome=PAIN, *, stops=False):
    return goals(text, outcome, stops=stops, window_days=14)


def only(text, **more):
    found = read(text, **more)
    assert found is not None, text
    (one,) = found.of
    return one


@pytest.mark.parametrize(
    ("text", "kind", "amount", "unit"),
    [
        ("pain down by 2", GoalKind.FALL, 2, "points"),
        ("30 %", GoalKind.FALL, 0.3, "share"),
        ("30 per cent less pain", GoalKind.FALL, 0.3, "share"),
        ("at least 30% reduction", GoalKind.FALL, 0.3, "share"),
        ("two points lower", GoalKind.FALL, 2, "points"),
        ("pain down 2,5 points", GoalKind.FALL, 2.5, "points"),
        ("pain down to 4", GoalKind.AT_MOST, 4, "points"),
        ("pain 4 or less", GoalKind.AT_MOST, 4, "points"),
        ("pain < 4", GoalKind.BELOW, 4, "points"),
        ("\u2264 3", GoalKind.AT_MOST, 3, "points"),
        ("2 points less in the mean of two weeks", GoalKind.FALL, 2, "points"),
    ],
)
def test_a_goal_about_pain(text, kind, amount, unit):
    assert only(text) == Goal(
        subject="pain", sort=SubjectKind.SCORE, kind=kind, amount=pytest.approx(amount), unit=unit
    )


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("FIQR below 45", Goal(subject="fiqr", sort=SubjectKind.MEASURE, kind=GoalKind.BELOW, amount=45)),
        ("PHQ-9 at most 9", Goal(subject="phq9", sort=SubjectKind.MEASURE, kind=GoalKind.AT_MOST, amount=9)),
        ("phq 9 below 10", Goal(subject="phq9", sort=SubjectKind.MEASURE, kind=GoalKind.BELOW, amount=10)),
        (
            "sleep 2 points",
            Goal(subject="sleep_disturbance", sort=SubjectKind.SCORE, kind=GoalKind.FALL, amount=2),
        ),
        (
            "sleep 7 hours",
            Goal(subject="sleep_hours", sort=SubjectKind.HOURS, kind=GoalKind.AT_LEAST, amount=7, unit="h"),
        ),
        (
            "walk 20 minutes a day",
            Goal(subject="walking", sort=SubjectKind.ACTIVITY, kind=GoalKind.AT_LEAST, amount=20, unit="min"),
        ),
        (
            "weight down 5 kg",
            Goal(subject="weight", sort=SubjectKind.MEASURE, kind=GoalKind.FALL, amount=5, unit="kg"),
        ),
        (
            "30 % by week 8",
            Goal(
                subject="pain", sort=SubjectKind.SCORE, kind=GoalKind.FALL, amount=0.3, unit="share", weeks=8
            ),
        ),
    ],
)
def test_a_goal_about_something_else(text, goal):
    assert only(text) == goal


@pytest.mark.parametrize(
    "text",
    [
        "pain 3",
        "less pain",
        "feel better",
        "play with the children",
        "pain from 7 to 4",
        "30 % and 2 points or FIQR below 45",
        "2 points less in the mean of four weeks",
        "pain and sleep 2 or 3",
        "weight 5",
        "walk 20",
        "sleep 7",
        "pain down up by 2",
        "pain down by 120 %",
        "pain down by 0",
        "less than 30 %",
        "\u05db\u05d0\u05d1 30 %",
        "",
        " and ",
        "x" * (LONGEST + 1),
    ],
)
def test_what_is_open_is_not_understood(text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "kind", "weeks", "after_step"),
    [
        ("no change 8 weeks after the last dose step", GoalKind.NO_BENEFIT, 8, True),
        ("no benefit at week 6", GoalKind.NO_BENEFIT, 6, False),
        ("less than 30 % at week 8", GoalKind.SHORT, 8, False),
        ("weight gain of more than 5 kg", GoalKind.RISE, None, False),
        ("weight up by 5 %", GoalKind.RISE, None, False),
        ("weight above 90 kg", GoalKind.ABOVE, None, False),
        ("PHQ-9 above 15", GoalKind.ABOVE, None, False),
        ("pain up by 2 points", GoalKind.RISE, None, False),
    ],
)
def test_a_rule_for_stopping(text, kind, weeks, after_step):
    one = only(text, stops=True)
    assert (one.kind, one.weeks, one.after_step) == (kind, weeks, after_step)


@pytest.mark.parametrize(
    "text", ["30 %", "2 points", "suicidal thoughts", "weight 5 kg", "if it is too much"]
)
def test_a_rule_for_stopping_says_in_which_direction(text):
    assert read(text, stops=True) is None


def test_a_missing_benefit_is_one_of_the_outcome_and_not_of_what_stands_before_it():
    found = read("weight up by 5 kg or no benefit at week 6", stops=True)
    assert found.any
    assert [g.subject for g in found.of] == ["weight", "pain"]


def test_what_a_goal_is_about_goes_on_to_the_next():
    found = read("fatigue down by 2 points and 30 %")
    assert [(g.subject, g.unit) for g in found.of] == [("fatigue", "points"), ("fatigue", "share")]
    assert read("2 points", outcome=None) is None


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("pain", PAIN),
        ("average pain", PAIN),
        ("FIQR", (SubjectKind.MEASURE, "fiqr")),
        ("walking", (SubjectKind.ACTIVITY, "walking")),
        ("pain and sleep", None),
        ("quality of life", None),
    ],
)
def test_what_an_outcome_is_about(text, subject):
    assert subject_of(text) == subject
