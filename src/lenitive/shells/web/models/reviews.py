"""What was made of the entries: reviews by the digest of what was asked, where each patient stands, decisions, signed plans."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lenitive.shells.web.models.patient import PatientRow

__all__ = ["PlanSheetRow", "StandingRow", "StoredDecision", "StoredReview"]


class StoredReview(models.Model):
    """A review as its document, under the digest of everything that its bytes depend on. It can be made again at any time."""

    patient = models.ForeignKey(PatientRow, on_delete=models.CASCADE, related_name="reviews")
    asked = models.CharField(max_length=64)
    at = models.DateField()
    document = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("patient", "asked"), name="review_once"),)


class StandingRow(models.Model):
    """Where a patient stands, in one row, so that a panel of thousands is one query."""

    patient = models.OneToOneField(PatientRow, on_delete=models.CASCADE, related_name="standing")
    group = models.PositiveSmallIntegerField(default=3)
    order = models.IntegerField(default=0)
    facts = models.JSONField(default=dict)
    last_entry = models.DateField(null=True, blank=True)
    stale = models.BooleanField(default=True)
    failed = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=("group", "order"), name="standing_by_need"),)


class StoredDecision(models.Model):
    """One line of a patient's chain of decisions, as ``lenitive decide`` writes it."""

    patient = models.ForeignKey(PatientRow, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField()
    line = models.TextField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "decision"
        constraints = (models.UniqueConstraint(fields=("patient", "number"), name="decision_in_order"),)


class PlanSheetRow(models.Model):
    """A plan that was signed: its days for the patient's calendar, and the sheets as they were read. Replaced or withdrawn, never edited."""

    patient = models.ForeignKey(PatientRow, on_delete=models.CASCADE, related_name="plans")
    plan_id = models.CharField(max_length=64)
    days = models.JSONField(default=list)
    sheets = models.JSONField(default=dict)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    signed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "signed plan"
