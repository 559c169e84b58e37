"""Values that may stand in ``patient.toml`` and, dated, among the measurements: the latest dated one by a day wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lenitive.frozen import dataclass
from lenitive.record.patient import Patient
from lenitive.record.record import Record

__all__ = ["Latest", "egfr", "height", "latest", "patient_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """A value and the day it was measured.

    Attributes:
        value: In the measure's own unit.
        on: The day; None where it stands undated in ``patient.toml``.
    """

    value: float
    on: date | None = None


def latest(record: Record, measure: str, at: date, undated: float | None = None) -> Latest | None:
    """The last measurement of a kind up to a day, in the measure's own unit; of one day's, the last written.

    Args:
        record: The record.
        measure: The measure.
        at: The day.
        undated: What counts where nothing was measured by then.
    """
    for m in record.measurements[::-1]:
        if m.measure == measure and m.day <= at:
            return Latest(value=m.value, on=m.day)
    return None if undated is None else Latest(value=undated)


def egfr(record: Record, at: date) -> Latest | None:
    """Kidney function on a day, mL/min; None where it is not recorded."""
    return latest(record, "egfr", at, record.patient.egfr_ml_min)


def height(record: Record, at: date) -> Latest | None:
    """Height on a day, cm; None where it is not recorded."""
    return latest(record, "height", at, record.patient.height_cm)


def patient_on(record: Record, at: date) -> Patient:
    """The patient as the record had her on a day: what was measured by then in the place of what stands undated."""
    kidneys, tall = egfr(record, at), height(record, at)
    return replace(
        record.patient,
        egfr_ml_min=None if kidneys is None else kidneys.value,
        height_cm=None if tall is None else tall.value,
    )
