"""A whole record into the rows of one that stands: only what differs is written, each as a correction of what stood before."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any
from uuid import uuid4

from django.db.models import Max
from django.utils import timezone

from lenitive.record import Record
from lenitive.shells.web.models import (
    AboutRow,
    ActivityRow,
    DiaryRow,
    EffectRow,
    MeasurementRow,
    NightRow,
    PatientRow,
    PeriodRow,
    User,
)
from lenitive.shells.web.record_rows import (
    DIARY_COLUMNS,
    EntryStamp,
    facts_of,
    record_of,
    rows_of,
    standing_rows,
)

__all__ = ["write_changes"]

_WHAT: dict[type[Any], tuple[str, ...]] = {
    PeriodRow: ("day", "drug"),
    EffectRow: ("day", "effect"),
    MeasurementRow: ("day", "measure"),
    ActivityRow: ("day", "activity"),
    NightRow: ("day", "source", "definition"),
}
"""What makes two rows speak of one thing, so that the newer corrects the older."""
_STAMP = (
    "id",
    "uid",
    "patient",
    "key",
    "place",
    "entered_by",
    "entered_at",
    "received_at",
    "origin",
    "screen",
    "removed",
)


def _content(row: Any) -> tuple[Hashable, ...]:
    """What a row says, apart from who said it and when."""
    found = []
    for field in row._meta.concrete_fields:
        if field.name not in _STAMP:
            value = getattr(row, field.name)
            found.append(tuple(sorted(value.items())) if isinstance(value, dict) else value)
    return tuple(found)


def _thing(row: Any) -> Hashable:
    return tuple(getattr(row, name) for name in _WHAT[type(row)])


def write_changes(patient: PatientRow, record: Record, *, by: User) -> int:
    """Write what a record says otherwise than the one that stands; under the caller's transaction and lock.

    Args:
        patient: Whose record.
        record: All of it, as it shall stand.
        by: Who brings it.

    Returns:
        How many rows were written.
    """
    before = record_of(patient)
    now = timezone.now()
    tables: tuple[type[Any], ...] = (DiaryRow, AboutRow, *_WHAT)
    moments = [m.objects.filter(patient=patient).aggregate(last=Max("entered_at"))["last"] for m in tables]
    newest = max((m for m in moments if m is not None), default=now)
    # A clock that was put back must not make this the older word.
    stamp = EntryStamp(entered_by=by, entered_at=max(now, newest), received_at=now, origin="import")
    rows = list(rows_of(patient, record, stamp))
    made: list[Any] = _diary(patient, before, record, stamp)
    for model in _WHAT:
        made += _keyed(patient, model, [r for r in rows if isinstance(r, model)], stamp)
    if facts_of(record.patient) != facts_of(before.patient):
        made += [r for r in rows if isinstance(r, AboutRow)]
    for row in made:
        row.save(force_insert=True)
    return len(made)


def _diary(patient: PatientRow, before: Record, after: Record, stamp: EntryStamp) -> list[Any]:
    stood = {d.day: d for d in before.diary}
    made = []
    for day in after.diary:
        old = stood.get(day.day)
        if day == old:
            continue
        said: dict[str, Any] = {}
        cleared = []
        for name in DIARY_COLUMNS:
            value, was = getattr(day, name), None if old is None else getattr(old, name)
            if value == was:
                continue
            if value in (None, ""):
                cleared.append(name)
            else:
                said[name] = value.value if name == "taken" else value
        moment = "" if day.entered_at is None else day.entered_at.isoformat()
        made.append(DiaryRow(**stamp.on(patient, day.day), **said, cleared=" ".join(cleared), said_at=moment))
    return made


def _keyed(patient: PatientRow, model: type[Any], shall: list[Any], stamp: EntryStamp) -> list[Any]:
    """Rows for what is new, corrections of what is otherwise, and removals of what is no more."""
    left: dict[Hashable, list[Any]] = {}
    for row in shall:
        left.setdefault(_content(row), []).append(row)
    gone: dict[Hashable, list[Any]] = {}
    for row in standing_rows(model, patient):
        same = left.get(_content(row))
        if same:
            same.pop()
        else:
            gone.setdefault(_thing(row), []).append(row)
    place = model.objects.filter(patient=patient).aggregate(last=Max("place"))["last"] or 0
    made = []
    for row in (r for rows in left.values() for r in rows):
        former = gone.get(_thing(row))
        if former:
            stood = former.pop(0)
            row.key, row.place = stood.key, stood.place
        else:
            place += 1
            row.place = place
        made.append(row)
    for row in (r for rows in gone.values() for r in rows):
        away = model.objects.get(pk=row.pk)
        away.pk, away.uid, away.removed = None, uuid4(), True
        away._state.adding = True
        for name in ("entered_by", "entered_at", "received_at", "origin", "screen"):
            setattr(away, name, getattr(stamp, name))
        made.append(away)
    return made
