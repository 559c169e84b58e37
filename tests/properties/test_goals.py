"""What is agreed, whatever is written: a text is understood or not, and never breaks anything."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lenitive.knowledge import load
from lenitive.record import DiaryDay, MedicinePeriod, Patient, PlanTarget, Record
from lenitive.render.catalogue import said
from lenitive.review import AgreedPlan, Standpoint
from lenitive.review.agreed import agreed, plan_readings
from lenitive.review.goal import LONGEST, goals, subject_of
from lenitive.review.goal_standing import start_of

JUDGEMENT = load().judgement
FIRST = date(2026, 1, 1)
WORDS = [
    "pain",
    "sleep",
    "fatigue",
    "FIQR",
    "PHQ-9",
    "weight",
    "walk",
    "stretching",
    "down",
    "up",
    "by",
    "to",
    "below",
    "above",
    "at",
    "least",
    "most",
    "less",
    "more",
    "than",
    "no",
    "change",
    "benefit",
    "week",
    "weeks",
    "after",
    "the",
    "last",
    "dose",
    "step",
    "start",
    "2",
    "30",
    "%",
    "points",
    "kg",
    "minutes",
    "hours",
    "and",
    "or",
    ";",
    ",",
    ".",
    "two",
    "1e9",
    "0",
    "-3",
    "כאב",
    "😀",
]
TEXT = st.one_of(st.text(max_size=LONGEST + 20), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))


@given(TEXT, TEXT, st.booleans())
def test_any_text_is_understood_or_not(outcome, text, stops):
    found = goals(text, subject_of(outcome), stops=stops, window_days=14)
    assert found is None or found.of
    for one in () if found is None else found.of:
        assert one.amount >= 0


@given(st.lists(st.sampled_from(WORDS), max_size=8), st.booleans())
def test_case_and_spaces_change_nothing(words, stops):
    plain = goals(" ".join(words), None, stops=stops, window_days=14)
    assert goals("  ".join(words).upper(), None, stops=stops, window_days=14) == plain


@given(TEXT, TEXT, TEXT, st.integers(0, 90), st.floats(0, 10), st.floats(0, 10))
def test_any_plan_has_an_answer_in_words(outcome, success, stop_rule, started, before, after):
    plan = PlanTarget(outcome=_kept(outcome), success=_kept(success), stop_rule=_kept(stop_rule))
    days = tuple(
        DiaryDay(day=FIRST + timedelta(days=i), pain=before if i < started else after) for i in range(60)
    )
    taken = MedicinePeriod(drug="mirtazapine", dose_mg=15.0, start=FIRST + timedelta(days=started))
    record = Record(patient=Patient(plan=plan), medicines=(taken,), diary=days)
    at = FIRST + timedelta(days=59)
    start = start_of(record.until(at), "mirtazapine", at)
    found = agreed(record.until(at), at=at, start=start, lines=JUDGEMENT, fit=None)
    for message in (m for read in plan_readings(plan, 14).values() for m in read):
        assert said(message)
    if isinstance(found, AgreedPlan):
        for answer in (*found.goals, *found.stops):
            assert all(map(said, answer.says))
            stands = answer.stands
            # What cannot be told says what is missing, and nothing that is told lacks anything.
            assert (stands.standpoint is Standpoint.UNKNOWN) == bool(stands.lacks)


def _kept(text):
    """A text that a record may hold."""
    return "".join(c for c in text if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF)
