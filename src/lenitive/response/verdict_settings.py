"""What an answer goes by: every line and weight, as plain values that can be handed to other processes."""

from __future__ import annotations

from lenitive.frozen import dataclass
from lenitive.knowledge import PreferenceLines
from lenitive.response.gates import Gate
from lenitive.response.grade import GradeSettings
from lenitive.response.matters import LineSettings

__all__ = ["VerdictSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictSettings:
    """What an answer goes by; the function of this name makes it from what is known.

    Attributes:
        grades: From which probabilities on each grade is given.
        lines: How much relief matters.
        worth: Probability from which the benefit is called worth its cost.
        from_diary: Least share of the prior variance of the benefit that the diary must have taken away. Below it the answer would be the trials'
            and not this patient's.
        conflict: SDs beyond which expectation that the prior does not allow for may be the drug's.
        weighing: What counts how much where the patient says nothing, and what side effects take away.
        gates: Least treatment per drug.
    """

    grades: GradeSettings
    lines: LineSettings
    worth: float
    from_diary: float
    conflict: float
    weighing: PreferenceLines
    gates: tuple[Gate, ...] = ()

    def __post_init__(self) -> None:
        if not (0 < self.worth < 1 and 0 <= self.from_diary < 1 and self.conflict > 0):
            raise ValueError("worth and from_diary lie within 0-1, and a conflict is some SDs")

    @property
    def sure(self) -> float:
        """Probability from which benefit that matters, or its absence, is called."""
        return self.grades.sure
