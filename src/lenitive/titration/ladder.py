"""The doses between two doses: the steps that fall as evenly as existing products allow.

Solved exactly by dynamic programming over the doses (Bellman): first the smallest possible largest fall is found, then,
among the ladders that reach it, the one with the fewest steps on liquid, then the fewest pieces and halves, then the
most even falls. After a step on liquid no step goes back to tablets. The tests solve the same as a mixed-integer
programme by HiGHS (``scipy.optimize.milp``) and compare.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from lenitive.titration.day_dose import DayDose

__all__ = ["LadderError", "ladder", "largest_fall", "reachable"]

_HALF_COSTS = 0.5
_LIQUID_COSTS = 1000.0
"""More than all pieces of a ladder: a step on liquid is avoided before any piece is counted."""
_SLACK = 1e-7

_Rung = tuple[float, float, float, bool]
"""A dose: mg a day, height, what its pieces cost, and whether it is liquid."""


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
    below: float = math.inf,
) -> tuple[DayDose, ...]:
    """Day doses on the way down from ``start`` to ``end``, both left out.

    Args:
        doses: What can be taken, ascending; the same dose may stand in tablets and in liquid.
        start: The dose now, mg a day.
        end: Where to arrive; 0 is stopping.
        steps: How many steps at most. Fewer are made when products allow no more.
        height: What should fall evenly: the dose itself, or the occupancy at a dose. Increasing.
        most_mg_per_step: No step larger than this, mg a day.
        below: Every fall is smaller than this, in height. More steps than asked for are made where a limit takes more.

    Raises:
        LadderError: When a limit cannot be kept.
    """
    between = [d for d in doses if end + 1e-9 < d.mg < start - 1e-9]
    rungs = tuple(
        (d.mg, height(d.mg), d.pieces + _HALF_COSTS * d.halves + _LIQUID_COSTS * d.liquid, d.liquid)
        for d in between
    )
    most_mg = math.inf if most_mg_per_step is None else most_mg_per_step
    every = [start, *(d.mg for d in reversed(between)), end]
    if largest_fall(every, lambda mg: mg) > most_mg + 1e-9 or largest_fall(every, height) >= below - _SLACK:
        raise LadderError("two neighbouring doses are further apart than a limit allows")
    different = len({round(d.mg, 6) for d in between})
    wanted = min(steps - 1, different)
    # A limit may need more steps; and fewer do where tablets and liquid leave no way for so many.
    more = range(wanted + 1, different + 1) if math.isfinite(min(most_mg, below)) else ()
    for count in (wanted, *more, *range(wanted - 1, -1, -1)):
        found = _solve(rungs, (start, height(start)), (end, height(end)), count, most_mg, below)
        if found is not None:
            return tuple(between[i] for i in found)
    raise LadderError("no ladder")


def largest_fall(doses: Sequence[float], height: Callable[[float], float]) -> float:
    """The largest fall in height from one dose to the next."""
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

    The finest ladder decides: from each dose the fall to the next is the smallest there is. One may go on from the lowest
    dose in tablets to tablets or to liquid, and from the lowest in liquid to liquid; to ``end`` from either.

    Returns:
        The dose, mg a day (``start`` when there is no such fall at all), and the next lower one; None at ``end``.
    """

    def small(upper: float, lower: float) -> bool:
        near = most_mg_per_step is None or upper - lower <= most_mg_per_step + 1e-9
        return near and height(upper) - height(lower) < below - _SLACK

    tablets = lowest = start
    between = [d for d in doses if end + 1e-9 < d.mg < start - 1e-9]
    # Of one dose in both forms the liquid comes first, so that it is not reached from its own tablets.
    for dose in sorted(between, key=lambda d: (-d.mg, not d.liquid)):
        if dose.liquid and small(lowest, dose.mg):
            lowest = dose.mg
        elif not dose.liquid and small(tablets, dose.mg):
            tablets = dose.mg
            lowest = min(lowest, tablets)
    if small(lowest, end):
        return end, None
    return lowest, max(
        [end, *(d.mg for d in between if d.mg < lowest - 1e-9 and (d.liquid or lowest == tablets))]
    )


@lru_cache(maxsize=4096)
def _above(between: tuple[_Rung, ...], most_mg: float) -> list[list[tuple[int, float]]]:
    """For each dose those from which one may step down to it, with the fall, the smallest first."""
    return [
        [
            (j, upper[1] - height)
            for j, upper in enumerate(between[i + 1 :], i + 1)
            if 1e-9 < upper[0] - mg <= most_mg + 1e-9 and (liquid or not upper[3])
        ]
        for i, (mg, height, _, liquid) in enumerate(between)
    ]


@lru_cache(maxsize=4096)
def _solve(
    between: tuple[_Rung, ...],
    top: tuple[float, float],
    bottom: tuple[float, float],
    count: int,
    most_mg: float = math.inf,
    below: float = math.inf,
) -> tuple[int, ...] | None:
    """Which doses are on the way, the highest first, or None when there is no way with so many."""

    def allowed(upper_mg: float, lower_mg: float) -> bool:
        return upper_mg - lower_mg <= most_mg + 1e-9

    if not count:
        return () if allowed(top[0], bottom[0]) and top[1] - bottom[1] < below - _SLACK else None
    above = _above(between, most_mg)
    first = [top[1] - h if allowed(top[0], mg) else math.inf for mg, h, _, _ in between]
    last = [h - bottom[1] if allowed(mg, bottom[0]) else math.inf for mg, h, _, _ in between]

    # The smallest possible largest fall: how far each dose can be reached as the so-and-so-manieth.
    reach = first
    for _ in range(count - 1):
        further = []
        for uppers in above:
            best = math.inf
            for j, fall in uppers:
                if fall >= best:
                    break
                best = min(best, max(reach[j], fall))
            further.append(best)
        reach = further
    largest = min((max(r, f) for r, f in zip(reach, last, strict=True)), default=math.inf)
    if largest >= below - _SLACK:
        return None

    # Among the ladders that keep to it: fewest steps on liquid, then fewest pieces and halves, then the most even falls.
    most = largest + _SLACK
    ways = [(rung[2], f * f) if f <= most else None for rung, f in zip(between, first, strict=True)]
    came: list[list[int]] = []
    for _ in range(count - 1):
        longer: list[tuple[float, float] | None] = []
        through = []
        for rung, uppers in zip(between, above, strict=True):
            way, via = None, -1
            for j, fall in uppers:
                if fall > most:
                    break
                before = ways[j]
                if before is None:
                    continue
                one = (before[0] + rung[2], before[1] + fall * fall)
                if way is None or one < way:
                    way, via = one, j
            longer.append(way)
            through.append(via)
        ways = longer
        came.append(through)
    ends = [
        (way[0], way[1] + f * f, i)
        for i, (way, f) in enumerate(zip(ways, last, strict=True))
        if way is not None and f <= most
    ]
    chosen = [min(ends)[2]]
    for through in reversed(came):
        chosen.append(through[chosen[-1]])
    return tuple(reversed(chosen))
