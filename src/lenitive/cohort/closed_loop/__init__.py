"""What following the first option does to simulated patients, beside rivals that are hard to beat and a clairvoyant that cannot be."""

from lenitive.cohort.closed_loop.life import POLICIES, Decided, Setting, live, lived
from lenitive.cohort.closed_loop.plan import arms
from lenitive.cohort.closed_loop.rows import Arm, OtherRunError, Rows, read_doses, written_doses
from lenitive.cohort.closed_loop.run import LAST_RELEASE, ArmResult, Wanted, lives, summed_up

__all__ = [
    "LAST_RELEASE",
    "POLICIES",
    "Arm",
    "ArmResult",
    "Decided",
    "OtherRunError",
    "Rows",
    "Setting",
    "Wanted",
    "arms",
    "live",
    "lived",
    "lives",
    "read_doses",
    "summed_up",
    "written_doses",
]
