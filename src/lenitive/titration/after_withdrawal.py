"""After a fall that brought withdrawal: wait on the dose before it, or on the present one, then fall by less each time.

How large a fall is, is measured as the drug's ladder measures it: in the occupancy of its target where a source supports a
curve, otherwise in the dose. Where products make no fall smaller than the former the way ends there, and says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from lenitive.knowledge.schema.drugs import Drug
from lenitive.titration.day_dose import DayDose, dose_at
from lenitive.titration.descent import taper_height
from lenitive.titration.dose_plan import Basis
from lenitive.titration.falls import Falls
from lenitive.titration.ladder import largest_fall, reachable
from lenitive.titration.legs import Leg, Legs, Person
from lenitive.titration.no_plan import NoPlan

__all__ = ["leg_after_withdrawal"]


def leg_after_withdrawal(
    legs: Legs,
    drug: Drug,
    person: Person,
    on: date,
    before_mg: float,
    now_mg: float,
    to_mg: float,
    *,
    hold: bool,
) -> tuple[Leg, Falls]:
    """The way down again, with how its falls compare with the former one.

    Args:
        legs: What makes the falls.
        drug: The drug.
        person: The patient.
        on: First day.
        before_mg: The dose before the fall that brought withdrawal, mg a day.
        now_mg: The dose since; 0 when it was stopped.
        to_mg: Where to arrive; 0 is stopping.
        hold: Wait on the present dose instead of going back to the one before.

    Raises:
        NoPlan: When no product makes a smaller fall, or the drug cannot be planned down at all.
    """
    if not 0 <= now_mg < before_mg or not 0 <= to_mg <= now_mg:
        raise NoPlan(
            "titration.plan.no_fall", "the dose since lies below the one before, and the aim is not above it"
        )
    first = now_mg if hold else before_mg
    if first <= to_mg:
        raise NoPlan(
            "titration.plan.no_step", "on the present dose the aim is reached: there is nothing to plan"
        )
    way = legs.way_down(drug)
    doses = legs.doses_down(drug, person, before_mg)
    height = taper_height(drug, way.occupancy)
    former = height(before_mg) - height(now_mg)
    end, next_ = min(
        (
            reachable(some, first, to_mg, height, below=former, most_mg_per_step=way.most_mg_per_step)
            for some in _of_forms(doses, dose_at(drug, doses, first, legs.market))
        ),
        key=lambda found: (found[0], -(found[1] or 0.0)),
    )
    measure = f"{drug.occupancy[way.occupancy].target} occupancy" if way.occupancy else "dose"
    if next_ is not None and end == first:
        raise NoPlan(
            "titration.plan.no_smaller_fall",
            f"From {first:g} mg a day of {drug.name} products in this market ({legs.market}) make no fall smaller than the one "
            f"that brought withdrawal, {before_mg:g} to {now_mg:g} mg ({_size(former, way.occupancy)} of {measure}): the next is "
            f"{first:g} to {next_:g} mg ({_size(height(first) - height(next_), way.occupancy)}). {_left(legs, drug, doses)}",
            way.sources,
        )
    limits = legs.knowledge.planning.limit
    wait, slower = limits["hold_after_withdrawal"], limits["pace_after_withdrawal"]
    slow = replace(person, pace=person.pace * int(slower.value))
    down = legs.down(drug, slow, on, first, end, below=former, wait_days=int(wait.value))
    kept = [s.dose.mg for s in down.stages] + ([] if end else [0.0])
    falls = Falls(
        measure=measure,
        unit="1" if way.occupancy else "mg/d",
        former=former,
        largest=largest_fall(kept, height),
        blocked=None if next_ is None else (end, next_),
        blocked_size=None if next_ is None else height(end) - height(next_),
    )
    said = [
        f"{'Held at' if hold else 'Back to'} {first:g} mg for {wait.value:g} days: {wait.says}",
        slower.says,
        f"The largest fall is {_size(falls.largest, way.occupancy)} of {measure}; the one that brought withdrawal was "
        f"{_size(former, way.occupancy)}.",
    ]
    if next_ is not None:
        said.append(
            f"It ends at {end:g} mg: from there the next fall is to {next_:g} mg "
            f"({_size(height(end) - height(next_), way.occupancy)}), not smaller than the former. {_left(legs, drug, doses)}"
        )
    return (
        Leg(
            stages=down.stages,
            basis=Basis.CONSTRUCTED,
            grades=(*down.grades, wait.grade, slower.grade),
            rests_on=(*said, *down.rests_on),
            sources=tuple(dict.fromkeys((*wait.sources, *slower.sources, *down.sources))),
        ),
        falls,
    )


def _size(fall: float, occupancy: str) -> str:
    return f"{100 * fall:.1f} %" if occupancy else f"{fall:g} mg"


def _of_forms(doses: Sequence[DayDose], first: DayDose) -> tuple[Sequence[DayDose], ...]:
    """The doses to choose from: one form is changed for the other once at most, and what is waited on is the first."""
    if not first.liquid:
        return (doses,)
    return [d for d in doses if d.liquid], [d for d in doses if not d.liquid]


def _left(legs: Legs, drug: Drug, doses: Sequence[DayDose]) -> str:
    """What is left where products end: time, and a liquid where one is sold that was not used."""
    said = "What is left is a longer stay on a dose"
    if any(d.liquid for d in doses):
        return f"{said}: the lines of the syringe make none between, and no plan goes back from liquid to tablets to fall further."
    markets = {p.market for p in drug.product.values() if p.liquid}
    elsewhere = sorted(markets - {legs.market, "any"})
    if markets & {legs.market, "any"}:
        said += "; a liquid is sold here and is not used in this plan"
    elif elsewhere:
        said += f"; a liquid is sold in other markets ({', '.join(elsewhere)}), none is known in this one"
    return f"{said}."
