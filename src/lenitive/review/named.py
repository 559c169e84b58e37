"""Which of the drugs that the knowledge has are meant by the names in a record, and which were taken about a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from lenitive.knowledge import Knowledge
from lenitive.record import Record

__all__ = ["named", "taken_about"]


def named(record: Record, knowledge: Knowledge) -> tuple[dict[str, list[str]], list[str]]:
    """The record's names of each covered drug by the drug's id, and the names that mean none."""
    written: dict[str, list[str]] = {}
    strange: list[str] = []
    for name in record.drugs:
        match = knowledge.resolve_drug(name)
        if match is None or not match.covered:
            strange.append(name)
        else:
            written.setdefault(match.id, []).append(name)
    return written, strange


def taken_about(
    record: Record, written: Mapping[str, Sequence[str]], day: date, *, gone: timedelta
) -> set[str]:
    """Ids of the drugs taken on a day, or stopped so shortly before that they may still be in the body.

    Args:
        record: The record.
        written: The record's names of each drug by its id.
        day: The day.
        gone: How long after its last dose a drug may be.
    """
    return {
        id_
        for id_, names in written.items()
        if any(
            p.start <= day and (p.end is None or p.end >= day - gone)
            for n in names
            for p in record.periods(n)
            if p.dose_mg > 0
        )
    }
