"""How much relief matters: the line that a benefit is held against, her own or one made for her weights.

A benefit is a weighed mean of several scores, so a point of it is more than a point of pain: a medicine that takes one point off pain and
does nothing else has eased half of what counts. The line is therefore what goes with the smallest change that people notice, one step of their
global impression, on each score,

    line = sum_o w_o p_o      sum_o w_o = 1

with p_o points of score o that go with that step. For pain alone it is p_pain, one point. Where she said how much relief she wants, that is the line.
"""

from __future__ import annotations

from collections.abc import Mapping

from lenitive.frozen import dataclass
from lenitive.response.preferences import SLOTS
from lenitive.terms import Score

__all__ = ["WEIGHED", "BenefitLine", "LineSettings", "line_for"]

WEIGHED = "weighed"
"""What a line is on that holds for the weighed mean of several scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSettings:
    """Where the lines are by what is known.

    Attributes:
        pain: Points of pain that go with one step of the global impression; of any score without a figure of its own too.
        sleep: The same of sleep disturbance.
        fatigue: The same of fatigue.
        offered: A smaller line that is offered beside the usual one.
    """

    pain: float
    sleep: float
    fatigue: float
    offered: float

    def __post_init__(self) -> None:
        if not min(self.pain, self.sleep, self.fatigue, self.offered) > 0:
            raise ValueError("a benefit that matters is above zero")

    def of(self, outcome: Score) -> float:
        """Points of one score."""
        match SLOTS.get(outcome):
            case "sleep":
                return self.sleep
            case "fatigue":
                return self.fatigue
            case _:
                return self.pain


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitLine:
    """A line, and how probable it is that the benefit reaches it.

    Attributes:
        points: Where it is.
        on: ``weighed``, or the one score that it is on.
        stated: Whether the patient said it herself.
        probability: That the benefit is at least so much; None where no number is given.
    """

    points: float
    on: str
    stated: bool
    probability: float | None


def line_for(weights: Mapping[Score, float], own: float | None, lines: LineSettings) -> BenefitLine:
    """The line of a benefit weighed so, still without a probability.

    Args:
        weights: Weight of each score that is used; they sum to 1.
        own: Points that the patient said, or None.
        lines: Where lines are by what is known.
    """
    used = [o for o, w in weights.items() if w > 0]
    on = used[0].value if len(used) == 1 else WEIGHED
    derived = sum(w * lines.of(o) for o, w in weights.items())
    return BenefitLine(
        points=derived if own is None else own, on=on, stated=own is not None, probability=None
    )
