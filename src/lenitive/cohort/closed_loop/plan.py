"""Which worlds are looked at, with how many patients, in order of importance: a run that is cut has done the first ones."""

from __future__ import annotations

from lenitive.cohort.closed_loop.rivals import FIXED
from lenitive.cohort.closed_loop.rows import Arm
from lenitive.cohort.closed_loop.run import ArmPlan

__all__ = ["arms"]

_RIVALS = ("product", *FIXED, "visit_rule")
_WITH_HARMS = (*_RIVALS, "harms_only")
_DIARY_MATTERS = ("together-and-wide", "effects-together")
"""Where people differ most in what they gain, and so where the diary is worth most."""
_WORLDS = (
    "exact",
    "monthly-cycle",
    "double-placebo",
    "few-responders",
    "nobody-fooled",
    "late-onset",
    "wide",
    "rebound",
    "monthly-cycle-half",
)


def arms(typical: int, others: int) -> tuple[ArmPlan, ...]:
    """Every arm, the typical world first.

    Args:
        typical: Patients of the typical world.
        others: Patients of every other world, at other costs and over 52 weeks, and of the typical one for the rivals whose every visit is
            a fit; with 0 there is the typical world alone.
    """
    found = [ArmPlan(arm=Arm(), n=typical, policies=_RIVALS)]
    if others:
        found += [ArmPlan(arm=Arm(world=w), n=others, policies=_WITH_HARMS) for w in _DIARY_MATTERS]
        asked = ("product", "harms_only", "known_nuisance")
        found.append(ArmPlan(arm=Arm(), n=min(typical, others), policies=asked))
        further = [*(Arm(world=w) for w in _WORLDS), Arm(cost=0.5), Arm(cost=2.0), Arm(weeks=52)]
        found += [ArmPlan(arm=a, n=others, policies=_WITH_HARMS) for a in further]
    return tuple(found)
