"""A record folder into a patient's entries."""

from __future__ import annotations

from itertools import groupby

from django.db import transaction
from django.utils import timezone

from lenitive.record import Record
from lenitive.shells.web.models import CareRelation, PatientRow, StandingRow, User
from lenitive.shells.web.record_rows import EntryStamp, rows_of

__all__ = ["new_patient", "take_in"]


@transaction.atomic
def new_patient(name: str, *, by: User | None, simulated: bool = False, time_zone: str = "UTC") -> PatientRow:
    """A patient without entries, cared for by whoever made her when that is a clinician."""
    now = timezone.now()
    patient = PatientRow.objects.create(name=name, made_at=now, simulated=simulated, time_zone=time_zone)
    # There is nothing to review yet; whatever comes in first asks for a review.
    StandingRow.objects.create(patient=patient, stale=False)
    if by is not None:
        CareRelation.objects.create(patient=patient, clinician=by, since=now)
    return patient


@transaction.atomic
def take_in(patient: PatientRow, record: Record, *, by: User | None) -> None:
    """A record's entries as those of a patient who has none yet, so that the same folder comes out again.

    No review is asked for: the caller makes one or has one made.
    """
    now = timezone.now()
    stamp = EntryStamp(entered_by=by, entered_at=now, received_at=now, origin="import")
    for model, rows in groupby(rows_of(patient, record, stamp), key=type):
        model.objects.bulk_create(list(rows), batch_size=500)  # type: ignore[attr-defined]
