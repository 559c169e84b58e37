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
    from lenitive.cohort.closed_loop import (
        LAST_RELEASE,
        POLICIES,
        Arm,
        ArmResult,
        Decided,
        OtherRunError,
        Rows,
        Wanted,
        arms,
        lives,
        read_doses,
        summed_up,
        written_doses,
    )

__all__ = [
    "DESIGN_NAMES",
    "FULL",
    "HALF_YEAR_WEEKS",
    "LAST_RELEASE",
    "LEVELS",
    "POLICIES",
    "QUICK",
    "WEEKS",
    "Arm",
    "ArmResult",
    "Calibration",
    "CalibrationPlan",
    "CoverageRow",
    "Decided",
    "DecisionRow",
    "OtherRunError",
    "Rows",
    "Wanted",
    "arms",
    "lives",
    "read_doses",
    "rule_words",
    "run",
    "summarise",
    "summed_up",
    "written_doses",
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
                "Arm",
                "ArmResult",
                "Decided",
                "LAST_RELEASE",
                "OtherRunError",
                "POLICIES",
                "Rows",
                "Wanted",
                "arms",
                "lives",
                "read_doses",
                "summed_up",
                "written_doses",
            ),
        },
    )
