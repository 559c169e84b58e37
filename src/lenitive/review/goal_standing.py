"""One goal that was agreed, against what was recorded: where it stood, where it stands, whether it is reached and by how much it is not.

Of a diary score the mean of the last two weeks stands against that of the two weeks before the drug in question began, as for the change
since the start; of a questionnaire the last score against the last before it; of an activity the days on which it was done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from lenitive.frozen import dataclass
from lenitive.knowledge import ChangeRow, Judgement
from lenitive.record import Record
from lenitive.review.goal import Goal, GoalKind
from lenitive.review.goal_words import SubjectKind
from lenitive.terms import MEASURES, Score

__all__ = ["GoalStanding", "Standpoint", "Start", "ValueOver", "standing_of", "start_of"]


class Standpoint(StrEnum):
    """Where a goal, or a rule for stopping, stands."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_YET = "not_yet"
    """Its time has not come."""
    UNKNOWN = "unknown"
    """The record does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueOver:
    """A value with the days that it is of.

    Attributes:
        value: In the unit of what it is a value of.
        first: First day.
        last: Last day; the same for one measurement.
        entries: How many entries it is a mean of.
    """

    value: float
    first: date
    last: date
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The days that weeks are counted from.

    Attributes:
        first: First dose of the drug in question; None without one.
        step: Its last change of dose; None without a dose.
    """

    first: date | None
    step: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalStanding:
    """One goal and where it stands.

    Attributes:
        goal: What was agreed.
        standpoint: Whether it is reached; of a rule for stopping, whether it holds.
        before: Where it stood; None where that is not known or not needed.
        now: Where it stands; None where that is not known.
        fall: By how much it fell, above zero for an improvement; None where that is not known.
        needed: What would do: a fall, a rise or a level, in the unit of the value; None where that is not known.
        short: By how much that is missed; below zero where it is passed.
        due: The day by which, or from which on, it counts; None without a time.
        window_days: How many days the means are taken over; 0 for a measurement.
        lacks: What the record lacks: ``start``, ``before``, ``now``, ``success``, ``threshold``; empty where nothing is.
    """

    goal: Goal
    standpoint: Standpoint
    before: ValueOver | None = None
    now: ValueOver | None = None
    fall: float | None = None
    needed: float | None = None
    short: float | None = None
    due: date | None = None
    window_days: int = 0
    lacks: str = ""

    @property
    def unit(self) -> str:
        """The unit of what is looked at, whatever the goal is written in: ``points``, ``kg``, ``min`` or ``h``."""
        if self.goal.sort is SubjectKind.MEASURE:
            return "kg" if MEASURES[self.goal.subject].unit == "kg" else "points"
        return {SubjectKind.SCORE: "points", SubjectKind.HOURS: "h", SubjectKind.ACTIVITY: "min"}[
            self.goal.sort
        ]


def start_of(record: Record, drug: str, at: date) -> Start:
    """The first dose of a drug and its last change of dose, up to a day."""
    periods = [p for p in record.medicines if p.drug == drug and p.start <= at and not p.as_needed]
    taken = [p for p in periods if p.dose_mg > 0]
    if not taken:
        return Start(first=None, step=None)

    def dose(day: date) -> float:
        return sum(p.dose_mg_per_day for p in periods if p.covers(day))

    edges = {p.start for p in periods} | {
        p.end + timedelta(days=1) for p in periods if p.end is not None and p.end < at
    }
    steps = [day for day in edges if dose(day) != dose(day - timedelta(days=1))]
    return Start(first=taken[0].start, step=max(steps))


def _mean(values: list[tuple[date, float]], least: int) -> ValueOver | None:
    if len(values) < max(least, 1):
        return None
    return ValueOver(
        value=sum(v for _, v in values) / len(values),
        first=values[0][0],
        last=values[-1][0],
        entries=len(values),
    )


def _days(record: Record, goal: Goal) -> list[tuple[date, float]]:
    """Every value of what the diary or the activities say, in order of day."""
    if goal.sort is SubjectKind.SCORE:
        score = Score(goal.subject)
        return [(d.day, v) for d in record.diary if (v := d.score(score)) is not None]
    if goal.sort is SubjectKind.HOURS:
        return [(d.day, d.sleep_hours) for d in record.diary if d.sleep_hours is not None]
    done: dict[date, float] = {}
    for a in record.activities:
        if a.activity == goal.subject and a.minutes is not None:
            done[a.day] = done.get(a.day, 0.0) + a.minutes
    return sorted(done.items())


