"""Sleep as Android: the table that the app exports (sleep-export.csv), alone or in its zip beside prefs.xml.

A header and a row a sleep, sensor columns after them; a line with noise levels may follow. ``From`` and ``To`` are local times in ``Tz``; over a change of
the clocks a time can mean two moments, and the one that agrees with ``Hours``, then with ``Id`` (the start, Unix milliseconds), counts. ``Hours`` plus ``LenAdjust``
(minutes, -1 unknown; negative when time awake was taken off) is the time asleep as the app counts it. ``DeepSleep`` is a share of it, and no stage.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lenitive.files import FileForm, Probe, Reader, opened, text_of
from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    localise,
    plausible,
)
from lenitive.sleep.readers.csv_rows import cell_number
from lenitive.sleep.session import Session

__all__ = ["READERS", "is_sleep_as_android", "read_sleep_as_android"]

_FORMS = ("%d. %m. %Y %H:%M", "%Y-%m-%d %H:%M")
_TABLE = "sleep-export.csv"
_MOST = 64 * 2**20


def is_sleep_as_android(lines: list[str]) -> bool:
    """Whether text is such an export."""
    return bool(lines) and lines[0].replace('"', "").replace(" ", "").startswith("Id,Tz,From,To,")


def _moments(text: str, zone: str) -> list[datetime]:
    """The moments that a local time can mean: one, or two when the clocks were put back; with no known zone the local time itself."""
    for form in _FORMS:
        try:
            when = datetime.strptime(text.strip(), form)
        except ValueError:
            continue
        if not plausible(when):
            return []
        try:
            place = ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            return [when]
        both = {localise(when.replace(tzinfo=place, fold=fold), None) for fold in (0, 1)}
        return sorted(both)
    return []


def _span(cells: dict[str, str], options: ReaderOptions) -> tuple[datetime, datetime] | None:
    """Beginning and end: of the moments that the clock can mean, those whose difference is the row's own hours."""
    zone = cells.get("Tz", "")
    starts, ends = _moments(cells.get("From", ""), zone), _moments(cells.get("To", ""), zone)
    hours, own = cell_number(cells.get("Hours")), cell_number(cells.get("Id"))
    pairs = [(a, b) for a in starts for b in ends if (a.tzinfo is None) == (b.tzinfo is None) and a < b]
    if not pairs:
        return None

    def off(pair: tuple[datetime, datetime]) -> tuple[float, float]:
        length = (pair[1] - pair[0]).total_seconds() / 3600
        begun = pair[0].replace(tzinfo=UTC).timestamp() if pair[0].tzinfo is None else pair[0].timestamp()
        return (
            0.0 if hours is None or hours < 0 else round(abs(length - hours), 2),
            0.0 if own is None else abs(begun - own / 1000),
        )

    start, end = min(pairs, key=off)
    return localise(start, options.zone), localise(end, options.zone)


def read_sleep_as_android(name: str, text: str, options: ReaderOptions) -> FileReading:
    """Sleeps of the app.

    Raises:
        RefusedError: When it holds no sleep.
    """
    report, sessions = ReaderReport(name), list[Session]()
    head: list[str] = []
    found = 0
    for line, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        if row and row[0].strip() == "Id":
            head = [c.strip() for c in row]
            continue
        if not row or not row[0].strip() or not head:
            continue  # blank, or the second line of a sleep with its noise levels
        found += 1
        cells = dict(zip(head, row, strict=False))
        span = _span(cells, options)
        if span is None:
            report.add("a sleep without a start before its end; left out", "Correct it in the app", line=line)
            continue
        start, end = span
        in_bed = (end - start).total_seconds() / 60
        totals = {"tib_min": in_bed}
        hours, less = cell_number(cells.get("Hours")), cell_number(cells.get("LenAdjust"))
        if hours is not None and hours >= 0:
            asleep = 60 * hours + (less if less is not None and less != -1 else 0)
            if 0 <= asleep <= in_bed + 1:
                totals["tst_min"] = asleep
            else:
                report.add("more sleep than the night is long; left out", "Correct it in the app", line=line)
        typed_in = cells.get("Comment", "").strip().casefold().startswith("manually added")
        try:
            sessions.append(
                Session(
                    source="sleep-as-android" + (": typed in" if typed_in else ""),
                    device_class=DeviceClass.MANUAL if typed_in else DeviceClass.PHONE,
                    start=start,
                    end=end,
                    totals=totals,
                    totals_id="device:sleep-as-android",
                )
            )
        except ValueError as error:
            report.add(f"{error}; left out", "Correct it in the app", line=line)
    if not found:
        raise RefusedError(
            FileRefusal.EMPTY, "an export without a sleep", "Export a period with nights in it"
        )
    return FileReading(
        format="sleep-as-android",
        sessions=tuple(sessions),
        problems=report.problems(),
        refused=None if sessions else FileRefusal.BROKEN,
    )


def _member(probe: Probe) -> zipfile.ZipInfo | None:
    if probe.form is not FileForm.ZIP:
        return None
    named = [m for m in probe.members if m.filename.rpartition("/")[2].casefold() == _TABLE]
    return named[0] if len(named) == 1 else None


def _read_zip(probe: Probe, options: ReaderOptions) -> FileReading:
    member = _member(probe)
    if member is None:
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT, f"an archive without {_TABLE}", "Give the app's own export"
        )
    with opened(probe.archive, member, most=_MOST) as inner:
        data = inner.read()
    return read_sleep_as_android(probe.name, text_of(data, "Give the app's own export"), options)


READERS = (
    Reader(
        name="sleep-as-android",
        words="a Sleep as Android table (sleep-export.csv)",
        recognises=lambda probe: probe.form is FileForm.TEXT and is_sleep_as_android(list(probe.lines)),
        read=lambda probe, options: read_sleep_as_android(probe.name, probe.text, options),
        example=(
            b"Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,DeepSleep,LenAdjust,Geo\n"
            b'"1772406000000","Europe/London","01. 03. 2026 23:00","02. 03. 2026 6:30","02. 03. 2026 7:00","7.5","0.0","",'
            b'"10000","-1","-1.0","-1","-1.0","0",""\n'
        ),
        members=(_TABLE,),
    ),
    Reader(
        name="sleep-as-android-zip",
        words="a Sleep as Android export (zip)",
        recognises=lambda probe: _member(probe) is not None,
        read=_read_zip,
        example=None,
    ),
)
