"""A clinician's hand in the record: something new, something put right, something taken away. Nothing that stood before is lost.

Each is one row more. It is checked alone by the intake, then with all the rest as a whole record; what is in doubt is asked about
first, and what cannot be is refused with nothing changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from lenitive.record import EffectReport, Measurement, Patient, Record
from lenitive.shells.web.models import AboutRow, PatientRow, User
from lenitive.shells.web.record_cells import ABOUT, KINDS, RecordValue
from lenitive.shells.web.record_checks import alone, beside, with_the_rest
from lenitive.shells.web.record_rows import EntryStamp, facts_of, record_of, rows_of, standing_rows, value_of
from lenitive.shells.web.tasks import ask_anew
from lenitive.terms import Problem

__all__ = [
    "EditDoubtError",
    "EditOvertakenError",
    "EditRefusedError",
    "RecordEdit",
    "history_of",
    "keep",
    "model_of",
    "take_away",
]


class EditRefusedError(ValueError):
    """A change that cannot be made; ``problems`` say what is wrong, by the field's name."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(p.what for p in self.problems))


class EditDoubtError(ValueError):
    """A change that is in doubt: it is made once ``answer`` comes back with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        told = "\n".join(sorted(str(p) for p in self.problems))
        self.answer = hashlib.sha256(told.encode()).hexdigest()
        super().__init__(told)


class EditOvertakenError(ValueError):
    """Somebody changed the thing after the form was opened; nothing was changed now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEdit:
    """One change that is asked for.

    Attributes:
        kind: A kind's id, or ``about``.
        key: Which thing; empty for a new one.
        seen: The row that the form showed, by its uid; empty where there was none.
        uid: Of the row to be made, from the form: sent twice, it is made once.
        answer: What came back of a question.
    """

    kind: str
    key: str = ""
    seen: str = ""
    uid: UUID
    answer: str = ""


def model_of(kind: str) -> type[Any]:
    """The table of a kind.

    Raises:
        KeyError: When there is no such kind.
    """
    return AboutRow if kind == ABOUT else KINDS[kind].model


def history_of(patient: PatientRow, kind: str, key: str) -> list[Any]:
    """Every row of one thing of this patient's, the one that stands first; empty where there is no such thing."""
    rows = model_of(kind).objects.filter(patient=patient, key=key)
    return list(rows.select_related("entered_by").order_by("-entered_at", "-id"))


def keep(
    patient: PatientRow, edit: RecordEdit, value: RecordValue, doubts: Iterable[Problem] = (), *, by: User
) -> None:
    """Put a value into the record, in the place of what stood there, and have the review made anew.

    Args:
        patient: Whose record.
        edit: What is changed.
        value: What shall stand.
        doubts: What was doubtful as it was read.
        by: Who changes it.

    Raises:
        KeyError: When she has no such thing.
        EditOvertakenError: When it is no longer what the form showed.
        EditRefusedError: When the record cannot hold it.
        EditDoubtError: When it is in doubt, and was not asked about yet.
    """
    with transaction.atomic():
        row = _opened(patient, edit)
        if row is not None and row.uid == edit.uid:
            return
        if _there(patient, edit):
            if row is None:
                return
            raise EditOvertakenError
        _check(patient, edit, value, doubts)
        _add(patient, edit, row, value, by)
    ask_anew(patient)


def take_away(patient: PatientRow, edit: RecordEdit, *, by: User) -> None:
    """Take a thing out of the record; its rows stay as its history.

    Raises:
        KeyError: When she has no such thing, or it is who she is.
        EditOvertakenError: When it is no longer what the form showed.
    """
    if edit.kind == ABOUT or not edit.key:
        raise KeyError(edit.kind)
    with transaction.atomic():
        row = _opened(patient, edit)
        if row is None or row.uid == edit.uid:
            return
        if row.removed or _there(patient, edit):
            raise EditOvertakenError
        _remove(row, edit.uid, _stamp(by, row))
    ask_anew(patient)


def _there(patient: PatientRow, edit: RecordEdit) -> bool:
    """Whether the form was sent before."""
    return bool(model_of(edit.kind).objects.filter(patient=patient, uid=edit.uid).exists())


