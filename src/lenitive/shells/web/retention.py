"""What is kept for how long: what the program makes for itself is thinned by the worker; records go only when the practice says so."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.core.management import call_command
from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from lenitive.shells.web.actions.exchanging import erase
from lenitive.shells.web.limits import forget_old_counts
from lenitive.shells.web.models import ENTERED, AccountInvitation, PatientRow, StoredDecision, StoredReview

__all__ = ["erase_untouched", "thin", "untouched_since"]

_LINKS = timedelta(days=90)
_ATTEMPTS = timedelta(days=30)
_TASKS = timedelta(days=14)
_REVIEWS = timedelta(days=1)
"""How long each is kept (ours): links that were used or are too old, failed sign-ins, finished tasks, reviews that a newer one replaced."""


def thin(now: datetime | None = None) -> dict[str, int]:
    """Remove what is of no use any more and can be made again; how many rows of each."""
    now = now or timezone.now()
    removed = {
        "links": AccountInvitation.objects.filter(until__lt=now - _LINKS).delete()[0],
        "attempts": AccessAttempt.objects.filter(attempt_time__lt=now - _ATTEMPTS).delete()[0],
        "tasks": DBTaskResult.objects.filter(finished_at__lt=now - _TASKS).delete()[0],
        "counts": forget_old_counts(),
        "reviews": _replaced_reviews(now).delete()[0],
    }
    call_command("clearsessions", verbosity=0)
    return removed


def _replaced_reviews(now: datetime) -> QuerySet[StoredReview]:
    """Every review but each patient's newest; a decision holds its own digest and conclusions, and any review can be made again."""
    newer = StoredReview.objects.filter(patient=OuterRef("patient"), made_at__gt=OuterRef("made_at"))
    return StoredReview.objects.filter(Exists(newer), made_at__lt=now - _REVIEWS)


def untouched_since(moment: datetime) -> list[PatientRow]:
    """Patients about whom nothing was entered or decided since a moment; whoever was made later is not among them."""
    newest: dict[int, datetime] = {}
    tables: list[tuple[type[models.Model], str]] = [*((m, "received_at") for m in ENTERED), (StoredDecision, "made_at")]
    for model, column in tables:
        for pk, last in model._default_manager.values_list("patient").annotate(last=Max(F(column))):
            newest[pk] = max(last, newest.get(pk, last))
    old = PatientRow.objects.filter(made_at__lt=moment).select_related("account").order_by("pk")
    return [p for p in old.iterator(chunk_size=1000) if newest.get(p.pk, p.made_at) < moment]


def erase_untouched(moment: datetime) -> int:
    """Erase the records of those; how many. The audit's chain stays and tells nothing of them."""
    found = untouched_since(moment)
    for patient in found:
        with transaction.atomic():
            erase(patient)
    return len(found)
