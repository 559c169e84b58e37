"""One simulated patient's course of treatment under one policy: what was decided, and when.

Each patient lives the same life under every policy: the same chance decides her days, so only the doses differ. A dose is decided at a
visit from her record of that day; her life is then simulated again with the doses so far, which leaves every day before the change as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from lenitive.cohort.closed_loop.course import (
    BASELINE_DAYS,
    START_MG,
    VISIT_DAYS,
    CourseSoFar,
    Policy,
    VisitDay,
    begun,
    horizon_days,
)
from lenitive.cohort.closed_loop.product import harms_only, known_nuisance, product
from lenitive.cohort.closed_loop.rivals import FIXED, visit_rule
from lenitive.frozen import dataclass
from lenitive.virtual import WORLDS, Cohort, Design, Given, Phase, simulate

__all__ = ["POLICIES", "GivenDoses", "Setting", "live", "lived"]

POLICIES: Mapping[str, Policy | tuple[Phase, ...]] = MappingProxyType(
    {
        "product": product,
        **FIXED,
        "visit_rule": visit_rule,
        "harms_only": harms_only,
        "known_nuisance": known_nuisance,
    }
)
"""The ways of dosing that are compared, the product's own first; a fixed dose is its own path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Under what circumstances patients are treated.

    Attributes:
        world: A name of ``WORLDS``.
        weeks: Length of the course, weeks; visits go on through the outcome phase after it.
        preferences: What matters to the patients; all the same.
        seed: With her index it fixes a patient.
    """

    world: str = "typical"
    weeks: int = 26
    preferences: Mapping[str, float]
    seed: int

    @property
    def days(self) -> int:
        """Length of the diary."""
        return horizon_days(self.weeks)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDoses:
    """What one patient was given.

    Attributes:
        index: Which patient.
        path: Doses by day.
        tests: Tests begun.
        in_test: Whether one was running on the last day of the course.
    """

    index: int
    path: tuple[Phase, ...]
    tests: int = 0
    in_test: bool = False


def lived(setting: Setting, index: int, path: tuple[Phase, ...]) -> Cohort:
    """One patient's whole life under a path of doses. Days before a change of the path do not depend on it."""
    design = Design(
        name="closed-loop", days=setting.days, phases=tuple(p for p in path if p.day < setting.days)
    )
    return simulate(
        WORLDS[setting.world][1],
        design,
        n=1,
        seed=setting.seed,
        first=index,
        given=Given(preferences=setting.preferences),
    )


def live(setting: Setting, index: int, policy: str) -> GivenDoses:
    """One patient's course under a policy.

    Raises:
        KeyError: When there is no such policy.
    """
    decide = POLICIES[policy]
    if isinstance(decide, tuple):
        return GivenDoses(index=index, path=decide)
    now = CourseSoFar(path=begun((0, START_MG)), weeks=setting.weeks)
    cohort = lived(setting, index, now.path)
    record, in_test = cohort.record(0), False
    known = now.path
    for t in range(BASELINE_DAYS + VISIT_DAYS, setting.days, VISIT_DAYS):
        if now.over:
            break
        if t > now.last_day_of_course and now.in_test(t):
            in_test = True
            now.end_test(t)
        if now.in_test(t):
            continue
        at = cohort.start + timedelta(days=t)
        decide(VisitDay(record=record.until(at), t=t, seed=setting.seed + index, cohort=cohort), now)
        if now.path != known:
            known = now.path
            cohort = lived(setting, index, now.path)
            record = cohort.record(0)
    return GivenDoses(
        index=index,
        path=now.path,
        tests=now.tests,
        in_test=in_test,
    )
