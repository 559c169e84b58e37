"""Work done behind the pages, by the worker: each task may be run twice and leaves the same."""

from __future__ import annotations

import logging

from django.db import transaction
from django_tasks import task

from lenitive.review import ReviewError
from lenitive.shells.web.database import SYSTEM, acting
from lenitive.shells.web.models import PatientRow, StandingRow
from lenitive.shells.web.reviews import make

__all__ = ["ask_anew", "review_patient"]

_log = logging.getLogger("lenitive.web")


@task()
def review_patient(pk: int) -> None:
    """Make the review of a patient as she is entered now."""
    patient = PatientRow.objects.filter(pk=pk).first()
    if patient is None:
        return
    # Before the record is read: what comes in from here on asks again.
    StandingRow.objects.filter(patient=patient).update(stale=False)
    with acting(SYSTEM):
        try:
            make(patient)
        except ReviewError:
            return
        except Exception:
            StandingRow.objects.filter(patient=patient).update(failed="review")
            _log.exception("a review could not be made", extra={"job": "review_patient"})
            raise


def ask_anew(patient: PatientRow) -> None:
    """Have the review made anew, once for however many entries come in before it is."""
    with transaction.atomic():
        # Both or neither: a row that says it waits for a review that nobody was asked for would wait for ever.
        _mark_and_ask(patient)


def _mark_and_ask(patient: PatientRow) -> None:
    if StandingRow.objects.filter(patient=patient, stale=False).update(stale=True):
        review_patient.enqueue(patient.pk)
