"""When each dose was really swallowed: the record's local days and clock times as hours on one continuous axis.

A patient lives by the local clock, a drug by elapsed time. An hour that the clock skips or repeats when summer time
begins or ends therefore shortens or lengthens the gap between two bedtimes, as it does in life.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from lenitive.frozen import dataclass
from lenitive.record import MedicinePeriod, Record, Taken

__all__ = ["DoseEvent", "IntakeCertainty", "hours_between", "intakes", "missed_days", "moment"]


class IntakeCertainty(StrEnum):
    """How the record supports an intake."""

    RECORDED = "recorded"
    """A period covers the day and nothing says that the dose was left out."""
    PART = "part"
    """The diary says that part of the day's medicine was taken: each intake counts half."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DoseEvent:
    """One dose swallowed.

    Attributes:
        at: The moment, in UTC.
        day: The patient's local day.
        amount_mg: How much, mg.
        certainty: How the record supports it.
    """

    at: datetime
    day: date
    amount_mg: float
    certainty: IntakeCertainty = IntakeCertainty.RECORDED


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment of a local clock time, in UTC. A time that occurs twice is its first occurrence."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(ZoneInfo("UTC"))


def hours_between(origin: datetime, moments: Iterable[datetime]) -> list[float]:
    """Elapsed hours from an origin to each moment."""
    return [(m - origin).total_seconds() / 3600.0 for m in moments]


def intakes(
    record: Record, drug: str, *, until: date, zone: ZoneInfo, also: Collection[str] = ()
) -> tuple[DoseEvent, ...]:
    """Every dose of a drug that was taken up to the end of a day, in order of time.

    A day in ``missed`` has none. The diary's ``taken = no`` leaves out that day's scheduled doses of every drug, since
    the question is about the day and not about one drug; ``part`` halves each of them. As-needed rows are days on
    which the drug was taken, and the diary's answer does not touch them.

    Args:
        record: The patient's record.
        drug: The drug's name as the record has it.
        until: The last local day.
        zone: The patient's time zone.
        also: Other names under which the record has the same drug, such as a brand.
    """
    answers = {d.day: d.taken for d in record.diary}
    found: list[DoseEvent] = []
    for period in _periods(record, drug, also):
        if period.dose_mg > 0:
            found += _of_period(period, answers, until, zone)
    return tuple(sorted(found))


def _periods(record: Record, drug: str, also: Collection[str]) -> tuple[MedicinePeriod, ...]:
    return tuple(p for name in dict.fromkeys((drug, *also)) for p in record.periods(name))


def _of_period(
    period: MedicinePeriod, answers: dict[date, Taken | None], until: date, zone: ZoneInfo
) -> list[DoseEvent]:
    last = until if period.end is None else min(period.end, until)
    as_needed = period.as_needed
    found: list[DoseEvent] = []
    for offset in range((last - period.start).days + 1):
        day = period.start + timedelta(days=offset)
        answer = None if as_needed else answers.get(day)
        if day in period.missed or answer is Taken.NO:
            continue
        share, certainty = (
            (0.5, IntakeCertainty.PART) if answer is Taken.PART else (1.0, IntakeCertainty.RECORDED)
        )
        found += [
            DoseEvent(
                at=moment(day, when.clock, zone),
                day=day,
                amount_mg=period.dose_mg * share,
                certainty=certainty,
            )
            for when in period.times
        ]
    return found


def missed_days(record: Record, drug: str, *, until: date, also: Collection[str] = ()) -> tuple[date, ...]:
    """Days on which a scheduled dose of a drug was left out, in order."""
    answers = {d.day: d.taken for d in record.diary}
    found: set[date] = set()
    for period in _periods(record, drug, also):
        if period.dose_mg > 0 and not period.as_needed:
            refused = {d for d, answer in answers.items() if answer is Taken.NO}
            found |= {d for d in period.missed | refused if period.covers(d) and d <= until}
    return tuple(sorted(found))
