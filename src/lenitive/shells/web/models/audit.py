"""The audit: one row for each change of a clinical row and each reading of a record, chained by digests. The database writes it."""

from __future__ import annotations

from django.db import models

__all__ = ["AuditEvent"]


class AuditEvent(models.Model):
    """One event. Triggers write those of tables; nothing here is ever changed or removed, and triggers refuse it.

    ``digest`` is of the row's values with the patient's salt, so that it proves them while she is there and tells nothing after.
    """

    seq = models.BigAutoField(primary_key=True)
    at = models.CharField(max_length=32)
    actor = models.CharField(max_length=64)
    patient = models.CharField(max_length=36)
    action = models.CharField(max_length=24)
    place = models.CharField(max_length=64)
    row = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    before = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)

    class Meta:
        verbose_name = "audit event"
        indexes = (models.Index(fields=("patient", "seq"), name="audit_by_patient"),)
