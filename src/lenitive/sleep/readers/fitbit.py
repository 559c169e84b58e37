"""Fitbit: the sleep log as JSON (classic nights and nights with stages), and the summary as CSV.

Times are local without an offset: over a change of the clocks only the duration tells how long a night was, and where its
timeline jumps by that hour. A classic night knows asleep, restless and awake; restless counts as awake, as Fitbit's
own minutesAsleep does. Short wakes (``shortData``) are laid over the stages.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from lenitive.files import FileForm, Reader, day_from, ends_with_year, misfit, order_found
from lenitive.record import NIGHT_NUMBERS, DeviceClass
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    local_time,
    mapping,
    number,
    plausible,
    rows_of,
    timeline,
)
from lenitive.sleep.session import Session, Span
from lenitive.sleep.stage import Stage
from lenitive.terms import DateOrder

__all__ = ["READERS", "is_fitbit_csv", "is_fitbit_sleep", "read_fitbit", "read_fitbit_csv"]

_LEVELS = {
    "wake": Stage.WAKE,
    "awake": Stage.WAKE,
    "restless": Stage.WAKE,
    "asleep": Stage.ASLEEP,
    "light": Stage.LIGHT,
    "deep": Stage.N3,
    "rem": Stage.REM,
    "unknown": Stage.UNSCORED,
}
# Names of the tables of a monthly export, as seen in published ones (English, French) and in Fitbit's own description.
_SECTIONS = frozenset({"body", "foods", "activities", "activités", "sleep"})
_HEAD = ["start time", "end time", "minutes asleep", "minutes awake", "number of awakenings", "time in bed"]


def is_fitbit_sleep(content: object) -> bool:
    """Whether JSON is a Fitbit sleep log."""
    if isinstance(content, dict):
        logs = content.get("sleep")
        return isinstance(logs, list) and all("dateOfSleep" in log for log in rows_of(logs))
    return bool(rows_of(content)) and all(
        "dateOfSleep" in log and "levels" in log for log in rows_of(content)
    )


Row = tuple[float, float, Stage, int | None]
_MOST_CHANGE_S = 2 * 3600.0  # clocks are changed by half an hour to two


def _elapsed(kept: list[Row], short: list[Row], change_s: float) -> tuple[list[Row], list[Row]]:
    """Rows by the time that has gone by, from rows by a clock that was put on by ``change_s`` seconds (back, when negative).

    Rows follow on one another, so that the one that begins ``change_s`` away from where the last ended was the first after
    the change.
    """
    found: list[Row] = []
    changed_at: float | None = None
    end: float | None = None
    for at, seconds, stage, line in kept:
        if changed_at is None and end is not None and abs(at - end - change_s) < 90:
            changed_at = at
        true = at - change_s if changed_at is not None else at
        found.append((true, seconds, stage, line))
        end = at + seconds
    if changed_at is None:
        return kept, short
    return found, [
        (at - change_s if at >= changed_at else at, n, stage, line) for at, n, stage, line in short
    ]


def _spans(
    log: Mapping[str, Any],
    start: datetime,
    report: ReaderReport,
    options: ReaderOptions,
    key: str,
    change_s: float = 0.0,
) -> tuple[Span, ...]:
    """The night's stages, short wakes laid over them."""
    levels = mapping(log.get("levels"))
    kept: list[Row] = []
    short: list[Row] = []
    for name, into in (("data", kept), ("shortData", short)):
        for one in rows_of(levels.get(name)):
            when, seconds = local_time(one.get("dateTime"), options), number(one.get("seconds"))
            stage = _LEVELS.get(str(one.get("level")))
            if when is None or seconds is None or stage is None:
                report.add(
                    "a stage without a time, a length or a known level; left out",
                    "Export the sleep log again",
                    key=f"{key}.levels.{name}",
                )
                continue
            into.append(((when - start).total_seconds(), seconds, stage, None))
    if change_s:
        kept, short = _elapsed(kept, short, change_s)
    spans = list(timeline(kept, report, key=f"{key}.levels.data"))
    zero = min((r[0] for r in kept if r[1] > 0), default=0.0)
    spans = [Span(start_s=s.start_s + zero, end_s=s.end_s + zero, stage=s.stage) for s in spans]
    spans += [Span(start_s=a, end_s=a + n, stage=s) for a, n, s, _ in short if n > 0]
    return tuple(spans)


