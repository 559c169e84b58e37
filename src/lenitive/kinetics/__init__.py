"""Doses over time become exposure over time."""

from lenitive.kinetics.clock import ClockLevels, clock_levels
from lenitive.kinetics.curve import (
    Curve,
    area_under_curve,
    concentration,
    one_compartment,
    superposition,
    two_compartment,
)
from lenitive.kinetics.history import History, TimeAxis, exposure, history
from lenitive.kinetics.intakes import DoseEvent, IntakeCertainty, intakes
from lenitive.kinetics.levels import ClearanceUpdate, Level
from lenitive.kinetics.occupancy import Occupancy
from lenitive.kinetics.person import Applied, PersonKinetics, person
from lenitive.kinetics.shares import daily_shares
from lenitive.kinetics.steady import SteadyState, steady_state

__all__ = [
    "Applied",
    "ClearanceUpdate",
    "ClockLevels",
    "Curve",
    "DoseEvent",
    "History",
    "IntakeCertainty",
    "Level",
    "Occupancy",
    "PersonKinetics",
    "SteadyState",
    "TimeAxis",
    "area_under_curve",
    "clock_levels",
    "concentration",
    "daily_shares",
    "exposure",
    "history",
    "intakes",
    "one_compartment",
    "person",
    "steady_state",
    "superposition",
    "two_compartment",
]
