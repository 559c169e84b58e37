"""Oura, Garmin, Withings, Google Fit and Health Connect: sleep as their interfaces and exports give it, JSON.

Where a file states both a timeline in codes and totals in words, the two are compared: a code that changed its meaning
would show, and the night is then reported rather than trusted in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import (
    Options,
    Reading,
    Refusal,
    RefusedError,
    Report,
    from_unix,
    local_time,
    localise,
    mapping,
    number,
    rows_of,
    timeline,
)
from lenitive.sleep.session import Session, Span
from lenitive.sleep.stage import Stage

__all__ = ["read_garmin", "read_google", "read_health_connect", "read_oura", "read_withings"]

Row = tuple[float, float, Stage, int | None]

_UTC_DATED = (
    "times are UTC and the file names no time zone; nights are dated by UTC",
    "Give the patient's zone, such as --zone Europe/London",
)


def _minutes(source: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, float]:
    """Seconds under the file's names as minutes under ours."""
    return {
        ours: v / 60
        for theirs, ours in names.items()
        if (v := number(source.get(theirs))) is not None and v >= 0
    }


def _compare(rows: Iterable[Row], totals: Mapping[str, float], report: Report, key: str) -> bool:
    """Whether the timeline's codes add up to the stated totals (within 6 minutes or a tenth); reports when not."""
    counted: dict[str, float] = {}
    names = {Stage.LIGHT: "light_min", Stage.N3: "n3_min", Stage.REM: "rem_min"}
    for _, length, stage, _ in rows:
        if stage in names:
            counted[names[stage]] = counted.get(names[stage], 0) + length / 60
    for name in names.values():
        if name in totals and abs(counted.get(name, 0) - totals[name]) > max(6.0, 0.1 * totals[name]):
            report.add(
                "its timeline does not add up to its totals; the totals count, the timeline is left out",
                "The meaning of the codes may have changed: tell us",
                key=key,
            )
            return False
    return True


def _keep(
    report: Report,
    sessions: list[Session],
    key: str,
    *,
    source: str,
    kind: DeviceClass,
    start: datetime | None,
    end: datetime | None,
    rows: list[Row],
    totals: dict[str, float],
    totals_id: str,
    main: bool | None = None,
) -> None:
    """Adds a sleep, or the problem that keeps it out."""
    if start is None or end is None:
        report.add("start or end is missing or no time; sleep left out", "Export it again", key=key)
        return
    if rows and not _compare(rows, totals, report, key):
        rows = []
    spans = timeline(rows, report, key=key)
    if spans:
        shift = min(r[0] for r in rows if r[1] > 0)
        spans = tuple(Span(start_s=s.start_s + shift, end_s=s.end_s + shift, stage=s.stage) for s in spans)
    try:
        session = Session(
            source=source,
            device_class=kind,
            start=start,
            end=end,
            spans=spans,
            totals={} if spans else totals,
            totals_id="" if spans else totals_id,
            main=main,
        )
    except ValueError as error:
        report.add(f"{error}; left out", "Correct it in the app, then export again", key=key)
        return
    stated = session.totals.get("tst_min", 0)
    if stated > session.minutes + 1:
        report.add("more sleep than the night is long; left out", "Correct it in the app", key=key)
        return
    sessions.append(session)


def _done(form: str, sessions: list[Session], report: Report) -> Reading:
    return Reading(
        format=form,
        sessions=tuple(sessions),
        problems=report.problems(),
        refused=None if sessions else Refusal.BROKEN,
    )


# The digits' meaning is not in the published schema; two independent public readers agree on it, and every night with
# totals is checked against them.
_OURA = {"1": Stage.N3, "2": Stage.LIGHT, "3": Stage.REM, "4": Stage.WAKE}


