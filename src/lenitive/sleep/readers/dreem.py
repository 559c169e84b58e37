"""The Dreem headband: its table of nights (CSV with semicolons, a hypnogram in a cell) and its hypnogram as text.

The text is the one of laboratories' software too (RemLogic, the CAP database): lines of a header, then stage, time and event of each epoch,
parted by tabs. A headband tells N1 from N2 in the text and light from deep in the table; it is no polysomnography by itself.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from lenitive.files import FileForm, Probe, Reader
from lenitive.record import DeviceClass
from lenitive.sleep.hypnogram import Hypnogram
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    local_time,
)
from lenitive.sleep.readers.csv_rows import cell_number, columns_of, minutes_of, rows_below
from lenitive.sleep.readers.hypnograms import reading_of
from lenitive.sleep.readers.kept import Row, StatedSleep, done, keep
from lenitive.sleep.session import Session
from lenitive.sleep.stage import Stage

__all__ = ["READERS"]

_WORDS = {
    "WAKE": Stage.WAKE,
    "LIGHT": Stage.LIGHT,
    "DEEP": Stage.N3,
    "REM": Stage.REM,
    "NA": Stage.UNSCORED,
    "N/A": Stage.UNSCORED,
}
_EVENTS = {
    "SLEEP-S0": Stage.WAKE,
    "SLEEP-S1": Stage.N1,
    "SLEEP-S2": Stage.N2,
    "SLEEP-S3": Stage.N3,
    "SLEEP-S4": Stage.N3,
    "SLEEP-REM": Stage.REM,
    "SLEEP-MT": Stage.UNSCORED,
    "SLEEP-UNSCORED": Stage.UNSCORED,
}
_EPOCH_S = 30.0
_TOTALS = {
    "sleep duration": "tst_min",
    "sleep onset duration": "sol_min",
    "light sleep duration": "light_min",
    "deep sleep duration": "n3_min",
    "rem duration": "rem_min",
    "wake after sleep onset duration": "waso_min",
}


def _is_table(probe: Probe) -> bool:
    return (
        probe.form is FileForm.TEXT
        and bool(probe.lines)
        and {"start time", "stop time", "hypnogram"} <= set(columns_of(probe.lines[0], ";"))
    )


def _read_table(probe: Probe, options: ReaderOptions) -> FileReading:
    report, sessions = ReaderReport(probe.name), list[Session]()
    for line, row in rows_below(probe.text, delimiter=";"):
        cells = row.get("hypnogram", "").strip().strip("[]")
        words = [word.strip().strip("'\"").upper() for word in cells.split(",")] if cells else []
        if set(words) - set(_WORDS):
            report.add(
                "an unknown stage; the timeline was left out", "Tell us of it", line=line, key="Hypnogram"
            )
            words = []
        rows: list[Row] = [(i * _EPOCH_S, _EPOCH_S, _WORDS[w], None) for i, w in enumerate(words)]
        totals = {
            ours: v for theirs, ours in _TOTALS.items() if (v := minutes_of(row.get(theirs))) is not None
        }
        awakenings = cell_number(row.get("number of awakenings"))
        if awakenings is not None:
            totals["awakenings"] = awakenings
        keep(
            report,
            sessions,
            f"line {line}",
            StatedSleep(
                source="dreem",
                kind=options.device or DeviceClass.WEARABLE,
                start=local_time(row.get("start time"), options),
                end=local_time(row.get("stop time"), options),
                rows=rows,
                totals=totals,
                totals_id="device:dreem",
            ),
        )
    if not sessions and not report.found:
        raise RefusedError(
            FileRefusal.EMPTY, "a Dreem table without a night", "Export a period with nights in it"
        )
    return done("dreem", sessions, report)


def _heads(lines: tuple[str, ...]) -> int | None:
    """The line that names the columns of a scoring in text, or None."""
    for i, line in enumerate(lines[:60]):
        names = [cell.strip().casefold() for cell in line.lstrip("#").split("\t")]
        if any(name.startswith("time") for name in names) and "event" in names:
            return i
    return None


def _read_text(probe: Probe, options: ReaderOptions) -> FileReading:
    report = ReaderReport(probe.name)
    lines = probe.text.splitlines()
    at = _heads(tuple(lines))
    if at is None:
        raise RefusedError(FileRefusal.BROKEN, "a scoring without its line of names", "Export it again")
    names = [cell.strip().casefold() for cell in lines[at].lstrip("#").split("\t")]
    event = names.index("event")
    length = next((i for i, name in enumerate(names) if name.startswith("duration")), None)
    codes: list[int] = []
    epoch_s = options.epoch_s
    for number, line in enumerate(lines[at + 1 :], start=at + 2):
        cells = line.split("\t")
        if len(cells) <= event or not cells[event].strip().upper().startswith("SLEEP"):
            continue  # events of another kind lie between the epochs
        stage = _EVENTS.get(cells[event].strip().upper())
        if stage is None:
            report.add("an unknown stage; counted as not scored", "Use SLEEP-S0 to SLEEP-REM", line=number)
            stage = Stage.UNSCORED
        seconds = cell_number(cells[length]) if length is not None and length < len(cells) else None
        if seconds is not None and 1 <= seconds <= 120:
            epoch_s = seconds
        codes.append(int(stage))
    if not codes:
        raise RefusedError(FileRefusal.EMPTY, "a scoring without an epoch", "Export it again")
    night = Hypnogram(codes=np.array(codes, dtype=np.int8), epoch_s=epoch_s, start=_start(options))
    return reading_of("scoring-text", [night], report, options)


def _start(options: ReaderOptions) -> datetime | None:
    return options.start


READERS = (
    Reader(
        name="dreem",
        words="nights of a Dreem headband (CSV)",
        recognises=_is_table,
        read=_read_table,
        example=(
            b"Type;Start Time;Stop Time;Sleep Duration;Sleep Onset Duration;Light Sleep Duration;Deep Sleep Duration;"
            b"REM Duration;Wake After Sleep Onset Duration;Number of awakenings;Hypnogram\n"
            b"night;2026-03-01T23:00:00;2026-03-01T23:02:00;0:01:30;0:00:30;0:00:30;0:00:30;0:00:30;0:00:00;0;"
            b"[WAKE,Light,Deep,REM]\n"
        ),
    ),
    Reader(
        name="scoring-text",
        words="a scoring in text (Dreem, RemLogic)",
        recognises=lambda probe: (
            probe.form is FileForm.TEXT
            and _heads(probe.lines) is not None
            and any("SLEEP-" in line.upper() for line in probe.lines)
        ),
        read=_read_text,
        example=(
            b"Patient:\tx\n\nSleep Stage\tTime [hh:mm:ss]\tEvent\tDuration[s]\n"
            b"SLEEP-S0\t23:00:00\tSLEEP-S0\t30\nSLEEP-S2\t23:00:30\tSLEEP-S2\t30\n"
        ),
    ),
)
