"""Files that people give and that nothing here reads: each is named as what it is, with what to give instead."""

from __future__ import annotations

import re

from lenitive.files.probe import FileForm, Probe
from lenitive.files.refusal import FileRefusal, RefusedError

__all__ = ["not_read"]

_MAGIC = (
    (b"%PDF", "a PDF", "Give the table or the export behind it"),
    (b"\x89PNG", "a picture", "Give the export itself"),
    (b"\xff\xd8\xff", "a picture", "Give the export itself"),
    (b"\xd0\xcf\x11\xe0", "a workbook of the old kind (XLS)", "Save it as XLSX or CSV (UTF-8)"),
    (b"Rar!", "a RAR archive", "Pack it as zip"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Pack it as zip"),
    (b"Device Identity", "a raw recording of a GENEActiv", "Give the nights as its software exports them"),
    (b"MD\xfc\x03", "a raw recording of an Axivity", "Give the nights as its software exports them"),
)
# Its second and third line: the day and the time at which it begins.
_ACTIWATCH = re.compile(r"\s*\d{1,2}-[A-Za-z]{3}-\d{4} +\d{1,2}:\d{2}(?::\d{2})?\s*")
_XML = (
    ("<ClinicalDocument", "a clinical document (CDA)", "Give export.xml of the Health app"),
    ("<gpx", "a track of places (GPX)", "Give the export of sleep or of the diary"),
    ("<TrainingCenterDatabase", "a workout (TCX)", "Give the export of sleep or of the diary"),
    ("<html", "a web page", "Give the export itself"),
    ("<!DOCTYPE html", "a web page", "Give the export itself"),
)


def not_read(probe: Probe) -> RefusedError | None:
    """Why a file of a known kind is not read; None for a kind that is not known."""
    for magic, words, remedy in _MAGIC:
        if probe.head.startswith(magic):
            return RefusedError(FileRefusal.NOT_READ, f"this is {words}, which is not read", remedy)
    if probe.head[8:12] == b".FIT":
        return RefusedError(
            FileRefusal.NOT_READ,
            "this is a workout or day of a device (FIT), which is not read",
            "Give the account's export of sleep",
        )
    if probe.form is FileForm.XML:
        for root, words, remedy in _XML:
            if root.casefold() in probe.head_text[:4000].casefold():
                return RefusedError(FileRefusal.NOT_READ, f"this is {words}, which is not read", remedy)
    if len(probe.lines) > 7 and _ACTIWATCH.fullmatch(" ".join(probe.lines[1:3])):
        return RefusedError(
            FileRefusal.NOT_READ,
            "this is a recording of an Actiwatch (AWD), which is not read",
            "Give the nights as its software exports them",
        )
    if probe.form is FileForm.JSON and '"resourceType"' in probe.head_text:
        return RefusedError(
            FileRefusal.NOT_READ,
            "this is FHIR, which this command does not read",
            "Export the diary as a table",
        )
    if probe.form is FileForm.ZIP and any(m.filename.endswith("log.bin") for m in probe.members):
        return RefusedError(
            FileRefusal.NOT_READ,
            "this is a raw recording of an ActiGraph (GT3X), which is not read",
            "Let its software write the counts of epochs (AGD, or the table of epochs as CSV)",
        )
    return None
