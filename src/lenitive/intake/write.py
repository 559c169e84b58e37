"""A record to the bytes of its folder: the same record gives the same bytes, and they read back to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum

from lenitive.intake import medicines
from lenitive.intake.daily import COLUMNS
from lenitive.intake.text import neutralised
from lenitive.record import NIGHT_NUMBERS, Coded, Patient, Record
from lenitive.terms import SCORES

__all__ = ["quoted", "toml_text", "write_folder"]


def write_folder(record: Record) -> dict[str, bytes]:
    """The files of a record's folder: UTF-8, line feeds, one row an entry.

    A file with nothing to say is left out; ``patient.toml`` is always there, so that the folder is known for one.
    Free text that a spreadsheet would run as a formula gets an apostrophe, which reading takes off again.

    Args:
        record: The record.

    Returns:
        The bytes of each file by its name.
    """
    tables: dict[str, tuple[tuple[str, ...], list[dict[str, str]]]] = {
        medicines.FILE: ((*medicines.REQUIRED, *medicines.OPTIONAL), _medicines(record)),
        "diary.csv": (_columns("diary.csv"), _diary(record)),
        "effects.csv": (_columns("effects.csv"), _effects(record)),
        "measurements.csv": (_columns("measurements.csv"), _measurements(record)),
        "activities.csv": (_columns("activities.csv"), _activities(record)),
        "nights.csv": (_columns("nights.csv"), _nights(record)),
    }
    files = {"patient.toml": _patient(record.patient).encode()}
    files |= {name: _table(columns, rows) for name, (columns, rows) in tables.items() if rows}
    return files


def _columns(file: str) -> tuple[str, ...]:
    required, optional = COLUMNS[file]
    return (*required, *optional)


def _table(columns: tuple[str, ...], rows: list[dict[str, str]]) -> bytes:
    lines = [
        ",".join(columns),
        *(",".join(quoted(row.get(column, "")) for column in columns) for row in rows),
    ]
    return ("\n".join(lines) + "\n").encode()


def quoted(text: str) -> str:
    """A cell with quotation marks where the reader needs them: separators, line ends, outer space, a comment sign."""
    if text and (text[0] in " #" or text[-1] == " " or any(c in text for c in ',;\t"\r\n')):
        return '"' + text.replace('"', '""') + '"'
    return text


def _text(value: float | int | bool | date | datetime | StrEnum | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    # The shortest digits that read back to the same number.
    return repr(float(value)).removesuffix(".0")


def _medicines(record: Record) -> list[dict[str, str]]:
    return [
        {
            "drug": period.name,
            "dose_mg": _text(period.dose_mg),
            "start": _text(period.start),
            "end": _text(period.end),
            "times": ";".join(time.text for time in period.times),
            "form": neutralised(period.form),
            "reason": neutralised(period.reason),
            "missed": ";".join(_text(day) for day in sorted(period.missed)),
            "masked": "yes" if period.masked else "",
            "believed": neutralised(period.believed or ""),
        }
        for period in record.medicines
    ]


def _diary(record: Record) -> list[dict[str, str]]:
    return [
        {
            "date": _text(entry.day),
            **{score.value: _text(entry.score(score)) for score in SCORES},
            "sleep_hours": _text(entry.sleep_hours),
            "awakenings": _text(entry.awakenings),
            "taken": _text(entry.taken),
            "entered_at": _text(entry.entered_at),
            "note": neutralised(entry.note),
        }
        for entry in record.diary
    ]


def _effects(record: Record) -> list[dict[str, str]]:
    return [
        {
            "date": _text(entry.day),
            "effect": entry.effect,
            "severity": _text(entry.severity),
            "stops_activities": _text(entry.stops_activities),
            "note": neutralised(entry.note),
        }
        for entry in record.effects
    ]


def _measurements(record: Record) -> list[dict[str, str]]:
    return [
        {
            "date": _text(entry.day),
            "measure": entry.measure,
            "value": _text(entry.value),
            "unit": entry.quantity.unit,
            "note": neutralised(entry.note),
        }
        for entry in record.measurements
    ]


def _activities(record: Record) -> list[dict[str, str]]:
    return [
        {"date": _text(entry.day), "activity": entry.activity, "minutes": _text(entry.minutes)}
        for entry in record.activities
    ]


def _nights(record: Record) -> list[dict[str, str]]:
    return [
        {
            "date": _text(night.day),
            "source": neutralised(night.source),
            "device_class": _text(night.device_class),
            "definition": neutralised(night.definition),
            "start": _text(night.start),
            "end": _text(night.end),
            **{name: _text(night.number(name)) for name in NIGHT_NUMBERS},
        }
        for night in record.nights
    ]


def _patient(patient: Patient) -> str:
    lines: list[str] = []
    for key in (
        "id",
        "simulated",
        "birth_year",
        "sex",
        "height_cm",
        "smoker",
        "pregnant",
        "breastfeeding",
        "egfr_ml_min",
        "hepatic_impairment",
        "cyp2d6",
    ):
        value = getattr(patient, key)
        if value not in (None, ""):
            lines.append(f"{key} = {toml_text(value)}")
    for key, items in (("conditions", patient.conditions), ("allergies", patient.allergies)):
        if items:
            lines.append(f"{key} = [{', '.join(_coded(item) for item in items)}]")
    if patient.diagnosis is not None:
        diagnosis = patient.diagnosis
        known = {"criteria": diagnosis.criteria or None, "wpi": diagnosis.wpi, "sss": diagnosis.sss}
        lines.append(f"diagnosis = {_inline(known.items())}")
    if patient.preferences:
        lines += ["", "[preferences]"]
        lines += [f"{key} = {toml_text(weight)}" for key, weight in sorted(patient.preferences.items())]
    if patient.onset:
        lines += ["", "[onset]"]
        lines += [f"{toml_text(drug)} = {toml_text(days)}" for drug, days in sorted(patient.onset.items())]
    if patient.plan is not None:
        lines += ["", "[plan]"]
        for key in (f.name for f in fields(patient.plan)):
            value = getattr(patient.plan, key)
            if value not in (None, ""):
                lines.append(f"{key} = {toml_text(value)}")
    return "\n".join(lines) + "\n" if lines else "# Nothing is known about the patient.\n"


def _coded(item: Coded) -> str:
    if not item.system and not item.code:
        return toml_text(item.display)
    parts = {"system": item.system or None, "code": item.code or None, "display": item.display or None}
    return _inline(parts.items())


def _inline(items: Iterable[tuple[str, str | int | None]]) -> str:
    inside = ", ".join(f"{key} = {toml_text(value)}" for key, value in items if value is not None)
    return f"{{ {inside} }}" if inside else "{}"


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def toml_text(value: str | float | bool | date) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(_ESCAPES.get(c, c) for c in value) + '"'
    return _text(value)
