"""Who may come in: people with one role each, invitations by a one-time link, tokens for programs."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

__all__ = ["AccountInvitation", "ApiToken", "Role", "User", "link_digest", "new_link"]


class Role(models.TextChoices):
    """What a person is here. One each: who is both a clinician and a patient has two accounts."""

    ADMINISTRATOR = "administrator"
    CLINICIAN = "clinician"
    PATIENT = "patient"
    CARER = "carer"
    AUDITOR = "auditor"
    RESEARCHER = "researcher"


class User(AbstractUser):
    """A person with an account."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    role = models.CharField(max_length=16, choices=Role.choices)
    language = models.CharField(max_length=10, blank=True, default="")

    REQUIRED_FIELDS: ClassVar[list[str]] = ["role"]

    @property
    def shown_name(self) -> str:
        """The name that others see."""
        return self.get_full_name() or self.username


def new_link() -> str:
    """A one-time secret for a link: 32 bytes of chance."""
    return secrets.token_urlsafe(32)


def link_digest(secret: str) -> str:
    """What is stored of a secret: it cannot be read back from the database."""
    return hashlib.sha256(secret.encode()).hexdigest()


class AccountInvitation(models.Model):
    """A link by which one account can be made, once, until a day."""

    digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=16, choices=Role.choices)
    patient = models.ForeignKey("web.PatientRow", null=True, blank=True, on_delete=models.CASCADE)
    may_enter = models.BooleanField(default=False)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def usable(self, now: datetime) -> bool:
        """Whether an account may be made by it."""
        return self.used_at is None and now < self.until


class ApiToken(models.Model):
    """A secret by which a program acts for a person, within scopes and until a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.CharField(max_length=200, help_text="Words parted by spaces.")
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
