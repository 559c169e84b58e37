"""Polar Flow: sleeps of an account's export (sleep_result, JSON): states as ISO offsets from the start, local times with their offset.

States NONREM1 and NONREM2 are kept as light sleep: a wrist device does not tell them apart as a laboratory does. A change of state at or after the end is
the mark of the end. Field names, states and both facts stand in a public description of an observed export.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lenitive.files import FileForm, Probe, Reader
from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    iso_day,
    local_time,
    mapping,
    rows_of,
)
from lenitive.sleep.readers.kept import Row, StatedSleep, done, keep
from lenitive.sleep.session import Session
from lenitive.sleep.stage import Stage

__all__ = ["READERS"]

_STATES = {
    "WAKE": Stage.WAKE,
    "REM": Stage.REM,
    "NONREM1": Stage.LIGHT,
    "NONREM2": Stage.LIGHT,
    "NONREM3": Stage.N3,
    "UNKNOWN": Stage.UNSCORED,
}
_LENGTH = re.compile(r"P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")


def _seconds(text: object) -> float | None:
    """An ISO 8601 duration, seconds."""
    found = _LENGTH.fullmatch(text) if isinstance(text, str) and len(text) < 40 else None
    if found is None:
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return 86400 * days + 3600 * hours + 60 * minutes + seconds


def _is(probe: Probe) -> bool:
    if probe.form is not FileForm.JSON or '"sleepResult"' not in probe.head_text:
        return False
    nights = rows_of(probe.json)
    return bool(nights) and "sleepResult" in nights[0]


def _rows(scored: Mapping[str, Any], length: float, report: ReaderReport, key: str) -> list[Row]:
    changes: list[tuple[float, Stage]] = []
    for one in rows_of(scored.get("sleepStateChanges")):
        at, stage = _seconds(one.get("offsetFromStart")), _STATES.get(str(one.get("state")))
        if at is None or stage is None:
            report.add("a state without a time or a known name; left out", "Export it again", key=key)
        elif at < length:
            changes.append((at, stage))
    changes.sort(key=lambda change: change[0])
    ends = [at for at, _ in changes[1:]] + [length]
    return [(at, end - at, stage, None) for (at, stage), end in zip(changes, ends, strict=False) if end > at]


def _read(probe: Probe, options: ReaderOptions) -> FileReading:
    report, sessions = ReaderReport(probe.name), list[Session]()
    for i, night in enumerate(rows_of(probe.json)):
        key = f"[{i}]"
        scored = mapping(mapping(night.get("sleepResult")).get("hypnogram"))
        start, end = (local_time(scored.get(f"sleep{which}"), options) for which in ("Start", "End"))
        rows: list[Row] = []
        if start is not None and end is not None and (start.tzinfo is None) == (end.tzinfo is None):
            rows = _rows(scored, (end - start).total_seconds(), report, key)
        asleep = _seconds(mapping(night.get("evaluation")).get("asleepDuration"))
        keep(
            report,
            sessions,
            key,
            StatedSleep(
                source="polar",
                kind=DeviceClass.WEARABLE,
                start=start,
                end=end,
                rows=rows,
                totals={} if asleep is None else {"tst_min": asleep / 60},
                totals_id="device:polar",
                day=iso_day(night.get("night")) if start is not None and start.tzinfo is None else None,
            ),
        )
    if not sessions and not report.found:
        raise RefusedError(
            FileRefusal.EMPTY, "a Polar file without a night", "Export days with nights in them"
        )
    return done("polar", sessions, report)


READERS = (
    Reader(
        name="polar",
        words="sleeps of a Polar Flow export (JSON)",
        recognises=_is,
        read=_read,
        example=(
            b'[{"night": "2026-03-02", "evaluation": {"asleepDuration": "PT6H"}, "sleepResult": {"hypnogram": '
            b'{"sleepStart": "2026-03-01T23:00:00.000+01:00", "sleepEnd": "2026-03-02T06:00:00.000+01:00", '
            b'"sleepStateChanges": [{"offsetFromStart": "PT0S", "state": "WAKE"}, {"offsetFromStart": "PT1H", "state": "NONREM2"}]}}}]'
        ),
        members=("sleep_result_*.json",),
    ),
)
