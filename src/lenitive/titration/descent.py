"""The doses on the way down from a dose: a ladder in tablets, or one that ends in liquid, and what is to be said of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lenitive.knowledge.schema.drugs import Drug
from lenitive.knowledge.schema.facts import Market
from lenitive.knowledge.schema.planning import PlanningFile, Taper
from lenitive.titration.day_dose import DayDose
from lenitive.titration.ladder import LadderError, ladder, largest_fall
from lenitive.titration.no_plan import NoPlan

__all__ = ["Descent", "descend", "taper_height"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """The doses after the present one, down to the one that stays where one does, and sentences on their choice."""

    doses: tuple[DayDose, ...]
    says: tuple[str, ...]


def descend(
    drug: Drug,
    way: Taper,
    doses: Sequence[DayDose],
    start: DayDose,
    end: float,
    steps: int,
    planning: PlanningFile,
    market: Market,
    *,
    below: float | None = None,
) -> Descent:
    """The ladder from a dose to another or to nothing.

    The ladder in tablets is kept unless there is none, or, on the way to nothing, liquid makes the largest fall smaller by
    the planning file's share: a smaller gain is less than what a syringe is right to. To a dose that stays, tablets lead
    where they can, because the time of a whole taper would else be cut into many small steps.

    Args:
        drug: The drug.
        way: Its row on coming down.
        doses: What can be taken, ascending, tablets before the same in liquid.
        start: The present dose.
        end: Where to arrive, mg a day; 0 is nothing.
        steps: How many steps at most, where no limit takes more.
        planning: Says when liquid is worth its trouble.
        market: Where the patient's pharmacy is.
        below: After withdrawal, when the present dose is waited on as a part of the plan: every fall is smaller than this.

    Raises:
        NoPlan: When products make no step that is small enough.
    """
    height = taper_height(drug, way.occupancy)
    # What is waited on in liquid stays in liquid where it can, so that one form is changed for the other once at most.
    held = below is not None and start.liquid

    def laid(some: Sequence[DayDose]) -> tuple[DayDose, ...] | None:
        try:
            return ladder(
                some,
                start.mg,
                end,
                steps,
                height,
                most_mg_per_step=way.most_mg_per_step,
                below=math.inf if below is None else below,
            )
        except LadderError:
            return None

    def fall(way_down: Sequence[DayDose]) -> float:
        return largest_fall([start.mg, *(d.mg for d in way_down), end], height)

    tablets = laid([d for d in doses if not d.liquid])
    liquid = [d for d in doses if d.liquid]
    mixed = laid(liquid if held else doses) if liquid and (not end or held or tablets is None) else None
    says: tuple[str, ...] = ()
    if held:
        tablets = tablets if mixed is None else None
    elif mixed is not None and tablets is not None:
        before, now = fall(tablets), fall(mixed)
        if now > (1 - planning.limit["liquid_gain"].value) * before:
            mixed = None
        else:
            what = "in occupancy" if way.occupancy else "in mg a day"
            says = (
                f"{drug.name}: liquid is used because it makes the largest fall {what} {now:.3g}; in tablets or capsules it is {before:.3g}. "
                f"There are as many steps as the time of the taper has room for, one every {_days(way.step_days)}.",
            )
    elif mixed is not None and below is not None:
        says = (
            f"{drug.name}: liquid is used because tablets and capsules make a fall as large as the former.",
        )
    chosen = tablets if mixed is None else mixed
    if chosen is None:
        raise NoPlan(
            "titration.plan.no_ladder",
            f"Products in this market ({market}) make no step of at most {way.most_mg_per_step} mg of {drug.name}",
            way.sources,
        )
    if end:
        in_liquid = chosen[-1].liquid if chosen else held
        stays = sorted((d for d in doses if abs(d.mg - end) < 1e-6), key=lambda d: d.liquid != in_liquid)
        return Descent(doses=(*chosen, stays[0]), says=says)
    last = chosen[-1] if chosen else start
    at_receptor = " at the receptor" if way.occupancy else ""
    said = f"{drug.name}: the last step, from {last.mg:g} mg to nothing, is "
    if height(last.mg) < fall(chosen) - 1e-9:
        said += "not the largest."
    else:
        said += f"the largest{at_receptor}; {_why_not_lower(last, doses, market)}"
    return Descent(doses=chosen, says=(*says, said))


def _why_not_lower(last: DayDose, doses: Sequence[DayDose], market: Market) -> str:
    """Why the taper does not end lower."""
    if any(d.mg < last.mg - 1e-6 and d.liquid == last.liquid for d in doses):
        return "the time of the taper has room for no more steps."
    if last.liquid:
        return "no smaller volume is measured well enough."
    if any(d.liquid for d in doses):
        return f"tablets and capsules in this market ({market}) make none lower, and liquid makes the taper little finer."
    return f"products in this market ({market}) make none lower."


def _days(days: int) -> str:
    """``7 days``, as in every 7 days."""
    return "day" if days == 1 else f"{days} days"


def taper_height(drug: Drug, key: str) -> Callable[[float], float]:
    """What falls evenly: the occupancy where a source supports a curve, otherwise the dose."""
    if not key:
        return lambda mg: mg
    curve = drug.occupancy[key]
    half, most = curve.half, curve.emax
    return lambda mg: most * mg / (mg + half)
