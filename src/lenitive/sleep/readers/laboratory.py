"""Sleep-laboratory files: EDF+ annotations, and the XML of NSRR and Profusion."""

from __future__ import annotations

import io
import mmap
import warnings
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from lenitive.files import FileForm, Reader
from lenitive.sleep.hypnogram import Hypnogram
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderOptions,
    ReaderReport,
    RefusedError,
    timeline,
    whole,
)
from lenitive.sleep.readers.hypnograms import reading_of
from lenitive.sleep.session import hypnogram_of
from lenitive.sleep.stage import Stage, UnknownStageError, stage_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["READERS", "read_edf", "read_sleep_xml"]

Row = tuple[float, float, Stage, int | None]

# NSRR and Profusion number by Rechtschaffen and Kales: 5 is REM, 6 movement, 9 unscored.
_RK = {
    "0": Stage.WAKE,
    "1": Stage.N1,
    "2": Stage.N2,
    "3": Stage.N3,
    "4": Stage.N3,
    "5": Stage.REM,
    "6": Stage.UNSCORED,
    "9": Stage.UNSCORED,
}


def read_edf(name: str, stream: BinaryIO, options: ReaderOptions) -> FileReading:
    """The scoring in an EDF+ file's annotations ("Sleep stage W", ... "Sleep stage R").

    A file on disk is mapped, not read, so that a recording of any size fits.

    Raises:
        RefusedError: When it is broken, or has no annotation that names a stage.
    """
    import edfio

    report = ReaderReport(name)
    mapped: mmap.mmap | None = None
    try:
        mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        data: bytes | memoryview = memoryview(mapped)
    except (AttributeError, io.UnsupportedOperation, OSError, ValueError):
        data = whole(stream)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            recording = edfio.read_edf(data)
            annotations = list(recording.annotations)
    except Exception as error:  # noqa: BLE001 a damaged header raises whatever the line it reaches happens to raise
        raise RefusedError(
            FileRefusal.BROKEN,
            f"not a readable EDF+ file ({type(error).__name__})",
            "Export it again; it may be cut short",
        ) from None
    try:
        start = recording.startdatetime
    except Exception:  # noqa: BLE001 an anonymised or unreadable date is unknown, whatever is raised for it
        start = None
    if warned:
        report.add("its length is not what its header says; what is missing is not scored", "Copy it again")
    rows: list[Row] = []
    lights: dict[str, float] = {}
    for note in annotations:
        text = str(note.text)
        plain = " ".join(text.casefold().split())
        if plain in {"lights off", "lights on"}:
            # The first time off and the last time on: between them lies the night, whatever was switched in it.
            if plain == "lights on" or plain not in lights:
                lights[plain] = float(note.onset)
            continue
        if not plain.startswith("sleep stage"):
            continue
        try:
            stage = stage_of(text)
        except UnknownStageError:
            report.add(
                "an annotation names an unknown sleep stage; counted as not scored",
                "Use Sleep stage W, N1, N2, N3, R or ?",
                key=f"annotation at {note.onset:g} s",
            )
            stage = Stage.UNSCORED
        rows.append((float(note.onset), float(note.duration or options.epoch_s), stage, None))
    if not rows:
        raise RefusedError(
            FileRefusal.NOT_SLEEP,
            "an EDF file without annotations of sleep stages",
            "Give the file with the scoring",
        )
    spans = timeline(rows, report)
    if not spans or max(s.end_s for s in spans) > 172800:
        raise RefusedError(
            FileRefusal.BROKEN, "a scoring of no length, or of more than two days", "Check the durations"
        )
    first = min(r[0] for r in rows)
    begin = options.start or (start + timedelta(seconds=first) if start is not None else None)
    night = hypnogram_of(spans, seconds=max(s.end_s for s in spans), start=begin, epoch_s=options.epoch_s)
    night = _lit(night, first, lights, report, options)
    return reading_of("edf+", [night], report, options, laboratory=True)


# A record longer than this holds more than one night in bed. Ours; it decides a warning and no number.
_LONG_MIN = 16 * 60


def _lit(
    night: Hypnogram, first: float, lights: dict[str, float], report: ReaderReport, options: ReaderOptions
) -> Hypnogram:
    """The night from lights off to lights on, where the file says when; a long record without is warned about.

    Args:
        night: The scored record.
        first: Where its first epoch lies, seconds from the start of the recording.
        lights: Where the lights went off and on, likewise; either may be missing.
        report: Receives problems.
        options: May name the lights itself, and then decides.
    """
    if options.lights is not None:
        return night
    off = round((lights.get("lights off", first) - first) / night.epoch_s)
    on = round((lights["lights on"] - first) / night.epoch_s) if "lights on" in lights else len(night)
    if not lights:
        if night.minutes > _LONG_MIN:
            report.add(
                f"a record of {night.minutes / 60:.0f} hours that does not say when the lights went off and on",
                "Cut it to the night, as in --lights 22:30-07:00",
            )
        return night
    off, on = max(off, 0), min(on, len(night))
    if off >= on:
        report.add(
            "lights off and on enclose no scored epoch; nothing was cut off",
            "Correct them, or say --lights 22:30-07:00",
        )
        return night
    return night.crop(off, on)


