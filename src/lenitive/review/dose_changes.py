"""When the dose of a drug was changed: begun, raised, lowered, stopped, begun again."""

from __future__ import annotations

from datetime import date, timedelta

from lenitive.record import Record

__all__ = ["dose_changes", "latest_change"]


def dose_changes(record: Record, drug: str, at: date) -> tuple[date, ...]:
    """The days up to ``at`` on which the scheduled daily dose was other than on the day before, ascending.

    Adjoining rows of one dose are no change, whatever their form or hour. Intakes as needed are none.
    """
    scheduled = [p for p in record.periods(drug) if not p.as_needed]
    events = {p.start for p in scheduled} | {
        p.end + timedelta(days=1) for p in scheduled if p.end is not None
    }

    def dose(day: date) -> float:
        return sum(p.dose_mg_per_day for p in scheduled if p.covers(day))

    return tuple(d for d in sorted(events) if d <= at and dose(d) != dose(d - timedelta(days=1)))


def latest_change(record: Record, drug: str, at: date) -> date:
    """The last of them; of a drug taken as needed alone, the first day it was taken.

    Raises:
        ValueError: When the drug was not taken by that day.
    """
    changes = dose_changes(record, drug, at)
    return changes[-1] if changes else min(p.start for p in record.periods(drug) if p.start <= at)
