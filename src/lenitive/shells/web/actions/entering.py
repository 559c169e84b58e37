"""What a patient, her carer or a clinician enters: checked by the record's own rules, kept once, and never lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from lenitive.record import ActivityDone, DiaryDay, EffectReport, Measurement, Taken
from lenitive.review import Review, ReviewError, urgent_steps
from lenitive.shells.web.models import (
    ActivityRow,
    DiaryRow,
    EffectRow,
    MeasurementRow,
    PatientRow,
    StandingRow,
    StoredEntry,
    User,
)
from lenitive.shells.web.record_rows import DIARY_COLUMNS, EntryStamp
from lenitive.shells.web.reviews import CRITICAL, question_about
from lenitive.shells.web.tasks import ask_anew
from lenitive.terms import Quantity, Severity

__all__ = ["EnteredAct", "EntryError", "Sent", "enter", "read_moment"]

_MOST_BACK = timedelta(days=366)
"""How far back a day may be filled in from the diary's own pages; more comes by an import."""
_MOST_AT_ONCE = 2_000
_CLOCK_MAY_BE_OFF = timedelta(days=400)
_FARTHEST_ZONE = timedelta(hours=14)
"""Where the day begins first: Kiribati's Line Islands (the tz database, Pacific/Kiritimati)."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
"""Years that a clock may show, however wrong it is."""
_SCREEN = re.compile(r"[^\w.:-]")


_Word = TypeVar("_Word", bound=StrEnum)


class EntryError(ValueError):
    """An entry that cannot be one; the message says what is wrong, and never its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredAct:
    """One thing entered at one moment.

    Attributes:
        uid: Made where it was entered.
        kind: ``diary``, ``effect``, ``activity`` or ``measurement``.
        day: The local day it is about.
        at: The moment, by the clock of whoever entered it.
        values: The columns by name; of a diary entry also ``clear``, the columns that are emptied.
        screen: Which screen asked, with its version: the layout is part of the measure.
    """

    uid: UUID
    kind: str
    day: date
    at: datetime
    values: Mapping[str, Any]
    screen: str = ""

    @classmethod
    def read(cls, given: object) -> EnteredAct:
        """From what a browser sent.

        Raises:
            EntryError: When it is not in the form of an entry.
        """
        if not isinstance(given, dict):
            raise EntryError("an entry is an object")
        try:
            found = cls(
                uid=UUID(str(given["uid"])),
                kind=str(given["kind"]),
                day=date.fromisoformat(str(given["day"])),
                at=read_moment(given["at"]),
                values=given["values"],
                screen=_SCREEN.sub("", str(given.get("screen", "")))[:24],
            )
        except (KeyError, ValueError, OverflowError) as error:
            raise EntryError(
                "an entry has a uid, a kind, a day, a moment with its offset, and values"
            ) from error
        if not isinstance(found.values, dict):
            raise EntryError("an entry has a moment with its offset, and values by name")
        return found


