"""How many sedating and serotonergic drugs a patient takes on each day of a plan.

They are counted and named, not weighed: no source read gives weights by which the drugs of these classes add up.
Beside each stands its dose as a share of the most that its dosing row allows, where there is such a row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from lenitive.knowledge import Knowledge
from lenitive.terms import Message
from lenitive.titration.dose_plan import PlanStage
from lenitive.titration.loads import CountedDrug, Load, LoadClass, LoadOverTime

__all__ = ["BASIS", "load_over_time", "stretches"]

BASIS = Message.of("titration.load.counted")


def stretches(stages: Sequence[PlanStage]) -> tuple[tuple[date, date | None], ...]:
    """Days on which the same is taken, first and last, in order; the last goes on, be it with nothing."""
    starts = {s.first for s in stages}
    starts |= {s.last + timedelta(days=1) for s in stages if s.last is not None}
    ordered = sorted(starts)
    limited = [(first, after - timedelta(days=1)) for first, after in pairwise(ordered)]
    return (*limited, (ordered[-1], None)) if ordered else ()


def _counted(stage: PlanStage, most: float | None) -> CountedDrug:
    mg = stage.dose.mg
    return CountedDrug(drug=stage.drug, mg=mg, share_of_most=round(mg / most, 3) if most else None)


def load_over_time(
    knowledge: Knowledge,
    stages: Sequence[PlanStage],
    beside: Sequence[str],
    most_mg: Callable[[str], float | None],
) -> LoadOverTime:
    """The drugs of each class on each stretch of days.

    Args:
        knowledge: Where the classes stand.
        stages: Of the plan.
        beside: Ids of what else is taken; its doses are not known here.
        most_mg: The most of a planned drug, mg a day, or None where no source gives it.
    """
    substances = knowledge.substances
    planned = {substances.ingredient(s.drug) for s in stages}
    others = {substances.ingredient(o): o for o in beside if substances.ingredient(o) not in planned}
    counts = [(stage, _counted(stage, most_mg(stage.drug))) for stage in stages]
    found = []
    for of_class in LoadClass:
        of_the_class = [x for x in counts if of_class.value in substances.classes_of(x[0].drug)]
        counted = []
        for first, last in stretches(stages):
            taken = [drug for stage, drug in of_the_class if stage.covers(first)]
            taken += [
                CountedDrug(drug=other, mg=None, share_of_most=None)
                for other in others.values()
                if of_class.value in substances.classes_of(other)
            ]
            counted.append((first, last, tuple(sorted(taken, key=lambda d: d.drug))))
        highest = max((len(drugs) for _, _, drugs in counted), default=0)
        lowest = min((len(drugs) for _, _, drugs in counted), default=0)
        found += [
            Load(
                of_class=of_class,
                first=first,
                last=last,
                count=len(drugs),
                drugs=drugs,
                peak=len(drugs) == highest > lowest,
            )
            for first, last, drugs in counted
        ]
    return LoadOverTime(basis=BASIS, stretches=tuple(found))
