"""What a patient agreed to, by which words."""

from __future__ import annotations

from django.db import models

from lenitive.shells.web.models.patient import PatientRow

__all__ = ["ConsentRow"]


class ConsentRow(models.Model):
    """A consent from a moment on, until she takes it back. Rows are added; only the moment of taking back is written later.

    ``version`` names the words that she was shown and ``digest`` is of them, so that it can be shown later what she agreed to.
    """

    patient = models.ForeignKey(PatientRow, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=16)
    version = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "consent"
        indexes = (models.Index(fields=("purpose", "withdrawn_at"), name="consent_by_purpose"),)
