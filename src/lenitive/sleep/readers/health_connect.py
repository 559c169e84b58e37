"""Health Connect: sleep sessions as JSON. Its own backup, a database, is read in ``health_connect_backup``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lenitive.files import FileForm, Probe, Reader
from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import (
    FileReading,
    ReaderOptions,
    ReaderReport,
    local_time,
    mapping,
    number,
    rows_of,
)
from lenitive.sleep.readers.kept import Row, StatedSleep, done, keep, shifted
from lenitive.sleep.session import Session
from lenitive.sleep.stage import Stage

__all__ = ["READERS", "STAGES", "read_health_connect"]

# android.health.connect SleepSessionRecord.StageType
STAGES = {
    0: Stage.UNSCORED,
    1: Stage.WAKE,
    2: Stage.ASLEEP,
    3: Stage.WAKE,
    4: Stage.LIGHT,
    5: Stage.N3,
    6: Stage.REM,
    7: Stage.WAKE,
}


def read_health_connect(name: str, content: Any, options: ReaderOptions) -> FileReading:
    """Sleep sessions of Health Connect as JSON: ``startTime``, ``endTime``, ``stages`` with ``stage`` 0-7.

    Raises:
        RefusedError: When it holds no session.
    """
    logs = rows_of(content) or rows_of(content.get("records")) or [mapping(content)]
    report, sessions = ReaderReport(name), list[Session]()
    for i, log in enumerate(logs):
        key = f"[{i}]"
        start, end = (_connect_time(log, w, options) for w in ("start", "end"))
        rows: list[Row] = []
        for one in rows_of(log.get("stages")):
            a, b = local_time(one.get("startTime"), options), local_time(one.get("endTime"), options)
            code = number(one.get("stage"))
            stage = STAGES.get(int(code)) if code is not None else None
            if (
                a is None
                or b is None
                or stage is None
                or start is None
                or (a.tzinfo is None) != (start.tzinfo is None)
            ):
                report.add(
                    "a stage without a time or a known code; left out", "Export it again", key=f"{key}.stages"
                )
                continue
            rows.append(((a - start).total_seconds(), (b - a).total_seconds(), stage, None))
        origin = mapping(log.get("metadata")).get("dataOrigin")
        package = origin if isinstance(origin, str) else mapping(origin).get("packageName")
        keep(
            report,
            sessions,
            key,
            StatedSleep(
                source=f"health-connect: {package}"
                if isinstance(package, str) and package
                else "health-connect",
                kind=DeviceClass.UNKNOWN,
                start=start,
                end=end,
                rows=rows,
                totals={},
                totals_id="device:times",
            ),
        )
    return done("health-connect", sessions, report)


def _connect_time(log: Mapping[str, Any], which: str, options: ReaderOptions) -> datetime | None:
    """A session's start or end, by its own zone offset unless the patient's zone is given."""
    when = local_time(log.get(f"{which}Time"), options)
    offset = log.get(f"{which}ZoneOffset")
    if isinstance(offset, dict):
        seconds = number(offset.get("totalSeconds"))
    elif isinstance(offset, str):
        try:
            delta = datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").utcoffset()
        except ValueError:
            delta = None
        seconds = None if delta is None else delta.total_seconds()
    else:
        seconds = number(offset)
    if (
        when is None
        or when.tzinfo is None
        or options.zone is not None
        or seconds is None
        or abs(seconds) >= 86400
    ):
        return when
    return shifted(when, timedelta(seconds=seconds))


def _is_sessions(probe: Probe) -> bool:
    if probe.form is not FileForm.JSON:
        return False
    records = rows_of(probe.json) or rows_of(mapping(probe.json).get("records")) or [mapping(probe.json)]
    return "stages" in records[0] and "startTime" in records[0]


READERS = (
    Reader(
        name="health-connect",
        words="Health Connect sleep sessions (JSON)",
        recognises=_is_sessions,
        read=lambda probe, options: read_health_connect(probe.name, probe.json, options),
        example=(
            b'[{"startTime": "2026-03-01T22:00:00Z", "endTime": "2026-03-02T05:00:00Z", "stages": '
            b'[{"startTime": "2026-03-01T22:00:00Z", "endTime": "2026-03-02T05:00:00Z", "stage": 4}]}]'
        ),
    ),
)
