"""Google Takeout of a Fitbit or Google Health account: UserSleeps and UserSleepStages (CSV), times universal with their offsets."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from lenitive.files import FileForm, Probe, Reader
from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import FileReading, FileRefusal, ReaderOptions, ReaderReport, RefusedError
from lenitive.sleep.readers.csv_rows import cell_number, columns_of, instant, rows_below
from lenitive.sleep.readers.kept import Row, StatedSleep, done, keep
from lenitive.sleep.session import Session
from lenitive.sleep.stage import Stage

__all__ = ["READERS"]

_STAGES = {
    "AWAKE": Stage.WAKE,
    "WAKE": Stage.WAKE,
    "RESTLESS": Stage.WAKE,
    "LIGHT": Stage.LIGHT,
    "DEEP": Stage.N3,
    "REM": Stage.REM,
    "ASLEEP": Stage.ASLEEP,
}
_TOTALS = {"minutes_asleep": "tst_min", "minutes_awake": "wake_min", "minutes_to_fall_asleep": "sol_min"}


def _has(probe: Probe, *columns: str) -> bool:
    return (
        probe.form is FileForm.TEXT and bool(probe.lines) and set(columns) <= set(columns_of(probe.lines[0]))
    )


def _sleeps(probe: Probe, options: ReaderOptions) -> FileReading:
    report, sessions = ReaderReport(probe.name), list[Session]()
    count = 0
    for line, row in rows_below(probe.text):
        count += 1
        totals = {
            ours: v
            for theirs, ours in _TOTALS.items()
            if (v := cell_number(row.get(theirs))) is not None and v >= 0
        }
        keep(
            report,
            sessions,
            f"line {line}",
            StatedSleep(
                source="fitbit",
                kind=DeviceClass.MANUAL if row.get("data_source") == "MANUAL" else DeviceClass.WEARABLE,
                start=instant(row.get("sleep_start"), row.get("start_utc_offset"), options),
                end=instant(row.get("sleep_end"), row.get("end_utc_offset"), options),
                rows=[],
                totals=totals,
                totals_id="device:fitbit",
            ),
        )
    if not count:
        raise RefusedError(
            FileRefusal.EMPTY, "a table without a sleep", "Give one of a period with nights in it"
        )
    return done("takeout-sleeps", sessions, report)


def _stages(probe: Probe, options: ReaderOptions) -> FileReading:
    report, sessions = ReaderReport(probe.name), list[Session]()
    found: dict[str, list[tuple[datetime, datetime, Stage]]] = defaultdict(list)
    for line, row in rows_below(probe.text):
        stage = _STAGES.get(row.get("sleep_stage_type", "").upper())
        begin = instant(row.get("sleep_stage_start"), row.get("start_utc_offset"), options)
        end = instant(row.get("sleep_stage_end"), row.get("end_utc_offset"), options)
        if stage is None or begin is None or end is None:
            report.add("a stage without a time or a known name; left out", "Export it again", line=line)
            continue
        found[row.get("sleep_id", "")].append((begin, end, stage))
    if not found:
        raise RefusedError(
            FileRefusal.EMPTY, "a table without a stage", "Give one of a period with nights in it"
        )
    for parts in found.values():
        start = min(begin for begin, _, _ in parts)
        rows: list[Row] = [
            ((b - start).total_seconds(), (e - b).total_seconds(), s, None) for b, e, s in parts
        ]
        keep(
            report,
            sessions,
            f"sleep of {start:%Y-%m-%d}",
            StatedSleep(
                source="fitbit",
                kind=DeviceClass.WEARABLE,
                start=start,
                end=max(end for _, end, _ in parts),
                rows=rows,
                totals={},
                totals_id="device:times",
            ),
        )
    return done("takeout-stages", sessions, report)


READERS = (
    Reader(
        name="takeout-sleeps",
        words="sleeps of a Google Takeout (UserSleeps, CSV)",
        recognises=lambda probe: _has(probe, "sleep_id", "sleep_start", "sleep_end", "minutes_asleep"),
        read=_sleeps,
        example=(
            b"sleep_id,sleep_type,minutes_in_sleep_period,minutes_to_fall_asleep,minutes_asleep,minutes_awake,"
            b"start_utc_offset,sleep_start,end_utc_offset,sleep_end,data_source\n"
            b"1,STAGES,480,12,420,48,+02:00,2026-10-04 20:30:00+0000,+02:00,2026-10-05 04:30:00+0000,X\n"
        ),
        members=("UserSleeps_*.csv",),
    ),
    Reader(
        name="takeout-stages",
        words="sleep stages of a Google Takeout (UserSleepStages, CSV)",
        recognises=lambda probe: _has(
            probe, "sleep_id", "sleep_stage_type", "sleep_stage_start", "sleep_stage_end"
        ),
        read=_stages,
        example=(
            b"sleep_id,sleep_stage_id,sleep_stage_type,start_utc_offset,sleep_stage_start,end_utc_offset,sleep_stage_end\n"
            b"1,1,LIGHT,+02:00,2026-10-04 20:42:00+0000,+02:00,2026-10-04 22:52:00+0000\n"
            b"1,2,DEEP,+02:00,2026-10-04 22:52:00+0000,+02:00,2026-10-05 04:12:00+0000\n"
        ),
        members=("UserSleepStages_*.csv",),
    ),
)
