"""ActiGraph: counts of activity as its software writes them, a database (AGD) or a table of epochs (CSV), scored as sleep and wake.

The wrist tells movement, not when somebody went to bed. That is taken from the database, where its software kept it, or has to be said
(``lights``); nothing is guessed from the counts. Within it the rule of Cole and Kripke, or of Sadeh, makes sleep and wake
(``actigraphy``). Columns and settings of the database are those that ActiLife 6 writes: times in ticks of a ten-millionth of a second
since the year 1, local, and a length of epoch in seconds. Names, birthdays and weights in it are not read.

Rules of ours: an epoch that is missing, and a stretch of three hours without a single count, when the device lay on a table, are
not scored; a night of which less than half is left is left out.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from lenitive.files import FileForm, Probe, Reader, day_from
from lenitive.frozen import dataclass
from lenitive.record import DeviceClass
from lenitive.sleep.actigraphy import cole_kripke, sadeh
from lenitive.sleep.hypnogram import Hypnogram
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    plausible,
)
from lenitive.sleep.readers.database import (
    FAULTS,
    KnownTables,
    copied,
    opened_database,
    rows,
    whole_number,
)
from lenitive.sleep.rhythm import ActivityRhythm, activity_rhythm
from lenitive.sleep.session import Session
from lenitive.sleep.stage import Stage
from lenitive.terms import DateOrder

__all__ = ["READERS", "is_actigraph"]

_RULES = {"cole-kripke": (cole_kripke, "Cole-Kripke"), "sadeh": (sadeh, "Sadeh")}
_NOT_WORN = 180  # minutes in a row
_MOST_ROWS = 2_000_000
_MOST_COUNTS = 1e7  # in one epoch; a device that is shaken all minute comes to some 20,000
_LONGEST_MIN = 400 * 1440
_YEAR_ONE = datetime(1, 1, 1)
_TICKS = 10_000_000  # a second
# Before 1990 and from 2100 on a clock was wrong.
_FIRST_S, _LAST_S = (int((datetime(year, 1, 1) - _YEAR_ONE).total_seconds()) for year in (1990, 2100))
_AGAIN = "Let ActiLife write it again; it may be cut short"
_KNOWN = KnownTables(
    needed={
        "settings": ("settingName", "settingValue"),
        "data": ("dataTimestamp", "axis1"),
        "sleep": ("inBedTimestamp", "outBedTimestamp"),
    },
    more={},
    foreign="Give the AGD file that ActiLife writes",
    again=_AGAIN,
)

Bed = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Counts:
    """Counts a minute from a moment on; NaN where there is none.

    Attributes:
        start: When the first minute began, local.
        minutes: The counts.
        beds: Times in bed that the file itself states.
    """

    start: datetime
    minutes: NDArray[np.float64]
    beds: tuple[Bed, ...] = ()


def is_actigraph(head: bytes) -> bool:
    """Whether the first bytes of a database are those of an AGD file."""
    return b"dataTimestamp" in head and b"settingName" in head


# --- the two forms -----------------------------------------------------------------------------------------------


def _moment(ticks: object) -> datetime | None:
    """A local time from ticks since the year 1."""
    if not isinstance(ticks, int) or not 0 <= ticks < 3_155_378_976_000_000_000:
        return None
    when = _YEAR_ONE + timedelta(microseconds=ticks // 10)
    return when if plausible(when) else None


def _of_database(probe: Probe) -> _Counts:
    """The counts of an AGD file.

    Raises:
        RefusedError: When it is damaged, no such database, or holds no counts.
    """
    with copied(probe.stream, _KNOWN) as path:
        try:
            with opened_database(path, _KNOWN) as base:
                settings = {
                    str(row["settingName"]).casefold(): row["settingValue"]
                    for row in rows(base, _KNOWN, "settings", 1000)
                }
                seconds, values = array("q"), array("d")
                for row in rows(base, _KNOWN, "data", _MOST_ROWS):
                    ticks, count = whole_number(row["dataTimestamp"]), row["axis1"]
                    if ticks is None or not _FIRST_S <= ticks // _TICKS < _LAST_S:
                        continue
                    if isinstance(count, int | float) and 0 <= count < _MOST_COUNTS:
                        seconds.append(ticks // _TICKS)
                        values.append(float(count))
                beds = tuple(
                    (off, on)
                    for row in rows(base, _KNOWN, "sleep", 10_000)
                    if (off := _moment(whole_number(row["inBedTimestamp"]))) is not None
                    and (on := _moment(whole_number(row["outBedTimestamp"]))) is not None
                    and timedelta(0) < on - off <= timedelta(hours=24)
                )
        except FAULTS as error:
            raise RefusedError(
                FileRefusal.BROKEN, f"not a readable database ({type(error).__name__})", _AGAIN
            ) from None
    length = str(settings.get("epochlength") or "")
    return _a_minute(seconds, values, int(length) if re.fullmatch(r"\d{1,4}", length) else 0, beds)


_CSV = re.compile(r"-+\s*Data (?:Table )?File Created By ActiGraph .*?date format (\S+)", re.IGNORECASE)


def _of_table(probe: Probe) -> _Counts:
    """The counts of ActiLife's table of epochs.

    Raises:
        RefusedError: When it holds accelerations, or no counts.
    """
    lines = probe.text.splitlines()
    named = {
        " ".join(key.split()).casefold(): value.strip()
        for line in lines[:10]
        if (
            found := re.match(r"(Start Time|Start Date|Epoch Period \(hh:mm:ss\))\s+(.+)", line.strip(' ",;'))
        )
        for key, value in [found.groups()]
    }
    first = _CSV.search(lines[0]) if lines else None
    order = DateOrder.MDY if first is not None and first[1].casefold().startswith("m") else DateOrder.DMY
    day = day_from(named.get("start date", ""), order)
    clock = re.fullmatch(r"(\d{1,2}):(\d{2}):(\d{2})", named.get("start time", ""))
    epoch = re.fullmatch(r"(\d{2}):(\d{2}):(\d{2})", named.get("epoch period (hh:mm:ss)", ""))
    if day is None or clock is None or epoch is None or not int(clock[1]) < 24:
        raise RefusedError(
            FileRefusal.BROKEN, "a table of an ActiGraph without its start or its length of epoch", _AGAIN
        )
    length = 3600 * int(epoch[1]) + 60 * int(epoch[2]) + int(epoch[3])
    if length == 0:
        raise RefusedError(
            FileRefusal.NOT_READ,
            "accelerations of an ActiGraph, not its counts",
            "Let ActiLife write the counts of epochs of 60 seconds (AGD or CSV)",
        )
    start = datetime.combine(day, time(int(clock[1]), int(clock[2]) % 60, int(clock[3]) % 60))
    if not plausible(start) or len(lines) > _MOST_ROWS:
        raise RefusedError(
            FileRefusal.BROKEN, "a start that cannot be, or more epochs than a recording has", _AGAIN
        )
    cells = [re.split(r"[,;\t]", line.strip()) for line in lines[10:] if line.strip()]
    names = [cell.strip(' "').casefold() for cell in cells[0]] if cells else []
    at = names.index("axis1") if "axis1" in names else names.index("activity") if "activity" in names else 0
    seconds, values = array("q"), array("d")
    first_s = int((start - _YEAR_ONE).total_seconds())
    for i, row in enumerate(cells[1:] if any(map(str.isalpha, "".join(names))) else cells):
        text = row[at].strip(' "') if at < len(row) else ""
        if re.fullmatch(r"\d{1,7}(?:\.0+)?", text):
            seconds.append(first_s + i * length)
            values.append(float(text))
    return _a_minute(seconds, values, length, ())


def _a_minute(seconds: array[int], values: array[float], length: int, beds: tuple[Bed, ...]) -> _Counts:
    """Counts of epochs, each with its seconds since the year 1, as counts a minute.

    Raises:
        RefusedError: When there are none, or their epochs do not make up minutes.
    """
    if not seconds:
        raise RefusedError(FileRefusal.EMPTY, "an ActiGraph file without counts", "Give the recording itself")
    if not 1 <= length <= 60 or 60 % length:
        raise RefusedError(
            FileRefusal.BROKEN,
            f"epochs of {length} seconds, which do not make up minutes",
            "Let ActiLife write epochs of 60 seconds",
        )
    when = np.frombuffer(seconds, dtype=np.int64)
    first = int(when.min()) // 60
    count = int(when.max()) // 60 - first + 1
    if count > _LONGEST_MIN:
        raise RefusedError(
            FileRefusal.BROKEN, "times more than a year apart", "Give one recording, not several"
        )
    at = when // 60 - first
    total = np.bincount(at, weights=np.frombuffer(values, dtype=np.float64), minlength=count)
    seen = np.bincount(at, minlength=count) * length
    # A minute of which an epoch is missing has too few counts, and would be sleep.
    start = _YEAR_ONE + timedelta(minutes=first)
    return _Counts(start=start, minutes=np.where(seen == 60, total, np.nan), beds=beds)


# --- nights ------------------------------------------------------------------------------------------------------


def _beds(counts: _Counts, options: ReaderOptions) -> Iterator[Bed]:
    """The times in bed: as was said, else as the file states.

    Raises:
        RefusedError: When neither says.
    """
    if options.lights is None:
        if not counts.beds:
            raise RefusedError(
                FileRefusal.BROKEN,
                f"counts of {counts.minutes.size / 1440:.1f} days that do not say when she was in bed",
                "Say it, as in --lights 22:30-07:00",
            )
        yield from sorted(set(counts.beds))
        return
    off, on = options.lights
    day = counts.start.date() - timedelta(days=1)
    last = counts.start + timedelta(minutes=counts.minutes.size)
    while datetime.combine(day, off) < last:
        begin = datetime.combine(day, off)
        end = datetime.combine(day if on > off else day + timedelta(days=1), on)
        if end > counts.start:
            yield begin, end
        day += timedelta(days=1)


def _nights(name: str, counts: _Counts, options: ReaderOptions) -> FileReading:
    report, sessions = ReaderReport(name), list[Session]()
    rule, words = _RULES[options.rule]
    known = ~np.isnan(counts.minutes)
    codes = rule(np.where(known, counts.minutes, 0.0).tolist()).codes.copy()
    codes[~known | _not_worn(np.where(known, counts.minutes, 0.0))] = int(Stage.UNSCORED)
    for off, on in _beds(counts, options):
        first, last = (int((when - counts.start).total_seconds() // 60) for when in (off, on))
        if first < 0 or last > codes.size:
            report.add(
                "a night that begins before the recording or ends after it; left out",
                "Nothing to do, or correct --lights",
            )
            continue
        night = codes[first:last]
        if (night == Stage.UNSCORED).mean() > 0.5:
            report.add(
                "a night in which the device was hardly worn; left out", "Nothing to do", key=f"{on.date()}"
            )
            continue
        start = counts.start + timedelta(minutes=first)
        scored = Hypnogram(codes=night, epoch_s=60.0, start=start, scorer=words)
        sessions.append(
            Session(
                source=f"actigraph, {words}",
                device_class=DeviceClass.ACTIGRAPH,
                start=start,
                end=start + timedelta(minutes=len(scored)),
                hypnogram=scored,
            )
        )
    return FileReading(
        format="actigraph",
        sessions=tuple(sessions),
        problems=report.problems(),
        refused=None if sessions else FileRefusal.EMPTY,
        rhythm=_rhythm(counts),
    )


def _rhythm(counts: _Counts) -> ActivityRhythm:
    """The rhythm of the hours that were worn: of the others nothing is known."""
    quiet = np.where(np.isnan(counts.minutes), 0.0, counts.minutes)
    worn = np.where(_not_worn(quiet), np.nan, counts.minutes)
    first = counts.start.minute
    hours = -(-(first + worn.size) // 60)
    padded = np.full(hours * 60, np.nan)
    padded[first : first + worn.size] = worn
    by_hour = padded.reshape(hours, 60)
    whole = ~np.isnan(by_hour).any(axis=1)
    hourly = np.where(whole, np.where(np.isnan(by_hour), 0.0, by_hour).mean(axis=1), np.nan)
    return activity_rhythm(hourly.tolist(), first_hour=counts.start.hour)


def _not_worn(minutes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which minutes belong to a stretch without a single count that no sleeper keeps up."""
    found = np.zeros(minutes.size, dtype=bool)
    at = 0
    for still, run in groupby(minutes == 0):
        length = sum(1 for _ in run)
        found[at : at + length] = still and length >= _NOT_WORN
        at += length
    return found


