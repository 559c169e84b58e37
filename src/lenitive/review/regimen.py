"""What the patient takes on the day of the review, and since when at this dose."""

from __future__ import annotations

from datetime import date, timedelta

from lenitive.frozen import dataclass
from lenitive.record import Record

__all__ = ["Regimen", "regimen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regimen:
    """One drug in force.

    Attributes:
        drug: Its name in the record.
        dose_mg_per_day: mg a day.
        since: First day of the unbroken stretch at this dose.
        times: When it is taken.
        written: The names that the record has for it where they are others, such as a brand.
    """

    drug: str
    dose_mg_per_day: float
    since: date
    times: tuple[str, ...]
    written: tuple[str, ...] = ()


def regimen(record: Record, at: date) -> tuple[Regimen, ...]:
    """The drugs in force on a day, in order of name. As-needed intakes count when taken on that day."""
    found = []
    for drug in sorted({p.drug for p in record.regimen(at)}):
        now = [p for p in record.regimen(at) if p.drug == drug]
        dose = sum(p.dose_mg_per_day for p in now)
        # Adjoining rows of the same daily dose (another form, another hour) are one stretch.
        since = at
        while (
            sum(p.dose_mg_per_day for p in record.periods(drug) if p.covers(since - timedelta(days=1)))
            == dose
        ):
            since -= timedelta(days=1)
        written = tuple(dict.fromkeys(p.written for p in now if p.written))
        times = tuple(dict.fromkeys(str(t) for p in now for t in p.times))
        found.append(Regimen(drug=drug, dose_mg_per_day=dose, since=since, times=times, written=written))
    return tuple(found)
