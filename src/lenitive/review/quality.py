"""How much the record holds, and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from lenitive.record import Record
from lenitive.terms import SCORES, Problem, Score, Severity

__all__ = ["DataQuality", "Gap", "data_quality"]

# An entry made this long after the day it is about may be recalled rather than felt; counted and shown, never dropped.
LATE = timedelta(hours=36)
LONG_GAP_DAYS = 7
# Fewer answers than this say little about how often a side effect is there.
ASKED_ENOUGH = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A run of days without any entry, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DataQuality:
    """What there is to go by.

    Attributes:
        first: First diary day, or None without a diary.
        last: Last diary day.
        days: Days from the first diary day to the day of the review.
        entries: Diary days with at least one score.
        missing: Per outcome, days without a score as a share of ``days``.
        at_floor: Per outcome, scores of 0 as a share of its scores.
        at_ceiling: Per outcome, scores of 10 as a share of its scores.
        other_scores_low: Per score that the diary holds but that is no outcome here, its values below 1 as a share.
        asked_and_absent: Per side effect asked at least seven times, the reports that it was absent as a share.
        gaps: Runs of a week or more without any entry, longest first.
        late_entries: Entries made more than 36 hours after the end of their day, of those with a time of entry.
        days_before_first_dose: Diary days with a score before the first drug, or None without a drug.
        problems: What reading the record had to say.
    """

    first: date | None
    last: date | None
    days: int
    entries: int
    missing: Mapping[Score, float]
    at_floor: Mapping[Score, float]
    at_ceiling: Mapping[Score, float]
    other_scores_low: Mapping[Score, float]
    asked_and_absent: Mapping[str, float]
    gaps: tuple[Gap, ...]
    late_entries: int
    days_before_first_dose: int | None
    problems: tuple[Problem, ...]


def _gaps(days: Sequence[date], at: date) -> tuple[Gap, ...]:
    ends = [*days, at + timedelta(days=1)]
    found = [
        Gap(first=a + timedelta(days=1), last=b - timedelta(days=1))
        for a, b in pairwise(ends)
        if (b - a).days > LONG_GAP_DAYS
    ]
    return tuple(sorted(found, key=lambda g: (-g.days, g.first)))


def _late(record: Record) -> int:
    count = 0
    for entry in record.diary:
        if entry.entered_at is not None:
            # The wall clock of the place of entry: the day ends at its midnight, whatever the offset did in between.
            local = entry.entered_at.replace(tzinfo=None)
            end_of_day = local.replace(
                year=entry.day.year,
                month=entry.day.month,
                day=entry.day.day,
                hour=0,
                minute=0,
                second=0,
                microsecond=0,
            ) + timedelta(days=1)
            count += local - end_of_day > LATE
    return count


def _others_low(record: Record, outcomes: Sequence[Score]) -> dict[Score, float]:
    others = {
        o: [v for d in record.diary if (v := d.score(o)) is not None] for o in SCORES if o not in outcomes
    }
    return {o: sum(v < 1 for v in values) / len(values) for o, values in others.items() if values}


def _absent(record: Record) -> dict[str, float]:
    asked: dict[str, list[bool]] = {}
    for report in record.effects:
        asked.setdefault(report.effect, []).append(report.severity is Severity.NONE)
    return {name: sum(none) / len(none) for name, none in sorted(asked.items()) if len(none) >= ASKED_ENOUGH}


def data_quality(
    record: Record, at: date, outcomes: Sequence[Score], problems: Sequence[Problem] = ()
) -> DataQuality:
    """What there is to go by in a record that was already cut off at ``at``."""
    kept = sorted((d for d in record.diary if not d.is_empty), key=lambda d: d.day)
    days = [d.day for d in kept]
    total = (at - days[0]).days + 1 if days else 0
    scores = {o: [v for d in kept if (v := d.score(o)) is not None] for o in outcomes}
    starts = [p.start for p in record.medicines if p.dose_mg > 0]

    def share(values: list[float], bound: float) -> float:
        return sum(v == bound for v in values) / len(values) if values else 0.0

    return DataQuality(
        first=days[0] if days else None,
        last=days[-1] if days else None,
        days=total,
        entries=len(kept),
        missing={o: 1 - len(v) / total if total else 1.0 for o, v in scores.items()},
        at_floor={o: share(v, 0) for o, v in scores.items()},
        at_ceiling={o: share(v, 10) for o, v in scores.items()},
        other_scores_low=_others_low(record, outcomes),
        asked_and_absent=_absent(record),
        gaps=_gaps(days, at) if days else (),
        late_entries=_late(record),
        days_before_first_dose=sum(d < min(starts) for d in days) if starts else None,
        problems=tuple(problems),
    )
