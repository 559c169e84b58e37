"""A way that doses may go from tomorrow on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from lenitive.frozen import dataclass
from lenitive.response.result import Array

__all__ = ["DosePath", "DoseStep"]

DoseStep = tuple[int, float]
"""From which day on, 0 for tomorrow, and how much: mg a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DosePath:
    """Doses to come; a drug that is not named is left as it is, and is no part of what the path brings.

    Attributes:
        steps: By drug, each dose with the day from which it is taken, 0 for tomorrow; ascending, the first on day 0.

    Raises:
        ValueError: When days do not ascend from 0, or a dose is below zero or not finite.
    """

    steps: Mapping[str, tuple[DoseStep, ...]]

    def __post_init__(self) -> None:
        for steps in self.steps.values():
            if not steps or steps[0][0] != 0 or any(b[0] <= a[0] for a, b in pairwise(steps)):
                raise ValueError("the steps of a drug begin on day 0 and ascend")
            if any(not np.isfinite(mg) or mg < 0 for _, mg in steps):
                raise ValueError("doses are finite, from zero up")

    @classmethod
    def steady(cls, **doses: float) -> DosePath:
        """One dose of each drug from tomorrow on, mg a day."""
        return cls(steps={drug: ((0, mg),) for drug, mg in doses.items()})

    @classmethod
    def falling(cls, drug: str, doses: Sequence[float], every_days: int) -> DosePath:
        """One dose after the other, each for so many days, the last for good."""
        return cls(steps={drug: tuple((every_days * i, mg) for i, mg in enumerate(doses))})

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs that it names."""
        return tuple(self.steps)

    def stretches(self, drug: str, days: int) -> list[tuple[int, float]]:
        """``(days, mg)`` of each dose of a drug within so many days."""
        edges = [s for s in self.steps.get(drug, ((0, 0.0),)) if s[0] < days]
        ends = [day for day, _ in edges[1:]] + [days]
        return [(end - day, mg) for (day, mg), end in zip(edges, ends, strict=True)]

    def daily(self, drug: str, days: int) -> Array:
        """``[day]`` mg of a drug from tomorrow on."""
        stretches = self.stretches(drug, days)
        return np.repeat([mg for _, mg in stretches], [n for n, _ in stretches])
