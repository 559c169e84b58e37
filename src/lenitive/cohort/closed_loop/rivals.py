"""Ways of dosing that need no model: one dose for everybody, and the rule of thumb at visits."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lenitive.cohort.calibration.rules import RULES
from lenitive.cohort.closed_loop.course import BASELINE_DAYS, STEP_MG, CourseSoFar, VisitDay, begun
from lenitive.virtual import Phase

__all__ = ["FIXED", "visit_rule"]

FIXED: Mapping[str, tuple[Phase, ...]] = MappingProxyType(
    {
        "fixed_7.5": begun((0, 7.5)),
        "fixed_15": begun((0, 15.0)),
        "fixed_30": begun((0, 15.0), (7, 30.0)),
        "fixed_45": begun((0, 15.0), (7, 30.0), (14, 45.0)),
    }
)
"""One dose for everybody, whatever happens; above 15 mg it is reached in weekly steps."""

_MAX_MG, _EVERY_DAYS = 45.0, 28


def visit_rule(visit: VisitDay, now: CourseSoFar) -> None:
    """Every four weeks: recalled pain down 30 % stays as it is; otherwise a step up, and after 45 mg it is stopped for good."""
    if (visit.t - BASELINE_DAYS) % _EVERY_DAYS or RULES["visit"](visit.record, visit.at):
        return
    dose = now.dose(visit.t)
    if dose >= _MAX_MG:
        now.change(visit.t + 1, 0.0)
        now.over = True
    else:
        now.change(visit.t + 1, min(dose + STEP_MG, _MAX_MG))
