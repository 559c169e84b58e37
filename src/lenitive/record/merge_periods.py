"""Medicines brought up to date: periods compared day by day, so that parts of one course become one course.

A period without an end says more than it knows: the dose goes on until something else is said. So only the days up to the last
one on which its record has an entry are firm; after them it gives way to whatever another file says. Days inside a course on which
nobody entered anything give way too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from lenitive.frozen import dataclass
from lenitive.record.medicine import MedicinePeriod
from lenitive.record.record import Record

__all__ = ["Told", "merged_periods"]

_DAY = timedelta(days=1)
State = tuple[MedicinePeriod, ...]
"""What is taken of a drug on a day, each as a period stripped of its days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of comparing.

    Attributes:
        differences: First day and drug of each run of days on which the two differ.
        added: How many periods or days of it are new.
    """

    differences: tuple[tuple[date, str], ...]
    added: int


def merged_periods(
    standing: Record, new: Record, *, overwrite: bool
) -> tuple[tuple[MedicinePeriod, ...], Told]:
    """The periods of both, and where they differ; the standing word goes, unless it is to be overwritten."""
    found: list[MedicinePeriod] = []
    differences: list[tuple[date, str]] = []
    added = 0
    spoken = {p.drug for p in new.medicines}
    found += [p for p in standing.medicines if p.drug not in spoken]
    for drug in sorted(spoken):
        old, said = standing.periods(drug), new.periods(drug)
        needed_old = [p for p in old if p.as_needed]
        more = [p for p in said if p.as_needed and p not in needed_old]
        found += [*needed_old, *more]
        course = [p for p in said if not p.as_needed]
        before = [p for p in old if not p.as_needed]
        if not course or _covered(course, before):
            found += before
            added += len(more)
            continue
        entries = _entry_days(standing)
        days, differ = _both(
            _Course(before, entries, standing.last_day), _Course(course, None, new.last_day), overwrite
        )
        differences += [(day, drug) for day in _starts(differ)]
        made = _periods(days, _open_state(before, course, standing, new))
        added += len(more) + (made != before)
        found += made
    return tuple(found), Told(differences=tuple(differences), added=added)


def _covered(course: Sequence[MedicinePeriod], before: Sequence[MedicinePeriod]) -> bool:
    """Whether every period that the file states stands already, as it is."""
    return all(period in before for period in course)


def _entry_days(record: Record) -> frozenset[date]:
    kinds = (record.diary, record.effects, record.activities)
    return frozenset(entry.day for entries in kinds for entry in entries)


class _Course:
    """One drug's periods by day.

    Attributes:
        firm: What is taken on each day that is firm.
        weak: The same for days that give way.
        missed: Days noted as missed.
    """

    def __init__(
        self, periods: Sequence[MedicinePeriod], entries: frozenset[date] | None, last: date | None
    ) -> None:
        self.firm: dict[date, State] = {}
        self.weak: dict[date, State] = {}
        self.missed = frozenset(day for p in periods for day in p.missed)
        inside = (min(entries), max(entries)) if entries else None
        for period in periods:
            bare = replace(period, start=date.min, end=None, missed=frozenset())
            end = period.end if period.end is not None else max(period.start, last or period.start)
            day = period.start
            while day <= end:
                gives_way = (
                    entries is not None
                    and inside is not None
                    and inside[0] <= day <= inside[1]
                    and day not in entries
                )
                into = self.weak if gives_way else self.firm
                into[day] = tuple(sorted((*into.get(day, ()), bare), key=repr))
                day += _DAY


def _both(old: _Course, said: _Course, overwrite: bool) -> tuple[dict[date, tuple[State, bool]], list[date]]:
    """Each day's state and whether it was missed, and the days on which the two differ."""
    days: dict[date, tuple[State, bool]] = {}
    differ: list[date] = []
    for day in sorted({*old.firm, *old.weak, *said.firm}):
        here, there = old.firm.get(day), said.firm.get(day)
        if here is not None and there is not None and here != there:
            differ.append(day)
            state = there if overwrite else here
        else:
            state = here or there or old.weak[day]
        days[day] = (state, day in old.missed or day in said.missed)
    return days, differ


def _starts(days: Iterable[date]) -> list[date]:
    """The first day of each run."""
    found: list[date] = []
    last: date | None = None
    for day in days:
        if last is None or day != last + _DAY:
            found.append(day)
        last = day
    return found


def _open_state(
    before: Sequence[MedicinePeriod], course: Sequence[MedicinePeriod], standing: Record, new: Record
) -> frozenset[date]:
    """The last firm days of periods without an end: from them on the dose goes on until another is said."""
    ends: set[date] = set()
    for periods, last in ((before, standing.last_day), (course, new.last_day)):
        ends |= {max(p.start, last or p.start) for p in periods if p.end is None}
    return frozenset(ends)


def _periods(days: dict[date, tuple[State, bool]], goes_on: frozenset[date]) -> list[MedicinePeriod]:
    """Runs of days of one state as periods; a run that goes on reaches to the next, or has no end."""
    runs: list[tuple[date, date, State, bool]] = []
    for day in sorted(days):
        state = days[day][0]
        if runs and runs[-1][2] == state and day == runs[-1][1] + _DAY:
            runs[-1] = (runs[-1][0], day, state, day in goes_on)
        elif runs and runs[-1][3] and day > runs[-1][1] + _DAY:
            begin, _, before, _ = runs[-1]
            if before == state:
                runs[-1] = (begin, day, state, day in goes_on)
            else:
                runs[-1] = (begin, day - _DAY, before, False)
                runs.append((day, day, state, day in goes_on))
        else:
            runs.append((day, day, state, day in goes_on))
    missed = [day for day, (_, was) in days.items() if was]
    found: list[MedicinePeriod] = []
    for i, (begin, end, state, open_) in enumerate(runs):
        last = None if open_ and i == len(runs) - 1 else end
        for bare in state:
            own = frozenset(d for d in missed if begin <= d and (last is None or d <= last))
            found.append(
                replace(bare, start=begin, end=last, missed=own if bare.dose_mg > 0 else frozenset())
            )
    return found
