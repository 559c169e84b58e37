"""Where diary and belief contradict each other so strongly that the estimate is no answer, nothing else shows it or reckons with it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.record import Coded, DiaryDay, IntakeTime, MedicinePeriod, Patient, Record
from lenitive.render import clinician_report, report_text
from lenitive.render.sections.timeline import time_line
from lenitive.response import BenefitGrade
from lenitive.review import review

KNOWLEDGE = load()
FIRST = date(2026, 1, 1)
START = FIRST + timedelta(days=28)


def eased_by(points: float):
    """120 days, open start of mirtazapine on day 28, all scores eased by so much with a time constant of 15 days."""
    rng = np.random.default_rng(5)
    days = []
    for k in range(120):
        day = FIRST + timedelta(days=k)
        since = max((day - START).days, 0)
        level = 7.5 - points * (1 - np.exp(-since / 15))
        pain, sleep, tired = (int(np.clip(np.rint(level + rng.normal(0, 1.4)), 0, 10)) for _ in range(3))
        days.append(DiaryDay(day=day, pain=pain, sleep_disturbance=sleep, fatigue=tired))
    taken = MedicinePeriod(
        drug="mirtazapine", dose_mg=30.0, start=START, end=None, times=(IntakeTime("bedtime"),)
    )
    return Record(
        patient=Patient(
            id="simulated",
            birth_year=1980,
            sex="female",
            pregnant=False,
            conditions=(Coded(display="fibromyalgia"),),
        ),
        medicines=(taken,),
        diary=tuple(days),
    )


@pytest.fixture(scope="module")
def disputed():
    return review(eased_by(5.0), KNOWLEDGE, seed=1)


def test_it_is_told_from_one_that_stands(disputed):
    found = disputed.answers[0]
    assert found.disputed
    assert not found.sound
    assert found.grade is BenefitGrade.CANNOT_TELL
    assert not review(eased_by(1.5), KNOWLEDGE, seed=1).answers[0].disputed


def test_the_picture_shows_no_part_of_it(disputed):
    line, _ = time_line(disputed)
    assert all(not p.due and p.estimate.without == p.estimate.mean for p in line.panels)
    shown, _ = time_line(review(eased_by(1.5), KNOWLEDGE, seed=1))
    assert all(p.due and p.estimate.without != p.estimate.mean for p in shown.panels)


def test_no_option_reckons_with_it(disputed):
    every = disputed.options.options
    own = [o for o in every if o.drug == "mirtazapine"]
    assert own[0].action == "no_change"
    assert all(
        o.expected.worth is None and o.expected.net is None and o.expected.benefit is None for o in own
    )
    assert not {"taper", "step_down", "step_up"} & {o.action for o in own}
    assert "test" in {o.action for o in own}
    weighing = {r.id for r in KNOWLEDGE.protocols["mirtazapine"].rule if r.weighs}
    assert weighing
    assert not weighing & {r.rule for o in own for r in o.because}


def test_the_words_say_so(disputed):
    text = " ".join(report_text(clinician_report(disputed, version="test")).split())
    assert "nothing is reckoned with it" in text
    assert "Due to mirtazapine now" not in text
