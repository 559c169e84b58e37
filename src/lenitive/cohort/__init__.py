"""The same judgement over many records: how well it is calibrated."""

from typing import TYPE_CHECKING

from lenitive.doors import room_door

if TYPE_CHECKING:
    from lenitive.cohort.calibration import (
        DESIGN_NAMES,
        FULL,
        HALF_YEAR_WEEKS,
        LEVELS,
        QUICK,
        WEEKS,
        Calibration,
        CalibrationPlan,
        CoverageRow,
        DecisionRow,
        rule_words,
        run,
        summarise,
    )
    from lenitive.cohort.closed_loop import compare, lives

__all__ = [
    "DESIGN_NAMES",
    "FULL",
    "HALF_YEAR_WEEKS",
    "LEVELS",
    "QUICK",
    "WEEKS",
    "Calibration",
    "CalibrationPlan",
    "CoverageRow",
    "DecisionRow",
    "compare",
    "lives",
    "rule_words",
    "run",
    "summarise",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = room_door(
        __name__,
        {
            "calibration": (
                "Calibration",
                "CalibrationPlan",
                "CoverageRow",
                "DESIGN_NAMES",
                "DecisionRow",
                "FULL",
                "HALF_YEAR_WEEKS",
                "LEVELS",
                "QUICK",
                "WEEKS",
                "rule_words",
                "run",
                "summarise",
            ),
            "closed_loop": (
                "compare",
                "lives",
            ),
        },
    )
