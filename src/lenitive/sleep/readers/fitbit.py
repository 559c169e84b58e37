"""Fitbit: the sleep log as JSON (classic nights and nights with stages), and the summary as CSV.

Times are local without an offset. A classic night knows asleep, restless and awake; restless counts as awake, as Fitbit's
own minutesAsleep does. Short wakes (``shortData``) are laid over the stages.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    local_time,
    mapping,
    number,
    rows_of,
    timeline,
)
from lenitive.sleep.session import Session, Span
from lenitive.sleep.stage import Stage

__all__ = ["is_fitbit_csv", "is_fitbit_sleep", "read_fitbit", "read_fitbit_csv"]

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
_HEAD = ["start time", "end time", "minutes asleep", "minutes awake", "number of awakenings", "time in bed"]


def is_fitbit_sleep(content: object) -> bool:
    """Whether JSON is a Fitbit sleep log."""
    if isinstance(content, dict):
        logs = content.get("sleep")
        return isinstance(logs, list) and all("dateOfSleep" in log for log in rows_of(logs))
    return bool(rows_of(content)) and all(
        "dateOfSleep" in log and "levels" in log for log in rows_of(content)
    )


def _spans(
    log: Mapping[str, Any], start: datetime, report: ReaderReport, options: ReaderOptions, key: str
) -> tuple[Span, ...]:
    """The night's stages, short wakes laid over them."""
    levels = mapping(log.get("levels"))
    kept: list[tuple[float, float, Stage, int | None]] = []
    short: list[tuple[float, float, Stage, int | None]] = []
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
        duration = number(log.get("duration"))
        hours = ((end - start).total_seconds() - (duration or 0) / 1000) / 3600
        if duration is not None and abs(hours) > 0.9:
            # Local times without an offset: the difference is the clock change itself.
            report.add(
                "the clock was changed in this night: its duration and its clock times differ; the duration counts",
                "Nothing to do",
                key=f"{key}.duration",
            )
        if not start < end:
            report.add(
                "a night that does not end after it starts; left out", "Correct it in the Fitbit app", key=key
            )
            continue
        spans = _spans(log, start, report, options, key)
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
    """Whether text is Fitbit's CSV of sleep."""
    for line in lines[:2]:
        cells = [c.strip().strip('"').casefold() for c in line.split(",")]
        if cells[: len(_HEAD)] == _HEAD:
            return True
    return False


_TIMES = ("%Y-%m-%d %I:%M%p", "%d-%m-%Y %I:%M %p", "%Y-%m-%d %H:%M", "%m/%d/%Y %I:%M %p")


def _csv_time(text: str) -> datetime | None:
    for form in _TIMES:
        try:
            return datetime.strptime(text.strip(), form)
        except ValueError:
            continue
    return None


def _csv_number(text: str) -> float | None:
    """A number with commas between thousands; N/A is unknown."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def read_fitbit_csv(name: str, text: str, options: ReaderOptions) -> FileReading:
    """Sleeps of Fitbit's CSV. Day-first or month-first dates with slashes or dashes are read as Fitbit writes them.

    Raises:
        RefusedError: When it holds no night.
    """
    report = ReaderReport(name)
    sessions = []
    rows = list(csv.reader(io.StringIO(text)))
    head = next(i for i, r in enumerate(rows) if [c.strip().casefold() for c in r][: len(_HEAD)] == _HEAD)
    names = [c.strip().casefold() for c in rows[head]]
    nights = [(i, r) for i, r in enumerate(rows[head + 1 :], start=head + 2) if any(c.strip() for c in r)]
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
    for line, row in nights:
        cells = dict(zip(names, row, strict=False))
        start, end = _csv_time(cells.get("start time", "")), _csv_time(cells.get("end time", ""))
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
            if (v := _csv_number(cells.get(theirs, ""))) is not None
        }
        length = (end - start).total_seconds() / 60
        if any(v > length + 1 for k, v in totals.items() if k.endswith("_min")):
            report.add("more minutes than the night has; row left out", "Correct the minutes", line=line)
            continue
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
    return _reading("fitbit-csv", sessions, report)
