"""What is taken on a day, by substance: the record's names resolved, a plan laid over them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from datetime import date, timedelta

from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge, Match
from lenitive.record import MedicinePeriod, Plan, Record

__all__ = ["DoseCourse", "Names", "Situation", "TakenDrug", "courses", "situation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the record's drug names were taken to mean.

    Attributes:
        known: Written name to match, for those with a substance.
        unknown: Written names that mean nothing here.
        uncovered: Written names of drugs that are known by name only.
    """

    known: dict[str, Match]
    unknown: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()

    @classmethod
    def of(cls, written: Iterable[str], knowledge: Knowledge) -> Names:
        """Resolve names, each once."""
        known: dict[str, Match] = {}
        unknown, uncovered = [], []
        for name in dict.fromkeys(written):
            match = knowledge.resolve_drug(name)
            if match is None:
                unknown.append(name)
            elif not match.covered:
                uncovered.append(name)
            else:
                known[name] = match
        return cls(known=known, unknown=tuple(unknown), uncovered=tuple(uncovered))


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseCourse:
    """One substance over time: daily dose from each day on, in order of day. A dose of 0 is not taking it."""

    id: str
    steps: tuple[tuple[date, float], ...]

    def dose(self, day: date) -> float:
        """mg a day."""
        found = 0.0
        for start, mg in self.steps:
            if start > day:
                break
            found = mg
        return found

    def since(self, day: date) -> date | None:
        """First day of the unbroken use that holds a day, or None when it is not taken then."""
        begun = None
        for start, mg in self.steps:
            if start > day:
                break
            if mg <= 0:
                begun = None
            elif begun is None:
                begun = start
        return begun

    def last_raise(self, day: date) -> date | None:
        """The last day, up to this one, on which the dose rose, the start included."""
        found, before = None, 0.0
        for start, mg in self.steps:
            if start > day:
                break
            if mg > before:
                found = start
            before = mg
        return found

    def ends(self) -> tuple[tuple[date, date, float], ...]:
        """For each end of use: its first day, the first day without, and the dose before."""
        found, begun, before = [], None, 0.0
        for start, mg in self.steps:
            if mg > 0 and begun is None:
                begun = start
            elif mg <= 0 and begun is not None:
                found.append((begun, start, before))
                begun = None
            before = mg
        return tuple(found)

    def held(self, day: date, days: int) -> bool:
        """Whether the dose was the same on each of the days before a day."""
        return len({self.dose(day - timedelta(days=i)) for i in range(1, days + 1)}) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDrug:
    """A substance that is taken.

    Attributes:
        id: The substance.
        dose_mg: mg a day.
        since: First day of the unbroken use.
        raised: The last day on which the dose rose, the start included.
        planned: Whether a plan starts it or gives more of it than now.
    """

    id: str
    dose_mg: float
    since: date
    raised: date
    planned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One day: what is taken, by whom, and what has been recorded up to the day of the check.

    Attributes:
        day: The day looked at; it may lie in the plan.
        at: The day of the check: nothing recorded later is used.
        record: The record up to ``at``.
        taken: Substances taken on the day.
        courses: Every substance's course, the plan included.
        before: Every substance's course as the record has it, without the plan.
        conditions: Ids of the patient's conditions, with the words of the record.
    """

    day: date
    at: date
    record: Record
    taken: dict[str, TakenDrug]
    courses: dict[str, DoseCourse]
    before: dict[str, DoseCourse]
    conditions: dict[str, str] = field(default_factory=dict)


# First day, first day without (or None), mg a day, whether as needed.
_Interval = tuple[date, date | None, float, bool]


def _interval(period: MedicinePeriod, as_needed: timedelta) -> tuple[date, date | None]:
    end = None if period.end is None else period.end + timedelta(days=1)
    if period.as_needed:
        end = (period.end or period.start) + as_needed
    return period.start, end


def courses(record: Record, plan: Plan | None, names: Names, as_needed: timedelta) -> dict[str, DoseCourse]:
    """Each substance's course: what the record says, and from the plan's start on what the plan says.

    Args:
        record: The record.
        plan: What is proposed, or None.
        names: What the written names mean.
        as_needed: How long a drug taken as needed counts as taken after its last dose.
    """
    intervals: dict[str, list[_Interval]] = {}
    planned = set() if plan is None else {names.known[d].id for d in plan.drugs if d in names.known}
    for period in record.medicines:
        match = names.known.get(period.drug)
        if match is None or period.dose_mg <= 0:
            continue
        start, end = _interval(period, as_needed)
        if plan is not None and match.id in planned:
            if start >= plan.start:
                continue
            end = plan.start if end is None or end > plan.start else end
        intervals.setdefault(match.id, []).append((start, end, period.dose_mg_per_day, period.as_needed))
    for period in () if plan is None else plan.periods:
        match = names.known.get(period.drug)
        if match is not None and period.dose_mg > 0:
            row = (*_interval(period, as_needed), period.dose_mg_per_day, period.as_needed)
            intervals.setdefault(match.id, []).append(row)
    return {id_: DoseCourse(id=id_, steps=_steps(found)) for id_, found in intervals.items()}


def _steps(intervals: list[_Interval]) -> tuple[tuple[date, float], ...]:
    """The daily dose from each change on. As-needed days that lie close together are one use, not a sum."""
    days = sorted({d for start, end, _, _ in intervals for d in (start, end) if d is not None})
    steps = []
    for day in days:
        now = [(mg, prn) for start, end, mg, prn in intervals if start <= day and (end is None or day < end)]
        scheduled = sum(mg for mg, prn in now if not prn)
        steps.append((day, scheduled + max((mg for mg, prn in now if prn), default=0.0)))
    return tuple(steps)


def situation(
    record: Record,
    found: dict[str, DoseCourse],
    conditions: dict[str, str],
    *,
    day: date,
    at: date,
    before: dict[str, DoseCourse] | None = None,
) -> Situation:
    """What holds on a day.

    Args:
        record: The record up to the day of the check.
        found: Every substance's course.
        conditions: Ids of the patient's conditions, with the words of the record.
        day: The day looked at.
        at: The day of the check.
        before: The courses without the plan, where ``found`` has one in it.
    """
    before = found if before is None else before
    taken: dict[str, TakenDrug] = {}
    for id_, course in sorted(found.items()):
        dose = course.dose(day)
        now = before[id_].dose(at) if id_ in before else 0.0
        since, raised = course.since(day), course.last_raise(day)
        if dose > 0 and since is not None and raised is not None:
            taken[id_] = TakenDrug(
                id=id_,
                dose_mg=dose,
                since=since,
                raised=raised,
                planned=dose > now,
            )
    return Situation(
        day=day,
        at=at,
        record=record,
        taken=taken,
        courses=found,
        before=before,
        conditions=conditions,
    )
