"""Apple Health: export.xml, alone or in export.zip, of any size, in bounded memory.

An export is one flat list of millions of records, of which one in a hundred is about sleep. The head of the file (its
document type declaration, which every real export carries, and the root's tag) goes through expat, which refuses any entity.
Then the bytes are searched for sleep records, and only those are handed to expat, one whole element at a time. That is
several times as fast as to parse all of it (defusedxml's own streaming reader: 45 MB/s; expat on everything: 84; this: see
docs/methods/sleep.md), and costs this much: damage to other records is not noticed, nor is a sleep record inside a comment
told from a real one. That the file ends as it should is checked. Files in another encoding than UTF-8 are parsed whole.

Rules of ours: a sleep ends where a source is silent for more than 60 minutes. Records of one source that overlap: the one
that starts later counts. Time in bed that no record calls asleep counts as awake. "Core" is light sleep.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import BinaryIO
from xml.parsers import expat
from zoneinfo import ZoneInfo

from lenitive.files import FileForm, Probe, Reader, opened
from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    localise,
)
from lenitive.sleep.readers.owners import without_owner
from lenitive.sleep.readers.vital import Vitals
from lenitive.sleep.session import Session, Span
from lenitive.sleep.stage import Stage

__all__ = ["MARK", "READERS", "device_class", "read_apple", "read_apple_zip"]

MARK = "HKCategoryTypeIdentifierSleepAnalysis"
# Measured beside sleep; the position in which a pressure was taken is not in the file.
_VITALS = {
    "HKQuantityTypeIdentifierBodyMass": "weight",
    "HKQuantityTypeIdentifierBloodPressureSystolic": "systolic_lying",
    "HKQuantityTypeIdentifierBloodPressureDiastolic": "diastolic_lying",
    "HKQuantityTypeIdentifierRestingHeartRate": "heart_rate",
}
_TYPES = frozenset({MARK, *_VITALS})
_MARKS = tuple(name.encode() for name in (MARK, *_VITALS))
_PREFIX = "HKCategoryValueSleepAnalysis"
# Strings, and the whole numbers behind them that some tools write instead.
_VALUES: dict[str, Stage | None] = {
    "InBed": None,
    "0": None,
    "Asleep": Stage.ASLEEP,
    "AsleepUnspecified": Stage.ASLEEP,
    "1": Stage.ASLEEP,
    "Awake": Stage.WAKE,
    "2": Stage.WAKE,
    "AsleepCore": Stage.LIGHT,
    "3": Stage.LIGHT,
    "AsleepDeep": Stage.N3,
    "4": Stage.N3,
    "AsleepREM": Stage.REM,
    "5": Stage.REM,
}
_CHUNK = 1 << 18
_GAP_S = 3600.0
_MOST_RECORDS = 2_000_000  # some 100 a night for 50 years

# start, end (Unix seconds), stage or None for in bed, offset of the start in seconds, line
Row = tuple[float, float, Stage | None, int, int]


class _EntityError(Exception):
    """An entity was declared."""


def _refuse(*_: object) -> None:
    raise _EntityError


_TYPED_IN = "typed in"


def device_class(source: str) -> DeviceClass:
    """What kind of thing a source of that name is."""
    low = source.casefold()
    if low in {_TYPED_IN, "health"}:  # the Health app itself records nothing; its rows were entered by hand
        return DeviceClass.MANUAL
    if "watch" in low or "ring" in low or "oura" in low or "garmin" in low or "fitbit" in low:
        return DeviceClass.WEARABLE
    if "iphone" in low or "ipad" in low or low == "clock":
        return DeviceClass.PHONE
    return DeviceClass.UNKNOWN


class _Collector:
    """Receives elements from expat and keeps sleep records alone."""

    def __init__(self, report: ReaderReport) -> None:
        self.report = report
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self.vitals = Vitals()
        self.count = 0
        self.root = ""
        self.encoding = "utf-8"
        self.line = 0
        self.pending: tuple[str, datetime, datetime, Stage | None, int] | None = None
        self.zone: ZoneInfo | None = None
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        self.parser.EntityDeclHandler = _refuse
        self.parser.UnparsedEntityDeclHandler = _refuse
        self.parser.ExternalEntityRefHandler = lambda *_: 0
        self.parser.XmlDeclHandler = self.declare
        self.parser.StartElementHandler = self.begin
        # The handler for ends is set while a sleep record is open only: a call for each of millions of other ends
        # costs more than the parsing of them.

    def declare(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = encoding or "utf-8"

    def begin(self, name: str, attributes: list[str]) -> None:
        if name == "Record":
            # The type stands first in every export seen; anywhere else it is looked for.
            if attributes[1] in _TYPES or (attributes[0] != "type" and _TYPES & set(attributes)):
                told = dict(zip(attributes[::2], attributes[1::2], strict=True))
                if told.get("type") in _VITALS:
                    self.vital(told)
                else:
                    self.sleep(told)
        elif self.pending is not None and name == "MetadataEntry":
            told = dict(zip(attributes[::2], attributes[1::2], strict=True))
            if told.get("key") == "HKWasUserEntered" and told.get("value") == "1":
                self.pending = (_TYPED_IN, *self.pending[1:])
            elif told.get("key") == "HKTimeZone":
                try:
                    self.zone = ZoneInfo(told.get("value", ""))
                except (KeyError, ValueError, OSError):
                    self.zone = None
        elif not self.root:
            self.root = name

    def vital(self, told: dict[str, str]) -> None:
        when = _time(told.get("startDate"))
        try:
            value: float | None = float(told.get("value", ""))
        except ValueError:
            value = None
        if when is not None and value is not None:
            self.vitals.add(_VITALS[told["type"]], value, told.get("unit", ""), when)

    def sleep(self, told: dict[str, str]) -> None:
        line = self.line or self.parser.CurrentLineNumber
        if told.get("type") != MARK:
            return
        value = told.get("value", "").removeprefix(_PREFIX)
        if value not in _VALUES:
            self.report.add(
                "an unknown sleep value; left out",
                "Tell us of it: Apple may have added one",
                line=line,
                key="value",
            )
            return
        begin, end = _time(told.get("startDate")), _time(told.get("endDate"))
        if begin is None or end is None:
            self.report.add(
                "not a time; record left out", "Export again from the Health app", line=line, key="startDate"
            )
            return
        if end <= begin:
            self.report.add(
                "a record that does not end after it starts; left out",
                "Delete it in the Health app",
                line=line,
                key="endDate",
            )
            return
        if end - begin > timedelta(hours=36):
            self.report.add(
                "a record longer than 36 hours; left out",
                "Delete it in the Health app",
                line=line,
                key="endDate",
            )
            return
        self.count += 1
        if self.count > _MOST_RECORDS:
            raise RefusedError(
                FileRefusal.DANGEROUS,
                f"more than {_MOST_RECORDS} sleep records",
                "Export a shorter period",
                line=line,
            )
        self.pending = (without_owner(told.get("sourceName", "")), begin, end, _VALUES[value], line)
        self.zone = None
        self.parser.EndElementHandler = self.finish

    def finish(self, name: str) -> None:
        if name != "Record" or self.pending is None:
            return
        source, begin, end, stage, line = self.pending
        local = begin.astimezone(self.zone) if self.zone is not None else begin
        offset = local.utcoffset()
        self.rows[source].append(
            (
                begin.timestamp(),
                end.timestamp(),
                stage,
                int(offset.total_seconds()) if offset is not None else 0,
                line,
            )
        )
        self.pending = None
        self.parser.EndElementHandler = None


def _time(text: str | None) -> datetime | None:
    """A time such as ``2026-03-01 22:58:00 +0100``."""
    if text is None or len(text) < 25:
        return None
    try:
        return datetime.fromisoformat(text[:19] + text[20:])
    except ValueError:
        return None


_ROOT = re.compile(rb"<HealthData(?:\s[^>]*)?>")
_START = re.compile(rb"<Record(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(/?)>")
_CLOSE = b"</Record>"
_TAIL = b"</HealthData>"
_LONGEST = 1 << 22  # bytes of one record; real ones have a few hundred


def _broken(what: str, line: int) -> RefusedError:
    return RefusedError(FileRefusal.BROKEN, what, "Export again: the file is cut short or damaged", line=line)


def _element(data: bytes, mark: int, low: int) -> tuple[int, int] | None:
    """Where the record round a mark begins and ends; an end of -1 when the bytes do not reach so far."""
    begin = data.rfind(b"<Record", low, mark)
    if begin < 0:
        return None
    tag = _START.match(data, begin)
    if tag is None:
        return begin, -1
    if tag.group(1):
        return begin, tag.end()
    close = data.find(_CLOSE, tag.end())
    return begin, -1 if close < 0 else close + len(_CLOSE)


class _Marks:
    """Where in some bytes the types that are looked for stand, each searched for once."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.next = {mark: data.find(mark) for mark in _MARKS}

    def after(self, at: int) -> int:
        """The first from a place on, or -1."""
        for mark, place in self.next.items():
            if 0 <= place < at:
                self.next[mark] = self.data.find(mark, at)
        return min((place for place in self.next.values() if place >= 0), default=-1)


