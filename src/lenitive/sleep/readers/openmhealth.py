"""Open mHealth: sleep-episode 1.0 and 1.1, sleep-duration 1.0 and 2.0, total-sleep-time 1.0, bare or as data points."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lenitive.files import FileForm, Reader
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
)
from lenitive.sleep.session import Session

__all__ = ["READERS", "is_omh", "read_omh"]

_UNIT_MIN = {"sec": 1 / 60, "min": 1.0, "h": 60.0}
_DURATIONS = ("sleep_duration", "total_sleep_time")
_EPISODE = (
    "latency_to_sleep_onset",
    "latency_to_arising",
    "number_of_awakenings",
    "is_main_sleep",
    "sleep_maintenance_efficiency_percentage",
    "wake_after_sleep_onset",
)


def is_omh(content: object) -> bool:
    """Whether JSON is sleep as Open mHealth writes it, valid or not."""
    some = rows_of(content) or [mapping(content)]
    bodies = [mapping(s.get("body")) or s for s in some]
    return any(k in b for b in bodies for k in (*_DURATIONS, *_EPISODE, "effective_time_frame"))


def _minutes(value: object, report: ReaderReport, key: str) -> float | None:
    """A duration in minutes; its unit is sec, min or h."""
    told = mapping(value)
    amount, unit = number(told.get("value")), told.get("unit")
    if amount is None or unit not in _UNIT_MIN or amount < 0:
        report.add("a duration without a number or with an unknown unit", "Use sec, min or h", key=key)
        return None
    return amount * _UNIT_MIN[str(unit)]


def _frame(
    body: Mapping[str, Any], report: ReaderReport, options: ReaderOptions
) -> tuple[datetime, datetime] | None:
    """Start and end of the effective time frame, which must be an interval."""
    interval = mapping(mapping(body.get("effective_time_frame")).get("time_interval"))
    start, end = (local_time(interval.get(f"{w}_date_time"), options) for w in ("start", "end"))
    if "duration" in interval:
        length = _minutes(interval["duration"], report, "effective_time_frame.time_interval.duration")
        try:
            if length is not None and start is not None and end is None:
                end = start + timedelta(minutes=length)
            elif length is not None and end is not None and start is None:
                start = end - timedelta(minutes=length)
        except OverflowError:
            return None
    if start is None or end is None or (start.tzinfo is None) != (end.tzinfo is None):
        return None
    return start, end


def _one(body: Mapping[str, Any], report: ReaderReport, options: ReaderOptions, key: str) -> Session | None:
    if "descriptive_statistic" in body:
        raise RefusedError(
            FileRefusal.NOT_ONE_NIGHT,
            "a statistic over a period, not one night",
            "Export single nights",
            key="descriptive_statistic",
        )
    totals: dict[str, float] = {}
    sound = True
    for name in _DURATIONS:
        if name in body:
            value = _minutes(body[name], report, f"{key}{name}")
            sound &= value is not None
            totals["tst_min"] = value or 0.0
    episode = any(k in body for k in _EPISODE)
    if not totals and not episode:
        report.add(
            "no sleep_duration and no total_sleep_time; left out",
            "Give the time asleep",
            key=f"{key}total_sleep_time",
        )
        sound = False
    frame = _frame(body, report, options)
    if frame is None:
        report.add(
            "no effective time frame with a time interval; left out",
            "Give start_date_time and end_date_time or a duration",
            key=f"{key}effective_time_frame",
        )
    if frame is None or not sound:
        return None
    for theirs, ours in (("latency_to_sleep_onset", "sol_min"), ("wake_after_sleep_onset", "waso_min")):
        if theirs in body and (value := _minutes(body[theirs], report, f"{key}{theirs}")) is not None:
            totals[ours] = value
    wakes = number(body.get("number_of_awakenings"))
    if wakes is not None:
        totals["awakenings"] = wakes
    start, end = frame
    if not start < end or end - start > timedelta(hours=48):
        report.add(
            "a time frame that is no night; left out",
            "Correct start and end",
            key=f"{key}effective_time_frame",
        )
        return None
    if totals.get("tst_min", 0) > (end - start).total_seconds() / 60 + 1:
        report.add(
            "more sleep than the time frame is long; left out", "Correct either", key=f"{key}total_sleep_time"
        )
        return None
    main = body.get("is_main_sleep")
    # An episode's frame runs from sleep onset to the last awakening: it is the sleep period, not the time in bed.
    if episode and "tib_min" not in totals:
        before = totals.get("sol_min", 0.0)
        after = (
            _minutes(body["latency_to_arising"], report, f"{key}latency_to_arising") or 0.0
            if "latency_to_arising" in body
            else 0.0
        )
        totals["tib_min"] = (end - start).total_seconds() / 60 + before + after
    return Session(
        source="open-mhealth",
        device_class=DeviceClass.UNKNOWN,
        start=start,
        end=end,
        totals=totals,
        totals_id="device:omh-sleep-episode" if episode else "device:omh-sleep-duration",
        main=main if isinstance(main, bool) else None,
    )


def read_omh(name: str, content: Any, options: ReaderOptions) -> FileReading:
    """Sleeps of Open mHealth documents.

    Raises:
        RefusedError: When a document is a statistic over many nights.
    """
    report = ReaderReport(name)
    some = rows_of(content) or [mapping(content)]
    sessions = []
    for i, item in enumerate(some):
        key = f"[{i}]." if len(some) > 1 else ""
        session = _one(mapping(item.get("body")) or item, report, options, key)
        if session is not None:
            sessions.append(session)
    if sessions and options.zone is None and any(s.start.utcoffset() == timedelta(0) for s in sessions):
        report.add(
            "times are UTC and the file names no time zone; nights are dated by UTC",
            "Give the patient's zone, such as --zone Europe/London",
        )
    return FileReading(
        format="open-mhealth",
        sessions=tuple(sessions),
        problems=report.problems(),
        refused=None if sessions else FileRefusal.BROKEN,
    )


def _of_something_else(content: object) -> bool:
    """Whether an Open mHealth document is about something else than sleep: it has a time frame and other measures."""
    item = (rows_of(content) or [mapping(content)])[0]
    body = mapping(item.get("body")) or item
    known = {*_DURATIONS, *_EPISODE}
    return not known & set(body) and bool(set(body) - {"effective_time_frame", "user_notes"})


READERS = (
    Reader(
        name="open-mhealth",
        words="Open mHealth sleep (JSON)",
        recognises=lambda probe: (
            probe.form is FileForm.JSON
            and "$schema" not in mapping(probe.json)
            and is_omh(probe.json)
            and not _of_something_else(probe.json)
        ),
        read=lambda probe, options: read_omh(probe.name, probe.json, options),
        example=(
            b'{"sleep_duration": {"value": 7, "unit": "h"}, "effective_time_frame": {"time_interval": '
            b'{"start_date_time": "2026-03-01T23:00:00Z", "end_date_time": "2026-03-02T06:30:00Z"}}}'
        ),
    ),
)
