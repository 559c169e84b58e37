"""One leg of a plan as a value: stages of one drug with what they rest on."""

from __future__ import annotations

from datetime import date, timedelta

from lenitive.frozen import dataclass
from lenitive.terms import Grade, Message, Source
from lenitive.titration.dose_plan import Basis, PlanStage

__all__ = ["Leg"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """Stages of one drug with what they rest on.

    Attributes:
        stages: In order of day.
        basis: Where the doses come from.
        grades: Of what it rests on.
        rests_on: One message a point.
        sources: Where those stand.
        stopped_at_mg: Where a limit of this patient ends the way up below the dose asked for; else None.
        most_days: To how many days a source limits the use, where the leg ends for that; else None.
    """

    stages: tuple[PlanStage, ...]
    basis: Basis
    grades: tuple[Grade, ...]
    rests_on: tuple[Message, ...]
    sources: tuple[Source, ...]
    stopped_at_mg: float | None = None
    most_days: int | None = None

    @property
    def after(self) -> date:
        """First day after the last limited stage, or the first day of an unlimited one."""
        last = self.stages[-1]
        return last.first if last.last is None else last.last + timedelta(days=1)
