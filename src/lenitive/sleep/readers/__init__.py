"""Reads sleep from files as laboratories, devices and apps write them.

``read(name, stream)`` finds out what a file is from its content, not from its suffix. Whatever the bytes, it returns
a reading: sleeps, scored nights, and every problem with its place and remedy.
"""

from __future__ import annotations

import zipfile
from dataclasses import replace
from typing import Any, BinaryIO

from lenitive.sleep.readers import (
    apple,
    apps,
    fitbit,
    garmin,
    google_fit,
    health_connect,
    health_connect_backup,
    hypnograms,
    laboratory,
    openmhealth,
    oura,
    withings,
    withings_export,
)
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    RefusedError,
    load_json,
    mapping,
    refuse_long_lines,
    rows_of,
    whole,
)
from lenitive.terms import Place, Problem

__all__ = ["FileReading", "FileRefusal", "ReaderOptions", "read"]

_GARMIN_KEYS = ("dailySleepDTO", "sleepTimeSeconds", "deepSleepSeconds")
_REMEDY = "Give the export's sleep file; the formats read are listed in docs/guide/sleep.md"
# Files that are often taken for the right one, by a key that gives them away.
_OTHERS = {
    "activities": "Fitbit activities",
    "activities-heart": "Fitbit heart rates",
    "activities-steps": "Fitbit steps",
    "weight": "Fitbit weights",
    "hrvSummary": "Garmin heart-rate variability",
    "heart_rate": "Open mHealth heart rates",
    "step_count": "Open mHealth steps",
    "activity_name": "Open mHealth activities",
}


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
    chosen = options or ReaderOptions()
    try:
        reading = _read(name, stream, chosen)
        if reading.refused is None or any(p.fatal for p in reading.problems):
            return reading
        nothing = Problem(
            where=Place(file=name),
            what="no usable sleep is left in it",
            remedy="Mend what the lines above name",
            fatal=True,
        )
        return replace(reading, problems=(*reading.problems, nothing))
    except RefusedError as no:
        problem = Problem(
            where=Place(file=name, line=no.line, field=no.key), what=no.what, remedy=no.remedy, fatal=True
        )
        return FileReading(format="", problems=(*no.before, problem), refused=no.why)


def _read(name: str, stream: BinaryIO, options: ReaderOptions) -> FileReading:
    head = stream.read(4096)
    stream.seek(0)
    if not head.strip():
        raise RefusedError(FileRefusal.EMPTY, "an empty file", "Export it again")
    if head.startswith(b"PK"):
        return _zip(name, stream, options)
    if head.startswith(health_connect_backup.MAGIC):
        return health_connect_backup.read_backup(name, stream, options)
    if head[:8] == b"0       " and head[192:197] in (b"EDF+C", b"EDF+D"):
        return laboratory.read_edf(name, stream, options)
    if head[:8] == b"0       ":
        raise RefusedError(
            FileRefusal.NOT_SLEEP,
            "plain EDF, which carries no annotations",
            "Give the EDF+ file with the scoring",
        )
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        if b"<HealthData" in head or b"HealthData [" in head:
            return apple.read_apple(name, stream, options)
        if b"<PSGAnnotation" in head or b"<CMPStudyConfig" in head:
            return laboratory.read_sleep_xml(name, whole(stream), options)
        return _xml(name, stream, options)
    if text[:1] in (b"{", b"["):
        return _json(name, load_json(whole(stream)), options)
    return _text(name, whole(stream), options)


def _xml(name: str, stream: BinaryIO, options: ReaderOptions) -> FileReading:
    """XML whose root lies beyond the first bytes (a long document type declaration), or of another kind."""
    start = stream.read(1 << 20)
    stream.seek(0)
    if b"<HealthData" in start:
        return apple.read_apple(name, stream, options)
    return laboratory.read_sleep_xml(name, whole(stream), options)


def _zip(name: str, stream: BinaryIO, options: ReaderOptions) -> FileReading:
    """The one export in an archive. Members are read in place: no path in the archive is ever written."""
    try:
        archive = zipfile.ZipFile(stream)
        members = [m for m in archive.infolist() if m.filename and not m.filename.endswith("/")]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise RefusedError(
            FileRefusal.BROKEN, "a damaged zip archive", "Copy or export the file again"
        ) from None
    if len(members) > 100_000:
        raise RefusedError(
            FileRefusal.DANGEROUS, "an archive of more than 100000 files", "Give the export alone"
        )
    # export.xml in English; other languages name it otherwise, beside export_cda.xml
    xml = [
        m
        for m in members
        if m.filename.lower().endswith(".xml") and not m.filename.lower().endswith("_cda.xml")
    ]
    xml = [m for m in xml if m.filename.count("/") <= 1]
    if len(xml) == 1:
        return apple.read_apple_zip(name, archive, xml[0], options)
    named = [m for m in xml if m.filename.rpartition("/")[2].lower() == "export.xml"]
    if len(named) == 1:
        return apple.read_apple_zip(name, archive, named[0], options)
    if database := _database(members):
        return health_connect_backup.read_backup_zip(name, archive, database, options)
    if tables := _withings_tables(members):
        return withings_export.read_withings_zip(name, archive, tables, options)
    raise RefusedError(
        FileRefusal.UNKNOWN_FORMAT,
        "an archive without one export.xml, Health Connect database or Withings sleep.csv",
        "Unpack it and give the sleep files themselves",
    )


