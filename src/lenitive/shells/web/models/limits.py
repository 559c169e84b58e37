"""How often something was done lately: one row for each person and act, shared by all processes of the server."""

from __future__ import annotations

from django.db import models

__all__ = ["RateCount"]


class RateCount(models.Model):
    """A count until a moment; the row is used again after it."""

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField()
