"""A record folder in and out, as one zip file; and a patient's own wish to take everything with her, or to be erased."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from django.db import transaction

from lenitive.intake import FILES, LIMIT_BYTES, RecordReading, read_folder, write_folder
from lenitive.shells.web.actions.marking import MARKS_FILE, marks_csv
from lenitive.shells.web.models import PatientRow, PlanSheetRow, StoredDecision, StoredReview, User
from lenitive.shells.web.record_rows import record_of

__all__ = ["ArchiveError", "erase", "folder_zip", "read_zip"]

_MOST_FILES = 40
_MOST_BYTES = 60_000_000


class ArchiveError(ValueError):
    """A zip file that cannot be taken; the message says why and what to do."""


def read_zip(data: bytes) -> RecordReading:
    """The record that a zip file of a folder holds, with every problem.

    Nothing is unpacked to a disk: names lead nowhere, links are not followed, and what unpacks to more than a record may be is refused
    before it is unpacked.

    Raises:
        ArchiveError: When it is no zip file, or not one of a record.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise ArchiveError("this is no zip file; put the record's folder in one and send that") from error
    if len(members) > _MOST_FILES or sum(m.file_size for m in members) > _MOST_BYTES:
        raise ArchiveError("the file holds more than a record can; send the record's folder alone")
    files: dict[str, bytes] = {}
    for member in members:
        name = member.filename.rsplit("/", 1)[-1]
        if name not in FILES or member.is_dir():
            continue
        if name in files:
            raise ArchiveError(f"{name} is in the file twice; send one record's folder alone")
        try:
            with archive.open(member) as source:
                files[name] = source.read(LIMIT_BYTES + 1)
        except (zipfile.BadZipFile, RuntimeError, OSError, EOFError, NotImplementedError) as error:
            raise ArchiveError(f"{name} cannot be unpacked; make the zip file again") from error
    if not files:
        raise ArchiveError("there is no file of a record in it, such as diary.csv")
    return read_folder(files)


def folder_zip(patient: PatientRow, *, more: Mapping[str, bytes] | None = None) -> bytes:
    """The patient's record as a zip file of its folder; the same record gives the same bytes."""
    files = {**write_folder(record_of(patient)), **(more or {})}
    marks = marks_csv(patient)
    if marks:
        files[MARKS_FILE] = marks
    lines = StoredDecision.objects.filter(patient=patient).order_by("number").values_list("line", flat=True)
    if lines:
        files["decisions.jsonl"] = "".join(f"{line}\n" for line in lines).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            # A fixed moment: the bytes say what the record is and not when it was taken.
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


@transaction.atomic
def erase(patient: PatientRow) -> None:
    """Erase everything that was entered about a patient and made of it, her account with it.

    What stays is the audit's chain of digests, which tells nothing once her salt is gone.
    """
    account = patient.account
    for model in (StoredReview, PlanSheetRow, StoredDecision):
        model.objects.filter(patient=patient).delete()
    patient.delete()
    if account is not None:
        User.objects.filter(pk=account.pk).delete()
