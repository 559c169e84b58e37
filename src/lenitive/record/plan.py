"""A proposed regimen, day by day: what would be taken instead of what is taken now."""

from __future__ import annotations

from datetime import date

from lenitive.frozen import dataclass
from lenitive.record.medicine import MedicinePeriod

__all__ = ["Plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A proposal for one or more drugs. Drugs that it does not name go on as they are.

    For each drug that it names, the plan says all: from ``start`` on, the drug is taken in ``periods`` and at no other
    time. A drug that is only stopped is named in ``stops``.

    Attributes:
        start: The first day of the plan.
        periods: What would be taken; a drug, a dose, its days and times.
        stops: Drugs that would no longer be taken from ``start`` on.

    Raises:
        ValueError: When a period begins before the plan, or a drug is both stopped and taken.
    """

    start: date
    periods: tuple[MedicinePeriod, ...] = ()
    stops: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(p.start < self.start for p in self.periods):
            raise ValueError("no period of a plan begins before the plan")
        if {p.drug for p in self.periods} & set(self.stops):
            raise ValueError("a plan does not stop a drug that it gives")

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs that the plan speaks about, in order of name."""
        return tuple(sorted({p.drug for p in self.periods} | set(self.stops)))

    @property
    def changes(self) -> tuple[date, ...]:
        """The days on which something changes: starts of periods, and the days after their ends."""
        days = {self.start} | {p.start for p in self.periods}
        days |= {date.fromordinal(p.end.toordinal() + 1) for p in self.periods if p.end is not None}
        return tuple(sorted(days))
