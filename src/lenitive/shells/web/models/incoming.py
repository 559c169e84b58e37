"""A file on its way into a record: kept while somebody looks at what it says, and no longer."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from lenitive.shells.web.models.patient import PatientRow

__all__ = ["IncomingFile"]


class IncomingFile(models.Model):
    """A file that was sent and not yet taken in. It goes when it is taken in or left, and after a day."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    patient = models.ForeignKey(PatientRow, on_delete=models.CASCADE, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField()
    name = models.CharField(max_length=120)
    data = models.BinaryField()

    class Meta:
        verbose_name = "incoming file"
