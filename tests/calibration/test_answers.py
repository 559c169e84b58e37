"""The answer in three parts on simulated patients: what has to be said, how often it must be right, and that a lie would be found out.

Bounds are the promised shares less three of their Monte Carlo errors at these few patients; the long run stands in docs/reports/answers.json.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import sqrt

import pytest

from lenitive.cohort.calibration import ANSWER_DESIGNS, PatientAnswer, answer_cases, answer_rows
from lenitive.cohort.calibration.case import judgement
from lenitive.response import BenefitGrade, fit_settings

N = 60
NULLS = ("typical, nobody helped", "monthly-cycle, nobody helped")


@cache
def cases(world: str, design: str) -> list[PatientAnswer]:
    return answer_cases(world, design, first=0, count=N, seed=41, settings=fit_settings(judgement()))


def error(share: float, n: int) -> float:
    return 3 * sqrt(share * (1 - share) / n)


@pytest.mark.parametrize("design", ANSWER_DESIGNS)
def test_nearly_everybody_is_told_something(design: str) -> None:
    (row,) = answer_rows(cases("typical", design))
    assert row.told >= 0.9 - error(0.9, N)
    assert row.closed >= 0.85 - error(0.85, N)
    assert row.speaks >= 0.45 - error(0.45, N)
    called = row.speaks * N
    assert row.right is not None
    assert row.right >= 0.93 - error(0.93, called)


def test_who_is_told_that_it_helps_is_helped() -> None:
    rows = [answer_rows(cases("typical", design))[0] for design in ANSWER_DESIGNS]
    said = sum(r.helps * r.n for r in rows)
    right = sum((r.helps_right or 0.0) * r.helps * r.n for r in rows)
    assert said >= 8
    assert right / said >= 0.97 - error(0.97, said)


@pytest.mark.parametrize("world", NULLS)
def test_a_drug_that_does_nothing_is_seldom_said_to_help(world: str) -> None:
    rows = [answer_rows(cases(world, design))[0] for design in ANSWER_DESIGNS]
    false = sum(r.false_helps for r in rows) / len(rows)
    assert false <= 0.05 + error(0.05, N * len(rows))
    assert all(r.helped == 0 for r in rows)


def test_answers_that_are_made_up_are_found_out() -> None:
    """The same patients, all told that it helps: then few of them are helped."""
    told = [
        replace(c, grade=BenefitGrade.HELPS_SIZE_OPEN, helps=0.99) for c in cases(NULLS[0], ANSWER_DESIGNS[0])
    ]
    (row,) = answer_rows(told)
    assert row.helps == 1.0
    assert row.helps_right == 0.0
    assert row.false_helps == 1.0
