"""Consent: by which words, from when until when; and what research may see while it lasts."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils import timezone

from lenitive.shells.web.models import ConsentRow, PatientRow
from lenitive.shells.web.record_rows import record_of

__all__ = ["DIARY", "PURPOSES", "RESEARCH", "cohort", "consent_words", "give", "pseudonym", "standing_consent", "take_back", "without_names"]

DIARY, RESEARCH = "diary", "research"
PURPOSES = {DIARY: 1, RESEARCH: 1}
"""What is agreed to, with the version of its words. New words are a new template and a new number; what stood is never changed."""


def consent_words(purpose: str, version: int) -> str:
    """The words, as HTML."""
    return render_to_string(f"consent/{purpose}-{version}.html").strip()


def _digest(purpose: str, version: int) -> str:
    return hashlib.sha256(consent_words(purpose, version).encode()).hexdigest()


def standing_consent(patient: PatientRow, purpose: str) -> ConsentRow | None:
    """The consent that stands, by whichever version of the words."""
    return patient.consents.filter(purpose=purpose, withdrawn_at__isnull=True).order_by("-given_at").first()


@transaction.atomic
def give(patient: PatientRow, purpose: str) -> ConsentRow:
    """Agree to the newest words; what was agreed to before by older words ends with it.

    Raises:
        KeyError: When there is no such purpose.
    """
    version, now = PURPOSES[purpose], timezone.now()
    standing = standing_consent(patient, purpose)
    if standing is not None and standing.version == version:
        return standing
    take_back(patient, purpose)
    return ConsentRow.objects.create(
        patient=patient, purpose=purpose, version=version, digest=_digest(purpose, version), given_at=now
    )


def take_back(patient: PatientRow, purpose: str) -> bool:
    """End it at once; whether it stood."""
    standing = patient.consents.filter(purpose=purpose, withdrawn_at__isnull=True)
    return bool(standing.update(withdrawn_at=timezone.now()))


def pseudonym(patient: PatientRow) -> str:
    """A name for research that leads back to her only with the installation's key and her salt: once she is erased, with neither."""
    key = f"{settings.SECRET_KEY}\x1f{patient.salt}".encode()
    return hmac.new(key, b"research\x1f" + patient.uid.bytes, hashlib.sha256).hexdigest()[:32]


def cohort() -> Iterator[PatientRow]:
    """The patients whose consent to research stands now."""
    agreed = ConsentRow.objects.filter(patient=OuterRef("pk"), purpose=RESEARCH, withdrawn_at__isnull=True)
    return PatientRow.objects.filter(Exists(agreed)).order_by("pk").iterator(chunk_size=500)


def without_names(patient: PatientRow) -> dict[str, Any]:
    """Her record for research: no name, no free text, no date; days are counted from the first of the diary.

    Returns:
        Days, periods, reports and measurements with ``day`` as a number, the diary's first day 0; doses in mg, measures in their own unit.
    """
    record = record_of(patient)
    first = min((d.day for d in record.diary), default=record.last_day)

    def number(day: date | None) -> int | None:
        return None if day is None or first is None else (day - first).days

    scores = ("pain", "sleep_disturbance", "fatigue", "interference", "mood_low", "sleep_hours", "awakenings")
    return {
        "pseudonym": pseudonym(patient),
        "diary": [
            {"day": number(d.day), **{name: v for name in scores if (v := getattr(d, name)) is not None}}
            for d in record.diary
        ],
        "medicines": [
            {"drug": p.drug, "dose_mg": p.dose_mg, "start": number(p.start), "end": number(p.end)} for p in record.medicines
        ],
        "effects": [{"day": number(e.day), "effect": e.effect, "severity": e.severity.value} for e in record.effects],
        "measurements": [
            {"day": number(m.day), "measure": m.measure, "value": m.value, "unit": m.quantity.unit}
            for m in record.measurements
        ],
        "activities": [{"day": number(a.day), "activity": a.activity, "minutes": a.minutes} for a in record.activities],
    }
