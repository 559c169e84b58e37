"""Withings: the account export, a zip of tables, or one of its tables alone.

``sleep.csv`` holds a row for each night, in the language of the account. ``raw_bed_sleep-state.csv`` (``raw_sleep-monitor_...``
in older exports) and ``raw_tracker_sleep-state.csv`` hold what the mat and the watch saw, in rows of a start, a list of
lengths and a list of states. A night takes the timeline of the device whose states add up best to its own minutes, and is
that device's; without one it keeps the row's minutes and no device is named. Notes and events are not read.

States are 0 awake, 1 light, 2 deep and 3 REM: the README of the export says so for the mat. For the watch it stops at 2,
though watches that tell REM write 3; that each night is checked against its row guards both.

A device that never says REM does not tell it, and its light and deep sleep hold it: of its timeline sleep and wake alone are
kept, since no REM in a record would be a statement.

Uploads overlap and repeat each other: equal stretches count once, and those that overlap in one stage are one. Some
versions write a minute as 59 s; silence of a second is closed.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from lenitive.files import FileForm, Probe, Reader, opened
from lenitive.frozen import dataclass
from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    local_time,
    localise,
    number,
)
from lenitive.sleep.readers.kept import Row, StatedSleep, adds_up, keep, misfit, runs
from lenitive.sleep.readers.measured import add_withings_table, measured
from lenitive.sleep.readers.vital import Vitals
from lenitive.sleep.readers.withings import STATES
from lenitive.sleep.session import Session
from lenitive.sleep.stage import Stage

__all__ = ["NIGHTS", "READERS", "is_withings_table", "raw_device", "read_withings_table", "read_withings_zip"]

NIGHTS = "sleep.csv"
_MEASURED = ("weight.csv", "bp.csv")
_RAW = re.compile(r"raw_(bed|sleep-monitor|tracker)_sleep-state\.csv")
_RAW_HEAD = ["start", "duration", "value"]
_KINDS = {"bed": DeviceClass.NEARABLE, "tracker": DeviceClass.WEARABLE}
# The first seven columns as English and German accounts write them. Others are refused, not guessed.
_HEADS = (
    ["from", "to", "light (s)", "deep (s)", "rem (s)", "awake (s)", "wake up"],
    ["von", "bis", "leicht (s)", "tief (s)", "rem (s)", "wach (s)", "aufwachen"],
)
_ONSET = (
    "duration to sleep (s)",
    "dauer des schlafs (s)",
)  # the second stands in its place in German exports
_MOST_BYTES = 32 * 2**20  # ten years of nights by the minute take 9 MB
_MOST_NIGHTS = 50_000
_MOST_STATES = 500_000
_MOST_LOOKS = 5_000_000
_LONGEST_S = 36 * 3600.0
_CLOSED_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A row of sleep.csv."""

    line: int
    start: datetime
    end: datetime
    totals: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Track:
    """What one device saw: begin and end (Unix seconds), stage, and offset of the place (s), in order."""

    device: str
    states: list[tuple[float, float, Stage, int]]

    @property
    def tells_rem(self) -> bool:
        """Whether the device ever said REM."""
        return any(s[2] is Stage.REM for s in self.states)


def _asleep(rows: Iterable[Row]) -> list[Row]:
    """Sleep and wake alone."""
    return [(a, n, Stage.ASLEEP if s.is_sleep else s, line) for a, n, s, line in rows]


_NO_REM = (
    "no REM anywhere: the device does not tell it; its light and deep sleep hold it and are not kept as stages",
    "Nothing to do",
)


def _cells(line: str) -> list[str]:
    return [c.strip().strip('"').casefold() for c in line.split(",")]


def is_withings_table(lines: Sequence[str]) -> bool:
    """Whether text begins as a table of the export does: nights in any language, or raw values of any kind."""
    cells = _cells(lines[0]) if lines else []
    return cells == _RAW_HEAD or (len(cells) >= 9 and all(c.endswith(" (s)") for c in cells[2:6]))


