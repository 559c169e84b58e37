"""What following the first option does to simulated patients, beside rivals that are hard to beat and a clairvoyant that cannot be."""

from lenitive.cohort.closed_loop.life import POLICIES, GivenDoses, Setting, live, lived
from lenitive.cohort.closed_loop.plan import arms
from lenitive.cohort.closed_loop.rows import Arm, OtherRunError, Rows, read_doses, written_doses
from lenitive.cohort.closed_loop.run import LAST_RELEASE, ArmPlan, ArmResult, lives, summed_up
from lenitive.cohort.closed_loop.week_twelve import WEEK_TWELVE, AnswerArm, AnswerRow, answers_at_week_twelve

__all__ = [
    "LAST_RELEASE",
    "POLICIES",
    "WEEK_TWELVE",
    "AnswerArm",
    "AnswerRow",
    "Arm",
    "ArmPlan",
    "ArmResult",
    "GivenDoses",
    "OtherRunError",
    "Rows",
    "Setting",
    "answers_at_week_twelve",
    "arms",
    "live",
    "lived",
    "lives",
    "read_doses",
    "summed_up",
    "written_doses",
]
