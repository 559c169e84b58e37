"""How long what lies at home lasts under a plan, and on which day it runs out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from lenitive.frozen import dataclass
from lenitive.titration.dose_plan import DosePlan
from lenitive.titration.pieces import Piece

__all__ = ["SupplyLine", "supply_of"]

_AHEAD = timedelta(days=730)
"""How far ahead is looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyLine:
    """One product of a plan.

    Attributes:
        drug: The drug.
        unit: The whole tablet or capsule.
        at_home: How many there are; halves of one count as halves.
        needed: How many the plan takes up to its last change, or in its first 28 days where nothing changes later.
        last_day: The last day that what is at home is enough for; None where it is enough as far as is looked, two years.
        left_then: How many are left when the plan has changed for the last time; below zero how many are missing.
    """

    drug: str
    unit: Piece
    at_home: float
    needed: float
    last_day: date | None
    left_then: float


def supply_of(
    plan: DosePlan, at_home: Mapping[tuple[str, Piece], float], *, least_days: int = 28
) -> tuple[SupplyLine, ...]:
    """What each product of a plan comes to; liquids are not counted.

    Args:
        plan: The plan.
        at_home: Whole units that are there, by drug and unit; a product that is missing is not there.
        least_days: How many days are counted at least.
    """
    through = max(plan.last, plan.start + timedelta(days=least_days - 1))
    units: dict[tuple[str, Piece], None] = {}
    for stage in plan.stages:
        for intake in stage.dose.intakes:
            for piece, _ in intake.handful.pieces:
                units.setdefault((stage.drug, _whole(piece)))
    found = []
    for drug, unit in sorted(units, key=lambda key: (key[0], key[1].unit_mg)):
        have = at_home.get((drug, unit), 0.0)
        left, last_day, needed, day = have, None, 0.0, plan.start
        ran_out = False
        while day <= plan.start + _AHEAD and not (ran_out and day > through):
            takes = _takes(plan, drug, unit, day)
            if day <= through:
                needed += takes
            if not ran_out and takes > left + 1e-9:
                ran_out, last_day = True, day - timedelta(days=1)
            left -= takes
            day += timedelta(days=1)
        found.append(
            SupplyLine(
                drug=drug, unit=unit, at_home=have, needed=needed, last_day=last_day, left_then=have - needed
            )
        )
    return tuple(found)


def _whole(piece: Piece) -> Piece:
    return Piece(mg=piece.unit_mg, form=piece.form, unit_mg=piece.unit_mg, product=piece.product)


def _takes(plan: DosePlan, drug: str, unit: Piece, day: date) -> float:
    """Whole units taken on a day."""
    return sum(
        n * piece.mg / piece.unit_mg
        for dose in plan.on(day)
        if dose.drug == drug
        for intake in dose.intakes
        for piece, n in intake.handful.pieces
        if _whole(piece) == unit
    )
