"""Is the model right when it says that it is? Simulated patients with known truth, judged as real ones would be."""

from lenitive.cohort.calibration.case import PARAMETERS, JudgedCase, Judging, judge
from lenitive.cohort.calibration.plan import (
    DESIGN_NAMES,
    FULL,
    HALF_YEAR_WEEKS,
    QUICK,
    WEEKS,
    CalibrationPlan,
)
from lenitive.cohort.calibration.rules import RULES, rule_words
from lenitive.cohort.calibration.run import Outcomes, run
from lenitive.cohort.calibration.summary import (
    LEVELS,
    Calibration,
    CoverageRow,
    DecisionRow,
    HarmSummary,
    Ranks,
    ShareRow,
    summarise,
)

__all__ = [
    "DESIGN_NAMES",
    "FULL",
    "HALF_YEAR_WEEKS",
    "LEVELS",
    "PARAMETERS",
    "QUICK",
    "RULES",
    "WEEKS",
    "Calibration",
    "CalibrationPlan",
    "CoverageRow",
    "DecisionRow",
    "HarmSummary",
    "JudgedCase",
    "Judging",
    "Outcomes",
    "Ranks",
    "ShareRow",
    "judge",
    "rule_words",
    "run",
    "summarise",
]
