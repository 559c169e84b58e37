"""A file from outside: what it says, looked at before anything is written, and then brought into the record in place.

The readers, the guesses and the merge are those of ``lenitive import``; here they are only put behind a page.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from lenitive.files import FileForm, RefusedError, grid_of, probed, recognised
from lenitive.intake import DiaryOptions
from lenitive.record import Difference, Merge, Record, merged
from lenitive.shells.importing import TABLE, Gathered, gather_stream, kept_nights, kinds, nights_of
from lenitive.shells.web.actions.bringing import write_changes
from lenitive.shells.web.models import IncomingFile, PatientRow, User
from lenitive.shells.web.record_rows import record_of
from lenitive.shells.web.reviews import knowledge
from lenitive.shells.web.tasks import ask_anew
from lenitive.sleep import ReaderOptions
from lenitive.terms import DateOrder

__all__ = ["MOST_BYTES", "FileLook", "FileOptions", "incoming_of", "look_at", "receive", "take"]

MOST_BYTES = 64_000_000
_KEPT = timedelta(days=1)
_SHOWN_ROWS = 8
_LONGEST_CELL = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    """What was said beside a file.

    Attributes:
        dates: The order of dates that end with their year.
        first_day: The day that numbered days begin on.
        meanings: What columns are, by name; empty for one to leave out.
        scales: Best and worst value, by column.
        where: Only rows whose column holds a word.
        table: Whether it is read as a table by the names of its columns, whatever it looks like.
        replace: Whether the file's word goes where it differs from the record.
        nights_alone: Whether only nights are taken from it.
    """

    dates: DateOrder = DateOrder.YMD
    first_day: date | None = None
    meanings: Mapping[str, str]
    scales: Mapping[str, tuple[float, float]]
    where: Mapping[str, str]
    table: bool = False
    replace: bool = False
    nights_alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLook:
    """What a file says, and what would come of it.

    Attributes:
        taken: What it was taken for.
        account: How each part is read.
        problems: What is wrong or asked, in words with the remedy.
        columns: The names of its columns, where it is a table that no reader knows.
        rows: The first rows of that table.
        record: What it says, as a record; None where it cannot be used.
        merge: What the record would be; None likewise.
        contradictions: Where the file contradicts itself.
    """

    taken: tuple[str, ...]
    account: tuple[str, ...]
    problems: tuple[str, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    record: Record | None = None
    merge: Merge | None = None
    contradictions: tuple[Difference, ...] = ()

    @property
    def news(self) -> int:
        """How many entries and cells are new."""
        return 0 if self.merge is None else sum(self.merge.added.values())


def receive(patient: PatientRow, name: str, data: bytes, *, by: User) -> IncomingFile:
    """Keep a file for a look; files that were left for a day go."""
    now = timezone.now()
    IncomingFile.objects.filter(sent_at__lt=now - _KEPT).delete()
    shown = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable())[-120:]
    return IncomingFile.objects.create(
        patient=patient, sent_by=by, sent_at=now, name=shown or "file", data=data
    )


def incoming_of(patient: PatientRow, uid: UUID, *, by: User) -> IncomingFile | None:
    """A file of this patient's that this person sent; None where there is none any more."""
    return IncomingFile.objects.filter(patient=patient, uid=uid, sent_by=by).first()


def _table(
    name: str, data: bytes, options: FileOptions
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Columns and first rows of a table that no reader knows; nothing of any other file."""
    try:
        probe = probed(name, io.BytesIO(data))
        if probe.form not in {FileForm.TEXT, FileForm.WORKBOOK} or (
            recognised(probe, kinds()) and not options.table
        ):
            return (), ()
        grid = grid_of(probe)
        rows = tuple(tuple(c[:_LONGEST_CELL] for c in cells) for _, cells in islice(grid.rows, _SHOWN_ROWS))
        return tuple(grid.columns), rows
    except RefusedError:
        return (), ()


def _said(patient: PatientRow, found: Gathered, options: FileOptions) -> Record:
    """The record that a file makes, its sleeps as nights."""
    known = knowledge()
    made = nights_of(
        found.sessions, definition=known.sleep.definitions[known.sleep.default], lines=known.judgement.sleep
    )
    kept = kept_nights(made)
    if options.nights_alone:
        return Record(nights=(*found.record.nights, *kept))
    return replace(found.record, nights=(*found.record.nights, *kept))


def _last_day(record: Record) -> date | None:
    days = [
        *(
            e.day
            for part in (record.diary, record.effects, record.measurements, record.activities, record.nights)
            for e in part
        ),
        *(p.start for p in record.medicines),
    ]
    return max(days, default=None)


def look_at(patient: PatientRow, file: IncomingFile, options: FileOptions) -> FileLook:
    """What a file says, and what would come of it; nothing is written.

    Never raises for what the file holds.
    """
    data = bytes(file.data)
    zone = patient.time_zone
    found = gather_stream(
        file.name,
        io.BytesIO(data),
        kind=TABLE if options.table else None,
        diary=DiaryOptions(
            dates=options.dates,
            scales=options.scales,
            first_day=options.first_day,
            where=options.where,
            zone=zone,
            meanings=options.meanings,
        ),
        nights=ReaderOptions(zone=ZoneInfo(zone), dates=options.dates),
    )
    columns, rows = _table(file.name, data, options)
    problems = [str(p) for p in found.problems]
    record: Record | None = None
    merge: Merge | None = None
    if found.usable:
        record = _said(patient, found, options)
        last, today = _last_day(record), patient.today(timezone.now())
        if last is None:
            problems.append("There is nothing in it that goes into this record.")
            record = None
        elif last > today:
            problems.append(
                "It has days after today. Say in which order its dates are written, or mend them in the file."
            )
            record = None
        else:
            try:
                merge = merged(record_of(patient), record, overwrite=options.replace)
            except ValueError as error:
                problems.append(f"The record and the file together cannot be: {error}.")
    return FileLook(
        taken=found.taken,
        account=found.account,
        problems=tuple(problems),
        columns=columns,
        rows=rows,
        record=record,
        merge=merge,
        contradictions=found.differences,
    )


def take(patient: PatientRow, file: IncomingFile, options: FileOptions, *, by: User) -> FileLook:
    """Bring what a file says into the record, and let the file go.

    Returns:
        What was read; nothing was written where its ``merge`` is None.
    """
    with transaction.atomic():
        locked: Any = PatientRow.objects.select_for_update().get(pk=patient.pk)
        look = look_at(locked, file, options)
        if look.merge is None:
            return look
        write_changes(locked, look.merge.record, by=by)
        file.delete()
    ask_anew(patient)
    return look