READERS = (
    Reader(
        name="actigraph",
        words="counts of an ActiGraph (AGD)",
        recognises=lambda probe: probe.form is FileForm.DATABASE and is_actigraph(probe.head),
        read=lambda probe, options: _nights(probe.name, _of_database(probe), options),
        example=None,
        members=("*.agd",),
    ),
    Reader(
        name="actigraph-csv",
        words="counts of an ActiGraph (CSV)",
        recognises=lambda probe: (
            probe.form is FileForm.TEXT and bool(probe.lines) and _CSV.search(probe.lines[0]) is not None
        ),
        read=lambda probe, options: _nights(probe.name, _of_table(probe), options),
        example=(
            b"------------ Data File Created By ActiGraph GT3X+ ActiLife v6.13.3 Firmware v2.5.0 date format M/d/yyyy Filter Normal ---\n"
            b"Serial Number: NEO1D00000000\nStart Time 21:58:00\nStart Date 3/1/2026\nEpoch Period (hh:mm:ss) 00:01:00\n"
            b"Download Time 08:00:00\nDownload Date 3/2/2026\nCurrent Memory Address: 0\nCurrent Battery Voltage: 4.2     Mode = 61\n"
            b"--------------------------------------------------\nAxis1,Axis2,Axis3,Steps\n"
            + b"12,0,0,0\n0,0,0,0\n"
            * 3
        ),
    ),
)
