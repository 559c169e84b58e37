"""The day of the cycle as it was recorded: two waves that follow it, whatever was taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from lenitive.intake import read_folder, write_folder
from lenitive.knowledge import load
from lenitive.record import DiaryDay, IntakeTime, Measurement, MedicinePeriod, Patient, Record
from lenitive.render import clinician_report, report_text
from lenitive.response import fit_settings
from lenitive.response.cycle import cycle_waves
from lenitive.review import review
from lenitive.terms import Quantity

KNOWN = load()
PRIORS = fit_settings(KNOWN.judgement).priors
FIRST = date(2026, 1, 5)


def told(*entries: tuple[int, int]) -> Record:
    """``(day of the grid, day of the cycle)`` of each entry."""
    return Record(
        measurements=tuple(
            Measurement(day=FIRST + timedelta(days=t), measure="cycle_day", quantity=Quantity(float(d), "d"))
            for t, d in entries
        )
    )


def phase(record: Record, days: int = 120) -> np.ndarray:
    """``[day]`` of the wave, as a share of a cycle."""
    (_, cosine), (_, sine) = cycle_waves(record, (), FIRST, days, PRIORS)
    share = np.mod(np.arctan2(sine, cosine) / (2 * np.pi), 1.0)
    return np.where(share > 1 - 1e-9, 0.0, share)


def test_one_entry_gives_cycles_of_the_usual_length_both_ways():
    found = phase(told((40, 8)))
    # The first day of that cycle is day 33.
    assert found[33] == pytest.approx(0.0, abs=1e-9)
    assert found[33 + 14] == pytest.approx(0.5)
    assert found[5] == pytest.approx(0.0, abs=1e-9)
    assert found[61] == pytest.approx(0.0, abs=1e-9)


def test_cycles_of_her_own_length_run_from_first_day_to_first_day():
    """31 days, then 29; beyond what was recorded in cycles of 30."""
    found = phase(told((10, 1), (41, 1), (72, 3)), 140)
    for begins in (10, 41, 70, 100, 130):
        assert found[begins] == pytest.approx(0.0, abs=1e-9)
    assert found[10 + 31 // 2] == pytest.approx(15 / 31)


def test_cycles_that_were_not_entered_are_counted():
    """84 days between two first days: three cycles of 28, not one of 84."""
    found = phase(told((0, 1), (84, 1)))
    assert found[28] == pytest.approx(0.0, abs=1e-9)
    assert found[70] == pytest.approx(0.5)


def test_two_entries_of_one_cycle_are_one_cycle():
    """They differ by a day: the earlier first day counts."""
    assert np.allclose(phase(told((10, 1), (20, 11), (21, 13))), phase(told((9, 1))))


def test_nothing_recorded_and_no_such_blocks_leave_no_wave():
    assert cycle_waves(Record(), (), FIRST, 120, PRIORS) == ()


def simulated(*, recorded: bool, men: bool = False) -> Record:
    """Masked blocks of two weeks of a drug that does nothing, and a cycle of three points whose good half falls into the blocks with it."""
    rng = np.random.default_rng(4)
    days = 168
    swing = 1.5 * np.sin(2 * np.pi * np.arange(days) / 28)
    diary = []
    for t in range(days):
        scores = np.clip(np.round(5 + swing[t] + rng.normal(0, 1.1, 3)), 0, 10)
        names = ("sleep_disturbance", "pain", "fatigue")
        diary.append(
            DiaryDay(day=FIRST + timedelta(days=t), **dict(zip(names, map(float, scores), strict=True)))
        )
    medicines = tuple(
        MedicinePeriod(
            drug="duloxetine",
            dose_mg=60.0 * ((a // 14) % 2),
            start=FIRST + timedelta(days=a),
            end=FIRST + timedelta(days=a + 13),
            times=(IntakeTime("morning"),),
            masked=True,
        )
        for a in range(0, days, 14)
    )
    record = Record(patient=Patient(sex="male" if men else "female"), medicines=medicines, diary=tuple(diary))
    entries = told(*((a, 1) for a in range(0, days, 28))).measurements if recorded else ()
    return replace(record, measurements=entries)


def test_a_recorded_cycle_is_not_taken_for_the_drug_and_stands_among_the_reasons():
    made = {
        kind: review(simulated(recorded=kind == "recorded", men=kind == "none"), KNOWN, seed=1)
        for kind in ("none", "guard", "recorded")
    }
    helps = {kind: one.answers[0].helps for kind, one in made.items()}
    # Without any wave the cycle looks like the drug; with one it does not, and what was recorded is the phase that there is.
    assert helps["none"] > 0.95
    assert helps["recorded"] < helps["none"]
    assert helps["guard"] < helps["none"]
    facts = {
        kind: {
            f.name: f.value
            for r in one.answers[0].because
            if r.rule == "response.verdict.cycle"
            for f in r.facts
        }
        for kind, one in made.items()
    }
    assert facts["none"] == {}
    assert facts["guard"]["recorded"] == 0
    assert facts["recorded"]["recorded"] == 6
    assert 1.0 < facts["recorded"]["swing"] < 4.0
    text = " ".join(report_text(clinician_report(made["recorded"], version="test")).replace("│", " ").split())
    assert "The cycle that was recorded (6 entries) is taken out of the scores" in text


def test_the_day_of_the_cycle_survives_a_folder_and_has_limits():
    record = told((3, 5))
    assert read_folder(write_folder(record)).record.measurements == record.measurements
    bad = {
        "measurements.csv": b"date,measure,value,unit,note\n2026-01-01,cycle_day,0,d,\n2026-01-02,cycle_day,2.5,d,\n"
    }
    assert len(read_folder(bad).problems) == 2
