"""Samsung Health: the tables of its export (CSV), sleeps and their stages in two files.

A first line names the table, its version and a count; rows end with a comma. Times are universal, with the offset of the place
beside them. The codes of stages (40001 awake, 40002 light, 40003 deep, 40004 REM) and that times are universal stand in several public readers of real
exports; one reader takes the times as local, and no open sample was found that settles it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from lenitive.files import FileForm, Probe, Reader
from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import FileReading, FileRefusal, ReaderOptions, ReaderReport, RefusedError
from lenitive.sleep.readers.csv_rows import columns_of, instant, rows_below
from lenitive.sleep.readers.kept import Row, StatedSleep, done, keep
from lenitive.sleep.session import Session
from lenitive.sleep.stage import Stage

__all__ = ["READERS"]

_PREFIX = "com.samsung.health.sleep."
_STAGES = {"40001": Stage.WAKE, "40002": Stage.LIGHT, "40003": Stage.N3, "40004": Stage.REM}


def _is(probe: Probe, table: str, columns: set[str]) -> bool:
    """Whether text is one of its tables, with or without the line that names it."""
    lines = probe.lines[:2]
    if probe.form is not FileForm.TEXT or not lines:
        return False
    named = lines[0].startswith(table + ",") or lines[0].strip() == table
    head = columns_of(lines[1] if named and len(lines) > 1 else lines[0])
    return columns <= {name.removeprefix(_PREFIX) for name in head}


def _skip(probe: Probe) -> int:
    return (
        1
        if probe.lines and probe.lines[0].startswith("com.samsung.") and "start_time" not in probe.lines[0]
        else 0
    )


def _sleeps(probe: Probe, options: ReaderOptions) -> FileReading:
    """Sleeps as beginnings and ends; their stages are in the other table."""
    report, sessions = ReaderReport(probe.name), list[Session]()
    for line, row in rows_below(probe.text, skip=_skip(probe)):
        told = {name.removeprefix(_PREFIX): text for name, text in row.items()}
        if not told.get("start_time"):
            continue
        keep(
            report,
            sessions,
            f"line {line}",
            StatedSleep(
                source="samsung-health",
                kind=DeviceClass.UNKNOWN,
                start=instant(told.get("start_time"), told.get("time_offset"), options),
                end=instant(told.get("end_time"), told.get("time_offset"), options),
                rows=[],
                totals={},
                totals_id="device:times",
            ),
        )
    return done("samsung-health", sessions, report)


def _stages(probe: Probe, options: ReaderOptions) -> FileReading:
    """Sleeps with their timelines, one for each sleep that the stages belong to."""
    report, sessions = ReaderReport(probe.name), list[Session]()
    found: dict[str, list[tuple[datetime, datetime, Stage]]] = defaultdict(list)
    for line, row in rows_below(probe.text, skip=_skip(probe)):
        stage = _STAGES.get(row.get("stage", ""))
        begin, end = (
            instant(row.get(f"{w}_time"), row.get("time_offset"), options) for w in ("start", "end")
        )
        if stage is None or begin is None or end is None:
            if row.get("stage"):
                report.add("a stage without a time or a known code; left out", "Export it again", line=line)
            continue
        found[row.get("sleep_id", "")].append((begin, end, stage))
    for key, parts in found.items():
        start = min(begin for begin, _, _ in parts)
        rows: list[Row] = [
            ((begin - start).total_seconds(), (end - begin).total_seconds(), stage, None)
            for begin, end, stage in parts
        ]
        keep(
            report,
            sessions,
            f"sleep {key[:8]}",
            StatedSleep(
                source="samsung-health",
                kind=DeviceClass.UNKNOWN,
                start=start,
                end=max(end for _, end, _ in parts),
                rows=rows,
                totals={},
                totals_id="device:times",
            ),
        )
    if not found:
        raise RefusedError(FileRefusal.EMPTY, "a Samsung Health table without a stage", "Export it again")
    return done("samsung-health", sessions, report)


READERS = (
    Reader(
        name="samsung-sleep",
        words="sleeps of Samsung Health (CSV)",
        recognises=lambda probe: (
            _is(probe, "com.samsung.shealth.sleep", {"start_time", "end_time", "time_offset", "datauuid"})
            and "stage" not in probe.lines[1 if len(probe.lines) > 1 else 0].split(",")
            and any(_PREFIX + "start_time" in line for line in probe.lines[:2])
        ),
        read=_sleeps,
        example=(
            b"com.samsung.shealth.sleep,7006003,11\n"
            b"sleep_score,com.samsung.health.sleep.start_time,com.samsung.health.sleep.end_time,"
            b"com.samsung.health.sleep.time_offset,com.samsung.health.sleep.datauuid,\n"
            b"72,2026-03-01 22:00:00.000,2026-03-02 06:00:00.000,UTC+0100,a,\n"
        ),
        members=("com.samsung.shealth.sleep.*.csv",),
    ),
    Reader(
        name="samsung-stages",
        words="sleep stages of Samsung Health (CSV)",
        recognises=lambda probe: _is(
            probe, "com.samsung.health.sleep_stage", {"start_time", "end_time", "stage", "sleep_id"}
        ),
        read=_stages,
        example=(
            b"com.samsung.health.sleep_stage,7006003,7\nstart_time,sleep_id,stage,time_offset,end_time,datauuid,\n"
            b"2026-03-01 22:00:00.000,a,40001,UTC+0100,2026-03-01 22:20:00.000,b,\n"
            b"2026-03-01 22:20:00.000,a,40002,UTC+0100,2026-03-02 05:00:00.000,c,\n"
        ),
        members=("com.samsung.health.sleep_stage.*.csv",),
    ),
)
