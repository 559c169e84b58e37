"""Weight, blood pressure and resting pulse in files of their own, of makers whose nights are read: Withings, Open mHealth, Samsung Health.

A pulse is kept only where the file says that it was taken at rest. A weight whose unit the file does not say (Fitbit's) is not kept.
What makes each form: Withings' API documents types 1 (weight), 9 and 10 (diastolic, systolic) with a value and a power of ten, category 2
being goals; its account export has ``weight.csv`` and ``bp.csv`` with the unit in the column's name; Open mHealth publishes schemas; Samsung's
columns stand in public readers of real exports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lenitive.files import FileForm, Probe, Reader
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    from_unix,
    local_time,
    mapping,
    number,
    rows_of,
)
from lenitive.sleep.readers.csv_rows import cell_number, columns_of, instant, rows_below
from lenitive.sleep.readers.kept import UTC_DATED
from lenitive.sleep.readers.vital import Vitals

__all__ = ["READERS", "add_withings_table", "measured"]

_TYPES = {1: ("weight", "kg"), 9: ("diastolic_lying", "mmHg"), 10: ("systolic_lying", "mmHg")}
_WEIGHT = re.compile(r"weight \((kg|lb|st)\)")
_BP = ["date", "heart rate", "systolic", "diastolic"]
_OMH = {
    "body_weight": "weight",
    "systolic_blood_pressure": "systolic_lying",
    "diastolic_blood_pressure": "diastolic_lying",
    "heart_rate": "heart_rate",
}
_OMH_UNITS = {"beats/min": "bpm", "kg": "kg", "g": "g", "lb": "lb", "mmHg": "mmHg"}
_SAMSUNG_BP = "com.samsung.health.blood_pressure."
_SAMSUNG_WEIGHT = "com.samsung.health.weight."


def measured(form: str, vitals: Vitals, report: ReaderReport) -> FileReading:
    """The measurements of a file.

    Raises:
        RefusedError: When it holds none.
    """
    found = vitals.measurements()
    if vitals.left_out:
        report.add(
            f"{vitals.left_out} measurements without a known unit, or beyond what can be; left out",
            "Compare with the app",
        )
    if not found:
        raise RefusedError(
            FileRefusal.EMPTY,
            "no weight, blood pressure or resting pulse in it",
            "Export a period with some",
            before=report.problems(),
        )
    return FileReading(format=form, measurements=found, problems=report.problems())


def _withings_api(probe: Probe, options: ReaderOptions) -> FileReading:
    report, vitals = ReaderReport(probe.name), Vitals()
    if options.zone is None:
        report.add(*UTC_DATED)
    for group in rows_of(mapping(probe.json.get("body")).get("measuregrps")):
        when = from_unix(group.get("date"), options)
        if group.get("category") != 1 or when is None:
            continue  # a goal, or nothing that can be dated
        for one in rows_of(group.get("measures")):
            kind, value, power = (number(one.get(key)) for key in ("type", "value", "unit"))
            if kind not in _TYPES or value is None or power is None or not -9 <= power <= 3:
                continue
            vitals.add(_TYPES[int(kind)][0], value * 10.0**power, _TYPES[int(kind)][1], when)
    return measured("withings-measures", vitals, report)


def add_withings_table(text: str, vitals: Vitals, options: ReaderOptions) -> None:
    """Adds the measurements of ``weight.csv`` or ``bp.csv`` of an account's export."""
    for _, row in rows_below(text):
        when = local_time(row.get("date"), options)
        if when is None:
            continue
        for name, cell in row.items():
            weight = _WEIGHT.fullmatch(name)
            if weight is not None and cell:
                vitals.add("weight", cell_number(cell), weight[1], when)
        if "systolic" in row and (row["systolic"] or row.get("diastolic")):
            vitals.add("systolic_lying", cell_number(row["systolic"]), "mmHg", when)
            vitals.add("diastolic_lying", cell_number(row.get("diastolic")), "mmHg", when)


def _is_withings_table(probe: Probe) -> bool:
    head = columns_of(probe.lines[0]) if probe.form is FileForm.TEXT and probe.lines else []
    return head[:4] == _BP or (
        head[:1] == ["date"] and len(head) > 1 and _WEIGHT.fullmatch(head[1]) is not None
    )


def _withings_table(probe: Probe, options: ReaderOptions) -> FileReading:
    vitals = Vitals()
    add_withings_table(probe.text, vitals, options)
    return measured("withings-measures", vitals, ReaderReport(probe.name))


def _omh_bodies(content: object) -> list[Mapping[str, Any]]:
    some = rows_of(content) or [mapping(content)]
    return [mapping(item.get("body")) or item for item in some]


def _omh_time(body: Mapping[str, Any], options: ReaderOptions) -> datetime | None:
    frame = mapping(body.get("effective_time_frame"))
    interval = mapping(frame.get("time_interval"))
    return local_time(frame.get("date_time"), options) or local_time(interval.get("start_date_time"), options)