def _levels(
    record: Record, goal: Goal, at: date, start: Start, lines: Judgement
) -> tuple[ValueOver | None, ValueOver | None]:
    """Before and now."""
    first = start.first
    if goal.sort is SubjectKind.MEASURE:
        series = [(m.day, m.value) for m in record.series(goal.subject)]
        if not series:
            return None, None
        earlier = [s for s in series[:-1] if first is not None and s[0] <= first]
        old = (earlier or series[:-1])[-1:] if earlier else series[:-1][:1]
        return _mean(old, 1), _mean(series[-1:], 1)
    values = _days(record, goal)
    if goal.sort is SubjectKind.ACTIVITY:
        window = lines.agreed.activity_days.days
        return None, _mean([v for v in values if at - window < v[0] <= at], 1)
    window, least = lines.verdict.window_days.days, lines.verdict.least_entries.whole
    now = _mean([v for v in values if at - window < v[0] <= at], least)
    if first is None:
        return None, now
    return _mean([v for v in values if first - window <= v[0] < first], least), now


def _amount(goal: Goal, before: ValueOver | None) -> float | None:
    """How much, in the unit of the value."""
    if goal.unit != "share":
        return goal.amount
    return None if before is None else goal.amount * before.value


def _least_benefit(goal: Goal, before: ValueOver, lines: Judgement) -> float | None:
    """The smallest fall that matters; None where no source that may decide gives one."""
    if goal.sort is SubjectKind.SCORE:
        return lines.verdict.benefit.value
    instrument = lines.instruments.instrument.get(goal.subject)
    row: ChangeRow | None = None if instrument is None else instrument.important
    if row is None or not row.grade.may_decide:
        return None
    return row.value * before.value if row.unit == "1" else row.value


_LEVEL: dict[GoalKind, Callable[[float, float], bool]] = {
    GoalKind.BELOW: lambda now, line: now < line,
    GoalKind.AT_MOST: lambda now, line: now <= line + 1e-9,
    GoalKind.ABOVE: lambda now, line: now > line,
    GoalKind.AT_LEAST: lambda now, line: now >= line - 1e-9,
}
_LATE = frozenset({GoalKind.SHORT, GoalKind.NO_BENEFIT})


def standing_of(goal: Goal, record: Record, *, at: date, start: Start, lines: Judgement) -> GoalStanding:
    """Where a goal stands.

    Args:
        goal: What was agreed.
        record: The record as it stood on the day.
        at: The day.
        start: From which days weeks count.
        lines: Over how many days means are taken, and which falls matter.
    """
    anchor = start.step if goal.after_step else start.first
    due = None if goal.weeks is None or anchor is None else anchor + timedelta(days=round(7 * goal.weeks))
    before, now = _levels(record, goal, at, start, lines)

    window = {SubjectKind.MEASURE: 0, SubjectKind.ACTIVITY: lines.agreed.activity_days.whole}.get(
        goal.sort, lines.verdict.window_days.whole
    )
    fall = None if before is None or now is None else before.value - now.value

    def found(standpoint: Standpoint, **more: Any) -> GoalStanding:
        return GoalStanding(
            goal=goal,
            standpoint=standpoint,
            before=before,
            now=now,
            fall=fall,
            due=due,
            window_days=window,
            **more,
        )

    if now is None:
        return found(Standpoint.UNKNOWN, lacks="now")
    if goal.kind is GoalKind.NAMED:
        return found(Standpoint.UNKNOWN, lacks="success")
    if goal.weeks is not None and due is None:
        return found(Standpoint.UNKNOWN, lacks="start")
    if goal.kind in _LEVEL:
        met = _LEVEL[goal.kind](now.value, goal.amount)
        lower = goal.kind in {GoalKind.BELOW, GoalKind.AT_MOST}
        short = now.value - goal.amount if lower else goal.amount - now.value
        needed: float | None = goal.amount
    else:
        if before is None or fall is None:
            counted = start.first is not None or goal.sort is SubjectKind.MEASURE
            return found(Standpoint.UNKNOWN, lacks="before" if counted else "start")
        benefit = goal.kind is GoalKind.NO_BENEFIT
        needed = _least_benefit(goal, before, lines) if benefit else _amount(goal, before)
        if needed is None:
            return found(Standpoint.UNKNOWN, lacks="threshold")
        moved = -fall if goal.kind is GoalKind.RISE else fall
        short = needed - moved
        met = (moved >= needed - 1e-9) is not (goal.kind in _LATE)
    standpoint = Standpoint.MET if met else Standpoint.NOT_MET
    if due is not None and at < due and (goal.kind in _LATE or not met):
        standpoint = Standpoint.NOT_YET
    return found(standpoint, needed=needed, short=short)
