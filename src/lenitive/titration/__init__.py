"""From where the patient stands to the next step: protocols, options, and plans in tablets that exist."""

from lenitive.titration.day_dose import DayDose, Intake
from lenitive.titration.dose_plan import Basis, Contact, DosePlan, PlanKind, Refusal, Stage, Watch
from lenitive.titration.legs import Person
from lenitive.titration.pieces import Handful, Piece
from lenitive.titration.planner import Planner

__all__ = [
    "Basis",
    "Contact",
    "DayDose",
    "DosePlan",
    "Handful",
    "Intake",
    "Person",
    "Piece",
    "PlanKind",
    "Planner",
    "Refusal",
    "Stage",
    "Watch",
]
