"""Withings: stages and nightly summaries of its API, JSON. The account export is read in ``withings_export``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from lenitive.files import FileForm, Probe, Reader
from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    from_unix,
    mapping,
    number,
    rows_of,
)
from lenitive.sleep.readers.kept import UTC_DATED, StatedSleep, done, keep, minutes, runs
from lenitive.sleep.session import Session
from lenitive.sleep.stage import Stage

__all__ = ["READERS", "STATES", "read_withings"]

STATES = {0: Stage.WAKE, 1: Stage.LIGHT, 2: Stage.N3, 3: Stage.REM}


def read_withings(name: str, content: Any, options: ReaderOptions) -> FileReading:
    """Sleeps of Withings: stages (``state``) or nightly summaries (``data``).

    States are 0 awake, 1 light, 2 deep, 3 REM.

    Raises:
        RefusedError: When it holds no sleep.
    """
    series = rows_of(mapping(content.get("body")).get("series"))
    if not series:
        raise RefusedError(
            FileRefusal.EMPTY, "a Withings file without a sleep", "Export a period with nights in it"
        )
    report, sessions = ReaderReport(name), list[Session]()
    staged = [s for s in series if "state" in s]
    if staged:
        _withings_states(staged, report, sessions, options)
        return done("withings", sessions, report)
    for i, one in enumerate(series):
        key = f"body.series[{i}]"
        zone = None
        try:
            zone = ZoneInfo(str(one["timezone"])) if "timezone" in one else None
        except (KeyError, ValueError, OSError):
            report.add("an unknown time zone", "Give the patient's zone with --zone", key=f"{key}.timezone")
        if zone is None and options.zone is None:
            report.add(*UTC_DATED)
        told = mapping(one.get("data"))
        totals = minutes(
            told,
            {
                "lightsleepduration": "light_min",
                "deepsleepduration": "n3_min",
                "remsleepduration": "rem_min",
                "wakeupduration": "wake_min",
                "durationtosleep": "sol_min",
            },
        )
        totals["tst_min"] = sum(totals.get(k, 0.0) for k in ("light_min", "n3_min", "rem_min"))
        wakes = number(told.get("wakeupcount"))
        if wakes is not None:
            totals["awakenings"] = wakes
        keep(
            report,
            sessions,
            key,
            StatedSleep(
                source="withings",
                kind=DeviceClass.NEARABLE if one.get("model") == 32 else DeviceClass.WEARABLE,
                start=from_unix(one.get("startdate"), options, options.zone or zone),
                end=from_unix(one.get("enddate"), options, options.zone or zone),
                rows=[],
                totals=totals,
                totals_id="device:withings",
            ),
        )
    return done("withings", sessions, report)


def _withings_states(
    series: list[Mapping[str, Any]], report: ReaderReport, sessions: list[Session], options: ReaderOptions
) -> None:
    """Stages without a night of their own: stretches less than an hour apart make one."""
    if options.zone is None:
        report.add(*UTC_DATED)
    good = []
    for i, one in enumerate(series):
        begin, end, state = (number(one.get(k)) for k in ("startdate", "enddate", "state"))
        stage = STATES.get(int(state)) if state is not None else None
        if begin is None or end is None or stage is None:
            report.add(
                "a state without a time or a known stage; left out",
                "Export it again",
                key=f"body.series[{i}]",
            )
            continue
        good.append((begin, end - begin, stage))
    for group in runs(good):
        zero = group[0][0]
        keep(
            report,
            sessions,
            "body.series",
            StatedSleep(
                source="withings",
                kind=DeviceClass.WEARABLE,
                start=from_unix(zero, options),
                end=from_unix(max(b + n for b, n, _ in group), options),
                rows=[(b - zero, n, s, None) for b, n, s in group],
                totals={},
                totals_id="device:withings",
            ),
        )


def _is_withings(probe: Probe) -> bool:
    if probe.form is not FileForm.JSON:
        return False
    top = mapping(probe.json)
    series = rows_of(mapping(top.get("body")).get("series"))
    return "status" in top and any(
        "state" in s or "sleep" in " ".join(mapping(s.get("data"))) for s in series
    )


READERS = (
    Reader(
        name="withings",
        words="Withings sleep of its API (JSON)",
        recognises=_is_withings,
        read=lambda probe, options: read_withings(probe.name, probe.json, options),
        example=(
            b'{"status": 0, "body": {"series": [{"startdate": 1772406000, "enddate": 1772431200, "state": 1}]}}'
        ),
    ),
)
