"""What happened to one patient, as immutable values. It holds ids, never opinions."""

from lenitive.record.diary import DiaryDay, Taken
from lenitive.record.events import ActivityDone, EffectReport, Measurement
from lenitive.record.medicine import IntakeTime, MedicinePeriod
from lenitive.record.night import NIGHT_NUMBERS, DeviceClass, ObjectiveNight
from lenitive.record.patient import Coded, Diagnosis, Patient, PlanTarget
from lenitive.record.plan import Plan
from lenitive.record.record import Record

__all__ = [
    "NIGHT_NUMBERS",
    "ActivityDone",
    "Coded",
    "DeviceClass",
    "Diagnosis",
    "DiaryDay",
    "EffectReport",
    "IntakeTime",
    "Measurement",
    "MedicinePeriod",
    "ObjectiveNight",
    "Patient",
    "Plan",
    "PlanTarget",
    "Record",
    "Taken",
]