def read_fitbit(name: str, content: Any, options: ReaderOptions) -> FileReading:
    """Sleeps of a Fitbit sleep log.

    Raises:
        RefusedError: When it holds no night.
    """
    logs = rows_of(content.get("sleep") if isinstance(content, dict) else content)
    if not logs:
        raise RefusedError(
            FileRefusal.EMPTY, "a Fitbit sleep log without a night", "Export a period with nights in it"
        )
    report = ReaderReport(name)
    sessions = []
    for i, log in enumerate(logs):
        key = f"sleep[{i}]"
        start, end = local_time(log.get("startTime"), options), local_time(log.get("endTime"), options)
        if start is None or end is None:
            report.add(
                "startTime or endTime is no time; night left out", "Export the sleep log again", key=key
            )
            continue
        if not start < end:
            report.add(
                "a night that does not end after it starts; left out", "Correct it in the Fitbit app", key=key
            )
            continue
        duration = number(log.get("duration"))
        change_s = 0.0 if duration is None else (end - start).total_seconds() - duration / 1000
        if not 0.9 * 1800 <= abs(change_s) <= _MOST_CHANGE_S or (duration or 0) <= 0:
            change_s = 0.0
        else:
            # Local times without an offset: the difference is the change of the clock itself.
            report.add(
                "the clock was changed in this night: its duration and its clock times differ; the duration counts, "
                "and its end is given by the clock of its start",
                "Nothing to do",
                key=f"{key}.duration",
            )
            end -= timedelta(seconds=change_s)
        spans = _spans(log, start, report, options, key, change_s)
        totals, asleep = {}, number(log.get("minutesAsleep"))
        if not spans:
            totals = _totals(log)
        elif asleep is not None:
            _check(log, spans, asleep, report, key)
        try:
            sessions.append(
                Session(
                    source="fitbit",
                    device_class=DeviceClass.WEARABLE,
                    start=start,
                    end=end,
                    spans=spans,
                    totals=totals,
                    totals_id="device:fitbit" if totals else "",
                    main=log.get("isMainSleep") if isinstance(log.get("isMainSleep"), bool) else None,
                )
            )
        except ValueError as error:
            report.add(f"{error}; night left out", "Correct it in the Fitbit app", key=key)
    return _reading("fitbit", sessions, report)


def _reading(form: str, sessions: list[Session], report: ReaderReport) -> FileReading:
    """The reading, refused when nothing was left."""
    return FileReading(
        format=form,
        sessions=tuple(sessions),
        problems=report.problems(),
        refused=None if sessions else FileRefusal.BROKEN,
    )


def _totals(log: Mapping[str, Any]) -> dict[str, float]:
    """What the log says of a night without a timeline."""
    names = {
        "minutesAsleep": "tst_min",
        "minutesToFallAsleep": "sol_min",
        "timeInBed": "tib_min",
        "minutesAwake": "wake_min",
    }
    return {
        ours: v for theirs, ours in names.items() if (v := number(log.get(theirs))) is not None and v >= 0
    }


def _check(
    log: Mapping[str, Any], spans: tuple[Span, ...], asleep: float, report: ReaderReport, key: str
) -> None:
    """Reports stages that do not add up to the minutes the log itself states."""
    counted = sum(s.end_s - s.start_s for s in spans if s.stage.is_sleep) / 60
    short = (
        sum(s.end_s - s.start_s for s in spans[len(rows_of(mapping(log.get("levels")).get("data"))) :]) / 60
    )
    if abs(counted - short - asleep) > 2 and abs(counted - asleep) > 2:
        report.add(
            "its stages do not add up to its minutesAsleep; the stages count",
            "Compare with the Fitbit app",
            key=f"{key}.minutesAsleep",
        )


def is_fitbit_csv(lines: list[str]) -> bool:
    """Whether text is Fitbit's CSV: its table of sleep, or a monthly export of several tables under their names."""
    if _is_head(lines[:1]):
        return True
    return bool(lines) and _section(lines[0]) and (_is_head(lines[1:2]) or _starts_with_date(lines[1:2]))


def _cells(line: str) -> list[str]:
    return [cell.strip().strip('"').casefold() for cell in line.split(",")]


def _is_head(lines: list[str]) -> bool:
    return any(_cells(line)[: len(_HEAD)] == _HEAD for line in lines)


def _starts_with_date(lines: list[str]) -> bool:
    return any(_cells(line)[0] == "date" and len(_cells(line)) > 1 for line in lines)


def _section(line: str) -> bool:
    """Whether a line is the name of one of the export's tables."""
    name = line.strip().strip('"').casefold()
    return name in _SECTIONS or name.startswith("food log ")


_STAMP = re.compile(r"([0-9./-]+)[ T]+(\d{1,2}):(\d{2})(?::\d{2})?\s*([AaPp][Mm])?")


def _csv_day(text: str) -> str:
    """The date of a cell, as it stands there."""
    stamp = _STAMP.fullmatch(text.strip())
    return "" if stamp is None else stamp[1]


