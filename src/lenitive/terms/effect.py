"""A belief about a drug's effect on an outcome: what evidence hands to the patient's analysis as its prior."""

from __future__ import annotations

import math

from lenitive.frozen import dataclass
from lenitive.terms.evidence import Grade, Source
from lenitive.terms.vocabulary import Score

__all__ = ["EffectBelief"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectBelief:
    """The predictive distribution of one person's total steady-state effect against no drug, as a normal.

    Attributes:
        drug: The drug's id.
        outcome: The 0-10 score.
        dose_mg_per_day: The dose the belief is about, mg/day.
        mean: NRS points; negative is improvement.
        sd: NRS points: uncertainty of the mean, spread between trials and spread between patients together.
        stated: What the numbers rest on, in one sentence, for readers.
        sources: Where they come from; empty only for a stated, deliberately wide belief.
        grade: The weakest grade among what it rests on.
        own_trials: Whether trials of this drug on this score are among it; else it is borrowed from other drugs, or assumed.

    Raises:
        ValueError: When the spread is not positive or a number is not finite.
    """

    drug: str
    outcome: Score
    dose_mg_per_day: float
    mean: float
    sd: float
    stated: str
    sources: tuple[Source, ...] = ()
    grade: Grade = Grade.U
    own_trials: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and math.isfinite(self.sd) and self.sd > 0):
            raise ValueError("a belief has a finite mean and a positive, finite spread")
        if not (math.isfinite(self.dose_mg_per_day) and self.dose_mg_per_day > 0):
            raise ValueError("a belief is about a dose above zero")
