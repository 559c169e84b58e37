"""Which worlds are looked at, with how many patients, in order of importance: a run that is cut has done the first ones."""

from __future__ import annotations

from lenitive.cohort.closed_loop.life import POLICIES
from lenitive.cohort.closed_loop.rows import Arm
from lenitive.cohort.closed_loop.run import ArmPlan

__all__ = ["arms"]

_WITHOUT_NUISANCE = tuple(p for p in POLICIES if p != "known_nuisance")
_WORLDS = (
    "together-and-wide",
    "effects-together",
    "monthly-cycle",
    "double-placebo",
    "nobody-fooled",
    "few-responders",
    "late-onset",
    "wide",
    "rebound",
    "monthly-cycle-half",
)


def arms(typical: int, others: int) -> tuple[ArmPlan, ...]:
    """Every arm, the typical world first.

    Args:
        typical: Patients of the typical world, where every rival is tried; knowing the nuisance, on as many as of another.
        others: Patients of every other world, at other costs, and over 52 weeks; with 0 there is the typical world alone.
    """
    found = [ArmPlan(arm=Arm(), n=typical, policies=_WITHOUT_NUISANCE)]
    if others:
        # What knowing every nuisance would add is asked on fewer: such fits take longest.
        found += [ArmPlan(arm=Arm(), n=min(typical, others), policies=("product", "known_nuisance"))]
        further = [Arm(world=w) for w in _WORLDS]
        further += [Arm(cost=0.5), Arm(cost=2.0), Arm(weeks=52)]
        found += [ArmPlan(arm=a, n=others, policies=_WITHOUT_NUISANCE) for a in further]
    return tuple(found)
