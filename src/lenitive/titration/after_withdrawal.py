"""After a fall that brought withdrawal: wait on the dose before it, or on the present one, then fall by less each time.

How large a fall is, is measured as the drug's ladder measures it: in the occupancy of its target where a source supports a
curve, otherwise in the dose. Where products make no fall smaller than the former the way ends there, and says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from lenitive.knowledge import Drug
from lenitive.terms import Message
from lenitive.titration.day_dose import DayDose, dose_at
from lenitive.titration.descent import rounded, taper_height
from lenitive.titration.dose_plan import Basis
from lenitive.titration.falls import Falls
from lenitive.titration.ladder import largest_fall, reachable
from lenitive.titration.leg import Leg
from lenitive.titration.legs import Legs
from lenitive.titration.no_plan import NoPlan, row_message
from lenitive.titration.person import Person

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
        raise NoPlan(Message.of("titration.plan.no_fall", drug=drug.id))
    first = now_mg if hold else before_mg
    if first <= to_mg:
        raise NoPlan(Message.of("titration.plan.no_step.at_aim", drug=drug.id, mg=now_mg))
    if not hold:
        _check_going_back(legs, drug, person, before_mg)
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
    target = drug.occupancy[way.occupancy].target if way.occupancy else ""
    if next_ is not None and end == first:
        raise NoPlan(
            Message.of(
                "titration.plan.no_smaller_fall.occupancy"
                if target
                else "titration.plan.no_smaller_fall.dose",
                drug=drug.id,
                market=legs.market,
                mg=first,
                before_mg=before_mg,
                now_mg=now_mg,
                target=target,
                former=rounded(former),
                next_mg=next_,
                next_fall=rounded(height(first) - height(next_)),
            ),
            way.sources,
            _left(legs, drug, doses),
        )
    limits = legs.knowledge.planning.limit
    wait, slower = limits["hold_after_withdrawal"], limits["pace_after_withdrawal"]
    slow = replace(person, pace=person.pace * int(slower.value))
    down = legs.down(drug, slow, on, first, end, below=former, wait_days=int(wait.value))
    kept = [s.dose.mg for s in down.stages] + ([] if end else [0.0])
    falls = Falls(
        target=target,
        unit="1" if way.occupancy else "mg/d",
        former=rounded(former),
        largest=rounded(largest_fall(kept, height)),
        blocked=None if next_ is None else (end, next_),
        blocked_size=None if next_ is None else rounded(height(end) - height(next_)),
    )
    first_days = (
        Message.of("titration.rests.held", mg=first, days=wait.value)
        if hold
        else Message.of("titration.rests.back_to", mg=first, days=wait.value)
    )
    messages = [
        first_days,
        row_message("limit", "hold_after_withdrawal", wait.says),
        row_message("limit", "pace_after_withdrawal", slower.says),
        *_compared(falls),
        *(() if next_ is None else _left(legs, drug, doses)),
    ]
    return (
        Leg(
            stages=down.stages,
            basis=Basis.CONSTRUCTED,
            grades=(*down.grades, wait.grade, slower.grade),
            rests_on=(*messages, *down.rests_on),
            sources=tuple(dict.fromkeys((*wait.sources, *slower.sources, *down.sources))),
        ),
        falls,
    )


def _check_going_back(legs: Legs, drug: Drug, person: Person, before_mg: float) -> None:
    """Refuse a way back up to a dose that a limit of this patient does not allow any more."""
    limits = legs.limits(drug, person)
    most = limits.dosing.max_mg
    if limits.caps and most is not None and before_mg > most + 1e-9:
        raise NoPlan(
            Message.of("titration.plan.at_limit", drug=drug.id, mg=before_mg, most_mg=most),
            limits.sources,
            limits.caps,
        )


def _compared(falls: Falls) -> list[Message]:
    """The largest fall beside the former one, and where products end."""
    of_target = bool(falls.target)
    found = [
        Message.of(
            "titration.rests.largest_fall.occupancy" if of_target else "titration.rests.largest_fall.dose",
            target=falls.target,
            largest=falls.largest,
            former=falls.former,
        )
    ]
    if falls.blocked is not None:
        end, next_ = falls.blocked
        found.append(
            Message.of(
                "titration.rests.ends_at.occupancy" if of_target else "titration.rests.ends_at.dose",
                mg=end,
                next_mg=next_,
                next_fall=falls.blocked_size,
            )
        )
    return found


def _of_forms(doses: Sequence[DayDose], first: DayDose) -> tuple[Sequence[DayDose], ...]:
    """The doses to choose from: one form is changed for the other once at most, and what is waited on is the first."""
    if not first.liquid:
        return (doses,)
    return [d for d in doses if d.liquid], [d for d in doses if not d.liquid]


def _left(legs: Legs, drug: Drug, doses: Sequence[DayDose]) -> tuple[Message, ...]:
    """What is left where products end: time, and a liquid where one is sold that was not used."""
    if any(d.liquid for d in doses):
        return Message.of("titration.left.time"), Message.of("titration.left.no_line")
    markets = {p.market for p in drug.product.values() if p.liquid}
    elsewhere = tuple(sorted(markets - {legs.market, "any"}))
    if markets & {legs.market, "any"}:
        return Message.of("titration.left.time"), Message.of("titration.left.liquid_here", drug=drug.id)
    if elsewhere:
        return (
            Message.of("titration.left.time"),
            Message.of("titration.left.liquid_elsewhere", drug=drug.id, markets=elsewhere),
        )
    return (Message.of("titration.left.time"),)
