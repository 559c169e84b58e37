"""The ladder of doses against the same problem as a mixed-integer programme, solved by HiGHS."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from lenitive.titration.ladder import _solve


def by_milp(between, top, bottom, count, most_mg):
    """The smallest largest fall in height and, within it, the least cost; None where there is no ladder."""
    rungs = [(*top, 0.0), *between[::-1], (*bottom, 0.0)]
    edges = [
        (i, j, rungs[i][1] - rungs[j][1])
        for i in range(len(rungs))
        for j in range(i + 1, len(rungs))
        if most_mg is None or rungs[i][0] - rungs[j][0] <= most_mg + 1e-9
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


@pytest.mark.parametrize("seed", range(40))
def test_the_ladder_is_the_optimum(seed):
    chance = random.Random(seed)
    m = chance.randint(1, 10)
    mgs = sorted(chance.sample([2.5 * i for i in range(1, 40)], m))
    height = (lambda mg: mg / (mg + 9)) if seed % 2 else (lambda mg: mg)
    between = tuple((mg, height(mg), chance.choice([1, 1.5, 2, 3.0])) for mg in mgs)
    top, bottom = (100.0, height(100.0)), (0.0, 0.0)
    count, most = chance.randint(1, min(m, 5)), chance.choice([None, 30.0, 50.0])
    found = _solve(between, top, bottom, count, most)
    wanted = by_milp(between, top, bottom, count, most)
    if wanted is None:
        assert found is None
        return
    assert found is not None
    assert len(found) == count
    heights = [height(100.0), *(height(mg) for mg in found), 0.0]
    # HiGHS keeps constraints to 1e-6 by default.
    assert max(a - b for a, b in pairwise(heights)) == pytest.approx(wanted[0], abs=2e-6)
    costs = {mg: cost for mg, _, cost in between}
    assert sum(costs[mg] for mg in found) == pytest.approx(wanted[1], abs=1e-6)