def raw_device(name: str) -> str | None:
    """``bed`` or ``tracker`` from the name of a table of sleep states, or None when it names another file.

    What raw values mean, and who measured them, stands in the file's name alone.
    """
    found = _RAW.fullmatch(name.rpartition("/")[2].casefold())
    return None if found is None else "tracker" if found.group(1) == "tracker" else "bed"


def _table(data: bytes, report: ReaderReport) -> Iterator[tuple[int, list[str]]]:
    """Rows with their lines. Bytes that are no UTF-8 can stand in notes alone, which are not read."""
    reader = csv.reader(line.decode("utf-8-sig", "replace") for line in io.BytesIO(data))
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            report.add(
                "not a row of a table; left out",
                "Export again; the file may be cut short",
                line=reader.line_num,
            )
            continue
        if any(c.strip() for c in row):
            yield reader.line_num, row


def _nights(data: bytes, report: ReaderReport, options: ReaderOptions) -> list[_Told]:
    """The rows of sleep.csv that can be used.

    Raises:
        RefusedError: When its columns are not known, or it holds no night.
    """
    rows = _table(data, report)
    head = [c.strip().casefold() for c in next(rows, (0, []))[1]]
    if head[:7] not in _HEADS:
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            "a Withings table of nights with columns we do not know, perhaps in another language",
            "Set the Withings account to English, then export again",
            line=1,
        )
    found: list[_Told] = []
    seen: dict[tuple[datetime, datetime], dict[str, float]] = {}
    asked = 0
    for line, row in rows:
        asked += 1
        if asked > _MOST_NIGHTS:
            raise RefusedError(
                FileRefusal.DANGEROUS,
                f"more than {_MOST_NIGHTS} nights",
                "Export a shorter period",
                line=line,
            )
        start, end = (local_time(c, options) for c in (*row[:2], "", "")[:2])
        if start is None or end is None or start.tzinfo is None or end.tzinfo is None:
            report.add("from or to is no time with an offset; row left out", "Export again", line=line)
            continue
        told = _totals(head, row)
        before = seen.setdefault((start, end), told)
        if before is not told:
            if before != told:
                report.add(
                    "a night given twice with different minutes; the first counts",
                    "Compare with the Withings app",
                    line=line,
                )
            continue
        parts = [told[k] for k in ("light_min", "n3_min", "rem_min", "wake_min") if k in told]
        if start < end and sum(parts) > (end - start).total_seconds() / 60 + 1:
            report.add(
                "sleep and wake add up to more than the night; row left out",
                "Compare with the Withings app",
                line=line,
            )
            continue
        found.append(_Told(line=line, start=start, end=end, totals=told))
    if not asked:
        raise RefusedError(
            FileRefusal.EMPTY, "a Withings table without a night", "Export a period with nights in it"
        )
    if not any(n.totals.get("rem_min") for n in found):
        for night in found:
            night.totals.pop("rem_min", None)
    return found


def _totals(head: Sequence[str], row: Sequence[str]) -> dict[str, float]:
    """A row's seconds as our minutes."""
    out: dict[str, float] = {}
    names = {2: "light_min", 3: "n3_min", 4: "rem_min", 5: "wake_min"}
    if len(head) > 7 and head[7] in _ONSET:
        names[7] = "sol_min"
    for at, name in names.items():
        if (v := _seconds(row, at)) is not None:
            out[name] = v / 60
    if {"light_min", "n3_min"} <= out.keys():
        out["tst_min"] = sum(out.get(k, 0.0) for k in ("light_min", "n3_min", "rem_min"))
    if (wakes := _seconds(row, 6)) is not None:
        out["awakenings"] = wakes
    return out


