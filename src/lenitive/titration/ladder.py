"""The doses between two doses: the steps that fall as evenly as existing products allow.

Solved exactly by dynamic programming over the doses (Bellman): first the smallest possible largest step is found, then,
among the ladders that reach it, the one with the fewest pieces and halves. The tests solve the same as a mixed-integer
programme by HiGHS (``scipy.optimize.milp``) and compare.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from itertools import pairwise

from lenitive.titration.day_dose import DayDose

__all__ = ["LadderError", "ladder", "reachable"]

_HALF_COSTS = 0.5
_SLACK = 1e-7

_Rung = tuple[float, float, float]
"""A dose: mg a day, height, and what its pieces cost."""
_Way = tuple[float, float, tuple[float, ...]]
"""A ladder so far: cost, squares of the falls, doses."""


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
    below: float | None = None,
) -> tuple[float, ...]:
    """Daily doses after each step down from ``start`` to ``end``, mg, the last being ``end``.

    Args:
        doses: What can be taken, ascending.
        start: The dose now, mg a day.
        end: Where to arrive; 0 is stopping.
        steps: How many steps at most. Fewer are made when products allow no more.
        height: What should fall evenly: the dose itself, or the occupancy at a dose. Increasing.
        most_mg_per_step: No step larger than this, mg a day.
        below: Every fall is smaller than this, in height; more steps than asked for are made where that takes more.

    Raises:
        LadderError: When a limit on the step cannot be kept.
    """
    between = tuple(
        (d.mg, height(d.mg), d.pieces + _HALF_COSTS * d.halves)
        for d in doses
        if end + 1e-9 < d.mg < start - 1e-9
    )
    falls = [a - b for a, b in pairwise([start, *(mg for mg, _, _ in reversed(between)), end])]
    if most_mg_per_step is not None and max(falls) > most_mg_per_step + 1e-9:
        raise LadderError(f"no ladder of steps of at most {most_mg_per_step:g} mg exists")
    wanted = min(steps - 1, len(between))
    for count in range(wanted, len(between) + 1):
        found = _solve(between, (start, height(start)), (end, height(end)), count, most_mg_per_step)
        if found is not None and (below is None or _largest((start, *found, end), height) < below - _SLACK):
            return (*found, end)
        if most_mg_per_step is None and below is None:
            break
    raise LadderError("no ladder")


def _largest(doses: Sequence[float], height: Callable[[float], float]) -> float:
    return max(height(a) - height(b) for a, b in pairwise(doses))


def reachable(
    doses: Sequence[DayDose],
    start: float,
    end: float,
    height: Callable[[float], float],
    *,
    below: float,
    most_mg_per_step: float | None = None,
) -> tuple[float, float | None]:
    """The lowest dose down to ``end`` that falls smaller than ``below`` lead to, and the next one, which none leads to.

    No ladder crosses the gap between two neighbouring doses by less than the gap, so that the finest one decides.

    Returns:
        The dose, mg a day (``start`` when there is no such fall at all), and the next lower one; None at ``end``.
    """
    at = start
    for mg in (*sorted((d.mg for d in doses if end + 1e-9 < d.mg < start - 1e-9), reverse=True), end):
        too_far = most_mg_per_step is not None and at - mg > most_mg_per_step + 1e-9
        if too_far or height(at) - height(mg) >= below - _SLACK:
            return at, mg
        at = mg
    return at, None


@lru_cache(maxsize=4096)
def _solve(
    between: tuple[_Rung, ...],
    top: tuple[float, float],
    bottom: tuple[float, float],
    count: int,
    most_mg: float | None,
) -> tuple[float, ...] | None:
    """The doses on the way, descending, or None when the step limit cannot be kept with so many."""
    first, last = (*top, 0.0), (*bottom, 0.0)

    def fall(upper: _Rung, lower: _Rung) -> float:
        """In height; without end where the limit on the step forbids it."""
        return (
            math.inf if most_mg is not None and upper[0] - lower[0] > most_mg + 1e-9 else upper[1] - lower[1]
        )

    # The smallest possible largest fall: how far each dose can be reached as the so-and-so-manieth.
    reach = [fall(first, one) for one in between] if count else []
    for _ in range(count - 1):
        reach = [
            min((max(reach[j], fall(between[j], one)) for j in range(i + 1, len(between))), default=math.inf)
            for i, one in enumerate(between)
        ]
    ends = [max(r, fall(one, last)) for r, one in zip(reach, between, strict=False)]
    largest = min(ends, default=math.inf) if count else fall(first, last)
    if math.isinf(largest):
        return None
    if not count:
        return ()

    # Among the ladders that keep to it: fewest pieces and halves, then the most even falls.
    def worth(upper: _Rung, lower: _Rung) -> tuple[float, float] | None:
        size = fall(upper, lower)
        return None if size > largest + _SLACK else (lower[2], size * size)

    def better(a: _Way | None, b: _Way | None) -> _Way | None:
        return b if a is None or (b is not None and b[:2] < a[:2]) else a

    def longer(way: _Way | None, upper: _Rung, lower: _Rung) -> _Way | None:
        more = worth(upper, lower) if way is not None else None
        if way is None or more is None:
            return None
        return way[0] + more[0], way[1] + more[1], (*way[2], lower[0])

    ways: list[_Way | None] = [longer((0.0, 0.0, ()), first, one) for one in between]
    for _ in range(count - 1):
        ways = [
            reduce(better, (longer(ways[j], between[j], one) for j in range(i + 1, len(between))), None)
            for i, one in enumerate(between)
        ]
    best = reduce(better, (longer(way, one, last) for way, one in zip(ways, between, strict=True)), None)
    return None if best is None else best[2][:-1]