def _number(element: Element | None) -> float | None:
    try:
        return float(element.text or "") if element is not None else None
    except ValueError:
        return None


def read_sleep_xml(name: str, data: bytes, options: ReaderOptions) -> FileReading:
    """The scoring in NSRR XML (``PSGAnnotation``) or Profusion XML (``CMPStudyConfig``).

    Raises:
        RefusedError: When it is broken, declares entities, or holds no scoring.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    report = ReaderReport(name)
    try:
        root = fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise RefusedError(
            FileRefusal.DANGEROUS,
            "it declares an entity, which no scoring does",
            "Give the file as the scorer saved it",
        ) from None
    except ParseError as error:
        raise RefusedError(
            FileRefusal.BROKEN,
            "not well-formed XML",
            "Export it again; it may be cut short",
            line=error.position[0],
        ) from None
    except (ValueError, LookupError):
        raise RefusedError(FileRefusal.BROKEN, "XML in an unknown encoding", "Save it as UTF-8") from None
    stated = _number(root.find(".//EpochLength"))
    epoch_s = stated if stated is not None and 1 <= stated <= 120 else options.epoch_s
    listed = root.findall(".//SleepStages/SleepStage")
    if listed:
        codes = []
        for i, one in enumerate(listed):
            stage = _RK.get((one.text or "").strip())
            if stage is None:
                report.add(
                    "an unknown stage number; counted as not scored",
                    "Use 0-5, 6 for movement, 9 for unscored",
                    key=f"SleepStage {i + 1}",
                )
            codes.append(int(Stage.UNSCORED if stage is None else stage))
        night = Hypnogram(codes=np.array(codes, dtype=np.int8), epoch_s=epoch_s, start=options.start)
        return reading_of("profusion-xml", [night], report, options, laboratory=True)
    rows: list[Row] = []
    for i, event in enumerate(root.iter("ScoredEvent")):
        if (event.findtext("EventType") or "").strip().casefold() != "stages|stages":
            continue
        code = (event.findtext("EventConcept") or "").rpartition("|")[2].strip()
        begin, length = _number(event.find("Start")), _number(event.find("Duration"))
        if begin is None or length is None or code not in _RK:
            report.add(
                "a stage event without start, duration or a known concept; left out",
                "Use Wake|0 to REM sleep|5",
                key=f"ScoredEvent {i + 1}",
            )
            continue
        if length > 0 and abs(length / epoch_s - round(length / epoch_s)) > 1e-6:
            report.add(
                f"a duration that is not whole epochs of {epoch_s:g} s",
                "Check EpochLength",
                key=f"ScoredEvent {i + 1}",
            )
        rows.append((begin, length, _RK[code], None))
    if not rows:
        why = FileRefusal.BROKEN if report.found else FileRefusal.NOT_SLEEP
        raise RefusedError(why, "XML without scored sleep stages", "Give NSRR or Profusion annotations")
    spans = timeline(rows, report, key="ScoredEvent")
    if not spans or max(s.end_s for s in spans) > 172800:
        raise RefusedError(
            FileRefusal.BROKEN, "a scoring of no length, or of more than two days", "Check the durations"
        )
    night = hypnogram_of(spans, seconds=max(s.end_s for s in spans), start=options.start, epoch_s=epoch_s)
    return reading_of("nsrr-xml", [night], report, options, laboratory=True)


READERS = (
    Reader(
        name="edf",
        words="an EDF+ file with a scoring",
        recognises=lambda probe: probe.form is FileForm.EDF and probe.head[192:197] in (b"EDF+C", b"EDF+D"),
        read=lambda probe, options: read_edf(probe.name, probe.stream, options),
        example=None,
    ),
    Reader(
        name="scoring-xml",
        words="a scoring of NSRR or Profusion (XML)",
        recognises=lambda probe: (
            probe.form is FileForm.XML
            and any(root in probe.head_text for root in ("<PSGAnnotation", "<CMPStudyConfig"))
        ),
        read=lambda probe, options: read_sleep_xml(probe.name, probe.data(), options),
        example=(
            b'<?xml version="1.0"?><CMPStudyConfig><EpochLength>30</EpochLength><SleepStages><SleepStage>0</SleepStage>'
            b"<SleepStage>2</SleepStage></SleepStages></CMPStudyConfig>"
        ),
    ),
)