def read_oura(name: str, content: Any, options: Options) -> Reading:
    """Sleeps of Oura's API, version 2 (``data``) or the web export (``sleep``).

    Raises:
        RefusedError: When it holds no sleep.
    """
    logs = rows_of(content) or rows_of(content.get("data")) or rows_of(content.get("sleep"))
    if not logs:
        raise RefusedError(Refusal.EMPTY, "an Oura file without a sleep", "Export a period with nights in it")
    report, sessions = Report(name), list[Session]()
    for i, log in enumerate(logs):
        key = f"data[{i}]"
        if log.get("type") == "deleted":
            continue
        totals = _minutes(
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
        _keep(
            report,
            sessions,
            key,
            source="oura",
            kind=DeviceClass.WEARABLE,
            start=local_time(log.get("bedtime_start"), options),
            end=local_time(log.get("bedtime_end"), options),
            rows=rows,
            totals=totals,
            totals_id="device:oura-2",
            main=kind == "long_sleep" if isinstance(kind, str) else None,
        )
    return _done("oura", sessions, report)


_GARMIN = {0: Stage.N3, 1: Stage.LIGHT, 2: Stage.REM, 3: Stage.WAKE}


def _garmin_time(value: object, options: Options) -> datetime | None:
    """A GMT time: milliseconds, or text without an offset that means GMT."""
    if isinstance(value, str):
        try:
            when = datetime.fromisoformat(value.rstrip("Z")[:19]).replace(tzinfo=UTC)
        except ValueError:
            return None
        return localise(when, options.zone) if when.year >= 1990 else None
    ms = number(value)
    return None if ms is None else from_unix(ms / 1000, options)


def read_garmin(name: str, content: Any, options: Options) -> Reading:
    """Sleeps of Garmin Connect: daily sleep of its API, or the list of an account export.

    Raises:
        RefusedError: When it holds no sleep.
    """
    report, sessions = Report(name), list[Session]()
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
        # GMT and local times stand side by side: their difference is the offset of the place.
        local = number(told.get("sleepStartTimestampLocal"))
        gmt = number(begin)
        if start is not None and end is not None and local is not None and gmt is not None:
            offset = timedelta(milliseconds=local - gmt)
            if options.zone is None and abs(offset) < timedelta(hours=24):
                start, end = (_shift(t, offset) for t in (start, end))
        elif options.zone is None:
            report.add(*_UTC_DATED)
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
        totals = _minutes(
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
        _keep(
            report,
            sessions,
            key,
            source="garmin",
            kind=DeviceClass.WEARABLE,
            start=start,
            end=end,
            rows=rows,
            totals=totals,
            totals_id="device:garmin",
        )
    if not asked:
        raise RefusedError(
            Refusal.EMPTY, "a Garmin file without a recorded night", "Export days with sleep in them"
        )
    return _done("garmin", sessions, report)


def _shift(when: datetime, offset: timedelta) -> datetime:
    return when.astimezone(timezone(offset))


_WITHINGS = {0: Stage.WAKE, 1: Stage.LIGHT, 2: Stage.N3, 3: Stage.REM}


def read_withings(name: str, content: Any, options: Options) -> Reading:
    """Sleeps of Withings: stages (``state``) or nightly summaries (``data``).

    States are 0 awake, 1 light, 2 deep, 3 REM.

    Raises:
        RefusedError: When it holds no sleep.
    """
    series = rows_of(mapping(content.get("body")).get("series"))
    if not series:
        raise RefusedError(
            Refusal.EMPTY, "a Withings file without a sleep", "Export a period with nights in it"
        )
    report, sessions = Report(name), list[Session]()
    staged = [s for s in series if "state" in s]
    if staged:
        _withings_states(staged, report, sessions, options)
        return _done("withings", sessions, report)
    for i, one in enumerate(series):
        key = f"body.series[{i}]"
        zone = None
        try:
            zone = ZoneInfo(str(one["timezone"])) if "timezone" in one else None
        except (KeyError, ValueError, OSError):
            report.add("an unknown time zone", "Give the patient's zone with --zone", key=f"{key}.timezone")
        if zone is None and options.zone is None:
            report.add(*_UTC_DATED)
        told = mapping(one.get("data"))
        totals = _minutes(
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
        _keep(
            report,
            sessions,
            key,
            source="withings",
            kind=DeviceClass.NEARABLE if one.get("model") == 32 else DeviceClass.WEARABLE,
            start=from_unix(one.get("startdate"), options, options.zone or zone),
            end=from_unix(one.get("enddate"), options, options.zone or zone),
            rows=[],
            totals=totals,
            totals_id="device:withings",
        )
    return _done("withings", sessions, report)


def _withings_states(
    series: list[Mapping[str, Any]], report: Report, sessions: list[Session], options: Options
) -> None:
    """Stages without a night of their own: stretches less than an hour apart make one."""
    if options.zone is None:
        report.add(*_UTC_DATED)
    good = []
    for i, one in enumerate(series):
        begin, end, state = (number(one.get(k)) for k in ("startdate", "enddate", "state"))
        stage = _WITHINGS.get(int(state)) if state is not None else None
        if begin is None or end is None or stage is None:
            report.add(
                "a state without a time or a known stage; left out",
                "Export it again",
                key=f"body.series[{i}]",
            )
            continue
        good.append((begin, end - begin, stage))
    good.sort(key=lambda r: r[:2])
    groups: list[list[tuple[float, float, Stage]]] = []
    for begin, length, stage in good:
        if groups and begin - (groups[-1][-1][0] + groups[-1][-1][1]) <= 3600:
            groups[-1].append((begin, length, stage))
        else:
            groups.append([(begin, length, stage)])
    for group in groups:
        zero = group[0][0]
        _keep(
            report,
            sessions,
            "body.series",
            source="withings",
            kind=DeviceClass.WEARABLE,
            start=from_unix(zero, options),
            end=from_unix(max(b + n for b, n, _ in group), options),
            rows=[(b - zero, n, s, None) for b, n, s in group],
            totals={},
            totals_id="device:withings",
        )


# com.google.sleep.segment; com.google.activity.segment uses activity types: 72 sleep, 109-112 its stages.
_GOOGLE_SEGMENT = {
    1: Stage.WAKE,
    2: Stage.ASLEEP,
    3: Stage.WAKE,
    4: Stage.LIGHT,
    5: Stage.N3,
    6: Stage.REM,
}
_GOOGLE_ACTIVITY = {72: Stage.ASLEEP, 109: Stage.LIGHT, 110: Stage.N3, 111: Stage.REM, 112: Stage.WAKE}


def read_google(name: str, content: Any, options: Options) -> Reading:
    """Sleeps of Google Fit: segments of sleep among those of a data set.

    Raises:
        RefusedError: When none of its segments is sleep.
    """
    report, sessions = Report(name), list[Session]()
    by_source: dict[str, list[tuple[float, float, Stage]]] = {}
    typed_in = False
    for i, point in enumerate(rows_of(content.get("point"))):
        kind = point.get("dataTypeName")
        table = {
            "com.google.sleep.segment": _GOOGLE_SEGMENT,
            "com.google.activity.segment": _GOOGLE_ACTIVITY,
        }.get(str(kind))
        if table is None:
            continue
        value = rows_of(point.get("value"))
        code = number(value[0].get("intVal")) if value else None
        stage = table.get(int(code)) if code is not None else None
        if stage is None:
            continue
        try:
            begin, end = (int(str(point[k])) / 1e9 for k in ("startTimeNanos", "endTimeNanos"))
        except (KeyError, ValueError):
            report.add("a segment without a time; left out", "Export it again", key=f"point[{i}]")
            continue
        origin = str(point.get("originDataSourceId", ""))
        typed_in |= origin.endswith(":user_input")
        source = "google-fit: typed in" if origin.endswith(":user_input") else "google-fit"
        by_source.setdefault(source, []).append((begin, end - begin, stage))
    if not by_source:
        raise RefusedError(
            Refusal.NOT_SLEEP, "a Google Fit file without a segment of sleep", "Export the sleep segments"
        )
    if options.zone is None:
        report.add(*_UTC_DATED)
    for source, segments in sorted(by_source.items()):
        segments.sort(key=lambda s: s[:2])
        groups: list[list[tuple[float, float, Stage]]] = []
        for one in segments:
            if groups and one[0] - (groups[-1][-1][0] + groups[-1][-1][1]) <= 3600:
                groups[-1].append(one)
            else:
                groups.append([one])
        for group in groups:
            zero = group[0][0]
            _keep(
                report,
                sessions,
                "point",
                source=source,
                kind=DeviceClass.MANUAL if source.endswith("typed in") else DeviceClass.WEARABLE,
                start=from_unix(zero, options),
                end=from_unix(max(b + n for b, n, _ in group), options),
                rows=[(b - zero, n, s, None) for b, n, s in group],
                totals={},
                totals_id="device:google-fit",
            )
    return _done("google-fit", sessions, report)


# android.health.connect SleepSessionRecord.StageType
_CONNECT = {
    0: Stage.UNSCORED,
    1: Stage.WAKE,
    2: Stage.ASLEEP,
    3: Stage.WAKE,
    4: Stage.LIGHT,
    5: Stage.N3,
    6: Stage.REM,
    7: Stage.WAKE,
}


def read_health_connect(name: str, content: Any, options: Options) -> Reading:
    """Sleep sessions of Health Connect as JSON: ``startTime``, ``endTime``, ``stages`` with ``stage`` 0-7.

    Raises:
        RefusedError: When it holds no session.
    """
    logs = rows_of(content) or rows_of(content.get("records")) or [mapping(content)]
    report, sessions = Report(name), list[Session]()
    for i, log in enumerate(logs):
        key = f"[{i}]"
        start, end = (_connect_time(log, w, options) for w in ("start", "end"))
        rows: list[Row] = []
        for one in rows_of(log.get("stages")):
            a, b = local_time(one.get("startTime"), options), local_time(one.get("endTime"), options)
            code = number(one.get("stage"))
            stage = _CONNECT.get(int(code)) if code is not None else None
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
        _keep(
            report,
            sessions,
            key,
            source=f"health-connect: {package}" if isinstance(package, str) and package else "health-connect",
            kind=DeviceClass.UNKNOWN,
            start=start,
            end=end,
            rows=rows,
            totals={},
            totals_id="device:times",
        )
    return _done("health-connect", sessions, report)


def _connect_time(log: Mapping[str, Any], which: str, options: Options) -> datetime | None:
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
    return _shift(when, timedelta(seconds=seconds))
