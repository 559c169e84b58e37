"""Who cares for whom, by whose word, and until when."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lenitive.shells.web.models.patient import PatientRow

__all__ = ["CareRelation", "CarerGrant", "EmergencyAccess"]


class CareRelation(models.Model):
    """A clinician's care for a patient; lent to a colleague it ends by itself."""

    patient = models.ForeignKey(PatientRow, on_delete=models.CASCADE, related_name="care")
    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="care")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    lent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "care relation"
        indexes = (models.Index(fields=("clinician", "patient")),)


class CarerGrant(models.Model):
    """What a patient allows somebody at home: to see, or to enter for her too, until a day or until she takes it back."""

    patient = models.ForeignKey(PatientRow, on_delete=models.CASCADE, related_name="grants")
    carer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants")
    may_enter = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "carer's grant"


class EmergencyAccess(models.Model):
    """A clinician without a care relation opened a record, with a reason; the patient sees it."""

    patient = models.ForeignKey(PatientRow, on_delete=models.CASCADE, related_name="emergencies")
    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="emergencies"
    )
    reason = models.CharField(max_length=500)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        verbose_name = "emergency access"
