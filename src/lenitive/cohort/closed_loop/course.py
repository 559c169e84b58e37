"""How a simulated course of treatment runs: when it begins, when the visits are, and what was decided so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.record import Record
from lenitive.virtual import Cohort, Phase

__all__ = [
    "BASELINE_DAYS",
    "OUTCOME_WEEKS",
    "START_MG",
    "STEP_MG",
    "VISIT_DAYS",
    "CourseSoFar",
    "Policy",
    "VisitDay",
    "begun",
    "doses",
    "horizon_days",
]

BASELINE_DAYS = 14
"""Days of diary before the first dose."""
OUTCOME_WEEKS = 4
"""Weeks after the course, in which doses may still be changed but no test is begun."""
VISIT_DAYS = 14
START_MG, STEP_MG = 15.0, 15.0


def horizon_days(weeks: int) -> int:
    """Days of diary of a course of so many weeks with its outcome phase, the last visit's day included."""
    return BASELINE_DAYS + 7 * (weeks + OUTCOME_WEEKS)


@dataclass(slots=True)
class CourseSoFar:
    """What a policy has decided so far.

    Attributes:
        path: Doses by day.
        weeks: Length of the course.
        busy_until: The first day on which a test that was begun is over.
        tests: Tests begun.
        over: Whether nothing is decided any more.
    """

    path: tuple[Phase, ...]
    weeks: int
    busy_until: int = 0
    tests: int = 0
    over: bool = False

    def dose(self, day: int) -> float:
        """mg prescribed on a day."""
        return next(p.dose_mg for p in reversed(self.path) if p.day <= day)

    def change(self, day: int, dose: float, *, masked: bool = False) -> None:
        """Another dose from a day on; what was planned from that day on goes."""
        self.path = (*(p for p in self.path if p.day < day), Phase(day, dose, masked))

    def in_test(self, day: int) -> bool:
        """Whether a test is running on a day."""
        return day < self.busy_until

    def end_test(self, day: int) -> None:
        """Leave the test that is running: the dose after it is taken from the day after on."""
        self.change(day + 1, self.path[-1].dose_mg)
        self.busy_until = day

    @property
    def last_day_of_course(self) -> int:
        """The last of the weeks that count."""
        return BASELINE_DAYS + 7 * self.weeks - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDay:
    """A patient on the day of a visit.

    Attributes:
        record: Hers up to that day.
        t: The day, from the first of the diary.
        seed: Of what is decided on it.
        cohort: The truth about her, for rivals that are told some of it; a policy of the product never looks.
    """

    record: Record
    t: int
    seed: int
    cohort: Cohort

    @property
    def at(self) -> date:
        """The date."""
        return self.cohort.start + timedelta(days=self.t)


Policy = Callable[[VisitDay, CourseSoFar], None]
"""Decides at a visit what is taken from the next evening on."""


def begun(*steps: tuple[int, float]) -> tuple[Phase, ...]:
    """Doses by days since the first, after the weeks without."""
    return (Phase(0, 0.0), *(Phase(BASELINE_DAYS + day, mg) for day, mg in steps))


def doses(path: tuple[Phase, ...], days: int) -> NDArray[np.float64]:
    """mg prescribed on each day [days]."""
    out = np.zeros(days)
    for phase in path:
        out[phase.day :] = phase.dose_mg
    return out
