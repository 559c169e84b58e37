"""Checks a record and a proposed plan; can withhold a step, never invent one."""

from lenitive.safety.check import check
from lenitive.safety.finding import Finding, Part, Tier, withheld_by

__all__ = ["Finding", "Part", "Tier", "check", "withheld_by"]
