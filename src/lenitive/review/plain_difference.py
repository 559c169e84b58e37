"""The plain before-and-after difference of a drug, beside the part of it that is due to the drug."""

from __future__ import annotations

from lenitive.frozen import dataclass
from lenitive.response import BenefitAnswer, Estimand, Fit, Verdict

__all__ = ["BeforeAfter", "before_after", "with_and_without"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfter:
    """Improvements in points, weighed as the verdict weighs them; above zero is better.

    Attributes:
        plain: Plain means on the drug against before it.
        due: What is due to the drug.
    """

    plain: float
    due: float

    @property
    def other(self) -> float:
        """What of the plain difference is not the drug; below zero where plain means hide a part of the effect.

        Of the two as they are printed, to one decimal, so that a reader's subtraction agrees.
        """
        return round(self.plain, 1) - round(self.due, 1)


def before_after(fit: Fit, verdict: Verdict) -> BeforeAfter | None:
    """Both figures, or None where a score that counts has no plain difference, such as without a day before the drug."""
    if verdict.benefit_mean is None:
        return None
    plain = 0.0
    for outcome, weight in verdict.weights.items():
        if weight == 0:
            continue
        effect = fit.effect(verdict.drug, outcome, Estimand.NAIVE)
        if effect is None:
            return None
        plain -= weight * effect.mean
    return BeforeAfter(plain=plain, due=verdict.benefit_mean)


def with_and_without(fit: Fit, found: BenefitAnswer) -> float | None:
    """How much easier the days with a drug were than those without it between its blocks, points weighed as the answer weighs them.

    None where there were no blocks, or a score that is used has no such figure.
    """
    total = 0.0
    for outcome, weight in found.weights.items():
        if weight == 0:
            continue
        effect = fit.effect(found.drug, outcome, Estimand.ON_MINUS_OFF)
        if effect is None:
            return None
        total -= weight * effect.mean
    return total
