"""Oura: sleeps of its API, version 2, and of the web export, JSON."""

from __future__ import annotations

from typing import Any

from lenitive.files import FileForm, Probe, Reader
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
from lenitive.sleep.readers.kept import Row, StatedSleep, done, keep, minutes
from lenitive.sleep.session import Session
from lenitive.sleep.stage import Stage

__all__ = ["READERS", "read_oura"]

# The digits' meaning is not in the published schema; two independent public readers agree on it, and every night with
# totals is checked against them.
_OURA = {"1": Stage.N3, "2": Stage.LIGHT, "3": Stage.REM, "4": Stage.WAKE}


def read_oura(name: str, content: Any, options: ReaderOptions) -> FileReading:
    """Sleeps of Oura's API, version 2 (``data``) or the web export (``sleep``).

    Raises:
        RefusedError: When it holds no sleep.
    """
    logs = rows_of(content) or rows_of(content.get("data")) or rows_of(content.get("sleep"))
    if not logs:
        raise RefusedError(
            FileRefusal.EMPTY, "an Oura file without a sleep", "Export a period with nights in it"
        )
    report, sessions = ReaderReport(name), list[Session]()
    for i, log in enumerate(logs):
        key = f"data[{i}]"
        if log.get("type") == "deleted":
            continue
        totals = minutes(
            log,
            {
                "total_sleep_duration": "tst_min",
                "time_in_bed": "tib_min",
                "latency": "sol_min",
                "awake_time": "wake_min",
                "deep_sleep_duration": "n3_min",
                "light_sleep_duration": "light_min",
                "rem_sleep_duration": "rem_min",
            },
        )
        efficiency = number(log.get("efficiency"))
        if efficiency is not None and 1 <= efficiency <= 100:
            totals["se_pct"] = efficiency
        rows: list[Row] = []
        for field, seconds in (("sleep_phase_30_sec", 30.0), ("sleep_phase_5_min", 300.0)):
            digits = log.get(field)
            if isinstance(digits, str) and digits:
                if set(digits) - set(_OURA):
                    report.add(
                        "an unknown sleep phase; timeline left out", "Tell us of it", key=f"{key}.{field}"
                    )
                else:
                    rows = [(k * seconds, seconds, _OURA[d], None) for k, d in enumerate(digits)]
                    break
        kind = log.get("type")
        keep(
            report,
            sessions,
            key,
            StatedSleep(
                source="oura",
                kind=DeviceClass.WEARABLE,
                start=local_time(log.get("bedtime_start"), options),
                end=local_time(log.get("bedtime_end"), options),
                rows=rows,
                totals=totals,
                totals_id="device:oura-2",
                main=kind == "long_sleep" if isinstance(kind, str) else None,
            ),
        )
    return done("oura", sessions, report)


def _is_oura(probe: Probe) -> bool:
    if probe.form is not FileForm.JSON:
        return False
    top = mapping(probe.json)
    logs = rows_of(probe.json) or rows_of(top.get("data")) or rows_of(top.get("sleep"))
    return bool(logs) and "bedtime_start" in logs[0]


READERS = (
    Reader(
        name="oura",
        words="Oura sleeps (JSON)",
        recognises=_is_oura,
        read=lambda probe, options: read_oura(probe.name, probe.json, options),
        example=(
            b'{"data": [{"bedtime_start": "2026-03-01T23:00:00+01:00", "bedtime_end": "2026-03-02T06:00:00+01:00", '
            b'"type": "long_sleep", "total_sleep_duration": 24000, "time_in_bed": 25200}]}'
        ),
    ),
)
