"""What happened to one patient, as immutable values. It holds ids, never opinions."""

from typing import TYPE_CHECKING

from lenitive.doors import room_door
from lenitive.record.dated import Latest, egfr, height, latest, patient_on
from lenitive.record.diary import DiaryDay, Taken
from lenitive.record.events import ActivityDone, EffectReport, Measurement
from lenitive.record.leaving import LEFT_OUT, Leaving
from lenitive.record.medicine import IntakeTime, MedicinePeriod
from lenitive.record.night import NIGHT_NUMBERS, DeviceClass, ObjectiveNight
from lenitive.record.patient import Coded, Diagnosis, Impairment, Metaboliser, Patient, PlanTarget, Sex
from lenitive.record.plan import Plan
from lenitive.record.record import Record
from lenitive.record.text import LONGEST, refuse_unwritable

if TYPE_CHECKING:
    from lenitive.record.merge import Difference, Merge, merged

__all__ = [
    "LEFT_OUT",
    "LONGEST",
    "NIGHT_NUMBERS",
    "ActivityDone",
    "Coded",
    "DeviceClass",
    "Diagnosis",
    "DiaryDay",
    "Difference",
    "EffectReport",
    "Impairment",
    "IntakeTime",
    "Latest",
    "Leaving",
    "Measurement",
    "MedicinePeriod",
    "Merge",
    "Metaboliser",
    "ObjectiveNight",
    "Patient",
    "Plan",
    "PlanTarget",
    "Record",
    "Sex",
    "Taken",
    "egfr",
    "height",
    "latest",
    "merged",
    "patient_on",
    "refuse_unwritable",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = room_door(__name__, {"merge": ("Difference", "Merge", "merged")})
