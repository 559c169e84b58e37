"""Google Fit: segments of sleep in a data set, JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lenitive.files import FileForm, Reader
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
from lenitive.sleep.readers.kept import UTC_DATED, Segment, StatedSleep, done, keep, runs
from lenitive.sleep.readers.measured import measured
from lenitive.sleep.readers.vital import Vitals
from lenitive.sleep.session import Session
from lenitive.sleep.stage import Stage

__all__ = ["READERS", "read_google"]

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


def _points(content: Any) -> list[Mapping[str, Any]]:
    """The points of a data set, or of those that an aggregate holds in buckets of a day."""
    found = rows_of(content.get("point"))
    for bucket in rows_of(content.get("bucket")):
        for part in rows_of(bucket.get("dataset")):
            found += rows_of(part.get("point"))
    return found


def read_google(name: str, content: Any, options: ReaderOptions) -> FileReading:
    """Sleeps of Google Fit: segments of sleep among those of a data set.

    Raises:
        RefusedError: When none of its segments is sleep.
    """
    report, sessions = ReaderReport(name), list[Session]()
    by_source: dict[str, list[Segment]] = {}
    typed_in = False
    for i, point in enumerate(_points(content)):
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
    vitals = _weights(content, options)
    if not by_source and vitals.measurements():
        return measured("google-fit", vitals, report)
    if not by_source:
        raise RefusedError(
            FileRefusal.NOT_SLEEP, "a Google Fit file without a segment of sleep", "Export the sleep segments"
        )
    if options.zone is None:
        report.add(*UTC_DATED)
    for source, segments in sorted(by_source.items()):
        for group in runs(segments):
            zero = group[0][0]
            keep(
                report,
                sessions,
                "point",
                StatedSleep(
                    source=source,
                    kind=DeviceClass.MANUAL if source.endswith("typed in") else DeviceClass.WEARABLE,
                    start=from_unix(zero, options),
                    end=from_unix(max(b + n for b, n, _ in group), options),
                    rows=[(b - zero, n, s, None) for b, n, s in group],
                    totals={},
                    totals_id="device:google-fit",
                ),
            )
    return replace(done("google-fit", sessions, report), measurements=vitals.measurements())


def _weights(content: Any, options: ReaderOptions) -> Vitals:
    """The weights among the points, kg."""
    found = Vitals()
    for point in _points(content):
        if point.get("dataTypeName") != "com.google.weight":
            continue
        try:
            when = from_unix(int(str(point.get("startTimeNanos"))) / 1e9, options)
        except ValueError:
            continue
        for value in rows_of(point.get("value"))[:1]:
            if when is not None:
                found.add("weight", number(value.get("fpVal")), "kg", when)
    return found


def _is_google_fit(top: Mapping[str, Any]) -> bool:
    buckets = rows_of(top.get("bucket"))
    return bool({"point", "dataSourceId"} & set(top)) or bool(buckets and "startTimeMillis" in buckets[0])


READERS = (
    Reader(
        name="google-fit",
        words="Google Fit sleep segments and weights (JSON)",
        recognises=lambda probe: probe.form is FileForm.JSON and _is_google_fit(mapping(probe.json)),
        read=lambda probe, options: read_google(probe.name, probe.json, options),
        example=(
            b'{"dataSourceId": "derived:com.google.sleep.segment:x", "point": [{"dataTypeName": "com.google.sleep.segment", '
            b'"startTimeNanos": "1772406000000000000", "endTimeNanos": "1772431200000000000", "value": [{"intVal": 4}]}]}'
        ),
    ),
)
