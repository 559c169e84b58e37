"""A long record is reviewed in seconds, and a terminal is told what is being done."""

from __future__ import annotations

import io
import time
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.record import DiaryDay, MedicinePeriod, Record
from lenitive.review import Parts, review
from lenitive.shells.cli.progress import made_in_sight
from lenitive.shells.files import open_record

KNOWLEDGE = load()
BASE = open_record(Path(__file__).parents[3] / "examples" / "clear-responder").record
assert BASE is not None
MOST_S = 10.0
"""Of this processor's own time: what else runs on the machine does not count."""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def hundred_medicines() -> Record:
    names = [s for s in sorted(KNOWLEDGE.substances.by_id) if s != "mirtazapine"][:97]
    first = BASE.last_day - timedelta(days=200)
    beside = tuple(
        MedicinePeriod(drug=name, dose_mg=5, start=first + timedelta(days=i)) for i, name in enumerate(names)
    )
    return replace(BASE, medicines=(*BASE.medicines, *beside))


def ten_years() -> Record:
    rng, start = np.random.default_rng(1), date(2016, 1, 1)
    scores = rng.integers(2, 9, size=(3650, 3))
    diary = tuple(
        DiaryDay(day=start + timedelta(days=i), pain=float(p), sleep_disturbance=float(s), fatigue=float(f))
        for i, (p, s, f) in enumerate(scores)
    )
    periods = tuple(
        MedicinePeriod(
            drug="mirtazapine",
            dose_mg=(15, 30, 22.5, 45)[i % 4],
            start=start + timedelta(days=30 * i),
            end=start + timedelta(days=30 * i + 29) if i < 119 else None,
        )
        for i in range(120)
    )
    return Record(patient=BASE.patient, medicines=periods, diary=diary)


@pytest.mark.parametrize("record", [hundred_medicines, ten_years])
def test_a_long_record_is_reviewed_within_ten_seconds(record):
    """case P20"""
    made, began = review(record(), KNOWLEDGE, seed=1), time.process_time()
    for part in fields(Parts):
        getattr(made, part.name)
    assert time.process_time() - began < MOST_S


def test_a_terminal_is_told_what_is_done_and_left_clean():
    out, ticks = Terminal(), count()
    made_in_sight(review(BASE, KNOWLEDGE, seed=1), out, lambda: float(next(ticks)))
    said = out.getvalue()
    assert "fitting the diary" in said
    assert "10 of 10: looking up articles" in said
    assert said.endswith("\r\x1b[K")


def test_a_short_review_and_a_pipe_are_told_nothing():
    quick, pipe = Terminal(), io.StringIO()
    made_in_sight(review(BASE, KNOWLEDGE, seed=1), quick, lambda: 0.0)
    made_in_sight(review(BASE, KNOWLEDGE, seed=1), pipe, lambda: 1e9)
    assert quick.getvalue() == pipe.getvalue() == ""
