"""What of a record leaves: a part of it, as a record of its own, so that what was left out cannot be read from anything made of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lenitive.frozen import dataclass
from lenitive.record.record import Record

__all__ = ["LEFT_OUT", "Leaving"]

LEFT_OUT = "left out"
"""Where a problem is that says what was left out by choice: in no file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What is left out by choice.

    Attributes:
        since: Entries before this day stay behind; a medicine in force on it keeps its own first day. None for all.
        only: The one drug that leaves; empty for all.
        without_notes: Whether notes stay behind.
    """

    since: date | None = None
    only: str = ""
    without_notes: bool = False

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Leaving()

    def of(self, record: Record) -> Record:
        """The part of a record that leaves."""
        if self.since is not None:
            first = self.since
            record = replace(
                record,
                medicines=tuple(
                    replace(p, missed=frozenset(d for d in p.missed if d >= first))
                    for p in record.medicines
                    if p.end is None or p.end >= first
                ),
                diary=tuple(d for d in record.diary if d.day >= first),
                effects=tuple(e for e in record.effects if e.day >= first),
                measurements=tuple(m for m in record.measurements if m.day >= first),
                activities=tuple(a for a in record.activities if a.day >= first),
                nights=tuple(n for n in record.nights if n.day >= first),
            )
        if self.only:
            record = replace(record, medicines=record.periods(self.only))
        if self.without_notes:
            record = replace(
                record,
                diary=tuple(replace(d, note="") for d in record.diary),
                effects=tuple(replace(e, note="") for e in record.effects),
                # The note of a drug level is the name of the drug.
                measurements=tuple(
                    m if m.measure == "drug_level" else replace(m, note="") for m in record.measurements
                ),
            )
        return record
