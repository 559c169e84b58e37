"""On which days of a plan something can become true that was not true before.

A rule can ask for what is taken and never for what is not, so that nothing begins to hold by a drug's end alone, by the end
of a wait, by a start being long past or by a lower dose: limits are upper limits. What can begin to hold something: a start or a higher dose, an
end (a rule may be about it, and a wait begins), the year of a birthday, and a length of use that a source limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from lenitive.knowledge import Dosing, Knowledge
from lenitive.safety.situation import DoseCourse

__all__ = ["days_of_change", "length_limit"]


def length_limit(drug: str, knowledge: Knowledge) -> Dosing | None:
    """The row that limits a drug's use to the fewest days, for whatever purpose; None when none does."""
    if drug not in knowledge.drugs:
        return None
    rows = [d for d in knowledge.drugs[drug].dosing.values() if d.max_days is not None and d.decides]
    return min(rows, key=lambda d: d.max_days or 0, default=None)


def days_of_change(
    courses: Mapping[str, DoseCourse], planned: Iterable[str], knowledge: Knowledge, *, at: date
) -> tuple[date, ...]:
    """Days after the check on which something can begin to hold, in order.

    Args:
        courses: Every substance's course, the plan included.
        planned: The substances that the plan speaks about: the last of their days is the last that is looked at.
        knowledge: What is known.
        at: The day of the check.
    """
    ends: set[date] = set()
    for id_ in planned:
        if id_ in courses:
            ends |= {day for day, _ in courses[id_].steps} | _too_long(courses[id_], knowledge)
    last = max(ends, default=at)
    days = {date(year, 1, 1) for year in range(at.year + 1, last.year + 1)}
    for course in courses.values():
        days |= _risen_or_ended(course) | _too_long(course, knowledge)
    return tuple(sorted(day for day in days if at < day <= last))


def _risen_or_ended(course: DoseCourse) -> set[date]:
    """The days of the course on which the dose is higher than before, or none."""
    doses = [0.0, *(mg for _, mg in course.steps)]
    return {
        day for before, (day, mg) in zip(doses, course.steps, strict=False) if mg > before or mg <= 0 < before
    }


def _too_long(course: DoseCourse, knowledge: Knowledge) -> set[date]:
    """The first day past the length that a source covers, of each unbroken use."""
    row = length_limit(course.id, knowledge)
    if row is None or row.max_days is None:
        return set()
    found: set[date] = set()
    for start, mg in course.steps:
        if mg > 0:
            past = start + timedelta(days=row.max_days)
            if course.since(past) == start:
                found.add(past)
    return found