def read_moment(text: object) -> datetime:
    """A moment with its offset, as a phone writes it; every sum of it with how far a clock is off is a moment too.

    Raises:
        ValueError: When it has no offset, one that no place on Earth has, or lies where no clock can be.
    """
    moment = datetime.fromisoformat(str(text))
    offset = moment.utcoffset()
    if offset is None or abs(offset) > _FARTHEST_ZONE or not _FIRST_YEAR <= moment.year < _LAST_YEAR:
        raise ValueError("a moment has its offset from UTC and lies in a year of a person's life")
    return moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of what was sent.

    Attributes:
        kept: Entries that are in the record now, sent before or just now.
        refused: Entries that cannot be taken, each with why.
        call: Whether what stands in the record now needs a person today.
    """

    kept: tuple[UUID, ...]
    refused: tuple[tuple[UUID, str], ...]
    call: bool


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise EntryError(f"{name} is a number")
    try:
        return float(value)
    except OverflowError as error:
        raise EntryError(f"{name} is a number of everyday size") from error


def _one_of(words: type[_Word], value: object, name: str) -> _Word:
    try:
        return words(str(value))
    except ValueError as error:
        # The library's message quotes the value.
        raise EntryError(f"{name} is one of: {', '.join(w.value for w in words)}") from error


def _diary(act: EnteredAct) -> dict[str, Any]:
    cleared = act.values.get("clear", [])
    unknown = set(act.values) - {*DIARY_COLUMNS, "clear"}
    if unknown or not isinstance(cleared, list) or any(c not in DIARY_COLUMNS for c in cleared):
        raise EntryError("a diary entry holds columns of the diary alone")
    found: dict[str, Any] = {}
    for name, value in act.values.items():
        if name == "clear" or value is None:
            continue
        if name == "taken":
            found[name] = _one_of(Taken, value, name).value
        elif name == "note":
            found[name] = str(value)
        else:
            found[name] = _number(value, name)
    if "awakenings" in found:
        found["awakenings"] = int(found["awakenings"])
    if not found and not cleared:
        raise EntryError("a diary entry says something")
    told: dict[str, Any] = {k: Taken(v) if k == "taken" else v for k, v in found.items()}
    DiaryDay(day=act.day, **told)
    return {**found, "cleared": " ".join(dict.fromkeys(cleared))}


def _row(patient: PatientRow, act: EnteredAct, stamp: EntryStamp) -> StoredEntry:
    base = {**stamp.on(patient, act.day), "uid": act.uid}
    match act.kind:
        case "diary":
            return DiaryRow(**base, **_diary(act))
        case "effect":
            report = EffectReport(
                day=act.day,
                effect=str(act.values.get("effect", "")),
                severity=_one_of(Severity, act.values.get("severity"), "severity"),
                note=str(act.values.get("note", "")),
            )
            return EffectRow(
                **base,
                key=f"{act.day}:{report.effect}",
                effect=report.effect,
                severity=report.severity.value,
                note=report.note,
            )
        case "activity":
            minutes = act.values.get("minutes")
            done = ActivityDone(
                day=act.day,
                activity=str(act.values.get("activity", "")),
                minutes=None if minutes is None else _number(minutes, "minutes"),
            )
            return ActivityRow(**base, key=act.uid.hex, activity=done.activity, minutes=done.minutes)
        case "measurement":
            measured = Measurement(
                day=act.day,
                measure=str(act.values.get("measure", "")),
                quantity=Quantity(_number(act.values.get("value"), "value"), str(act.values.get("unit", ""))),
            )
            return MeasurementRow(
                **base,
                key=f"{act.day}:{measured.measure}",
                measure=measured.measure,
                value=measured.value,
                unit=measured.quantity.unit,
            )
        case _:
            raise EntryError("a kind is diary, effect, activity or measurement")


def enter(
    patient: PatientRow,
    acts: Sequence[EnteredAct],
    *,
    by: User,
    phone_now: datetime | None,
    origin: str = "web",
) -> Sent:
    """Keep what was entered: each entry once, however often it is sent, and none lost because another is wrong.

    Args:
        patient: Whose record.
        acts: What was entered.
        by: Who entered it.
        phone_now: What the sender's clock said as it sent: entries are moved by how far it is off.
        origin: Where it came from.

    Raises:
        EntryError: When there are too many at once.
    """
    if len(acts) > _MOST_AT_ONCE:
        raise EntryError(f"at most {_MOST_AT_ONCE} entries at once; send the rest after them")
    now = timezone.now()
    off = now - phone_now if phone_now is not None else timedelta(0)
    if abs(off) > _CLOCK_MAY_BE_OFF:
        off = timedelta(0)
    today = patient.today(now)
    kept: list[UUID] = []
    refused: list[tuple[UUID, str]] = []
    asks_of_harm = any(act.kind in ("effect", "measurement") for act in acts)
    before = _urgent_rules(patient) if asks_of_harm else frozenset()
    for act in acts:
        stamp = EntryStamp(
            entered_by=by,
            entered_at=min(act.at + off, now),
            received_at=now,
            origin=origin,
            screen=act.screen,
        )
        try:
            # A traveller's local day may be the server's tomorrow: one day of grace, never more.
            if act.day > today + timedelta(days=1 if _ahead(act, stamp.entered_at) else 0):
                raise EntryError("the day is after today; if it is not, put the clock of your phone right")
            if act.day < today - _MOST_BACK:
                raise EntryError("the day is more than a year ago; ask your clinic to bring older days in")
            row = _row(patient, act, stamp)
        except ValueError as error:
            refused.append((act.uid, str(error)))
            continue
        try:
            with transaction.atomic():
                if not _there(patient, act.uid):
                    row.save(force_insert=True)
        except IntegrityError:
            # Sent twice at one moment: the other sending kept it.
            if not _there(patient, act.uid):
                raise
        kept.append(act.uid)
    if kept:
        ask_anew(patient)
    # What stood before is known to the clinic: only what this entry brought is a call for help now.
    call = asks_of_harm and bool(_urgent_rules(patient) - before)
    if call:
        # She stands among those of today at once, not only when the review is there.
        StandingRow.objects.filter(patient=patient).update(group=CRITICAL)
    return Sent(kept=tuple(kept), refused=tuple(refused), call=call)


def _ahead(act: EnteredAct, at: datetime) -> bool:
    """Whether the day had begun where it was entered, by the clock put right."""
    return at.astimezone(act.at.tzinfo).date() >= act.day


def _there(patient: PatientRow, uid: UUID) -> bool:
    return any(
        model.objects.filter(patient=patient, uid=uid).exists()
        for model in (DiaryRow, EffectRow, ActivityRow, MeasurementRow)
    )


def _urgent_rules(patient: PatientRow) -> frozenset[str]:
    """The safety rules by which something in the record needs a person today."""
    try:
        findings = Review(question_about(patient)).findings
    except ReviewError:
        return frozenset()
    return frozenset(rule for step in urgent_steps(findings) for rule in step.rules)