def _feed(collector: _Collector, stream: BinaryIO) -> None:
    """Hand the head and the sleep records of a file to the parser."""
    parser = collector.parser
    data, line = b"", 1
    while (root := _ROOT.search(data)) is None:
        chunk = stream.read(_CHUNK)
        if not data and chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
            # In UTF-16 nothing can be searched for byte by byte: the parser reads all of it.
            while chunk:
                parser.Parse(chunk, False)
                chunk = stream.read(_CHUNK)
            parser.Parse(b"", True)
            return
        if not chunk or len(data) > _LONGEST:
            parser.Parse(data, True)
            return
        data += chunk
    parser.Parse(data[: root.end()], False)
    if collector.encoding.casefold() not in {"utf-8", "us-ascii"}:
        data = data[root.end() :]
        while data:
            parser.Parse(data, False)
            data = stream.read(_CHUNK)
        parser.Parse(b"", True)
        return
    line += data.count(b"\n", 0, root.end())
    data = data[root.end() :]
    ended = False
    longest = max(map(len, _MARKS))
    tail = data[-64:]
    while True:
        at, keep = 0, max(0, len(data) - longest)
        marks = _Marks(data)
        mark = marks.after(0)
        while mark >= 0:
            found = _element(data, mark, at)
            if found is not None and found[1] < 0 and not ended:
                keep = found[0]
                break
            if found is not None and found[1] > mark:
                begin, end = found
                line += data.count(b"\n", at, begin)
                collector.line = line
                parser.Parse(data[begin:end], False)
                line += data.count(b"\n", begin, end)
                at = end
            mark = marks.after(max(at, mark + 1))
        if mark < 0 and not ended:
            # A record may have begun before the mark that the next bytes complete.
            begun = data.rfind(b"<Record", at)
            keep = max(at, begun if begun >= 0 and begun < keep else keep)
        if ended:
            break
        line += data.count(b"\n", at, keep)
        data = data[keep:]
        if len(data) > _LONGEST:
            raise _broken("a record of more than 4 MB", line)
        chunk = stream.read(_CHUNK)
        ended = not chunk
        tail = (tail + chunk)[-64:]
        data += chunk
    line += data.count(b"\n", at)
    if not tail.rstrip().endswith(_TAIL):
        raise _broken("it ends before its last tag", line)
    parser.Parse(_TAIL, True)


