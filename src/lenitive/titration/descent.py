"""The doses on the way down from a dose: a ladder in tablets, or one that ends in liquid, and what is to be said of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from lenitive.frozen import dataclass
from lenitive.knowledge import Drug, Market, PlanningFile, Taper
from lenitive.terms import Message
from lenitive.titration.day_dose import DayDose
from lenitive.titration.ladder import LadderError, ladder, largest_fall
from lenitive.titration.no_plan import NoPlan

__all__ = ["Descent", "Way", "descend", "rounded", "taper_height"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """The doses after the present one, down to the one that stays where one does, and what is to be said of their choice."""

    doses: tuple[DayDose, ...]
    says: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What a ladder is laid by.

    Attributes:
        drug: The drug.
        row: Its row on coming down.
        planning: Says when liquid is worth its trouble.
        market: Where the patient's pharmacy is.
    """

    drug: Drug
    row: Taper
    planning: PlanningFile
    market: Market


def descend(
    way: Way,
    doses: Sequence[DayDose],
    start: DayDose,
    end: float,
    steps: int,
    *,
    below: float | None = None,
) -> Descent:
    """The ladder from a dose to another or to nothing.

    The ladder in tablets is kept unless there is none, or, on the way to nothing, liquid makes the largest fall smaller by
    the planning file's share: a smaller gain is less than what a syringe is right to. To a dose that stays, tablets lead
    where they can, because the time of a whole taper would else be cut into many small steps.

    Args:
        way: What it is laid by.
        doses: What can be taken, ascending, tablets before the same in liquid.
        start: The present dose.
        end: Where to arrive, mg a day; 0 is nothing.
        steps: How many steps at most, where no limit takes more.
        below: After withdrawal, when the present dose is waited on as a part of the plan: every fall is smaller than this.

    Raises:
        NoPlan: When products make no step that is small enough.
    """
    drug, row = way.drug, way.row
    height = taper_height(drug, row.occupancy)
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
                most_mg_per_step=row.most_mg_per_step,
                below=math.inf if below is None else below,
            )
        except LadderError:
            return None

    def fall(way_down: Sequence[DayDose]) -> float:
        return largest_fall([start.mg, *(d.mg for d in way_down), end], height)

    tablets = laid([d for d in doses if not d.liquid])
    liquid = [d for d in doses if d.liquid]
    mixed = laid(liquid if held else doses) if liquid and (not end or held or tablets is None) else None
    says: tuple[Message, ...] = ()
    if held:
        tablets = tablets if mixed is None else None
    elif mixed is not None and tablets is not None:
        before, now = fall(tablets), fall(mixed)
        if now > (1 - way.planning.limit["liquid_gain"].value) * before:
            mixed = None
        else:
            says = (_smaller_by_liquid(drug, row, before, now),)
    elif mixed is not None and below is not None:
        says = (Message.of("titration.rests.liquid_after_withdrawal", drug=drug.id),)
    chosen = tablets if mixed is None else mixed
    if chosen is None:
        raise NoPlan(
            Message.of(
                "titration.plan.no_ladder", drug=drug.id, most_mg=row.most_mg_per_step, market=way.market
            ),
            row.sources,
        )
    if end:
        in_liquid = chosen[-1].liquid if chosen else held
        stays = sorted((d for d in doses if abs(d.mg - end) < 1e-6), key=lambda d: d.liquid != in_liquid)
        return Descent(doses=(*chosen, stays[0]), says=says)
    last = chosen[-1] if chosen else start
    if height(last.mg) < fall(chosen) - 1e-9:
        step = (Message.of("titration.rests.last_step.smaller", drug=drug.id, mg=last.mg),)
        return Descent(doses=chosen, says=(*says, *step))
    largest = (
        Message.of("titration.rests.last_step.largest_occupancy", drug=drug.id, mg=last.mg)
        if row.occupancy
        else Message.of("titration.rests.last_step.largest_dose", drug=drug.id, mg=last.mg)
    )
    return Descent(doses=chosen, says=(*says, largest, _why_not_lower(last, doses, way.market)))


def _smaller_by_liquid(drug: Drug, row: Taper, before: float, now: float) -> Message:
    id_ = "titration.rests.liquid_finer.occupancy" if row.occupancy else "titration.rests.liquid_finer.dose"
    return Message.of(id_, drug=drug.id, now=rounded(now), before=rounded(before), step_days=row.step_days)


def _why_not_lower(last: DayDose, doses: Sequence[DayDose], market: Market) -> Message:
    """Why the taper does not end lower."""
    if any(d.mg < last.mg - 1e-6 and d.liquid == last.liquid for d in doses):
        return Message.of("titration.rests.not_lower.no_time")
    if last.liquid:
        return Message.of("titration.rests.not_lower.volume")
    if any(d.liquid for d in doses):
        return Message.of("titration.rests.not_lower.little_finer", market=market)
    return Message.of("titration.rests.not_lower.products", market=market)


def rounded(height: float) -> float:
    """A height to six digits, as documents keep it: equal plans have equal digests also after they were read back."""
    return float(f"{height:.6g}")


def taper_height(drug: Drug, key: str) -> Callable[[float], float]:
    """What falls evenly: the occupancy where a source supports a curve, otherwise the dose."""
    if not key:
        return lambda mg: mg
    curve = drug.occupancy[key]
    half, most = curve.half, curve.emax
    return lambda mg: most * mg / (mg + half)
