"""Activities as they were done: described, whether or not anybody asks what they do."""

from __future__ import annotations

from datetime import date
from statistics import median

from lenitive.frozen import dataclass
from lenitive.record import Record
from lenitive.terms import Message

__all__ = ["ActivityRecord", "activities_done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRecord:
    """One activity of the record.

    Attributes:
        activity: Its id in the vocabulary.
        days: On how many days it was done.
        minutes: Median of the minutes on those days for which they were noted; None where they never were.
        first: First day.
        last: Last day.
    """

    activity: str
    days: int
    minutes: float | None
    first: date
    last: date

    @property
    def message(self) -> Message:
        """It in a sentence."""
        return Message.of(
            "review.question.done" if self.minutes is None else "review.question.done_timed",
            activity=self.activity,
            count=self.days,
            minutes=self.minutes,
            first=self.first,
            last=self.last,
        )


def activities_done(record: Record) -> tuple[ActivityRecord, ...]:
    """Each activity of a record that was cut off at the day of the review, in order of name."""
    found = []
    for name in sorted({a.activity for a in record.activities}):
        rows = [a for a in record.activities if a.activity == name]
        by_day: dict[date, float] = {}
        for row in rows:
            if row.minutes is not None:
                by_day[row.day] = by_day.get(row.day, 0.0) + row.minutes
        days = sorted({a.day for a in rows})
        found.append(
            ActivityRecord(
                activity=name,
                days=len(days),
                minutes=median(by_day.values()) if by_day else None,
                first=days[0],
                last=days[-1],
            )
        )
    return tuple(found)
