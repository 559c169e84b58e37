"""Hypnograms as text, CSV or JSON.

* one stage a line, ``#`` lines are comments (YASA);
* a table with a column ``stage`` (or ``sleep_stage``, ``hypnogram``, ``trial_type``), and where it has them ``onset`` or
  ``start`` with ``duration`` or ``end``, in seconds or as ISO times; several ``scorer...`` columns are several scorings;
* JSON: a list of codes, or ``{"scorers": {name: codes}, "epoch_seconds": 30}`` (Dreem).
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

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
    number,
    session_of,
    timeline,
)
from lenitive.sleep.session import hypnogram_of
from lenitive.sleep.stage import Stage, UnknownStageError, stage_of

__all__ = ["READERS", "is_hypnogram_json", "read_hypnogram_json", "read_hypnogram_text", "stage_by"]

_STAGE = ("stage", "sleep_stage", "sleepstage", "hypnogram", "trial_type", "stages")
_START = ("onset", "start", "start_time", "begin", "time")
_LENGTH = ("duration", "length", "seconds")
_END = ("end", "stop", "end_time")
_RK = {"0": Stage.WAKE, "1": Stage.N1, "2": Stage.N2, "3": Stage.N3, "4": Stage.N3, "5": Stage.REM}
_MOST_EPOCHS = 200_000  # a day in epochs of half a second


def stage_by(word: str, options: ReaderOptions) -> Stage:
    """The stage a word names under the chosen numbering.

    Raises:
        UnknownStageError: When it names none.
    """
    text = word.strip()
    if text.endswith(".0"):
        text = text[:-2]
    if options.codes == "rk" and text in _RK:
        return _RK[text]
    return stage_of(text)


def _unknown(report: ReaderReport, line: int | None, key: str | None = None) -> None:
    report.add(
        "not the name of a sleep stage; counted as not scored",
        "Use W, N1, N2, N3, R or 0-4; for the older numbers 0-5 say --codes rk",
        line=line,
        key=key,
    )


def _of_words(
    words: Sequence[tuple[str, int | None]],
    report: ReaderReport,
    options: ReaderOptions,
    scorer: str,
    epoch_s: float,
) -> Hypnogram:
    if not words:
        raise RefusedError(FileRefusal.EMPTY, "no epoch in it", "Give one stage a line")
    codes = np.empty(len(words), dtype=np.int8)
    for i, (word, line) in enumerate(words):
        try:
            codes[i] = int(stage_by(word, options))
        except UnknownStageError:
            codes[i] = int(Stage.UNSCORED)
            _unknown(report, line, scorer or None)
    return Hypnogram(codes=codes, epoch_s=epoch_s, start=options.start, scorer=scorer)


def _device(night: Hypnogram, options: ReaderOptions, laboratory: bool) -> DeviceClass:
    """What recorded a scored night: what was said, else polysomnography for a laboratory's file of a laboratory's stages."""
    if options.device is not None:
        return options.device
    staged = night.tells_n1_from_n2 and night.tells_stages
    return DeviceClass.PSG if laboratory and staged else DeviceClass.UNKNOWN


def _dark(start: datetime, lights: tuple[time, time]) -> tuple[datetime, datetime]:
    """When the lights went off and on: of the night in which the record starts, else of the first one after."""
    for days in (-1, 0, 1):
        off, on = (datetime.combine(start.date() + timedelta(days=days), at, start.tzinfo) for at in lights)
        on += timedelta(days=on <= off)
        if on > start:
            break
    return off, on


def _between_lights(night: Hypnogram, lights: tuple[time, time], report: ReaderReport) -> Hypnogram:
    """The epochs from lights off to lights on, by the local clock; the whole night, reported, where that cannot be."""
    if night.start is None:
        report.add("without a start, lights off and on cut nothing", "Give --start as well")
        return night
    off, on = _dark(night.start, lights)
    first, last = (max(round((at - night.start).total_seconds() / night.epoch_s), 0) for at in (off, on))
    if first >= len(night):
        report.add("the lights went off after the record ended; nothing was cut off", "Correct --lights")
        return night
    if last <= first:
        report.add("no whole epoch lies between lights off and on; nothing was cut off", "Correct --lights or --epoch")
        return night
    return night.crop(first, min(last, len(night)))


def reading_of(
    form: str,
    nights: list[Hypnogram],
    report: ReaderReport,
    options: ReaderOptions,
    *,
    laboratory: bool = False,
) -> FileReading:
    """Hypnograms as a reading; nothing scored at all is refused.

    Args:
        form: The format.
        nights: The scored nights.
        report: Receives problems.
        options: What measured, and when the lights were off.
        laboratory: Whether the format is one that sleep laboratories write.
    """
    if options.lights is not None:
        nights = [_between_lights(n, options.lights, report) for n in nights]
    good = [n for n in nights if (n.codes != Stage.UNSCORED).any()]
    if not good:
        raise RefusedError(
            FileRefusal.BROKEN,
            "no epoch carries a known sleep stage",
            "Use W, N1, N2, N3, R or 0-4; for the older numbers 0-5 say --codes rk",
            line=report.found[0].where.line if report.found else None,
        )
    sessions = [
        s
        for n in good
        if (
            s := session_of(
                n,
                source=f"{form}: {n.scorer}" if n.scorer else form,
                device_class=_device(n, options, laboratory),
            )
        )
        is not None
    ]
    if sessions and options.device is None and not laboratory:
        report.add(
            "the file does not say what measured the night", "Say it with --device, such as --device psg"
        )
    return FileReading(
        format=form, sessions=tuple(sessions), hypnograms=tuple(good), problems=report.problems()
    )


def read_hypnogram_text(name: str, text: str, options: ReaderOptions) -> FileReading:
    """A hypnogram in lines or in a table.

    Raises:
        RefusedError: When it holds no stage we know, or far too many lines.
    """
    report = ReaderReport(name)
    lines = [(i, line.strip()) for i, line in enumerate(text.splitlines(), start=1)]
    lines = [(i, line) for i, line in lines if line and not line.startswith("#")]
    if not lines:
        raise RefusedError(FileRefusal.EMPTY, "no epoch in it", "Give one stage a line")
    if len(lines) > _MOST_EPOCHS:
        raise RefusedError(FileRefusal.DANGEROUS, f"more than {_MOST_EPOCHS} lines", "Give one night a file")
    if not any(sep in lines[0][1] for sep in ",;\t"):
        body = lines[1:] if _heads(lines, options) else lines
        words = [(line.strip('"'), i) for i, line in body]
        return reading_of(
            "hypnogram-text", [_of_words(words, report, options, "", options.epoch_s)], report, options
        )
    return _table(lines, report, options)


def _heads(lines: list[tuple[int, str]], options: ReaderOptions) -> bool:
    """Whether the first line of one column names it: it says so, or is no stage where the next line is one."""

    def is_stage(text: str) -> bool:
        try:
            stage_by(text.strip('"'), options)
        except UnknownStageError:
            return False
        return True

    head = lines[0][1].strip('"').casefold()
    return head in _STAGE or (len(lines) > 1 and not is_stage(lines[0][1]) and is_stage(lines[1][1]))


def _table(lines: list[tuple[int, str]], report: ReaderReport, options: ReaderOptions) -> FileReading:
    separator = max(",;\t", key=lines[0][1].count)
    rows = list(csv.reader(io.StringIO("\n".join(line for _, line in lines)), delimiter=separator))
    names = [c.strip().casefold() for c in rows[0]]
    numbered = list(zip([i for i, _ in lines[1:]], rows[1:], strict=False))
    scorers = [k for k, n in enumerate(names) if n.startswith("scorer")]
    if scorers:
        nights = [
            _of_words(
                [(r[k] if k < len(r) else "", i) for i, r in numbered],
                report,
                options,
                names[k],
                options.epoch_s,
            )
            for k in scorers
        ]
        return reading_of("hypnogram-table", nights, report, options)
    stage = next((k for k, n in enumerate(names) if n in _STAGE), None)
    if stage is None:
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            "a table without a column of sleep stages",
            "Name the column 'stage'",
            line=lines[0][0],
        )
    start = next((k for k, n in enumerate(names) if n in _START), None)
    length = next((k for k, n in enumerate(names) if n in _LENGTH), None)
    end = next((k for k, n in enumerate(names) if n in _END), None)
    if start is None:
        words = [(r[stage] if stage < len(r) else "", i) for i, r in numbered]
        return reading_of(
            "hypnogram-table", [_of_words(words, report, options, "", options.epoch_s)], report, options
        )
    return _timed(numbered, report, options, stage, start, length, end)


def _seconds(
    text: str, zero: datetime | None, options: ReaderOptions
) -> tuple[float | None, datetime | None]:
    """A cell as seconds: a number, or an ISO time after the first one."""
    try:
        value = float(text)
        return (value if abs(value) < 1e7 else None), None
    except ValueError:
        when = local_time(text, options)
        if when is None:
            return None, None
        base = zero or when
        if (when.tzinfo is None) != (base.tzinfo is None):
            return None, None
        return (when - base).total_seconds(), when


def _timed(
    numbered: list[tuple[int, list[str]]],
    report: ReaderReport,
    options: ReaderOptions,
    stage: int,
    start: int,
    length: int | None,
    end: int | None,
) -> FileReading:
    """A table with times: stages with a length, an end, or up to the next row."""
    zero: datetime | None = None
    found: list[tuple[float, float | None, Stage, int]] = []
    wide = 1 + max(stage, start, length or 0, end or 0)
    for line, row in numbered:
        cells = row + [""] * (wide - len(row))
        begin, when = _seconds(cells[start], zero, options)
        zero = zero or when
        if begin is None:
            report.add("the start is neither seconds nor a time; row left out", "Correct it", line=line)
            continue
        try:
            what = stage_by(cells[stage], options)
        except UnknownStageError:
            _unknown(report, line)
            what = Stage.UNSCORED
        lasts: float | None = None
        if length is not None:
            lasts = _seconds(cells[length], None, options)[0]
        elif end is not None:
            stop = _seconds(cells[end], zero, options)[0]
            lasts = None if stop is None else stop - begin
        if lasts is None and (length is not None or end is not None):
            report.add("no duration or end; row left out", "Correct it", line=line)
            continue
        found.append((begin, lasts, what, line))
    rows: list[tuple[float, float, Stage, int | None]] = []
    steps = [b[0] - a[0] for a, b in itertools.pairwise(found)]
    usual = float(np.median(steps)) if steps else options.epoch_s
    for i, (begin, lasts, what, line) in enumerate(found):
        if lasts is None:
            lasts = steps[i] if i < len(steps) else usual
            if i < len(steps) and abs(lasts - usual) > 0.5:
                report.add(
                    "an epoch of another length than the rest",
                    "Correct its time, or give durations",
                    line=line,
                )
                lasts = min(lasts, usual)
        rows.append((begin, lasts, what, line))
    spans = timeline(rows, report)
    if not spans or max(s.end_s for s in spans) > 172800:
        raise RefusedError(
            FileRefusal.BROKEN,
            "no stage with a length, or more than two days",
            "Give one night a file",
            line=numbered[0][0] if numbered else None,
        )
    lengths = {round(r[1], 3) for r in rows if r[1] > 0}
    epoch = (
        min(lengths) if all(abs(v / min(lengths) - round(v / min(lengths))) < 1e-6 for v in lengths) else 0.0
    )
    if not 1 <= epoch <= 60:
        epoch = options.epoch_s
        if any(abs(v / epoch - round(v / epoch)) > 1e-3 for v in lengths):
            report.add(
                f"durations are not whole epochs of {epoch:g} s; each epoch takes the stage at its middle",
                "Give the epoch length with --epoch",
            )
    night = hypnogram_of(
        spans, seconds=max(s.end_s for s in spans), start=options.start or zero, epoch_s=epoch
    )
    return reading_of("hypnogram-table", [night], report, options)


def is_hypnogram_json(content: object) -> bool:
    """Whether JSON is a list of codes or a set of scorings."""
    if isinstance(content, dict):
        return isinstance(content.get("scorers"), dict) or isinstance(content.get("hypnogram"), list)
    return isinstance(content, list) and bool(content) and all(isinstance(v, int | str) for v in content)


def read_hypnogram_json(name: str, content: Any, options: ReaderOptions) -> FileReading:
    """Scorings from JSON.

    Raises:
        RefusedError: When no code in it names a stage.
    """
    report = ReaderReport(name)
    epoch_s = options.epoch_s
    scorings: Mapping[str, Any]
    if isinstance(content, dict):
        stated = number(content.get("epoch_seconds"))
        if stated is not None and stated > 0:
            epoch_s = stated
        scorings = content["scorers"] if "scorers" in content else {"": content["hypnogram"]}
    else:
        scorings = {"": content}
    nights = []
    for scorer, codes in scorings.items():
        if not isinstance(codes, list) or not codes:
            report.add("a scoring without epochs; left out", "Give a list of stages", key=str(scorer))
            continue
        words: list[tuple[str, int | None]] = [(str(c), None) for c in codes]
        nights.append(_of_words(words, report, options, str(scorer), epoch_s))
    if len({len(n) for n in nights}) > 1:
        report.add("scorings of different length; they cannot be compared", "Score the same epochs")
    return reading_of("hypnogram-json", nights, report, options)


def _is_text(probe: Probe) -> bool:
    """Whether text is a hypnogram: a table with a column of stages, or one stage a line."""
    lines = [line.strip() for line in probe.lines if not line.startswith("#")]
    if probe.form is not FileForm.TEXT or not lines:
        return False
    separators = [s for s in ",;\t" if s in lines[0]]
    if separators:
        names = [c.strip().strip('"').casefold() for c in lines[0].split(max(separators, key=lines[0].count))]
        whole_nights = {"start time", "stop time"} <= set(
            names
        )  # a row a night, its stages in one cell: Dreem's
        return not whole_nights and any(n in _STAGE or n.startswith("scorer") for n in names)
    sample = [line.strip('"') for line in lines[1:] or lines]
    return all(_is_word(word) for word in sample[:20])


def _is_word(word: str) -> bool:
    try:
        stage_by(word, ReaderOptions(codes="rk"))
    except UnknownStageError:
        return False
    return True


READERS = (
    Reader(
        name="hypnogram",
        words="a hypnogram (text or table)",
        recognises=_is_text,
        read=lambda probe, options: read_hypnogram_text(probe.name, probe.text, options),
        example=b"start,end,stage\n2026-03-01T23:10:00,2026-03-02T01:00:00,N2\n2026-03-02T01:00:00,2026-03-02T06:30:00,N3\n",
    ),
    Reader(
        name="hypnogram-json",
        words="a hypnogram (JSON)",
        recognises=lambda probe: probe.form is FileForm.JSON and is_hypnogram_json(probe.json),
        read=lambda probe, options: read_hypnogram_json(probe.name, probe.json, options),
        example=b'{"scorers": {"a": [0, 1, 2, 3, 4]}, "epoch_seconds": 30}',
    ),
)