def _base(member: zipfile.ZipInfo) -> str:
    return member.filename.rpartition("/")[2].casefold()


def _database(members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo | None:
    """Health Connect's database by its own name, else the one database there is."""
    named = [m for m in members if _base(m) == "health_connect_export.db"]
    found = named or [m for m in members if _base(m).endswith(".db")]
    return found[0] if len(found) == 1 else None


def _withings_tables(members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Withings' tables of sleep, one of a kind.

    Raises:
        RefusedError: When there are two of a kind: exports of two accounts are two people's.
    """
    found: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        base = _base(member)
        kind = base if base == withings_export.NIGHTS else withings_export.raw_device(base)
        if kind is None:
            continue
        if kind in found:
            raise RefusedError(
                FileRefusal.UNKNOWN_FORMAT,
                f"an archive with more than one table of its kind ({base})",
                "Give the export of one account",
            )
        found[kind] = member
    return found


def _json(name: str, content: Any, options: ReaderOptions) -> FileReading:
    """JSON by its keys."""
    top = mapping(content)
    inner = top["response"] if "response" in top and "request" in top else content
    first = (rows_of(inner) or [mapping(inner)])[0]
    if hypnograms.is_hypnogram_json(content):
        return hypnograms.read_hypnogram_json(name, content, options)
    if fitbit.is_fitbit_sleep(content):
        return fitbit.read_fitbit(name, content, options)
    if any(k in first for k in _GARMIN_KEYS):
        return garmin.read_garmin(name, content, options)
    body = mapping(top.get("body"))
    if (
        "status" in top
        and "series" in body
        and any("state" in s or "sleep" in " ".join(mapping(s.get("data"))) for s in rows_of(body["series"]))
    ):
        return withings.read_withings(name, content, options)
    if "point" in top or "dataSourceId" in top:
        return google_fit.read_google(name, content, options)
    logs = rows_of(content) or rows_of(top.get("data")) or rows_of(top.get("sleep"))
    if logs and "bedtime_start" in logs[0]:
        return oura.read_oura(name, content, options)
    records = rows_of(content) or rows_of(top.get("records")) or [top]
    if "stages" in records[0] and "startTime" in records[0]:
        return health_connect.read_health_connect(name, content, options)
    if "$schema" in top:
        raise RefusedError(FileRefusal.NOT_SLEEP, "a JSON schema, not data", "Give a data file")
    if openmhealth.is_omh(content) and not _other_omh(content):
        return openmhealth.read_omh(name, content, options)
    if not top and not rows_of(content):
        raise RefusedError(FileRefusal.EMPTY, "an empty JSON document", "Export a period with nights in it")
    for item in (first, top):
        for key, words in _OTHERS.items():
            if key in item:
                raise RefusedError(FileRefusal.NOT_SLEEP, f"{words}, without sleep in it", _REMEDY)
    if set(first) == {"calendarDate", "value"}:
        raise RefusedError(
            FileRefusal.NOT_SLEEP, "Garmin sleep scores, without times or minutes of sleep", _REMEDY
        )
    if "status" in top and "body" in top:
        raise RefusedError(FileRefusal.NOT_SLEEP, "a Withings file without sleep in it", _REMEDY)
    raise RefusedError(FileRefusal.NOT_SLEEP, "JSON without sleep in a form we know", _REMEDY)


def _other_omh(content: object) -> bool:
    """Whether an Open mHealth document is about something else than sleep: it has a time frame and other measures."""
    item = (rows_of(content) or [mapping(content)])[0]
    body = mapping(item.get("body")) or item
    known = {*openmhealth._DURATIONS, *openmhealth._EPISODE}
    return not known & set(body) and bool(set(body) - {"effective_time_frame", "user_notes"})


def _text(name: str, data: bytes, options: ReaderOptions) -> FileReading:
    """Text by its first lines."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            "neither text nor a format we know",
            _REMEDY,
        ) from None
    if "\0" in text:
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            "binary data of an unknown kind",
            _REMEDY,
        )
    refuse_long_lines(text)
    lines = [line for line in text.splitlines() if line.strip()][:3]
    if lines and lines[0].lstrip().startswith('"') and len(lines) == 1 and "," not in lines[0]:
        raise RefusedError(FileRefusal.NOT_SLEEP, "a single word of JSON", _REMEDY)
    if withings_export.is_withings_table(lines):
        return withings_export.read_withings_table(name, data, options)
    if fitbit.is_fitbit_csv(lines):
        return fitbit.read_fitbit_csv(name, text, options)
    if apps.is_sleep_as_android(lines):
        return apps.read_sleep_as_android(name, text, options)
    return hypnograms.read_hypnogram_text(name, text, options)
