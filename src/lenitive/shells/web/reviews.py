"""Reviews of stored patients: asked for, kept by the digest of what was asked, shown again, and never stale without saying so."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import cast

from django.db import transaction
from django.utils import timezone

import lenitive
from lenitive.knowledge import Knowledge, Market, load
from lenitive.render import Brief, DocumentError, brief_of, review_from, review_json
from lenitive.review import Asked, Review, ReviewError
from lenitive.shells.web.models import PatientRow, StandingRow, StoredReview
from lenitive.shells.web.record_rows import record_of
from lenitive.shells.web.site import site

__all__ = ["CRITICAL", "ShownReview", "knowledge", "make", "question_about", "shown"]

SILENT_AFTER = timedelta(days=7)
"""Without an entry for so long a patient stands among the silent (``design``: seven days)."""
CRITICAL, DUE, SILENT, ON_COURSE = range(4)
"""The groups of the panel, in its order."""


@cache
def knowledge() -> Knowledge:
    """What is known, read once by each process."""
    return load()


def question_about(patient: PatientRow) -> Asked:
    """What is asked about a patient today.

    Raises:
        ReviewError: When there is nothing to ask about yet.
    """
    record = record_of(patient)
    if record.last_day is None:
        raise ReviewError("nothing is entered yet")
    return Asked.of(
        record,
        knowledge(),
        at=patient.today(timezone.now()),
        seed=patient.seed,
        market=cast("Market", site().market),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReview:
    """A review to show.

    Attributes:
        review: The review; None where none can be shown yet.
        of_day: The day it is of.
        current: Whether it answers today's question from what is entered now.
        problem: Why there is none, for the page; empty where there is one.
    """

    review: Review | None
    of_day: date | None = None
    current: bool = False
    problem: str = ""


def shown(patient: PatientRow) -> ShownReview:
    """The newest review that is stored, and whether it is still the answer to what would be asked now."""
    try:
        asked = question_about(patient)
    except ReviewError as error:
        return ShownReview(review=None, problem=str(error))
    row = StoredReview.objects.filter(patient=patient, asked=asked.digest).first()
    if row is not None:
        try:
            return ShownReview(review=_read(row, asked), of_day=row.at, current=True)
        except DocumentError:
            # Written by a version whose documents this one no longer reads: it is made again.
            return ShownReview(review=None)
    older = StoredReview.objects.filter(patient=patient).order_by("-made_at").first()
    if older is None:
        return ShownReview(review=None)
    return ShownReview(review=None, of_day=older.at)


class _ReviewsRead:
    """Reviews that this process read lately, by what was asked and what the document says: to read one takes longer than to show it."""

    def __init__(self, most: int = 32) -> None:
        self._most, self._lock = most, threading.Lock()
        self._read: OrderedDict[tuple[str, int], Review] = OrderedDict()

    def __call__(self, row: StoredReview, asked: Asked) -> Review:
        key = asked.digest, hash(row.document)
        with self._lock:
            found = self._read.get(key)
            if found is not None:
                self._read.move_to_end(key)
                return found
        review = review_from(json.loads(row.document), asked.record)
        with self._lock:
            self._read[key] = review
            if len(self._read) > self._most:
                self._read.popitem(last=False)
        return review


_read = _ReviewsRead()


def make(patient: PatientRow) -> Review:
    """The review that answers today's question: from the store, or made and kept; the panel's row follows it.

    Raises:
        ReviewError: When there is nothing to ask about yet.
    """
    asked = question_about(patient)
    row = StoredReview.objects.filter(patient=patient, asked=asked.digest).first()
    if row is not None:
        try:
            return _read(row, asked)
        except DocumentError:
            row.delete()
    review = Review(asked)
    document = review_json(review)
    brief = brief_of(review, version=lenitive.__version__)
    with transaction.atomic():
        StoredReview.objects.update_or_create(
            patient=patient,
            asked=asked.digest,
            defaults={"at": asked.at, "document": document, "made_at": timezone.now()},
        )
        _stand(patient, review, brief)
    return review


def _stand(patient: PatientRow, review: Review, brief: Brief) -> None:
    """The row of the panel."""
    record, at = review.record, review.at
    entered = [d.day for d in record.diary if not d.is_empty]
    last = max(entered, default=None)
    why = next((line.what for line in brief.safety if line.loud), "")
    late = next((f"{line.what} {line.when}" for line in brief.checks if line.loud), "")
    if brief.answer.kind == "stop":
        group, why = CRITICAL, brief.answer.sentence
    elif why or late:
        group, why = DUE, why or late
    elif last is None or at - last >= SILENT_AFTER:
        group = SILENT
    else:
        group = ON_COURSE
        why = next((f"{line.what} {line.when}".strip() for line in brief.checks), "")
    age = record.patient.age(at)
    StandingRow.objects.update_or_create(
        patient=patient,
        defaults={
            "group": group,
            "order": 0 if last is None else -(at - last).days,
            "last_entry": last,
            "stale": False,
            "failed": "",
            "facts": {
                "why": why,
                "kind": brief.answer.kind,
                "pill": brief.answer.pill,
                "age": age,
                "at": at.isoformat(),
                "pain": _weeks(review),
            },
        },
    )


def _weeks(review: Review, weeks: int = 8) -> list[float | None]:
    """Mean pain of each of the last weeks, oldest first; None where nothing was entered."""
    found: list[float | None] = []
    for back in range(weeks, 0, -1):
        first = review.at - timedelta(days=7 * back - 1)
        values = [d.pain for d in review.record.diary if d.pain is not None and 0 <= (d.day - first).days < 7]
        found.append(round(sum(values) / len(values), 2) if values else None)
    return found
