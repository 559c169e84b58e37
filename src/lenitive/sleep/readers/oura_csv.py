"""Oura: the table of days of its web export (CSV), durations in seconds, bedtimes with their offset.

Its columns are called "... Time" in older and "... Duration" in newer exports; both stand in public readers of real ones.
"""

from __future__ import annotations

from lenitive.files import FileForm, Probe, Reader
from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    local_time,
)
from lenitive.sleep.readers.csv_rows import cell_number, columns_of, rows_below
from lenitive.sleep.readers.kept import StatedSleep, done, keep
from lenitive.sleep.session import Session

__all__ = ["READERS"]

_SECONDS = {
    "total sleep time": "tst_min",
    "total sleep duration": "tst_min",
    "total bedtime": "tib_min",
    "awake time": "wake_min",
    "rem sleep time": "rem_min",
    "rem sleep duration": "rem_min",
    "light sleep time": "light_min",
    "light sleep duration": "light_min",
    "deep sleep time": "n3_min",
    "deep sleep duration": "n3_min",
    "sleep latency": "sol_min",
}


def _read(probe: Probe, options: ReaderOptions) -> FileReading:
    report, sessions = ReaderReport(probe.name), list[Session]()
    for line, row in rows_below(probe.text):
        if not row.get("bedtime start"):
            continue  # a day without a night
        totals = {
            ours: v / 60
            for theirs, ours in _SECONDS.items()
            if (v := cell_number(row.get(theirs))) is not None and v >= 0
        }
        efficiency = cell_number(row.get("sleep efficiency"))
        if efficiency is not None and 1 <= efficiency <= 100:
            totals["se_pct"] = efficiency
        keep(
            report,
            sessions,
            f"line {line}",
            StatedSleep(
                source="oura",
                kind=DeviceClass.WEARABLE,
                start=local_time(row.get("bedtime start"), options),
                end=local_time(row.get("bedtime end"), options),
                rows=[],
                totals=totals,
                totals_id="device:oura-2",
            ),
        )
    if not sessions and not report.found:
        raise RefusedError(
            FileRefusal.EMPTY, "an Oura table without a night", "Export days with nights in them"
        )
    return done("oura", sessions, report)


READERS = (
    Reader(
        name="oura-csv",
        words="days of an Oura ring (CSV)",
        recognises=lambda probe: (
            probe.form is FileForm.TEXT
            and bool(probe.lines)
            and {"bedtime start", "bedtime end"} <= set(columns_of(probe.lines[0]))
        ),
        read=_read,
        example=(
            b"date,Sleep Score,Total Sleep Duration,Total Bedtime,Awake Time,Bedtime Start,Bedtime End\n"
            b"2026-08-09,84,27180,29400,2220,2026-08-08T23:32:00+03:00,2026-08-09T07:42:00+03:00\n"
        ),
    ),
)
