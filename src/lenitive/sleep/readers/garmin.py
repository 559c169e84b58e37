"""Garmin Connect: daily sleep of its API, and the list of an account export, JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lenitive.files import FileForm, Probe, Reader
from lenitive.frozen import dataclass
from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    from_unix,
    iso_day,
    localise,
    mapping,
    number,
    plausible,
    rows_of,
)
from lenitive.sleep.readers.kept import UTC_DATED, Row, StatedSleep, done, keep, minutes, shifted
from lenitive.sleep.session import Session
from lenitive.sleep.stage import Stage

__all__ = ["READERS", "read_garmin"]

_GARMIN = {0: Stage.N3, 1: Stage.LIGHT, 2: Stage.REM, 3: Stage.WAKE}


def _garmin_time(value: object, options: ReaderOptions) -> datetime | None:
    """A GMT time: milliseconds, or text without an offset that means GMT."""
    if isinstance(value, str):
        try:
            when = datetime.fromisoformat(value.rstrip("Z")[:19]).replace(tzinfo=UTC)
        except ValueError:
            return None
        return localise(when, options.zone) if plausible(when) else None
    ms = number(value)
    return None if ms is None else from_unix(ms / 1000, options)


@dataclass(frozen=True, slots=True)
class Clock:
    """By which clock a day of the export is told: the options' zone, else the offset beside its times, else its own day."""

    options: ReaderOptions
    offset: timedelta | None
    filed: date | None

    def at(self, value: object) -> datetime | None:
        """A GMT time by this clock."""
        when = _garmin_time(value, self.options)
        if when is None or self.options.zone is not None or self.offset is None:
            return when
        return shifted(when, self.offset)


def _naps(
    report: ReaderReport, sessions: list[Session], key: str, day: Mapping[str, Any], clock: Clock
) -> None:
    """The naps of a day, which stand beside its night: ``napList`` in an account export, ``dailyNapDTOS`` in the API."""
    told = mapping(day.get("dailySleepDTO")) or day
    listed = [n for name in ("napList", "dailyNapDTOS") for n in rows_of(day.get(name) or told.get(name))]
    for i, nap in enumerate(listed):
        seconds = number(nap.get("napTimeSec"))
        keep(
            report,
            sessions,
            f"{key}.napList[{i}]",
            StatedSleep(
                source="garmin",
                kind=DeviceClass.WEARABLE,
                start=clock.at(nap.get("napStartTimestampGMT")),
                end=clock.at(nap.get("napEndTimestampGMT")),
                rows=[],
                totals={} if seconds is None or seconds < 0 else {"tst_min": seconds / 60},
                totals_id="device:garmin",
                main=False,
                day=clock.filed and (iso_day(nap.get("calendarDate")) or clock.filed),
            ),
        )


def read_garmin(name: str, content: Any, options: ReaderOptions) -> FileReading:
    """Sleeps of Garmin Connect: daily sleep of its API, or the list of an account export.

    Raises:
        RefusedError: When it holds no sleep.
    """
    report, sessions = ReaderReport(name), list[Session]()
    if isinstance(content, dict) and "response" in content:
        content = content["response"]
    days = rows_of(content) or [mapping(content)]
    asked = 0
    for i, day in enumerate(days):
        key = f"[{i}]" if len(days) > 1 else "dailySleepDTO"
        told = mapping(day.get("dailySleepDTO")) or day
        begin, finish = told.get("sleepStartTimestampGMT"), told.get("sleepEndTimestampGMT")
        if begin is None and finish is None:
            continue  # a day on which nothing was recorded
        asked += 1
        start, end = _garmin_time(begin, options), _garmin_time(finish, options)
        filed: date | None = None
        offset: timedelta | None = None
        # GMT and local times stand side by side: their difference is the offset of the place.
        local = number(told.get("sleepStartTimestampLocal"))
        gmt = number(begin)
        if start is not None and end is not None and local is not None and gmt is not None:
            apart = timedelta(milliseconds=local - gmt)
            if options.zone is None and abs(apart) < timedelta(hours=24):
                offset = apart
                start, end = shifted(start, apart), shifted(end, apart)
        elif options.zone is None:
            report.add(*UTC_DATED)
            filed = iso_day(told.get("calendarDate"))
        rows: list[Row] = []
        for one in rows_of(day.get("sleepLevels")):
            a, b = _garmin_time(one.get("startGMT"), options), _garmin_time(one.get("endGMT"), options)
            level = number(one.get("activityLevel"))
            stage = _GARMIN.get(int(level)) if level is not None else None
            if a is None or b is None or stage is None or start is None:
                report.add(
                    "a sleep level without a time or a known stage; left out", "Export it again", key=key
                )
                continue
            rows.append(((a - start).total_seconds(), (b - a).total_seconds(), stage, None))
        totals = minutes(
            told,
            {
                "sleepTimeSeconds": "tst_min",
                "deepSleepSeconds": "n3_min",
                "lightSleepSeconds": "light_min",
                "remSleepSeconds": "rem_min",
                "awakeSleepSeconds": "wake_min",
            },
        )
        if "tst_min" not in totals and {"n3_min", "light_min"} <= set(totals):
            totals["tst_min"] = sum(totals.get(k, 0.0) for k in ("n3_min", "light_min", "rem_min"))
        stages = [totals[k] for k in ("n3_min", "light_min", "rem_min") if k in totals]
        if len(stages) == 3 and abs(sum(stages) - totals["tst_min"]) > 1:
            report.add(
                "deep, light and REM do not add up to the sleep time; stages left out",
                "Compare with Garmin Connect",
                key=key,
            )
            for k in ("n3_min", "light_min", "rem_min"):
                del totals[k]
        awake = number(told.get("awakeCount"))
        if awake is not None:
            totals["awakenings"] = awake
        keep(
            report,
            sessions,
            key,
            StatedSleep(
                source="garmin",
                kind=DeviceClass.WEARABLE,
                start=start,
                end=end,
                rows=rows,
                totals=totals,
                totals_id="device:garmin",
                day=filed,
            ),
        )
        _naps(report, sessions, key, day, Clock(options, offset, filed))
    if not asked:
        raise RefusedError(
            FileRefusal.EMPTY, "a Garmin file without a recorded night", "Export days with sleep in them"
        )
    return done("garmin", sessions, report)


_KEYS = ("dailySleepDTO", "sleepTimeSeconds", "deepSleepSeconds")


def _is_garmin(probe: Probe) -> bool:
    if probe.form is not FileForm.JSON:
        return False
    content = probe.json
    top = mapping(content)
    inner = top["response"] if "response" in top and "request" in top else content
    first = (rows_of(inner) or [mapping(inner)])[0]
    return any(key in first for key in _KEYS)


READERS = (
    Reader(
        name="garmin",
        words="a Garmin Connect sleep file (JSON)",
        recognises=_is_garmin,
        read=lambda probe, options: read_garmin(probe.name, probe.json, options),
        example=(
            b'[{"calendarDate": "2026-03-02", "sleepStartTimestampGMT": "2026-03-01T23:00:00.0", '
            b'"sleepEndTimestampGMT": "2026-03-02T06:00:00.0", "sleepTimeSeconds": 24000, "deepSleepSeconds": 6000, '
            b'"lightSleepSeconds": 14000, "remSleepSeconds": 4000}]'
        ),
        members=("*_sleepData.json",),
    ),
)
