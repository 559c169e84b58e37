"""Begun again after a long pause: a new start, with the weeks before it kept, and the starting dose on offer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.record import IntakeTime, MedicinePeriod, Patient, Record
from lenitive.review import Absent, review
from lenitive.review.stand import facts_about
from lenitive.review.visit import Visit
from lenitive.titration import DosePlan
from lenitive.titration.protocol import interpret

KNOWLEDGE = load()
START = date(2026, 1, 1)
WEEKS_BEFORE = 12


def record(pause_days: int, dose: float = 30.0, drug: str = "mirtazapine", **patient) -> Record:
    """Twelve weeks on the drug, a pause, and on it again."""
    end = START + timedelta(weeks=WEEKS_BEFORE) - timedelta(days=1)
    times = (IntakeTime("bedtime"),)
    return Record(
        patient=Patient(**patient),
        medicines=(
            MedicinePeriod(drug=drug, dose_mg=dose, start=START, end=end, times=times),
            MedicinePeriod(drug=drug, dose_mg=dose, start=end + timedelta(days=pause_days + 1), times=times),
        ),
    )


def facts(made: Record, day: int, drug: str = "mirtazapine"):
    """The facts on a day counted from the second start, which is day 0."""
    protocol = KNOWLEDGE.protocols[drug]
    at = max(p.start for p in made.medicines) + timedelta(days=day)
    return facts_about(Visit(record=made, knowledge=KNOWLEDGE, protocol=protocol, at=at))


@pytest.mark.parametrize(
    ("pause", "day", "restarted", "since_start"),
    [
        (28, 0, True, 0),
        (28, 13, True, 13),
        (28, 14, False, 14),
        # A day less is an interruption of the same course.
        (27, 5, False, 7 * WEEKS_BEFORE + 27 + 5),
        (200, 5, True, 5),
    ],
)
def test_a_pause_of_four_weeks_begins_a_new_course(pause, day, restarted, since_start):
    found = facts(record(pause), day)
    assert found["restarted"] is restarted
    assert found["days_since_start"] == since_start
    # What was taken before the pause still counts for the verdict.
    assert found["weeks_therapeutic"] == pytest.approx(WEEKS_BEFORE + (day + 1) / 7)


def test_the_first_course_is_no_restart():
    made = Record(medicines=record(28).medicines[:1])
    found = facts(made, 3)
    assert found["restarted"] is False
    assert interpret(KNOWLEDGE.protocols["mirtazapine"], found).state == "starting"


@pytest.mark.parametrize(
    ("drug", "dose", "birth_year", "to"),
    [
        ("mirtazapine", 30, 1980, 15),
        ("mirtazapine", 45, 1980, 15),
        ("mirtazapine", 30, 1950, 7.5),
        ("duloxetine", 60, 1980, 30),
    ],
)
def test_above_the_starting_dose_the_starting_dose_is_offered(drug, dose, birth_year, to):
    made = record(60, dose, drug, birth_year=birth_year)
    at = max(p.start for p in made.medicines) + timedelta(days=4)
    found = review(made, KNOWLEDGE, at=at, seed=1)
    assert not isinstance(found.options, Absent)
    lower = [o for o in found.options.options if o.action == "step_down"]
    assert [o.dose_mg for o in lower] == [to]
    assert lower[0].rules == (f"{drug}.restarted_high",)
    assert isinstance(lower[0].plan, DosePlan)


def test_at_the_starting_dose_nothing_is_lowered():
    made = record(60, 15.0, birth_year=1980)
    at = max(p.start for p in made.medicines) + timedelta(days=4)
    found = review(made, KNOWLEDGE, at=at, seed=1)
    assert not isinstance(found.options, Absent)
    assert found.options.proposal.state == "starting"
    assert "step_down" not in {o.action for o in found.options.options}
