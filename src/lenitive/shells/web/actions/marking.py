"""Flares and tags: what a clinician marks on the days of a patient, drawn on the time line and used by no model."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lenitive.record import refuse_unwritable
from lenitive.shells.web.models import MarkRow, PatientRow, User
from lenitive.shells.web.record_rows import EntryStamp, standing_rows

__all__ = ["KINDS_OF_MARK", "MARKS_FILE", "DayMark", "keep_mark", "marks_csv", "marks_of", "remove_mark"]

KINDS_OF_MARK = ("flare", "tag")
MARKS_FILE = "marks.csv"
_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMark:
    """A mark.

    Attributes:
        kind: ``flare`` or ``tag``.
        first: Its day, or its first.
        end: The last day of a flare; None while it goes on, and for a tag.
        words: What it is called.
    """

    kind: str
    first: date
    end: date | None
    words: str


def marks_of(patient: PatientRow) -> list[MarkRow]:
    """What stands, in order of day."""
    return sorted(standing_rows(MarkRow, patient), key=lambda row: (row.day, row.id))


def _check(mark: DayMark, today: date) -> None:
    if mark.kind not in KINDS_OF_MARK:
        raise ValueError(_("choose a flare or a tag"))
    if mark.first > today or (mark.end is not None and mark.end > today):
        raise ValueError(_("a day is after today"))
    if mark.end is not None and (mark.kind == "tag" or mark.end < mark.first):
        raise ValueError(_("a flare ends on its first day or later, and a tag has one day"))
    if len(mark.words) > _LONGEST or (mark.kind == "tag" and not mark.words):
        raise ValueError(_("a tag has a word; at most 80 characters"))
    refuse_unwritable(mark.words)


def keep_mark(patient: PatientRow, mark: DayMark, *, key: str, uid: UUID, by: User) -> None:
    """Keep a mark, in the place of the one that ``key`` names; sent twice it is kept once.

    Raises:
        ValueError: When it cannot be one; the message says why.
        KeyError: When she has no such mark.
    """
    now = timezone.now()
    _check(mark, patient.today(now))
    with transaction.atomic():
        PatientRow.objects.select_for_update().get(pk=patient.pk)
        if MarkRow.objects.filter(patient=patient, uid=uid).exists():
            return
        if key and not MarkRow.objects.filter(patient=patient, key=key).exists():
            raise KeyError(key)
        stamp = EntryStamp(entered_by=by, entered_at=now, received_at=now, origin="clinic")
        MarkRow(
            **stamp.on(patient, mark.first),
            uid=uid,
            key=key or uid.hex,
            kind=mark.kind,
            end=mark.end,
            words=mark.words,
        ).save(force_insert=True)


def remove_mark(patient: PatientRow, key: str, *, by: User) -> None:
    """Take a mark away; its rows stay.

    Raises:
        KeyError: When there is none of this key that stands.
    """
    now = timezone.now()
    with transaction.atomic():
        PatientRow.objects.select_for_update().get(pk=patient.pk)
        row = next((r for r in marks_of(patient) if r.key == key), None)
        if row is None:
            raise KeyError(key)
        stamp = EntryStamp(entered_by=by, entered_at=now, received_at=now, origin="clinic")
        MarkRow(
            **stamp.on(patient, row.day),
            uid=uuid4(),
            key=key,
            kind=row.kind,
            end=row.end,
            words=row.words,
            removed=True,
        ).save(force_insert=True)


def marks_csv(patient: PatientRow) -> bytes:
    """The marks as a file to take along, empty where there is none; a spreadsheet runs nothing of it."""
    rows = marks_of(patient)
    if not rows:
        return b""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("kind", "date", "end", "words"))
    for row in rows:
        words = f"'{row.words}" if row.words[:1] in "=+-@\t\r'" and row.words else row.words
        writer.writerow(
            (row.kind, row.day.isoformat(), "" if row.end is None else row.end.isoformat(), words)
        )
    return out.getvalue().encode()
