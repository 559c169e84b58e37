"""The grades of an answer, and which one two probabilities give.

P(B > 0) says whether a medicine helps at all, P(B >= line) whether it helps by what matters. Both are of one posterior, so one grade can say both:
*works* to *does not work* by the line, and for who is helped for sure while the line is open or missed, *it helps; whether by the line is open*
and *it helps a little*.
"""

from __future__ import annotations

from enum import StrEnum

from lenitive.frozen import dataclass

__all__ = ["CERTAIN", "BenefitGrade", "GradeSettings", "grade_by"]


class BenefitGrade(StrEnum):
    """What is concluded about one drug or activity."""

    WORKS = "works"
    WORKS_AT_A_COST = "works_at_a_cost"
    PROBABLY_WORKS = "probably_works"
    HELPS_SIZE_OPEN = "helps_size_open"
    HELPS_A_LITTLE = "helps_a_little"
    OPEN = "open"
    PROBABLY_DOES_NOT_WORK = "probably_does_not_work"
    DOES_NOT_WORK = "does_not_work"
    NOTHING_TO_EASE = "nothing_to_ease"
    CANNOT_TELL = "cannot_tell"

    @property
    def side(self) -> int:
        """1 where it speaks for the drug, -1 where it speaks against it, 0 where it leaves that open."""
        return _SIDES.get(self, 0)


_SIDES = {
    BenefitGrade.WORKS: 1,
    BenefitGrade.WORKS_AT_A_COST: 1,
    BenefitGrade.PROBABLY_WORKS: 1,
    BenefitGrade.HELPS_SIZE_OPEN: 1,
    BenefitGrade.HELPS_A_LITTLE: 1,
    BenefitGrade.PROBABLY_DOES_NOT_WORK: -1,
    BenefitGrade.DOES_NOT_WORK: -1,
}
CERTAIN = (BenefitGrade.WORKS, BenefitGrade.WORKS_AT_A_COST, BenefitGrade.DOES_NOT_WORK)
"""The grades that say by the line yes or no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeSettings:
    """From which probabilities on each grade is given.

    Attributes:
        sure: That the line is reached: *works*; 1 less it: *does not work*.
        probably: That the line is reached: *probably works*; 1 less it: *probably does not work*.
        helps: That there is any benefit: *helps*.
    """

    sure: float
    probably: float
    helps: float

    def __post_init__(self) -> None:
        if not (0.5 < self.probably < self.sure < 1 and 0.5 < self.helps < 1):
            raise ValueError("probably lies above one half and below sure, and both and helps below one")


def grade_by(helps: float, reaches: float, lines: GradeSettings) -> BenefitGrade:
    """The grade of two probabilities, before its cost is thought of.

    A probability on a line counts as beyond it: 0.85 is *works*, 0.15 is *does not work*.

    Args:
        helps: That there is any benefit.
        reaches: That the benefit is at least the line.
        lines: From which probabilities on each grade is given.
    """
    certain = helps >= lines.helps
    # 1 - 0.85 is a little more than 0.15: compared from the same side both ways, equal distances give equal grades.
    misses = 1 - reaches
    if reaches >= lines.sure:
        return BenefitGrade.WORKS
    if reaches >= lines.probably:
        return BenefitGrade.PROBABLY_WORKS
    if misses >= lines.sure:
        return BenefitGrade.HELPS_A_LITTLE if certain else BenefitGrade.DOES_NOT_WORK
    if certain:
        return BenefitGrade.HELPS_SIZE_OPEN
    return BenefitGrade.PROBABLY_DOES_NOT_WORK if misses >= lines.probably else BenefitGrade.OPEN
