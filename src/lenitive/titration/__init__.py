"""From where the patient stands to the next step: protocols, options, and plans in products that exist."""

from lenitive.titration.day_dose import DayDose, Intake
from lenitive.titration.dose_plan import (
    Basis,
    Contact,
    DosePlan,
    LiquidSupply,
    PlanKind,
    Refusal,
    Stage,
    StopPoint,
    Watch,
)
from lenitive.titration.falls import Falls
from lenitive.titration.liquids import Liquid, LiquidDose, Syringe
from lenitive.titration.loads import CountedDrug, Load, LoadClass, LoadOverTime
from lenitive.titration.person import Person, person_from
from lenitive.titration.pieces import Handful, Piece
from lenitive.titration.planner import Planner

__all__ = [
    "Basis",
    "Contact",
    "CountedDrug",
    "DayDose",
    "DosePlan",
    "Falls",
    "Handful",
    "Intake",
    "Liquid",
    "LiquidDose",
    "LiquidSupply",
    "Load",
    "LoadClass",
    "LoadOverTime",
    "Person",
    "Piece",
    "PlanKind",
    "Planner",
    "Refusal",
    "Stage",
    "StopPoint",
    "Syringe",
    "Watch",
    "person_from",
]
