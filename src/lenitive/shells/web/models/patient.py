"""A patient of the practice: an identity that rows hang on. What is known of her is an entry like any other."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

__all__ = ["PatientRow"]


def _salt() -> str:
    return secrets.token_hex(16)


class PatientRow(models.Model):
    """One patient.

    ``salt`` goes into the audit's digests of her rows: with it a digest proves what a row held, and once it is erased with her the
    digests that stay tell nothing.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="patient"
    )
    salt = models.CharField(max_length=32, default=_salt, editable=False)
    time_zone = models.CharField(max_length=64, default="UTC")
    curve_hidden = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    seed = models.PositiveIntegerField(default=1)
    simulated = models.BooleanField(default=False)
    pinned_day = models.DateField(
        null=True,
        blank=True,
        help_text="The day that is today for a simulated patient; empty for a real one.",
    )

    class Meta:
        verbose_name = "patient"

    def today(self, now: datetime) -> date:
        """Her local day."""
        return self.pinned_day or now.astimezone(ZoneInfo(self.time_zone)).date()
