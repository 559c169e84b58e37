"""Health Connect: its own backup, a zip with an SQLite database, or that database alone.

Tables and columns are those of Android's source (``SleepSessionRecordHelper``, ``SleepStageRecordHelper``,
``IntervalRecordHelper``, ``DeviceInfoHelper`` in the module HealthFitness): times in milliseconds since 1970, zone offsets in
seconds, stages as ``SleepSessionRecord.StageType`` numbers them, devices as ``Device`` does, recording method 3 for what was typed in.
Titles, notes, and models of devices, which may name their owner, are not read. ``database`` says how a strange one is read safely.
"""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import BinaryIO

from lenitive.files import Counted, FileForm, Probe, Reader, opened
from lenitive.frozen import dataclass
from lenitive.record import DeviceClass
from lenitive.sleep.readers.actigraph import is_actigraph
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    from_unix,
    number,
)
from lenitive.sleep.readers.database import (
    FAULTS,
    MOST_BYTES,
    Database,
    KnownTables,
    Value,
    copied,
    opened_database,
    rows,
    whole_number,
)
from lenitive.sleep.readers.health_connect import STAGES
from lenitive.sleep.readers.kept import UTC_DATED, Row, StatedSleep, done, keep
from lenitive.sleep.readers.measured import measured
from lenitive.sleep.readers.vital import Vitals
from lenitive.sleep.session import Session

__all__ = ["READERS", "read_backup", "read_backup_zip"]

_SLEEPS, _STAGES, _APPS, _DEVICES = (
    "sleep_session_record_table",
    "sleep_stages_table",
    "application_info_table",
    "device_info_table",
)
# Columns without which a table says nothing, and those that older versions may lack.
_NEEDED: dict[str, tuple[str, ...]] = {
    _SLEEPS: ("row_id", "start_time", "end_time"),
    _STAGES: ("parent_key", "stage_start_time", "stage_end_time", "stage_type"),
    _APPS: ("row_id", "package_name"),
    _DEVICES: ("row_id", "device_type"),
    "weight_record_table": ("time", "weight"),
    "blood_pressure_record_table": ("time", "systolic", "diastolic"),
    "resting_heart_rate_record_table": ("time", "beats_per_minute"),
}
_MORE: dict[str, tuple[str, ...]] = {
    _SLEEPS: ("start_zone_offset", "end_zone_offset", "app_info_id", "device_info_id", "recording_method"),
    "weight_record_table": ("zone_offset",),
    "blood_pressure_record_table": ("zone_offset", "body_position"),
    "resting_heart_rate_record_table": ("zone_offset",),
}
# Column, measure and unit; weights are in grams.
_MEASURED = {
    "weight_record_table": (("weight", "weight", "g"),),
    "blood_pressure_record_table": (
        ("systolic", "systolic_lying", "mmHg"),
        ("diastolic", "diastolic_lying", "mmHg"),
    ),
    "resting_heart_rate_record_table": (("beats_per_minute", "heart_rate", "bpm"),),
}
_STANDING = {1, "1"}  # of body_position, which is kept as text
_TYPED_IN = 3
# Watch, ring, head-mounted, band, chest strap, glasses, hearable; the phone. Others say nothing of how sleep was seen.
_KINDS = {**dict.fromkeys((1, 4, 5, 6, 7, 10, 11), DeviceClass.WEARABLE), 2: DeviceClass.PHONE}
_PACKAGE = re.compile(r"[A-Za-z]\w*(\.\w+)+", re.ASCII)

_MOST_SLEEPS = 50_000
_MOST_STAGES = 1_000_000
_MOST_OTHERS = 100_000
_OUTSIDE_MS = 48 * 3600 * 1000

_FOREIGN = "Give health_connect_export.db, or the zip in which Health Connect wrote it"
_AGAIN = "Let Health Connect export again; the file may be cut short"

