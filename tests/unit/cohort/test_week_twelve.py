"""What is said at week 12 is counted against what is true, and a probability is scored against the trials' own."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lenitive.cohort import answers_at_week_twelve
from lenitive.cohort.closed_loop.week_twelve import WEEK_TWELVE, AnswerArm, AnswerCase, row_of
from lenitive.response import BenefitGrade
from lenitive.virtual import DESIGNS, WORLDS

SEED = 2026


def case(index, truth, grade, helps, reaches, **more):
    usual = {"line": 0.9, "low": truth - 1, "high": truth + 1, "trials_helps": 0.75, "trials_reaches": 0.25}
    return AnswerCase(
        index=index, truth=truth, grade=grade, helps=helps, reaches=reaches, **{**usual, **more}
    )


def test_counts_are_those_of_the_cases():
    cases = (
        case(0, 1.5, BenefitGrade.WORKS, 0.99, 0.9),
        case(1, 0.5, BenefitGrade.WORKS, 0.98, 0.86, low=0.6),
        case(2, 0.4, BenefitGrade.HELPS_SIZE_OPEN, 0.975, 0.3),
        case(3, -0.2, BenefitGrade.DOES_NOT_WORK, 0.2, 0.01),
        case(4, -0.3, BenefitGrade.OPEN, 0.6, 0.35),
        case(5, 1.0, BenefitGrade.CANNOT_TELL, None, None, low=None, high=None),
    )
    row = row_of(AnswerArm(), cases, sure=0.85, helps=0.975)
    assert row.n == 6
    assert row.graded == pytest.approx(5 / 6)
    assert row.told == pytest.approx(4 / 6)
    assert row.helps == pytest.approx(3 / 6)
    assert row.helps_right == 1
    assert row.sure == pytest.approx(3 / 6)
    assert row.sure_right == pytest.approx(2 / 3)
    assert row.works == pytest.approx(2 / 6)
    assert row.works_of_reached == pytest.approx(1 / 2)
    assert row.covered == pytest.approx(4 / 5)
    assert row.grades["works"] == pytest.approx(2 / 6)
    own = np.mean([0.01**2, 0.02**2, 0.025**2, 0.2**2, 0.6**2, 0.25**2])
    theirs = np.mean([0.25**2] * 3 + [0.75**2] * 2 + [0.25**2])
    assert row.brier_helps == pytest.approx((own, 1 - own / theirs))
    told = np.mean([math.log(p) for p in (0.99, 0.98, 0.975, 0.8, 0.4, 0.75)])
    before = np.mean([math.log(p) for p in (0.75, 0.75, 0.75, 0.25, 0.25, 0.75)])
    assert row.log_helps == pytest.approx(told - before)


def test_where_nobody_is_told_anything_there_is_no_share_of_them():
    row = row_of(AnswerArm(), [case(0, 0.1, BenefitGrade.OPEN, 0.6, 0.3)], sure=0.85, helps=0.975)
    assert (row.helps, row.helps_right, row.sure_right, row.works_of_reached) == (0, None, None, None)


def test_every_arm_is_of_a_world_and_a_design_that_there_are():
    assert WEEK_TWELVE[0] == AnswerArm()
    assert {a.world for a in WEEK_TWELVE} <= WORLDS.keys()
    assert {a.design for a in WEEK_TWELVE} <= DESIGNS.keys()
    assert any(a.null and a.world == "monthly-cycle" for a in WEEK_TWELVE)


def test_twelve_weeks_of_an_open_start_bring_more_than_the_trials_say():
    """Of 24 patients; the bounds leave three standard errors of so few."""
    typical, null = answers_at_week_twelve([(AnswerArm(), 24), (AnswerArm(null=True), 24)], seed=SEED)
    error = math.sqrt(0.9 * 0.1 / 24)
    assert typical.graded >= 0.9 - 3 * error
    assert typical.covered is not None
    assert typical.covered >= 0.95 - 3 * math.sqrt(0.95 * 0.05 / 24)
    assert null.helps <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 24)
    assert null.helps_right in (None, 0)


def test_the_numbers_do_not_depend_on_who_else_is_asked():
    (one,) = answers_at_week_twelve([(AnswerArm(), 3)], seed=SEED)
    again, _ = answers_at_week_twelve([(AnswerArm(), 3), (AnswerArm(null=True), 2)], seed=SEED)
    assert one == again