def _opened(patient: PatientRow, edit: RecordEdit) -> Any:
    """The row that stands for the thing, locked against everybody else until the end of the transaction."""
    PatientRow.objects.select_for_update().get(pk=patient.pk)
    if not edit.key:
        return None
    newest = next(iter(history_of(patient, edit.kind, edit.key)), None)
    if newest is None:
        if edit.kind != ABOUT:
            raise KeyError(edit.key)
        if edit.seen:
            raise EditOvertakenError
        return None
    if edit.seen != newest.uid.hex and newest.uid != edit.uid:
        raise EditOvertakenError
    return newest


def _check(patient: PatientRow, edit: RecordEdit, value: RecordValue, doubts: Iterable[Problem]) -> None:
    """Refuse what the record cannot hold, and ask about what is in doubt."""
    before = record_of(patient)
    rest: tuple[Any, ...] = ()
    if isinstance(value, Patient):
        change: dict[str, Any] = {"patient": value}
    else:
        rest = tuple(value_of(r) for r in standing_rows(model_of(edit.kind), patient) if r.key != edit.key)
        change = {edit.kind: (*rest, value)}
    problems = [*doubts, *alone(value, before, patient.today(timezone.now())), *beside(value, rest)]
    if not any(p.fatal for p in problems):
        problems += with_the_rest(before, change)
    if any(p.fatal for p in problems):
        raise EditRefusedError(problems)
    if problems:
        doubt = EditDoubtError(problems)
        if doubt.answer != edit.answer:
            raise doubt


def _stamp(by: User, after: Any) -> EntryStamp:
    now = timezone.now()
    # A clock that was put back between two entries must not make the later one the older.
    at = now if after is None else max(now, after.entered_at)
    return EntryStamp(entered_by=by, entered_at=at, received_at=now, origin="clinic")


def _add(patient: PatientRow, edit: RecordEdit, row: Any, value: RecordValue, by: User) -> None:
    stamp = _stamp(by, row)
    new: Any
    if isinstance(value, Patient):
        new = AboutRow(**stamp.on(patient, patient.today(stamp.received_at)), facts=facts_of(value))
        new.uid, new.key = edit.uid, ABOUT
        new.save(force_insert=True)
        return
    model = model_of(edit.kind)
    record = Record(**{edit.kind: (value,)})  # type: ignore[arg-type]
    new = next(r for r in rows_of(patient, record, stamp) if isinstance(r, model))
    new.uid = edit.uid
    new.key = _key(patient, edit, row, value)
    if row is None:
        new.place = 1 + (model.objects.filter(patient=patient).aggregate(last=Max("place"))["last"] or 0)
    else:
        new.place = row.place
        if row.key != new.key and not row.removed:
            _remove(row, uuid4(), stamp)
    new.save(force_insert=True)


def _key(patient: PatientRow, edit: RecordEdit, row: Any, value: RecordValue) -> str:
    """The key of the row to be made.

    What a phone sends is named by its day and what it is, so that the newest word counts: once another day is said, what the phone
    sends of the first day must not be taken for it.
    """
    by_day = None
    if isinstance(value, EffectReport):
        by_day = f"{value.day}:{value.effect}"
    elif isinstance(value, Measurement):
        by_day = f"{value.day}:{value.measure}"
    if row is None:
        return by_day if isinstance(value, EffectReport) and by_day else edit.uid.hex
    key: str = row.key
    if by_day is None or ":" not in key or key == by_day:
        return key
    newest = next(iter(history_of(patient, edit.kind, by_day)), None)
    return by_day if newest is None or newest.removed else edit.uid.hex


def _remove(row: Any, uid: UUID, stamp: EntryStamp) -> None:
    """One row more that says what the row said, and that it is taken away."""
    gone = type(row).objects.get(pk=row.pk)
    gone.pk, gone.uid, gone.removed = None, uid, True
    gone._state.adding = True
    for name in ("entered_by", "entered_at", "received_at", "origin", "screen"):
        setattr(gone, name, getattr(stamp, name))
    gone.save(force_insert=True)
