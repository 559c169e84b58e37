"""What was entered about a patient. Rows are added and never changed: the newest word on a thing counts, and what stood before stays.

A diary row may speak of a part of its day (the morning's sleep, the evening's pain); a day of the record is put together from all of
its rows, column by column. A row of another kind speaks of the whole of its thing, which ``key`` names: a correction is a newer row
with the same key, and a row with ``removed`` takes the thing away.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from lenitive.shells.web.models.patient import PatientRow

__all__ = [
    "ABOUT_ONE_PATIENT",
    "ENTERED",
    "AboutRow",
    "ActivityRow",
    "DiaryRow",
    "EffectRow",
    "MarkRow",
    "MeasurementRow",
    "NightRow",
    "PeriodRow",
    "StoredEntry",
]


class StoredEntry(models.Model):
    """What every entry has.

    ``uid`` is made where it was entered, so that an entry sent twice is one entry. ``entered_at`` is the moment by the clock of
    whoever entered it, mended by how far that clock was off when it was sent; ``received_at`` is the server's.
    """

    patient = models.ForeignKey(PatientRow, on_delete=models.CASCADE, related_name="+")
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    day = models.DateField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    entered_at = models.DateTimeField()
    received_at = models.DateTimeField()
    origin = models.CharField(max_length=16)
    screen = models.CharField(max_length=24, blank=True, default="")

    class Meta:
        abstract = True
        constraints = (models.UniqueConstraint(fields=("patient", "uid"), name="%(class)s_sent_once"),)
        indexes = (models.Index(fields=("patient", "day"), name="%(class)s_by_day"),)


class DiaryRow(StoredEntry):
    """A part of one local day, as it was entered at one moment. ``cleared`` names columns that were emptied."""

    pain = models.FloatField(null=True, blank=True)
    sleep_disturbance = models.FloatField(null=True, blank=True)
    fatigue = models.FloatField(null=True, blank=True)
    interference = models.FloatField(null=True, blank=True)
    mood_low = models.FloatField(null=True, blank=True)
    sleep_hours = models.FloatField(null=True, blank=True)
    awakenings = models.IntegerField(null=True, blank=True)
    taken = models.CharField(max_length=4, blank=True, default="")
    note = models.TextField(blank=True, default="")
    said_at = models.CharField(max_length=40, blank=True, default="")
    cleared = models.CharField(max_length=200, blank=True, default="")

    class Meta(StoredEntry.Meta):
        verbose_name = "diary entry"


class _KeyedEntry(StoredEntry):
    """An entry that speaks of the whole of one thing."""

    key = models.CharField(max_length=64)
    place = models.IntegerField(default=0)
    removed = models.BooleanField(default=False)

    class Meta(StoredEntry.Meta):
        abstract = True


class PeriodRow(_KeyedEntry):
    """A medicine taken at one dose from ``day`` on."""

    drug = models.CharField(max_length=100)
    written = models.CharField(max_length=100, blank=True, default="")
    dose_mg = models.FloatField()
    end = models.DateField(null=True, blank=True)
    times = models.CharField(max_length=200)
    form = models.CharField(max_length=100, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    missed = models.TextField(blank=True, default="")
    masked = models.BooleanField(default=False)
    believed = models.TextField(null=True, blank=True)

    class Meta(_KeyedEntry.Meta):
        verbose_name = "medicine period"


class EffectRow(_KeyedEntry):
    """A side effect asked about on a day."""

    effect = models.CharField(max_length=60)
    severity = models.CharField(max_length=10)
    stops_activities = models.BooleanField(null=True, blank=True)
    note = models.TextField(blank=True, default="")

    class Meta(_KeyedEntry.Meta):
        verbose_name = "side effect"


class MeasurementRow(_KeyedEntry):
    """A measurement, in its measure's own unit."""

    measure = models.CharField(max_length=60)
    value = models.FloatField()
    unit = models.CharField(max_length=40)
    note = models.TextField(blank=True, default="")

    class Meta(_KeyedEntry.Meta):
        verbose_name = "measurement"


class ActivityRow(_KeyedEntry):
    """A strategy that is no drug, done on a day."""

    activity = models.CharField(max_length=60)
    minutes = models.FloatField(null=True, blank=True)

    class Meta(_KeyedEntry.Meta):
        verbose_name = "activity"


class NightRow(_KeyedEntry):
    """A measured night. ``numbers`` holds what was measured, by name."""

    source = models.CharField(max_length=200)
    device_class = models.CharField(max_length=60)
    definition = models.CharField(max_length=200)
    start = models.CharField(max_length=40, blank=True, default="")
    end = models.CharField(max_length=40, blank=True, default="")
    numbers = models.JSONField(default=dict)

    class Meta(_KeyedEntry.Meta):
        verbose_name = "night"


class AboutRow(_KeyedEntry):
    """Who the patient is, what she prefers and what was agreed, as it stood from then on."""

    facts = models.JSONField(default=dict)

    class Meta(_KeyedEntry.Meta):
        verbose_name = "about the patient"


class MarkRow(_KeyedEntry):
    """A flare from ``day`` to ``end``, or a tag on a day: drawn beside the record, and used by no model."""

    kind = models.CharField(max_length=8)
    end = models.DateField(null=True, blank=True)
    words = models.CharField(max_length=80)

    class Meta(_KeyedEntry.Meta):
        verbose_name = "mark"


ENTERED: tuple[type[StoredEntry], ...] = (
    DiaryRow,
    PeriodRow,
    EffectRow,
    MeasurementRow,
    ActivityRow,
    NightRow,
    AboutRow,
)
"""The tables that the record is put together from."""

ABOUT_ONE_PATIENT: tuple[type[StoredEntry], ...] = (*ENTERED, MarkRow)
"""Tables whose rows all belong to one patient each."""
