"""Checks a record and a proposed plan; can withhold a step, never invent one."""

from lenitive.safety.check import check
from lenitive.safety.finding import Demand, Finding, Part, Tier, withheld_by
from lenitive.safety.monitor import Due, MonitoringItem, monitoring
from lenitive.safety.situation import Names
from lenitive.safety.together import Together, WaitBetween, together

__all__ = [
    "Demand",
    "Due",
    "Finding",
    "MonitoringItem",
    "Names",
    "Part",
    "Tier",
    "Together",
    "WaitBetween",
    "check",
    "monitoring",
    "together",
    "withheld_by",
]