def _csv_time(text: str, order: DateOrder) -> datetime | None:
    """The local time of a cell; None when it is none, or its date reads two ways and no order was told."""
    stamp = _STAMP.fullmatch(text.strip())
    if stamp is None:
        return None
    day: date | None = day_from(stamp[1], order)
    hour, minute, half = int(stamp[2]), int(stamp[3]), (stamp[4] or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
    if day is None or hour > 23 or minute > 59:
        return None
    when = datetime(day.year, day.month, day.day, hour, minute)
    return when if plausible(when) else None


def _order(rows: list[dict[str, str]], options: ReaderOptions) -> DateOrder:
    """In which order the table's dates are written: as was said, or as the whole column tells.

    Raises:
        RefusedError: When the dates end with their year and neither tells.
    """
    texts = [_csv_day(cells.get(name, "")) for cells in rows for name in ("start time", "end time")]
    late = [text for text in texts if day_from(text) is None and ends_with_year(text)]
    if not late or options.dates is not DateOrder.YMD:
        return options.dates
    order = order_found(late)
    if order is None:
        what, remedy = misfit(late)
        raise RefusedError(FileRefusal.BROKEN, what, remedy)
    return order


def _csv_number(text: str) -> float | None:
    """A number with commas between thousands; N/A is unknown."""
    try:
        return number(float(text.replace(",", "")))
    except ValueError:
        return None


def read_fitbit_csv(name: str, text: str, options: ReaderOptions) -> FileReading:
    """Sleeps of Fitbit's CSV. In which order its dates are written the whole column tells, or ``options.dates``.

    Raises:
        RefusedError: When it holds no night, or its dates read two ways.
    """
    report = ReaderReport(name)
    sessions = []
    rows = list(csv.reader(io.StringIO(text)))
    starts = ([cell.strip().casefold() for cell in row[: len(_HEAD)]] for row in rows)
    head = next((i for i, start in enumerate(starts) if start == _HEAD), None)
    if head is None:
        if rows and _section(",".join(rows[0])):
            raise RefusedError(
                FileRefusal.NOT_SLEEP,
                f"a monthly export of Fitbit without sleep in it ({rows[0][0].casefold()} only)",
                "Export sleep as well, or give the account's export",
            )
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            "no Fitbit table: it has no line that begins with Start Time, End Time",
            "Give the table of sleep as Fitbit exports it",
        )
    names = [c.strip().casefold() for c in rows[head]]
    below = takewhile(lambda row: not _section(",".join(row)), rows[head + 1 :])
    nights = [(i, r) for i, r in enumerate(below, start=head + 2) if any(c.strip() for c in r)]
    if not nights:
        raise RefusedError(
            FileRefusal.EMPTY, "a Fitbit table without a night", "Export a period with nights in it"
        )
    columns = {
        "minutes asleep": "tst_min",
        "minutes awake": "wake_min",
        "number of awakenings": "awakenings",
        "time in bed": "tib_min",
        "minutes rem sleep": "rem_min",
        "minutes light sleep": "light_min",
        "minutes deep sleep": "n3_min",
    }
    told = [(line, dict(zip(names, row, strict=False))) for line, row in nights]
    order = _order([cells for _, cells in told], options)
    for line, cells in told:
        start, end = (_csv_time(cells.get(name, ""), order) for name in ("start time", "end time"))
        if start is None or end is None:
            report.add("start or end is no time; row left out", "Write it as Fitbit does", line=line)
            continue
        if not start < end:
            report.add(
                "a night that does not end after it starts; row left out", "Correct start or end", line=line
            )
            continue
        totals = {
            ours: v
            for theirs, ours in columns.items()
            if (v := _csv_number(cells.get(theirs, ""))) is not None and 0 <= v <= NIGHT_NUMBERS.get(ours, v)
        }
        length = (end - start).total_seconds() / 60
        if any(v > length + 1 for k, v in totals.items() if k.endswith("_min")):
            report.add("more minutes than the night has; row left out", "Correct the minutes", line=line)
            continue
        try:
            sessions.append(
                Session(
                    source="fitbit",
                    device_class=DeviceClass.WEARABLE,
                    start=start,
                    end=end,
                    totals=totals,
                    totals_id="device:fitbit",
                )
            )
        except ValueError as error:
            report.add(f"{error}; row left out", "Correct start or end", line=line)
    return _reading("fitbit-csv", sessions, report)


READERS = (
    Reader(
        name="fitbit",
        words="a Fitbit sleep log (JSON)",
        recognises=lambda probe: probe.form is FileForm.JSON and is_fitbit_sleep(probe.json),
        read=lambda probe, options: read_fitbit(probe.name, probe.json, options),
        example=(
            b'{"sleep": [{"dateOfSleep": "2026-03-02", "startTime": "2026-03-01T23:00:00.000", '
            b'"endTime": "2026-03-02T06:00:00.000", "duration": 25200000, "minutesAsleep": 400, "timeInBed": 420}]}'
        ),
        members=("sleep-????-??-??.json",),
    ),
    Reader(
        name="fitbit-csv",
        words="a Fitbit table of sleep, or a monthly export (CSV)",
        recognises=lambda probe: probe.form is FileForm.TEXT and is_fitbit_csv(list(probe.lines)),
        read=lambda probe, options: read_fitbit_csv(probe.name, probe.text, options),
        example=(
            b"Sleep\nStart Time,End Time,Minutes Asleep,Minutes Awake,Number of Awakenings,Time in Bed\n"
            b'"2026-03-01 11:00PM","2026-03-02 6:00AM","400","20","3","420"\n'
        ),
    ),
)
