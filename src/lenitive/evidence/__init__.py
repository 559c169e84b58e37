"""What the trials say: pairwise and network meta-analysis, with what is missing, usable as a prior."""

from lenitive.evidence.belief import beliefs
from lenitive.evidence.selection import LeftOut, Selected, UsedArm, UsedContrast, select

__all__ = ["LeftOut", "Selected", "UsedArm", "UsedContrast", "beliefs", "select"]
