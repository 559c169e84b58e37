"""Health Auto Export (JSON): nights summed by the app, hours, and weight, blood pressure and resting pulse of the same file.

``data.metrics`` holds one list for each metric; of ``sleep_analysis`` each entry is a night with its beginning, end and hours in each stage, and
its times carry their offset.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lenitive.files import FileForm, Probe, Reader
from lenitive.record import Measurement
from lenitive.sleep.readers.apple import device_class
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    localise,
    mapping,
    number,
    plausible,
    rows_of,
)
from lenitive.sleep.readers.kept import StatedSleep, keep
from lenitive.sleep.readers.owners import without_owner
from lenitive.sleep.readers.vital import Vitals
from lenitive.sleep.session import Session

__all__ = ["READERS"]

_HOURS = {
    "totalSleep": "tst_min",
    "deep": "n3_min",
    "rem": "rem_min",
    "core": "light_min",
    "awake": "wake_min",
}
_FORMS = ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %I:%M:%S %p %z")
_VITALS = {"weight_body_mass": "weight", "body_mass": "weight", "resting_heart_rate": "heart_rate"}


def _time(text: object, options: ReaderOptions) -> datetime | None:
    if not isinstance(text, str):
        return None
    for form in _FORMS:
        try:
            when = datetime.strptime(text.strip().replace("\u202f", " "), form)
        except ValueError:
            continue
        return localise(when, options.zone) if plausible(when) else None
    return None


def _metrics(content: object) -> list[Mapping[str, Any]]:
    return rows_of(mapping(mapping(content).get("data")).get("metrics"))


def _night(entry: Mapping[str, Any], options: ReaderOptions) -> StatedSleep:
    totals = {
        ours: 60 * v
        for theirs, ours in _HOURS.items()
        if (v := number(entry.get(theirs))) is not None and v >= 0
    }
    if "tst_min" not in totals and (asleep := number(entry.get("asleep"))):
        totals["tst_min"] = 60 * asleep
    # Hours of 0 in every stage are a source that tells none.
    if not any(totals.get(name) for name in ("n3_min", "rem_min", "light_min")):
        totals = {k: v for k, v in totals.items() if k not in {"n3_min", "rem_min", "light_min"}}
    source = without_owner(str(entry.get("source") or ""))
    starts = [t for k in ("inBedStart", "sleepStart") if (t := _time(entry.get(k), options)) is not None]
    ends = [t for k in ("inBedEnd", "sleepEnd") if (t := _time(entry.get(k), options)) is not None]
    return StatedSleep(
        source=f"apple-health: {source}",
        kind=device_class(source),
        start=min(starts, default=None),
        end=max(ends, default=None),
        rows=[],
        totals=totals,
        totals_id="device:health-auto-export",
    )


def _read(probe: Probe, options: ReaderOptions) -> FileReading:
    report, sessions, vitals = ReaderReport(probe.name), list[Session](), Vitals()
    for metric in _metrics(probe.json):
        name = str(metric.get("name"))
        for i, entry in enumerate(rows_of(metric.get("data"))):
            if name == "sleep_analysis":
                keep(report, sessions, f"sleep_analysis[{i}]", _night(entry, options))
                continue
            when = _time(entry.get("date"), options)
            if when is not None and name in _VITALS:
                vitals.add(_VITALS[name], number(entry.get("qty")), str(metric.get("units") or ""), when)
            elif when is not None and name == "blood_pressure":
                vitals.add("systolic_lying", number(entry.get("systolic")), "mmHg", when)
                vitals.add("diastolic_lying", number(entry.get("diastolic")), "mmHg", when)
    measurements: tuple[Measurement, ...] = vitals.measurements()
    if not sessions and not measurements:
        why = FileRefusal.BROKEN if report.found else FileRefusal.NOT_SLEEP
        raise RefusedError(
            why, "an export without sleep", "Export the metric Sleep Analysis", before=report.problems()
        )
    return FileReading(
        format="health-auto-export",
        sessions=tuple(sessions),
        measurements=measurements,
        problems=report.problems(),
    )


READERS = (
    Reader(
        name="health-auto-export",
        words="an export of Health Auto Export (JSON)",
        recognises=lambda probe: (
            probe.form is FileForm.JSON and '"metrics"' in probe.head_text and bool(_metrics(probe.json))
        ),
        read=_read,
        example=(
            b'{"data": {"metrics": [{"name": "sleep_analysis", "units": "hr", "data": [{"date": "2026-03-02 00:00:00 +0100", '
            b'"sleepStart": "2026-03-01 23:00:00 +0100", "sleepEnd": "2026-03-02 06:30:00 +0100", "totalSleep": 7, "deep": 1, '
            b'"core": 4.5, "rem": 1.5, "awake": 0.5, "source": "Watch"}]}]}}'
        ),
    ),
)
