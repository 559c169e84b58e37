"""The doses between two doses: the steps that fall as evenly as existing products allow.

Solved exactly, as a small mixed-integer programme, by HiGHS (``scipy.optimize.milp``): first the smallest possible
largest step is found, then, among the ladders that reach it, the one with the fewest pieces and halves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lenitive.titration.day_dose import DayDose

__all__ = ["LadderError", "ladder"]

_HALF_COSTS = 0.5
_SLACK = 1e-7


class LadderError(ValueError):
    """No ladder of so many steps exists between the doses."""


def ladder(
    doses: Sequence[DayDose],
    start: float,
    end: float,
    steps: int,
    height: Callable[[float], float],
    *,
    most_mg_per_step: float | None = None,
) -> tuple[float, ...]:
    """Daily doses after each step down from ``start`` to ``end``, mg, the last being ``end``.

    Args:
        doses: What can be taken, ascending.
        start: The dose now, mg a day.
        end: Where to arrive; 0 is stopping.
        steps: How many steps at most. Fewer are made when products allow no more.
        height: What should fall evenly: the dose itself, or the occupancy at a dose. Increasing.
        most_mg_per_step: No step larger than this, mg a day.

    Raises:
        LadderError: When a limit on the step cannot be kept.
    """
    between = tuple(
        (d.mg, height(d.mg), d.pieces + _HALF_COSTS * d.halves)
        for d in doses
        if end + 1e-9 < d.mg < start - 1e-9
    )
    wanted = min(steps - 1, len(between))
    for count in range(wanted, len(between) + 1):
        found = _solve(between, (start, height(start)), (end, height(end)), count, most_mg_per_step)
        if found is not None:
            return (*found, end)
        if most_mg_per_step is None:
            break
    raise LadderError(
        f"no ladder of steps of at most {most_mg_per_step:g} mg exists" if most_mg_per_step else "no ladder"
    )


@lru_cache(maxsize=4096)
def _solve(
    between: tuple[tuple[float, float, float], ...],
    top: tuple[float, float],
    bottom: tuple[float, float],
    count: int,
    most_mg: float | None,
) -> tuple[float, ...] | None:
    """The doses on the way, descending, or None when the step limit cannot be kept with so many."""
    if count == 0:
        allowed = most_mg is None or top[0] - bottom[0] <= most_mg + 1e-9
        return () if allowed else None

    # Imported here: reading a plan does not need a solver.
    from scipy.optimize import Bounds, LinearConstraint, milp

    mg, high, cost = (np.array(column) for column in zip(*between, strict=True))
    m = mg.size
    size = count * m + 1
    rows: list[NDArray[np.float64]] = []
    low: list[float] = []
    up: list[float] = []

    def add(row: NDArray[np.float64], lower: float, upper: float) -> None:
        rows.append(row)
        low.append(lower)
        up.append(upper)

    def stage(values: NDArray[np.float64], i: int) -> NDArray[np.float64]:
        row = np.zeros(size)
        row[i * m : (i + 1) * m] = values
        return row

    order = np.arange(m, dtype=float)
    for i in range(count):
        add(stage(np.ones(m), i), 1, 1)
    for i in range(count - 1):
        add(stage(order, i) - stage(order, i + 1), 1, np.inf)
    for i in range(count + 1):
        before_mg, before_h = (
            (np.zeros(size), np.zeros(size)) if i == 0 else (stage(mg, i - 1), stage(high, i - 1))
        )
        after_mg, after_h = (np.zeros(size), np.zeros(size)) if i == count else (stage(mg, i), stage(high, i))
        fixed_mg = (top[0] if i == 0 else 0.0) - (bottom[0] if i == count else 0.0)
        fixed_h = (top[1] if i == 0 else 0.0) - (bottom[1] if i == count else 0.0)
        row = before_h - after_h
        row[-1] = -1.0
        add(row, -np.inf, -fixed_h)
        if most_mg is not None:
            add(before_mg - after_mg, -np.inf, most_mg + 1e-9 - fixed_mg)
    whole = np.append(np.ones(size - 1), 0)
    bounds = Bounds(np.zeros(size), np.append(np.ones(size - 1), np.inf))
    largest = np.zeros(size)
    largest[-1] = 1.0
    options = {"mip_rel_gap": 0.0}
    first = milp(
        largest,
        constraints=LinearConstraint(np.array(rows), low, up),
        integrality=whole,
        bounds=bounds,
        options=options,
    )
    if first.x is None:
        return None
    bounds = Bounds(np.zeros(size), np.append(np.ones(size - 1), first.fun + _SLACK))
    easy = np.append(np.tile(cost, count), 0.0)
    second = milp(
        easy,
        constraints=LinearConstraint(np.array(rows), low, up),
        integrality=whole,
        bounds=bounds,
        options=options,
    )
    x = first.x if second.x is None else second.x
    return tuple(float(mg[int(np.argmax(x[i * m : (i + 1) * m]))]) for i in range(count))
