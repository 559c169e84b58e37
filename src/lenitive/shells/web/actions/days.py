"""A clinician's hand in a day of the diary: one entry more, with what she puts right, beside what the patient entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from lenitive.record import DiaryDay, Taken
from lenitive.shells.web.actions.correcting import EditOvertakenError
from lenitive.shells.web.models import DiaryRow, PatientRow, User
from lenitive.shells.web.record_rows import DIARY_COLUMNS, EntryStamp, day_of, rows_of_day
from lenitive.shells.web.tasks import ask_anew

__all__ = ["DAY_NUMBERS", "correct_day"]

DAY_NUMBERS = (
    "pain",
    "sleep_disturbance",
    "fatigue",
    "interference",
    "mood_low",
    "sleep_hours",
    "awakenings",
)
"""The columns that hold a number."""


def _read(before: DiaryDay, typed: Mapping[str, str]) -> DiaryDay:
    """The day as it was typed; an empty field is nothing entered.

    Raises:
        ValueError: When a value cannot be; the message says which.
    """
    said: dict[str, object] = {}
    for name in DAY_NUMBERS:
        text = typed.get(name, "").strip().replace(",", ".")
        try:
            said[name] = None if not text else int(text) if name == "awakenings" else float(text)
        except ValueError as error:
            raise ValueError(f"{name.replace('_', ' ')} is a number") from error
    taken = typed.get("taken", "")
    said["taken"] = Taken(taken) if taken else None
    said["note"] = typed.get("note", "").replace("\r\n", "\n")
    return replace(before, **said)  # type: ignore[arg-type]


def correct_day(
    patient: PatientRow, day: date, typed: Mapping[str, str], *, seen: str, uid: UUID, by: User
) -> bool:
    """Put a day right; only what is otherwise than it stands is written.

    Args:
        patient: Whose diary.
        day: The local day.
        typed: What was typed, by column.
        seen: The newest entry that the form showed, by its uid; empty where there was none.
        uid: Of the entry to be made, from the form: sent twice, it is made once.
        by: Who corrects it.

    Returns:
        Whether anything was otherwise.

    Raises:
        EditOvertakenError: When somebody entered something meanwhile.
        ValueError: When the day lies after today, or a value cannot be.
    """
    now = timezone.now()
    if day > patient.today(now):
        raise ValueError("the day is after today")
    with transaction.atomic():
        PatientRow.objects.select_for_update().get(pk=patient.pk)
        rows = rows_of_day(patient, day)
        if any(row.uid == uid for row in rows):
            return False
        if (rows[0].uid.hex if rows else "") != seen:
            raise EditOvertakenError
        before = day_of(patient, day)
        after = _read(before, typed)
        said, cleared = {}, []
        for name in DIARY_COLUMNS:
            value = getattr(after, name)
            if value == getattr(before, name):
                continue
            if value in (None, ""):
                cleared.append(name)
            else:
                said[name] = value.value if name == "taken" else value
        if not said and not cleared:
            return False
        at = max(now, rows[0].entered_at) if rows else now
        stamp = EntryStamp(entered_by=by, entered_at=at, received_at=now, origin="clinic")
        # The moment of her own entry stays what it was: when she said it is part of what she said.
        moment = "" if before.entered_at is None else before.entered_at.isoformat()
        DiaryRow(**stamp.on(patient, day), uid=uid, **said, cleared=" ".join(cleared), said_at=moment).save(
            force_insert=True
        )
    ask_anew(patient)
    return True