def _omh(probe: Probe, options: ReaderOptions) -> FileReading:
    report, vitals = ReaderReport(probe.name), Vitals()
    for body in _omh_bodies(probe.json):
        when = _omh_time(body, options)
        resting = body.get("temporal_relationship_to_physical_activity") == "at rest"
        if when is None or "descriptive_statistic" in body:
            report.add("a measurement without a moment, or a statistic; left out", "Give single measurements")
            continue
        standing = body.get("body_posture") == "standing"
        for theirs, lying in _OMH.items():
            ours = lying.replace("_lying", "_standing") if standing else lying
            told = mapping(body.get(theirs))
            if told and (ours != "heart_rate" or resting):
                unit = _OMH_UNITS.get(str(told.get("unit")), "")
                vitals.add(ours, number(told.get("value")), unit, when)
    return measured("open-mhealth-measures", vitals, report)


def _is_omh(probe: Probe) -> bool:
    if probe.form is not FileForm.JSON or "$schema" in mapping(probe.json):
        return False
    bodies = _omh_bodies(probe.json)
    # A heart rate that nobody says was taken at rest is another kind of file.
    return any("body_weight" in b or "systolic_blood_pressure" in b for b in bodies) or any(
        "heart_rate" in b and b.get("temporal_relationship_to_physical_activity") == "at rest" for b in bodies
    )


def _samsung_columns(probe: Probe) -> set[str]:
    lines = probe.lines[:2] if probe.form is FileForm.TEXT else ()
    if not lines or not lines[0].startswith(("com.samsung.", "start_time")):
        return set()
    named = lines[0].startswith("com.samsung.") and "start_time" not in lines[0]
    head = columns_of(lines[1] if named and len(lines) > 1 else lines[0])
    return {name.removeprefix(_SAMSUNG_BP).removeprefix(_SAMSUNG_WEIGHT) for name in head}


def _is_samsung(probe: Probe) -> bool:
    found = _samsung_columns(probe)
    return {"start_time", "time_offset"} <= found and (
        "weight" in found or {"systolic", "diastolic"} <= found
    )


def _samsung(probe: Probe, options: ReaderOptions) -> FileReading:
    vitals = Vitals()
    skip = 1 if "start_time" not in probe.lines[0] else 0
    for _, row in rows_below(probe.text, skip=skip):
        told = {n.removeprefix(_SAMSUNG_BP).removeprefix(_SAMSUNG_WEIGHT): text for n, text in row.items()}
        when = instant(told.get("start_time"), told.get("time_offset"), options)
        if when is None:
            continue
        for theirs, ours, unit in (
            ("weight", "weight", "kg"),
            ("systolic", "systolic_lying", "mmHg"),
            ("diastolic", "diastolic_lying", "mmHg"),
        ):
            if told.get(theirs):
                vitals.add(ours, cell_number(told[theirs]), unit, when)
    return measured("samsung-measures", vitals, ReaderReport(probe.name))


READERS = (
    Reader(
        name="withings-measures",
        words="Withings measurements of its API (JSON)",
        recognises=lambda probe: (
            probe.form is FileForm.JSON
            and "status" in mapping(probe.json)
            and bool(rows_of(mapping(mapping(probe.json).get("body")).get("measuregrps")))
        ),
        read=_withings_api,
        example=(
            b'{"status": 0, "body": {"measuregrps": [{"category": 1, "date": 1772406000, "measures": '
            b'[{"type": 1, "unit": -3, "value": 74126}]}]}}'
        ),
    ),
    Reader(
        name="withings-measures-csv",
        words="weights or blood pressures of a Withings export (CSV)",
        recognises=_is_withings_table,
        read=_withings_table,
        example=b'Date,"Weight (kg)","Fat mass (kg)",Comments\n"2026-03-01 08:00:00",74.1,20,\n',
    ),
    Reader(
        name="open-mhealth-measures",
        words="Open mHealth weight, blood pressure or resting pulse (JSON)",
        recognises=_is_omh,
        read=_omh,
        example=(
            b'{"body_weight": {"value": 74, "unit": "kg"}, "effective_time_frame": {"date_time": "2026-03-01T08:00:00Z"}}'
        ),
    ),
    Reader(
        name="samsung-measures",
        words="weights or blood pressures of Samsung Health (CSV)",
        recognises=_is_samsung,
        read=_samsung,
        example=(
            b"com.samsung.health.weight,6003003,3\nstart_time,weight,time_offset,datauuid,\n"
            b"2026-03-01 07:00:00.000,74.1,UTC+0100,a,\n"
        ),
        members=("com.samsung.health.weight.*.csv", "com.samsung.shealth.blood_pressure.*.csv"),
    ),
)
