"""Reads sleep from files as laboratories, devices and apps write them.

``read(name, stream)`` finds out what a file is from its content, not from its suffix. Whatever the bytes, it returns
a reading: sleeps, scored nights, measurements, and every problem with its place and remedy. Each module beside this one is a reader, or
several; ``files.reader`` says how one is added.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import Any, BinaryIO

from lenitive.files import FileForm, Probe, Reader, probed, readers_in, recognised
from lenitive.sleep.readers import hypnograms, laboratory
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    RefusedError,
    mapping,
    rows_of,
)
from lenitive.terms import Place, Problem

__all__ = ["FileReading", "FileRefusal", "ReaderOptions", "night_readers", "read", "read_probe"]

_REMEDY = "Give the export's sleep file; the formats read are listed in docs/guide/sleep.md"
# Files that are often taken for the right one, by a key that gives them away.
_OTHERS = {
    "activities": "Fitbit activities",
    "activities-heart": "Fitbit heart rates",
    "activities-steps": "Fitbit steps",
    "weight": "Fitbit weights, of which the file does not say the unit",
    "hrvSummary": "Garmin heart-rate variability",
    "heart_rate": "Open mHealth heart rates",
    "step_count": "Open mHealth steps",
    "activity_name": "Open mHealth activities",
}


def night_readers() -> tuple[Reader[FileReading], ...]:
    """Every reader of nights, by name."""
    return readers_in(__name__)


def read(name: str, stream: BinaryIO, options: ReaderOptions | None = None) -> FileReading:
    """What a file holds.

    Args:
        name: The file's name, for messages; a suffix decides nothing. (One exception: what the raw values of a Withings
            table mean stands in its name alone.)
        stream: Its bytes, opened for reading from the start; seekable when it is a zip archive.
        options: What the file may leave unsaid.

    Returns:
        A reading. When the file cannot be used, ``refused`` says why and the last problem is fatal.
    """
    try:
        probe = probed(name, stream)
        reader = recognised(probe, night_readers())
        return read_probe(probe, reader, options or ReaderOptions())
    except RefusedError as no:
        return _refused(name, no)


def read_probe(probe: Probe, reader: Reader[FileReading] | None, options: ReaderOptions) -> FileReading:
    """What a file that was looked at holds, by the reader that knows it; without one, why it is not read."""
    try:
        reading = reader.read(probe, options) if reader is not None else _unknown(probe, options)
    except csv.Error:
        damaged = RefusedError(FileRefusal.BROKEN, "a table that is damaged", "Export it again")
        return _refused(probe.name, damaged)
    except RefusedError as no:
        return _refused(probe.name, no)
    if reading.refused is None or any(p.fatal for p in reading.problems):
        return reading
    nothing = Problem(
        where=Place(file=probe.name),
        what="no usable sleep is left in it",
        remedy="Mend what the lines above name",
        fatal=True,
    )
    return replace(reading, problems=(*reading.problems, nothing))


def _refused(name: str, no: RefusedError) -> FileReading:
    problem = Problem(
        where=Place(file=name, line=no.line, field=no.key), what=no.what, remedy=no.remedy, fatal=True
    )
    return FileReading(format="", problems=(*no.before, problem), refused=no.why)


def _unknown(probe: Probe, options: ReaderOptions) -> FileReading:
    """A file that no reader knows: read as the likeliest kind of its form, whose problems then say what is missing.

    Raises:
        RefusedError: Where there is none.
    """
    if probe.form is FileForm.EMPTY:
        raise RefusedError(FileRefusal.EMPTY, "an empty file", "Export it again")
    if probe.form in {FileForm.ZIP, FileForm.WORKBOOK}:
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            "an archive without one export.xml, Health Connect database or Withings sleep.csv",
            "Unpack it and give the sleep files themselves",
        )
    if probe.form is FileForm.EDF:
        raise RefusedError(
            FileRefusal.NOT_SLEEP,
            "plain EDF, which carries no annotations",
            "Give the EDF+ file with the scoring",
        )
    if probe.form is FileForm.XML:
        return laboratory.read_sleep_xml(probe.name, probe.data(), options)
    if probe.form is FileForm.JSON:
        raise _no_sleep(probe.json)
    lines = probe.lines[:3]
    if len(lines) == 1 and lines[0].lstrip().startswith('"') and "," not in lines[0]:
        raise RefusedError(FileRefusal.NOT_SLEEP, "a single word of JSON", _REMEDY)
    return hypnograms.read_hypnogram_text(probe.name, probe.text, options)


def _no_sleep(content: Any) -> RefusedError:
    """Why JSON of no known form is not read."""
    top = mapping(content)
    if "$schema" in top:
        return RefusedError(FileRefusal.NOT_SLEEP, "a JSON schema, not data", "Give a data file")
    if not top and not rows_of(content):
        return RefusedError(FileRefusal.EMPTY, "an empty JSON document", "Export a period with nights in it")
    inner = top["response"] if "response" in top and "request" in top else content
    first = (rows_of(inner) or [mapping(inner)])[0]
    for item in (first, top):
        for key, words in _OTHERS.items():
            if key in item:
                return RefusedError(FileRefusal.NOT_SLEEP, f"{words}, without sleep in it", _REMEDY)
    if set(first) == {"calendarDate", "value"}:
        return RefusedError(
            FileRefusal.NOT_SLEEP, "Garmin sleep scores, without times or minutes of sleep", _REMEDY
        )
    if "status" in top and "body" in top:
        return RefusedError(FileRefusal.NOT_SLEEP, "a Withings file without sleep in it", _REMEDY)
    return RefusedError(FileRefusal.NOT_SLEEP, "JSON without sleep in a form we know", _REMEDY)