def _seconds(row: Sequence[str], at: int) -> float | None:
    """A whole number of a cell; None for anything else."""
    text = row[at].strip() if at < len(row) else ""
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _list(text: str) -> list[float] | None:
    """Numbers from ``[60,60,120]``."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list):
        return None
    values = [number(v) for v in found]
    return None if None in values else [v for v in values if v is not None]


def _states(
    data: bytes, report: ReaderReport, options: ReaderOptions
) -> Iterator[tuple[float, float, Stage, int]]:
    """Stretches of one state, row by row.

    Raises:
        RefusedError: When its columns are not known, or when there are too many.
    """
    rows = _table(data, report)
    if [c.strip().casefold() for c in next(rows, (0, []))[1]] != _RAW_HEAD:
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            "a Withings table of states with columns we do not know",
            "Give the export as it came",
            line=1,
        )
    count = 0
    for line, row in rows:
        when = local_time(row[0], options)
        lengths, values = (_list(c) for c in (*row[1:3], "", "")[:2])
        offset = None if when is None else when.utcoffset()
        if when is None or offset is None or lengths is None or values is None:
            report.add(
                "a row without a time with an offset, lengths and states; left out",
                "Export again",
                line=line,
            )
            continue
        if len(lengths) != len(values) or not all(0 < n <= _LONGEST_S for n in lengths):
            report.add("lengths that fit no states, or are none; row left out", "Export again", line=line)
            continue
        at = begin = when.timestamp()
        last: Stage | None = None
        for length, value in zip(lengths, values, strict=True):
            stage = STATES.get(int(value)) if value == int(value) else None
            if stage is None:
                report.add("an unknown state; left out", "Tell us of it", line=line)
            if stage is not last:
                if last is not None:
                    count += 1
                    yield begin, at, last, int(offset.total_seconds())
                begin, last = at, stage
            at += length
        if last is not None:
            count += 1
            yield begin, at, last, int(offset.total_seconds())
        if count > _MOST_STATES:
            raise RefusedError(
                FileRefusal.DANGEROUS,
                f"more than {_MOST_STATES} changes of state",
                "Export a shorter period",
                line=line,
            )


def _track(device: str, states: Iterable[tuple[float, float, Stage, int]]) -> _Track:
    """States in order, repeated uploads counted once."""
    merged: list[tuple[float, float, Stage, int]] = []
    for begin, end, stage, offset in sorted(set(states), key=lambda s: (s[0], s[1])):
        if merged:
            a, b, before, o = merged[-1]
            if stage is before and begin <= b + _CLOSED_S:
                merged[-1] = (a, max(b, end), before, o)
                continue
            if 0 < begin - b <= _CLOSED_S:
                merged[-1] = (a, begin, before, o)
        merged.append((begin, end, stage, offset))
    return _Track(device=device, states=merged)


class _Looks:
    """Counts how many states were looked at, so that no file makes the matching of nights run for hours."""

    def __init__(self) -> None:
        self.left = _MOST_LOOKS

    def take(self, count: int) -> None:
        """Spend some.

        Raises:
            RefusedError: When none are left.
        """
        self.left -= count
        if self.left < 0:
            raise RefusedError(
                FileRefusal.DANGEROUS,
                "nights that overlap each other over and over",
                "Use the file that Withings itself exported",
            )


def _of_nights(
    told: Sequence[_Told], tracks: Sequence[_Track], report: ReaderReport
) -> tuple[list[Session], int]:
    """Sleeps of sleep.csv with the timelines that belong to them, and how many stretches of sleep belong to none."""
    sessions: list[Session] = []
    looks = _Looks()
    begins = [[s[0] for s in t.states] for t in tracks]
    longest = [max((s[1] - s[0] for s in t.states), default=0.0) for t in tracks]
    used = [bytearray(len(t.states)) for t in tracks]
    blind = {t.device for t in tracks if t.states and not t.tells_rem}
    if blind:
        report.add(*_NO_REM)
    for night in told:
        zero, until = night.start.timestamp(), night.end.timestamp()
        best: tuple[float, str, list[Row]] | None = None
        for k, track in enumerate(tracks):
            low = bisect_left(begins[k], zero - longest[k])
            high = bisect_left(begins[k], until)
            looks.take(max(0, high - low))
            seen: list[Row] = []
            for i in range(low, high):
                begin, end, stage, _ = track.states[i]
                a, b = max(begin, zero), min(end, until)
                if b > a:
                    used[k][i] = 1
                    seen.append((a - zero, b - a, stage, None))
            # Some minutes of another device, which was worn or lain on for a while, are not this night's timeline.
            if sum(r[1] for r in seen) * 2 >= until - zero > 0:
                found = (misfit(seen, night.totals), track.device, seen)
                best = found if best is None or found[0] < best[0] else best
        device, rows = ("", []) if best is None else best[1:]
        totals, key = night.totals, f"row {night.line}"
        if device in blind:
            rows = _asleep(rows) if adds_up(rows, totals, report, key) else []
            totals = {k: v for k, v in totals.items() if k not in {"light_min", "n3_min"}}
        keep(
            report,
            sessions,
            key,
            StatedSleep(
                source=f"withings: {device}" if device else "withings",
                kind=_KINDS.get(device, DeviceClass.UNKNOWN),
                start=night.start,
                end=night.end,
                rows=rows,
                totals=totals,
                totals_id="device:withings",
            ),
        )
    outside = sum(
        1
        for t, u in zip(tracks, used, strict=True)
        for s, hit in zip(t.states, u, strict=True)
        if s[2].is_sleep and not hit
    )
    return sessions, outside


def _of_states(track: _Track, report: ReaderReport, options: ReaderOptions) -> list[Session]:
    """Sleeps from states alone: silence of more than an hour ends one."""
    sessions: list[Session] = []
    blind = bool(track.states) and not track.tells_rem
    if blind:
        report.add(*_NO_REM)
    offsets = {s[0]: s[3] for s in track.states}
    for group in runs((a, b - a, stage) for a, b, stage, _ in track.states):
        if not any(s[2].is_sleep for s in group):
            report.add("a stretch of wake alone; left out", "Nothing to do")
            continue
        zero = group[0][0]
        rows: list[Row] = [(b - zero, n, s, None) for b, n, s in group]
        own = options.zone or timezone(timedelta(seconds=offsets[zero]))
        start, end = (
            localise(datetime.fromtimestamp(t, UTC), own) for t in (zero, max(b + n for b, n, _ in group))
        )
        keep(
            report,
            sessions,
            f"from {start:%Y-%m-%d %H:%M}",
            StatedSleep(
                source=f"withings: {track.device}",
                kind=_KINDS[track.device],
                start=start,
                end=end,
                rows=_asleep(rows) if blind else rows,
                totals={},
                totals_id="device:withings",
            ),
        )
    return sessions


def _reading(sessions: Sequence[Session], reports: Iterable[ReaderReport]) -> FileReading:
    return FileReading(
        format="withings-export",
        sessions=tuple(sessions),
        problems=tuple(p for r in reports for p in r.problems()),
        refused=None if sessions else FileRefusal.BROKEN,
    )


def read_withings_table(name: str, data: bytes, options: ReaderOptions) -> FileReading:
    """Sleeps of one table of the export.

    Raises:
        RefusedError: When it holds no sleep, or its name does not say that its values are sleep states.
    """
    if len(data) > _MOST_BYTES:
        raise RefusedError(
            FileRefusal.DANGEROUS,
            f"a Withings table larger than {_MOST_BYTES // 2**20} MiB, which none should be",
            "Export a shorter period",
        )
    report = ReaderReport(name)
    head = _cells(data[:4096].decode("utf-8-sig", "replace").lstrip().partition("\n")[0])
    if head != _RAW_HEAD:
        sessions, _ = _of_nights(_nights(data, report, options), (), report)
        return _reading(sessions, [report])
    device = raw_device(name)
    if device is None:
        raise RefusedError(
            FileRefusal.NOT_SLEEP,
            "a Withings table of raw values whose name does not say that they are sleep states",
            "Give the export as it came, or raw_bed_sleep-state.csv or raw_tracker_sleep-state.csv by its own name",
        )
    track = _track(device, _states(data, report, options))
    if not track.states and not report.found:
        raise RefusedError(
            FileRefusal.EMPTY, "a Withings table without a state", "Export a period with nights in it"
        )
    return _reading(_of_states(track, report, options), [report])


def read_withings_zip(
    name: str, archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], options: ReaderOptions
) -> FileReading:
    """Sleeps and measurements of an account export. Nothing is unpacked to disk.

    Args:
        name: The archive's name, for messages.
        archive: The archive.
        members: Its tables: ``NIGHTS``, ``bed``, ``tracker``, ``weight.csv``, ``bp.csv``.
        options: What the file may leave unsaid.

    Raises:
        RefusedError: When it holds no sleep, is damaged, or is a bomb.
    """
    vitals = Vitals()
    for kind in _MEASURED:
        if kind in members:
            with opened(archive, members[kind], most=_MOST_BYTES) as inner:
                add_withings_table(inner.read().decode("utf-8-sig", "replace"), vitals, options)
    if not {NIGHTS, "bed", "tracker"} & set(members):
        return measured("withings-export", vitals, ReaderReport(name))
    return replace(_slept(name, archive, members, options), measurements=vitals.measurements())


def _slept(
    name: str, archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], options: ReaderOptions
) -> FileReading:
    """The sleeps of an account export."""
    reports: list[ReaderReport] = []
    tracks: list[_Track] = []
    told: list[_Told] | None = None

    def table(which: str) -> tuple[bytes, ReaderReport]:
        member = members[which]
        report = ReaderReport(f"{name}: {member.filename.rpartition('/')[2]}")
        reports.append(report)
        with opened(archive, member, most=_MOST_BYTES) as inner:
            return inner.read(), report

    if NIGHTS in members:
        data, nights_report = table(NIGHTS)
        told = _nights(data, nights_report, options)
        del data
    for device in ("bed", "tracker"):
        if device in members:
            data, report = table(device)
            tracks.append(_track(device, _states(data, report, options)))
            del data
    if told is None:
        found = [s for t, r in zip(tracks, reports, strict=True) for s in _of_states(t, r, options)]
        if not found and not any(t.states for t in tracks) and not any(r.found for r in reports):
            raise RefusedError(
                FileRefusal.EMPTY, "a Withings export without a night", "Export a period with nights in it"
            )
        return _reading(found, reports)
    sessions, outside = _of_nights(told, tracks, nights_report)
    if outside:
        nights_report.add(
            f"{outside} stretches of sleep that the devices saw lie outside every night; left out",
            "Nothing to do: Withings counts them to no night",
        )
    return _reading(sessions, reports)


def _tables(probe: Probe) -> dict[str, zipfile.ZipInfo]:
    """Withings' tables of sleep in an archive, one of a kind.

    Raises:
        RefusedError: When there are two of a kind: exports of two accounts are two people's.
    """
    found: dict[str, zipfile.ZipInfo] = {}
    for member in probe.members if probe.form is FileForm.ZIP else ():
        base = member.filename.rpartition("/")[2].casefold()
        kind = base if base in {NIGHTS, *_MEASURED} else raw_device(base)
        if kind is None:
            continue
        if kind in found:
            raise RefusedError(
                FileRefusal.UNKNOWN_FORMAT,
                f"an archive with more than one table of its kind ({base})",
                "Give the export of one account",
            )
        found[kind] = member
    return found


READERS = (
    Reader(
        name="withings-table",
        words="a table of a Withings export (CSV)",
        recognises=lambda probe: probe.form is FileForm.TEXT and is_withings_table(list(probe.lines[:3])),
        read=lambda probe, options: read_withings_table(probe.name, probe.data(), options),
        example=None,
    ),
    Reader(
        name="withings-export",
        words="the export of a Withings account (zip)",
        recognises=lambda probe: bool(_tables(probe)),
        read=lambda probe, options: read_withings_zip(probe.name, probe.archive, _tables(probe), options),
        example=None,
    ),
)
