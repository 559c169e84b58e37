"""Is the model right when it says that it is? Simulated patients with known truth, judged as real ones would be."""

from lenitive.cohort.calibration.answers import (
    ANSWER_DESIGNS,
    ANSWER_WORLDS,
    PatientAnswer,
    WorldAnswers,
    answer_cases,
    answer_rows,
)
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
    "ANSWER_DESIGNS",
    "ANSWER_WORLDS",
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
    "PatientAnswer",
    "Ranks",
    "ShareRow",
    "WorldAnswers",
    "answer_cases",
    "answer_rows",
    "judge",
    "rule_words",
    "run",
    "summarise",
]