_KNOWN = KnownTables(needed=_NEEDED, more=_MORE, foreign=_FOREIGN, again=_AGAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sleep:
    """A row of the table of sleeps, not yet believed."""

    row: int
    start: Value
    end: Value
    start_offset: Value
    end_offset: Value
    app: Value
    device: Value
    method: Value


def _sleeps(base: Database, report: ReaderReport) -> list[_Sleep]:
    """The table of sleeps.

    Raises:
        RefusedError: When there is none, or it is empty or damaged.
    """
    found: list[_Sleep] = []
    known = False
    for row in rows(base, _KNOWN, _SLEEPS, _MOST_SLEEPS):
        known = True
        place = whole_number(row["row_id"])
        if place is None:
            report.add("a sleep without a number; left out", _AGAIN, key=_SLEEPS)
            continue
        found.append(
            _Sleep(
                row=place,
                start=row["start_time"],
                end=row["end_time"],
                start_offset=row.get("start_zone_offset"),
                end_offset=row.get("end_zone_offset"),
                app=row.get("app_info_id"),
                device=row.get("device_info_id"),
                method=row.get("recording_method"),
            )
        )
    if not known:
        if not base.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (_SLEEPS,)).fetchmany(1):
            raise RefusedError(
                FileRefusal.NOT_SLEEP, "a database without Health Connect's table of sleeps", _FOREIGN
            )
        raise RefusedError(
            FileRefusal.EMPTY,
            "a Health Connect backup without a sleep",
            "Let an app write sleep to Health Connect, then export again",
            key=_SLEEPS,
        )
    return sorted(found, key=lambda s: s.row)


def _stages(base: Database, sleeps: Mapping[int, _Sleep], report: ReaderReport) -> dict[int, array[int]]:
    """Start, end (ms) and code of every stage, by the sleep it belongs to; packed, since a backup holds many."""
    found: dict[int, array[int]] = {}
    for row in rows(base, _KNOWN, _STAGES, _MOST_STAGES):
        parent, start, end, code = (whole_number(row[c]) for c in _NEEDED[_STAGES])
        if parent is None or start is None or end is None or code is None:
            report.add("a stage without a time or a code; left out", _AGAIN, key=_STAGES)
        elif parent not in sleeps:
            report.add("a stage of a sleep that is not there; left out", _AGAIN, key=_STAGES)
        else:
            found.setdefault(parent, array("q")).extend((start, end, code))
    return found


def _vitals(base: Database, options: ReaderOptions) -> Vitals:
    """Weight, blood pressure and resting pulse."""
    found = Vitals()
    for table, columns in _MEASURED.items():
        for row in rows(base, _KNOWN, table, _MOST_OTHERS):
            when = _time(row["time"], row.get("zone_offset"), options)
            standing = row.get("body_position") in _STANDING
            for column, measure, unit in columns:
                value = row[column]
                if when is not None and isinstance(value, int | float):
                    ours = measure.replace("_lying", "_standing") if standing else measure
                    found.add(ours, number(value), unit, when)
    return found


def _place(offset: Value) -> timezone | None:
    """A clock so many seconds from UTC, within Android's own bounds of 18 hours; None for anything else."""
    seconds = whole_number(offset)
    return None if seconds is None or abs(seconds) > 64800 else timezone(timedelta(seconds=seconds))


def _time(ms: Value, offset: Value, options: ReaderOptions) -> datetime | None:
    """A time by the offset beside it, unless the patient's zone is given."""
    whole = whole_number(ms)
    return None if whole is None else from_unix(whole / 1000, options, options.zone or _place(offset))


def _timeline(sleep: _Sleep, packed: array[int], report: ReaderReport, key: str) -> list[Row]:
    rows: list[Row] = []
    zero = whole_number(sleep.start)
    for i in range(0, len(packed), 3):
        start, end, code = packed[i : i + 3]
        stage = STAGES.get(code)
        if stage is None:
            report.add("a stage with an unknown code; left out", "Tell us of it", key=key)
        elif zero is None or abs(start - zero) > _OUTSIDE_MS or abs(end - zero) > _OUTSIDE_MS:
            report.add("a stage that lies far outside its sleep; left out", _AGAIN, key=key)
        else:
            rows.append(((start - zero) / 1000, (end - start) / 1000, stage, None))
    return rows


