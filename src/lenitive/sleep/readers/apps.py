"""Sleep as Android: the CSV that the app exports, a header and a row a sleep, sensor columns after them."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

from lenitive.files import FileForm, Reader
from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    localise,
)
from lenitive.sleep.session import Session

__all__ = ["READERS", "is_sleep_as_android", "read_sleep_as_android"]

_FORMS = ("%d. %m. %Y %H:%M", "%Y-%m-%d %H:%M")


def is_sleep_as_android(lines: list[str]) -> bool:
    """Whether text is such an export."""
    return bool(lines) and lines[0].replace('"', "").replace(" ", "").startswith("Id,Tz,From,To,")


def _time(text: str, zone: str, options: ReaderOptions) -> datetime | None:
    for form in _FORMS:
        try:
            when = datetime.strptime(text.strip(), form)
        except ValueError:
            continue
        try:
            return localise(when.replace(tzinfo=ZoneInfo(zone)), options.zone)
        except (KeyError, ValueError, OSError, OverflowError):
            return when
    return None


def read_sleep_as_android(name: str, text: str, options: ReaderOptions) -> FileReading:
    """Sleeps of the app. Hours are time in bed as the app saw it; ``DeepSleep`` is a share, -1 when unknown.

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
        start, end = (_time(cells.get(k, ""), cells.get("Tz", ""), options) for k in ("From", "To"))
        if start is None or end is None or not start < end:
            report.add("a sleep without a start before its end; left out", "Correct it in the app", line=line)
            continue
        typed_in = cells.get("Comment", "").strip().casefold().startswith("manually added")
        try:
            sessions.append(
                Session(
                    source="sleep-as-android" + (": typed in" if typed_in else ""),
                    device_class=DeviceClass.MANUAL if typed_in else DeviceClass.PHONE,
                    start=start,
                    end=end,
                    totals={"tib_min": (end - start).total_seconds() / 60},
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
        members=("sleep-export.csv",),
    ),
)
