"""Which worlds are looked at, with how many patients, in order of importance: a run that is cut has done the first ones."""

from __future__ import annotations

from lenitive.cohort.closed_loop.life import POLICIES
from lenitive.cohort.closed_loop.rows import Arm
from lenitive.cohort.closed_loop.run import Wanted

__all__ = ["arms"]

_ALL = tuple(POLICIES)
_WITHOUT_NUISANCE = tuple(p for p in _ALL if p != "known_nuisance")
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


def arms(typical: int, others: int) -> tuple[Wanted, ...]:
    """Every arm, the typical world first.

    Args:
        typical: Patients of the typical world, where every policy is tried.
        others: Patients of every other world, at other costs, and over 52 weeks; with 0 there is the typical world alone.
    """
    found = [Wanted(arm=Arm(), n=typical, policies=_ALL)]
    if others:
        further = [Arm(world=w) for w in _WORLDS]
        further += [Arm(cost=0.5), Arm(cost=2.0), Arm(weeks=52)]
        found += [Wanted(arm=a, n=others, policies=_WITHOUT_NUISANCE) for a in further]
    return tuple(found)