def _read(name: str, path: Path, options: ReaderOptions) -> FileReading:
    report, sessions = ReaderReport(name), list[Session]()
    try:
        with opened_database(path, _KNOWN) as base:
            vitals = _vitals(base, options)
            try:
                sleeps = {s.row: s for s in _sleeps(base, report)}
            except RefusedError as no:
                if no.why is FileRefusal.EMPTY and vitals.measurements():
                    return measured("health-connect-backup", vitals, report)
                raise
            stages = _stages(base, sleeps, report)
            apps = {r["row_id"]: r["package_name"] for r in rows(base, _KNOWN, _APPS, _MOST_OTHERS)}
            devices = {r["row_id"]: r["device_type"] for r in rows(base, _KNOWN, _DEVICES, _MOST_OTHERS)}
    except FAULTS as error:
        raise RefusedError(
            FileRefusal.BROKEN, f"not a readable database ({type(error).__name__})", _AGAIN
        ) from None
    for sleep in sleeps.values():
        key = f"{_SLEEPS}[{sleep.row}]"
        package = apps.get(sleep.app)
        typed_in = sleep.method == _TYPED_IN
        source = "health-connect"
        if isinstance(package, str) and len(package) <= 255 and _PACKAGE.fullmatch(package):
            source += f": {package}"
        code = whole_number(devices.get(sleep.device))
        if options.zone is None and _place(sleep.start_offset) is None:
            report.add(*UTC_DATED, key=key)
        keep(
            report,
            sessions,
            key,
            StatedSleep(
                source=f"{source}, typed in" if typed_in else source,
                kind=DeviceClass.MANUAL if typed_in else _KINDS.get(code or 0, DeviceClass.UNKNOWN),
                start=_time(sleep.start, sleep.start_offset, options),
                end=_time(sleep.end, sleep.end_offset, options),
                rows=_timeline(sleep, stages.pop(sleep.row, array("q")), report, key),
                totals={},
                totals_id="device:times",
            ),
        )
    return replace(done("health-connect-backup", sessions, report), measurements=vitals.measurements())


def _copied(name: str, source: Counted | BinaryIO, options: ReaderOptions) -> FileReading:
    with copied(source, _KNOWN) as path:
        return _read(name, path, options)


def read_backup(name: str, stream: BinaryIO, options: ReaderOptions) -> FileReading:
    """Sleeps of health_connect_export.db.

    Raises:
        RefusedError: When it is no such database, holds no sleep, is damaged, or is not to be trusted.
    """
    return _copied(name, stream, options)


def read_backup_zip(
    name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, options: ReaderOptions
) -> FileReading:
    """Sleeps of the database in a backup's zip.

    Raises:
        RefusedError: As ``read_backup``, and when the archive is a bomb, encrypted or damaged.
    """
    with opened(archive, member, most=MOST_BYTES) as inner:
        return _copied(name, inner, options)


def _member(probe: Probe) -> zipfile.ZipInfo | None:
    """Health Connect's database in an archive, by its own name, else the one database there is."""
    if probe.form is not FileForm.ZIP:
        return None

    def base(member: zipfile.ZipInfo) -> str:
        return member.filename.rpartition("/")[2].casefold()

    named = [m for m in probe.members if base(m) == "health_connect_export.db"]
    found = named or [m for m in probe.members if base(m).endswith(".db")]
    return found[0] if len(found) == 1 else None


def _read_zip_of(probe: Probe, options: ReaderOptions) -> FileReading:
    member = _member(probe)
    if member is None:
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT, "an archive without a database", "Give the backup itself"
        )
    return read_backup_zip(probe.name, probe.archive, member, options)


READERS = (
    Reader(
        name="health-connect-backup",
        words="Health Connect's own backup (database)",
        recognises=lambda probe: probe.form is FileForm.DATABASE and not is_actigraph(probe.head),
        read=lambda probe, options: read_backup(probe.name, probe.stream, options),
        example=None,
    ),
    Reader(
        name="health-connect-zip",
        words="Health Connect's own backup (zip)",
        recognises=lambda probe: _member(probe) is not None,
        read=_read_zip_of,
        example=None,
    ),
)
