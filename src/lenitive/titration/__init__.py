"""From where the patient stands to the next step: protocols, options, and plans in products that exist."""

from typing import TYPE_CHECKING

from lenitive.doors import room_door
from lenitive.titration.change import RowChange
from lenitive.titration.day_dose import DayDose, Intake
from lenitive.titration.dose_plan import (
    Basis,
    Contact,
    DosePlan,
    LiquidSupply,
    PlanKind,
    PlanStage,
    Refusal,
    StopPoint,
    Watch,
)
from lenitive.titration.falls import Falls
from lenitive.titration.liquids import Liquid, LiquidDose, Syringe
from lenitive.titration.loads import CountedDrug, Load, LoadClass, LoadOverTime
from lenitive.titration.person import Person, person_from
from lenitive.titration.pieces import Handful, Piece
from lenitive.titration.planner import Planner
from lenitive.titration.supply import SupplyLine, supply_of

if TYPE_CHECKING:
    from lenitive.titration.protocol import (
        CaseDifference,
        FactValue,
        Proposal,
        ProtocolStep,
        case_differences,
        interpret,
    )

__all__ = [
    "Basis",
    "CaseDifference",
    "Contact",
    "CountedDrug",
    "DayDose",
    "DosePlan",
    "FactValue",
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
    "PlanStage",
    "Planner",
    "Proposal",
    "ProtocolStep",
    "Refusal",
    "RowChange",
    "StopPoint",
    "SupplyLine",
    "Syringe",
    "Watch",
    "case_differences",
    "interpret",
    "person_from",
    "supply_of",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = room_door(
        __name__,
        {
            "protocol": (
                "CaseDifference",
                "FactValue",
                "Proposal",
                "ProtocolStep",
                "case_differences",
                "interpret",
            ),
        },
    )