def _sessions(rows: dict[str, list[Row]], report: ReaderReport, options: ReaderOptions) -> Iterator[Session]:
    """Sleeps from records, one source at a time."""
    for source, records in sorted(rows.items()):
        unique = sorted({(a, b, s, o): line for a, b, s, o, line in records}.items(), key=lambda r: r[0][:2])
        cluster: list[tuple[float, float, Stage | None, int, int]] = []
        end = float("-inf")
        for (begin, finish, stage, offset), line in unique:
            if cluster and begin > end + _GAP_S:
                yield from _session(source, cluster, report, options)
                cluster = []
                end = float("-inf")
            cluster.append((begin, finish, stage, offset, line))
            end = max(end, finish)
        if cluster:
            yield from _session(source, cluster, report, options)


def _session(
    source: str, cluster: list[Row], report: ReaderReport, options: ReaderOptions
) -> Iterator[Session]:
    zero = min(r[0] for r in cluster)
    end = max(r[1] for r in cluster)
    if end - zero > 48 * 3600:
        report.add(
            "sleep records of one source that run on for more than two days; left out",
            "Look for records entered by mistake in the Health app",
            line=cluster[0][4],
        )
        return
    timed = [r for r in cluster if r[2] is not None]
    spans: list[Span] = []
    if timed:
        spans.append(Span(start_s=0, end_s=end - zero, stage=Stage.WAKE))
    before = float("-inf")
    for begin, finish, stage, _, line in timed:
        if stage is None:
            continue
        if begin < before - 0.5:
            report.add(
                "sleep records of one source overlap; the one that starts later counts",
                "Delete the doubled ones in the Health app",
                line=line,
            )
        before = max(before, finish)
        spans.append(Span(start_s=begin - zero, end_s=finish - zero, stage=stage))
    own = timezone(timedelta(seconds=cluster[0][3]))

    def when(seconds: float) -> datetime:
        return localise(datetime.fromtimestamp(seconds, UTC), options.zone or own)

    lain = {} if timed else {"tib_min": (end - zero) / 60}
    yield Session(
        source=f"apple-health: {source}",
        device_class=device_class(source),
        start=when(zero),
        end=when(end),
        spans=tuple(spans),
        totals=lain,
        totals_id="device:apple-in-bed" if lain else "",
    )


