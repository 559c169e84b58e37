"""Where a plan may wait or end: a point before each change. The rules are ours; they keep to the cautious side.

While the drug that ends and the drug that begins are both taken the plan does not wait. A dose below the one that
the source starts with may be kept for a while, but is not offered as a treatment to stay on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from lenitive.terms import Message
from lenitive.titration.dose_plan import PlanStage, StopPoint
from lenitive.titration.load import stretches

__all__ = ["stop_points"]


def _point(
    day: date,
    taken: tuple[tuple[str, float], ...],
    start_mg: Callable[[str], float | None],
    limited: Mapping[str, int],
) -> StopPoint:
    hold = end = True
    short = next((drug for drug, _ in taken if drug in limited), None)
    if short is not None:
        hold = end = False
        why = Message.of("titration.wait.limited", drug=short, days=limited[short])
    elif not taken:
        why = Message.of("titration.wait.none_taken")
    elif len(taken) > 1:
        hold = end = False
        why = Message.of("titration.wait.both_taken")
    else:
        drug, mg = taken[0]
        least = start_mg(drug)
        if least is None:
            end = False
            why = Message.of("titration.wait.no_least")
        elif mg < least - 1e-9:
            end = False
            why = Message.of("titration.wait.below_start", least_mg=least)
        else:
            why = Message.of("titration.wait.at_start", least_mg=least)
    return StopPoint(day=day, taken=taken, may_hold=hold, may_end=end, why=why)


def stop_points(
    stages: Sequence[PlanStage], start_mg: Callable[[str], float | None], limited: Mapping[str, int]
) -> tuple[StopPoint, ...]:
    """One point for each stretch of days that ends.

    Args:
        stages: Of the plan.
        start_mg: The daily dose that a drug is begun with at this age, or None where no source gives it.
        limited: To how many days a source limits the use of a drug, where it does.
    """
    return tuple(
        _point(last, tuple((s.drug, s.dose.mg) for s in stages if s.covers(last)), start_mg, limited)
        for _, last in stretches(stages)
        if last is not None
    )
