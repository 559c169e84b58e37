"""A day's dose: its intakes, each a handful at a time of day."""

from __future__ import annotations

from dataclasses import dataclass

from lenitive.knowledge.schema.drugs import Drug
from lenitive.knowledge.schema.facts import Market
from lenitive.knowledge.schema.planning import PlanningFile, Split
from lenitive.knowledge.schema.products import Dosing
from lenitive.titration.pieces import Handful, handfuls

__all__ = ["DayDose", "Intake", "day_doses"]

_TIMES = {
    1: ("bedtime",),
    2: ("morning", "bedtime"),
    3: ("morning", "noon", "bedtime"),
    4: ("morning", "noon", "evening", "bedtime"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What is taken at one time of day."""

    time: str
    handful: Handful

    def __str__(self) -> str:
        """``bedtime: 1 x 15 mg tablet``."""
        return f"{self.time}: {self.handful}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDose:
    """All intakes of one drug on one day."""

    drug: str
    intakes: tuple[Intake, ...]

    @property
    def mg(self) -> float:
        """The day's dose."""
        return sum(i.handful.mg for i in self.intakes)

    @property
    def pieces(self) -> int:
        """Pieces in a day."""
        return sum(i.handful.count for i in self.intakes)

    @property
    def halves(self) -> int:
        """Halves in a day."""
        return sum(i.handful.halves for i in self.intakes)


def _times(dosing: Dosing, per_day: int) -> tuple[str, ...]:
    return dosing.times if len(dosing.times) == per_day else _TIMES[per_day]


def _split(
    drug: str, amounts: tuple[Handful, ...], times: tuple[str, ...], most_mg: float
) -> dict[float, DayDose]:
    """Day doses whose intakes are equal, or differ by one step of what can be made, the larger ones later."""
    found: dict[float, DayDose] = {}
    n = len(times)
    for low, high in zip((None, *amounts), amounts, strict=False):
        for later in range(1, n + 1):
            chosen = [low] * (n - later) + [high] * later
            intakes = tuple(
                Intake(time=t, handful=h) for t, h in zip(times, chosen, strict=True) if h is not None
            )
            dose = DayDose(drug=drug, intakes=intakes)
            mg = round(dose.mg, 6)
            if mg <= most_mg + 1e-9:
                found.setdefault(mg, dose)
    return found


def day_doses(
    drug: Drug, dosing: Dosing, planning: PlanningFile, market: Market, most_mg: float
) -> tuple[DayDose, ...]:
    """Every day's dose up to the most that existing products can make, ascending.

    One intake a day is kept up to the amount above which the planning file divides it.
    """
    most_pieces = int(planning.limit["pieces"].value)
    amounts = handfuls(drug, market, most_mg, most_pieces)
    split: Split | None = planning.split.get(drug.id)
    once = split.above_mg if split else most_mg
    found = {
        mg: d
        for mg, d in _split(drug.id, amounts, _times(dosing, dosing.per_day), most_mg).items()
        if mg <= once + 1e-9
    }
    if split:
        divided = _split(drug.id, amounts, split.times, most_mg)
        found |= {mg: d for mg, d in divided.items() if mg > once + 1e-9}
    return tuple(found[mg] for mg in sorted(found))
