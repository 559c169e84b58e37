"""The ladder of doses against the same problem as a mixed-integer programme, solved by HiGHS."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from lenitive.titration.ladder import _solve


def by_milp(between, top, bottom, count, most_mg):
    """The smallest largest fall in height and, within it, the least cost; None where there is no ladder."""
    rungs = [(*top, 0.0, False), *between[::-1], (*bottom, 0.0, True)]
    edges = [
        (i, j, rungs[i][1] - rungs[j][1])
        for i in range(len(rungs))
        for j in range(i + 1, len(rungs))
        if rungs[i][0] - rungs[j][0] <= most_mg + 1e-9
        and rungs[i][0] > rungs[j][0]
        and (rungs[j][3] or not rungs[i][3])
    ]
    if not edges:
        return None
    n = len(edges)
    rows, target = [], []
    for rung in range(len(rungs)):
        rows.append([(e[0] == rung) - (e[1] == rung) for e in edges] + [0])
        target.append(1 if rung == 0 else -1 if rung == len(rungs) - 1 else 0)
    rows.append([1] * n + [0])
    target.append(count + 1)
    falls = np.hstack([np.diag([e[2] for e in edges]), -np.ones((n, 1))])
    limits = [LinearConstraint(np.array(rows, float), target, target), LinearConstraint(falls, -np.inf, 0)]
    whole = np.append(np.ones(n), 0)
    first = milp(
        np.append(np.zeros(n), 1), constraints=limits, integrality=whole,
        bounds=Bounds(0, np.append(np.ones(n), np.inf)), options={"mip_rel_gap": 0.0},
    )  # fmt: skip
    if first.x is None:
        return None
    second = milp(
        np.append([rungs[e[1]][2] for e in edges], 0), constraints=limits, integrality=whole,
        bounds=Bounds(0, np.append(np.ones(n), first.fun + 1e-7)), options={"mip_rel_gap": 0.0},
    )  # fmt: skip
    return first.fun, second.fun


def made_up(seed):
    """Doses in tablets, in liquid or in both; in every third only in tablets. A thousand more is what liquid costs."""
    chance = random.Random(seed)
    mgs = sorted(chance.sample([2.5 * i for i in range(1, 40)], chance.randint(1, 10)))
    height = (lambda mg: mg / (mg + 9)) if seed % 2 else (lambda mg: mg)
    between = []
    for mg in mgs:
        forms = [(False,), (True,), (False, True)][chance.randrange(3)] if seed % 3 else (False,)
        between += [
            (mg, height(mg), chance.choice([1, 1.5, 2, 3.0]) + 1000 * liquid, liquid) for liquid in forms
        ]
    count, most = chance.randint(1, min(len(mgs), 5)), chance.choice([math.inf, 30.0, 50.0])
    return tuple(between), height, count, most


@pytest.mark.parametrize("seed", range(90))
def test_the_ladder_is_the_optimum(seed):
    between, height, count, most = made_up(seed)
    top, bottom = (100.0, height(100.0)), (0.0, 0.0)
    found = _solve(between, top, bottom, count, most)
    wanted = by_milp(between, top, bottom, count, most)
    if wanted is None:
        assert found is None
        return
    assert found is not None
    assert len(found) == count
    heights = [height(100.0), *(between[i][1] for i in found), 0.0]
    # HiGHS keeps constraints to 1e-6 by default.
    assert max(a - b for a, b in pairwise(heights)) == pytest.approx(wanted[0], abs=2e-6)
    assert sum(between[i][2] for i in found) == pytest.approx(wanted[1], abs=1e-6)
    forms = [between[i][3] for i in found]
    assert forms == sorted(forms)
    # A bound on the fall leaves the ladder alone, or there is none: the optimum is the smallest largest fall.
    assert _solve(between, top, bottom, count, most, wanted[0] * 1.001) == found
    assert _solve(between, top, bottom, count, most, wanted[0] * 0.999) is None


def test_the_made_up_ladders_are_of_every_kind():
    """Some have no way, some end in liquid after tablets, and some of them could not be had in tablets at all."""
    answers = [
        (_solve(b, (100.0, h(100.0)), (0.0, 0.0), n, most), b) for b, h, n, most in map(made_up, range(90))
    ]
    forms = [[between[i][3] for i in found] for found, between in answers if found is not None]
    assert sum(found is None for found, _ in answers) >= 5
    assert sum(len(set(f)) == 2 for f in forms) >= 8
    assert sum(all(f) for f in forms) >= 5
    assert sum(not any(f) for f in forms) >= 20
