"""From the entries of one patient to her ``Record``, and from a record to entries. Each is the other's inverse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from lenitive.record import (
    NIGHT_NUMBERS,
    ActivityDone,
    Coded,
    DeviceClass,
    Diagnosis,
    DiaryDay,
    EffectReport,
    IntakeTime,
    Measurement,
    MedicinePeriod,
    ObjectiveNight,
    Patient,
    PlanTarget,
    Record,
    Taken,
)
from lenitive.shells.web.models import (
    AboutRow,
    ActivityRow,
    DiaryRow,
    EffectRow,
    MeasurementRow,
    NightRow,
    PatientRow,
    PeriodRow,
    StoredEntry,
    User,
)
from lenitive.terms import Quantity, Severity

__all__ = [
    "DIARY_COLUMNS",
    "EntryStamp",
    "day_of",
    "facts_of",
    "record_of",
    "rows_of",
    "rows_of_day",
    "standing_rows",
    "value_of",
]

DIARY_COLUMNS = (
    "pain",
    "sleep_disturbance",
    "fatigue",
    "interference",
    "mood_low",
    "sleep_hours",
    "awakenings",
    "taken",
    "note",
)
"""What a diary row may speak of, by the names of both the column and the attribute of a day."""


def standing_rows(model: type[Any], patient: PatientRow) -> list[Any]:
    """The newest row of each thing that was not taken away, in the order in which they were put."""
    newest: dict[str, Any] = {}
    for row in model.objects.filter(patient=patient).order_by("entered_at", "id"):
        newest[row.key] = row
    return sorted((r for r in newest.values() if not r.removed), key=lambda r: (r.place, r.id))


def _diary(rows: Iterable[DiaryRow], zone: ZoneInfo) -> Iterator[DiaryDay]:
    days: dict[date, dict[str, Any]] = {}
    for row in rows:
        told = days.setdefault(row.day, {})
        for column in row.cleared.split():
            told.pop(column, None)
        told |= {name: value for name in DIARY_COLUMNS if (value := getattr(row, name)) not in (None, "")}
        if row.said_at:
            told["entered_at"] = datetime.fromisoformat(row.said_at)
        elif row.origin != "import":
            told["entered_at"] = row.entered_at.astimezone(zone).replace(microsecond=0)
    for day, told in sorted(days.items()):
        if "taken" in told:
            told["taken"] = Taken(told["taken"])
        yield DiaryDay(day=day, **told)


def rows_of_day(patient: PatientRow, day: date) -> list[DiaryRow]:
    """Every entry of one day, the newest first, with who made it."""
    rows = DiaryRow.objects.filter(patient=patient, day=day).select_related("entered_by")
    return list(rows.order_by("-entered_at", "-id"))


def day_of(patient: PatientRow, day: date) -> DiaryDay:
    """One day as it stands now."""
    rows = DiaryRow.objects.filter(patient=patient, day=day).order_by("entered_at", "id")
    return next(_diary(rows, ZoneInfo(patient.time_zone)), DiaryDay(day=day))


def _period(row: PeriodRow) -> MedicinePeriod:
    return MedicinePeriod(
        drug=row.drug,
        written=row.written,
        dose_mg=row.dose_mg,
        start=row.day,
        end=row.end,
        times=tuple(IntakeTime(t) for t in row.times.split(";")),
        form=row.form,
        reason=row.reason,
        missed=frozenset(date.fromisoformat(d) for d in row.missed.split(";") if d),
        masked=row.masked,
        believed=row.believed,
    )


def _effect(row: EffectRow) -> EffectReport:
    return EffectReport(
        day=row.day,
        effect=row.effect,
        severity=Severity(row.severity),
        stops_activities=row.stops_activities,
        note=row.note,
    )


def _measurement(row: MeasurementRow) -> Measurement:
    return Measurement(
        day=row.day, measure=row.measure, quantity=Quantity(row.value, row.unit), note=row.note
    )


def _activity(row: ActivityRow) -> ActivityDone:
    return ActivityDone(day=row.day, activity=row.activity, minutes=row.minutes)


def _night(row: NightRow) -> ObjectiveNight:
    return ObjectiveNight(
        day=row.day,
        source=row.source,
        device_class=DeviceClass(row.device_class),
        definition=row.definition,
        start=datetime.fromisoformat(row.start) if row.start else None,
        end=datetime.fromisoformat(row.end) if row.end else None,
        **row.numbers,
    )


def _patient(facts: Mapping[str, Any]) -> Patient:
    given = dict(facts)
    for key in ("conditions", "allergies"):
        given[key] = tuple(Coded(**item) for item in given.get(key, ()))
    if given.get("diagnosis") is not None:
        given["diagnosis"] = Diagnosis(**given["diagnosis"])
    if given.get("plan") is not None:
        plan = dict(given["plan"])
        if plan.get("review_date"):
            plan["review_date"] = date.fromisoformat(plan["review_date"])
        given["plan"] = PlanTarget(**plan)
    return Patient(**given)


def value_of(
    row: StoredEntry,
) -> MedicinePeriod | EffectReport | Measurement | ActivityDone | ObjectiveNight | Patient:
    """What one row says, as the record has it.

    Raises:
        TypeError: For a row that says a part of a day.
    """
    match row:
        case PeriodRow():
            return _period(row)
        case EffectRow():
            return _effect(row)
        case MeasurementRow():
            return _measurement(row)
        case ActivityRow():
            return _activity(row)
        case NightRow():
            return _night(row)
        case AboutRow():
            return _patient(row.facts)
        case _:
            raise TypeError("a row of the diary is no value of its own")


def facts_of(patient: Patient) -> dict[str, Any]:
    """What is known of a patient, as JSON writes it: nothing that is unknown or empty."""
    found: dict[str, Any] = {}
    for field in fields(Patient):
        value = getattr(patient, field.name)
        if value in (None, "", ()):
            continue
        if field.name in ("conditions", "allergies"):
            value = [asdict(item) for item in value]
        elif field.name in ("diagnosis", "plan"):
            value = asdict(value)
            if value.get("review_date") is not None:
                value["review_date"] = value["review_date"].isoformat()
        elif field.name in ("preferences", "onset"):
            value = dict(sorted(value.items()))
            if not value:
                continue
        found[field.name] = value
    return found


def record_of(patient: PatientRow) -> Record:
    """The record as it stands now.

    Raises:
        ValueError: When rows contradict each other, which ``actions`` refuse to write.
    """
    about = standing_rows(AboutRow, patient)
    diary: QuerySet[DiaryRow] = DiaryRow.objects.filter(patient=patient).order_by("entered_at", "id")
    return Record(
        patient=_patient(about[-1].facts) if about else Patient(),
        medicines=tuple(_period(r) for r in standing_rows(PeriodRow, patient)),
        diary=tuple(_diary(diary, ZoneInfo(patient.time_zone))),
        effects=tuple(_effect(r) for r in standing_rows(EffectRow, patient)),
        measurements=tuple(_measurement(r) for r in standing_rows(MeasurementRow, patient)),
        activities=tuple(_activity(r) for r in standing_rows(ActivityRow, patient)),
        nights=tuple(_night(r) for r in standing_rows(NightRow, patient)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryStamp:
    """By whom, when and how entries were made."""

    entered_by: User | None
    entered_at: datetime
    received_at: datetime
    origin: str
    screen: str = ""

    def on(self, patient: PatientRow, day: date) -> dict[str, Any]:
        """The columns that every entry has."""
        return {
            "patient": patient,
            "day": day,
            **{f.name: getattr(self, f.name) for f in fields(self)},
        }


def rows_of(patient: PatientRow, record: Record, stamp: EntryStamp) -> Iterator[StoredEntry]:
    """The rows that a record is put together from, not saved."""
    facts = facts_of(record.patient)
    if facts:
        yield AboutRow(**stamp.on(patient, stamp.entered_at.date()), key="about", facts=facts)
    for d in record.diary:
        yield DiaryRow(
            **stamp.on(patient, d.day),
            **{name: getattr(d, name) for name in DIARY_COLUMNS if name != "taken"},
            taken="" if d.taken is None else d.taken.value,
            said_at="" if d.entered_at is None else d.entered_at.isoformat(),
        )
    for row in _keyed(patient, record, stamp):
        row.key = row.uid.hex
        yield row


def _keyed(patient: PatientRow, record: Record, stamp: EntryStamp) -> Iterator[Any]:
    for place, p in enumerate(record.medicines):
        yield PeriodRow(
            **stamp.on(patient, p.start),
            place=place,
            drug=p.drug,
            written=p.written,
            dose_mg=p.dose_mg,
            end=p.end,
            times=";".join(str(t) for t in p.times),
            form=p.form,
            reason=p.reason,
            missed=";".join(d.isoformat() for d in sorted(p.missed)),
            masked=p.masked,
            believed=p.believed,
        )
    for place, e in enumerate(record.effects):
        yield EffectRow(
            **stamp.on(patient, e.day),
            place=place,
            effect=e.effect,
            severity=e.severity.value,
            stops_activities=e.stops_activities,
            note=e.note,
        )
    for place, m in enumerate(record.measurements):
        yield MeasurementRow(
            **stamp.on(patient, m.day),
            place=place,
            measure=m.measure,
            value=m.value,
            unit=m.quantity.unit,
            note=m.note,
        )
    for place, a in enumerate(record.activities):
        yield ActivityRow(**stamp.on(patient, a.day), place=place, activity=a.activity, minutes=a.minutes)
    for place, n in enumerate(record.nights):
        yield NightRow(
            **stamp.on(patient, n.day),
            place=place,
            source=n.source,
            device_class=n.device_class.value,
            definition=n.definition,
            start="" if n.start is None else n.start.isoformat(),
            end="" if n.end is None else n.end.isoformat(),
            numbers={name: v for name in NIGHT_NUMBERS if (v := n.number(name)) is not None},
        )