def read_apple(name: str, stream: BinaryIO, options: ReaderOptions) -> FileReading:
    """Sleeps of an export.xml.

    Raises:
        RefusedError: When it declares entities, is not well-formed, or is not such an export.
    """
    report = ReaderReport(name)
    collector = _Collector(report)
    parser = collector.parser
    try:
        _feed(collector, stream)
    except _EntityError:
        raise RefusedError(
            FileRefusal.DANGEROUS,
            "it declares an entity, which no Apple Health export does",
            "Use the file that the Health app itself exported",
            line=collector.line or parser.CurrentLineNumber,
        ) from None
    except expat.ExpatError as error:
        raise RefusedError(
            FileRefusal.BROKEN,
            f"not well-formed XML ({expat.errors.messages[error.code]})",
            "Export again: the file is cut short or damaged",
            line=collector.line or error.lineno,
        ) from None
    except (LookupError, ValueError):
        raise RefusedError(FileRefusal.BROKEN, "XML in an unknown encoding", "Export again") from None
    if collector.root != "HealthData":
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            "XML, but not an Apple Health export",
            "Give export.xml or export.zip from the Health app",
        )
    measurements = collector.vitals.measurements()
    if not collector.rows and measurements:
        return FileReading(format="apple-health", measurements=measurements, problems=report.problems())
    if not collector.rows:
        why = FileRefusal.BROKEN if report.found else FileRefusal.NOT_SLEEP
        raise RefusedError(
            why,
            "an Apple Health export without usable sleep records",
            "Turn on sleep tracking, then export again",
            before=report.problems(),
        )
    sessions = tuple(_sessions(collector.rows, report, options))
    return FileReading(
        format="apple-health",
        sessions=sessions,
        measurements=measurements,
        problems=report.problems(),
        refused=None if sessions else FileRefusal.BROKEN,
    )


def read_apple_zip(
    name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, options: ReaderOptions
) -> FileReading:
    """Sleeps of the export.xml inside an export.zip. Nothing is ever unpacked to disk.

    Raises:
        RefusedError: As ``read_apple``, and when the archive is a bomb, encrypted or damaged.
    """
    with opened(archive, member) as inner:
        return read_apple(name, inner, options)  # type: ignore[arg-type]


def _tells_health(text: str) -> bool:
    return "<HealthData" in text or "HealthData [" in text


def _is_export(probe: Probe) -> bool:
    """Whether XML is such an export; its document type declaration may be long."""
    if probe.form is not FileForm.XML:
        return False
    if _tells_health(probe.head_text):
        return True
    start = probe.stream.read(1 << 20)
    probe.stream.seek(0)
    return b"<HealthData" in start


def _member(probe: Probe) -> zipfile.ZipInfo | None:
    """The one export in an archive: export.xml in English, another name in other languages, beside export_cda.xml."""
    if probe.form is not FileForm.ZIP:
        return None
    low = [
        m
        for m in probe.members
        if m.filename.lower().endswith(".xml")
        and not m.filename.lower().endswith("_cda.xml")
        and m.filename.count("/") <= 1
    ]
    named = [m for m in low if m.filename.rpartition("/")[2].lower() == "export.xml"]
    found = named or [m for m in low if _starts_as_export(probe, m)]
    return found[0] if len(found) == 1 else None


def _starts_as_export(probe: Probe, member: zipfile.ZipInfo) -> bool:
    try:
        with opened(probe.archive, member) as inner:
            return b"HealthData" in inner.read(65536)
    except RefusedError:
        return False


def _read_zip(probe: Probe, options: ReaderOptions) -> FileReading:
    member = _member(probe)
    if member is None:
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            "an archive without an export.xml",
            "Give export.zip from the Health app",
        )
    return read_apple_zip(probe.name, probe.archive, member, options)


READERS = (
    Reader(
        name="apple-health",
        words="an Apple Health export (export.xml)",
        recognises=_is_export,
        read=lambda probe, options: read_apple(probe.name, probe.stream, options),
        example=(
            b'<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en_GB"><Record '
            b'type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="2026-03-01 23:00:00 +0000" '
            b'endDate="2026-03-02 06:00:00 +0000" value="HKCategoryValueSleepAnalysisAsleepCore"/></HealthData>'
        ),
    ),
    Reader(
        name="apple-health-zip",
        words="an Apple Health export (export.zip)",
        recognises=lambda probe: _member(probe) is not None,
        read=_read_zip,
        example=None,
    ),
)
