"""The tests that a record shows: masked periods, and open breaks after which the drug was begun again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from lenitive.frozen import dataclass
from lenitive.record import Record

__all__ = ["PastTest", "past_tests"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTest:
    """A test that was taken, or is.

    Attributes:
        first: Its first day.
        last: Its last day; None while it goes on.
        masked: Whether it was not known what is taken; else it was an open break.
    """

    first: date
    last: date | None
    masked: bool


def past_tests(
    record: Record, drug: str, at: date, *, shortest: timedelta, longest: timedelta
) -> tuple[PastTest, ...]:
    """The tests of a drug up to a day, in order: masked periods no further apart than a block are one, and each open break is one.

    Args:
        record: The record.
        drug: The drug.
        at: The day.
        shortest: The shortest block of a test: fewer days without the drug tell nothing.
        longest: The longest: after more days without it a new course begins, and that was no test.
    """
    masked, breaks = _masked(record, drug, at, longest), _breaks(record, drug, at, (shortest, longest))
    return tuple(sorted((*masked, *breaks), key=lambda t: t.first))


def _masked(record: Record, drug: str, at: date, longest: timedelta) -> Iterator[PastTest]:
    first = last = None
    for p in [p for p in record.periods(drug) if p.masked and p.start <= at]:
        end = at if p.end is None else min(p.end, at)
        if last is not None and first is not None and p.start - last > longest:
            yield PastTest(first=first, last=last, masked=True)
            first = last = None
        first = first or p.start
        last = end if last is None else max(last, end)
    if first is not None and last is not None:
        yield PastTest(first=first, last=None if last >= at else last, masked=True)


def _breaks(record: Record, drug: str, at: date, between: tuple[timedelta, timedelta]) -> Iterator[PastTest]:
    """Days between two open periods with the drug: it was left off, and begun again."""
    taken = [
        p for p in record.periods(drug) if (p.dose_mg > 0 or p.masked) and not p.as_needed and p.start <= at
    ]
    ends = date.min
    for before, after in pairwise(taken):
        ends = max(ends, before.end or at)
        if before.masked or after.masked:
            continue
        off = after.start - ends - timedelta(days=1)
        if between[0] <= off <= between[1]:
            yield PastTest(first=ends + timedelta(days=1), last=after.start - timedelta(days=1), masked=False)
