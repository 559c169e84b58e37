"""A day's dose: its intakes, each a handful at a time of day."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.frozen import dataclass
from lenitive.knowledge import Dosing, Drug, Market, PlanningFile, Split
from lenitive.terms import Message
from lenitive.titration.no_plan import NoPlan
from lenitive.titration.pieces import Handful, handfuls, measured_handfuls

__all__ = ["DayDose", "Intake", "day_doses", "dose_at"]

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
    def liquid(self) -> bool:
        """Whether it is measured; a day's intakes are then all measured."""
        return self.intakes[0].handful.liquid_dose is not None

    @property
    def pieces(self) -> int:
        """Pieces, or fills of a syringe, in a day."""
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


def _measured(
    drug: str, amounts: tuple[Handful, ...], times: tuple[str, ...], most_mg: float
) -> dict[float, DayDose]:
    """Day doses of liquid: the same volume at each intake, so that there is one line of the syringe to know."""
    made = (DayDose(drug=drug, intakes=tuple(Intake(time=t, handful=h) for t in times)) for h in amounts)
    return {round(d.mg, 6): d for d in made if d.mg <= most_mg + 1e-9}


def day_doses(
    drug: Drug,
    dosing: Dosing,
    planning: PlanningFile,
    market: Market,
    *,
    liquid: bool = True,
    form: str = "",
) -> tuple[DayDose, ...]:
    """Every day's dose up to the row's maximum that existing products can make, ascending; one in tablets before the same in liquid.

    One intake a day is kept up to the amount above which the planning file divides it.

    Args:
        drug: The drug.
        dosing: Gives the maximum, intakes a day and their times.
        planning: Gives the limits of an intake.
        market: Where the patient's pharmacy is.
        liquid: Whether an oral solution may be used.
        form: The form that is kept where it makes a dose; empty for none.
    """
    most_mg = dosing.max_mg or 0.0
    most_pieces = int(planning.limit["pieces"].value)
    split: Split | None = planning.split.get(drug.id)
    once = split.above_mg if split else most_mg
    found: list[DayDose] = []
    for make, amounts in (
        (_split, handfuls(drug, market, most_mg, most_pieces, form)),
        (_measured, measured_handfuls(drug, market, planning, most_mg) if liquid else ()),
    ):
        single = make(drug.id, amounts, _times(dosing, dosing.per_day), most_mg)
        found += [d for mg, d in single.items() if mg <= once + 1e-9]
        if split:
            divided = make(drug.id, amounts, split.times, most_mg)
            found += [d for mg, d in divided.items() if mg > once + 1e-9]
    return tuple(sorted(found, key=lambda d: (round(d.mg, 6), d.liquid)))


def dose_at(drug: Drug, doses: Sequence[DayDose], mg: float, market: Market) -> DayDose:
    """The one day's dose of so many mg, in tablets where they make it.

    Raises:
        NoPlan: When it lies above the maximum, or cannot be made.
    """
    for dose in doses:
        if abs(dose.mg - mg) < 1e-6:
            return dose
    if mg > doses[-1].mg + 1e-9:
        raise NoPlan(Message.of("titration.plan.above_maximum", drug=drug.id, mg=mg, most_mg=doses[-1].mg))
    raise NoPlan(_cannot_be_made(drug, doses, mg, market))


def _cannot_be_made(drug: Drug, doses: Sequence[DayDose], mg: float, market: Market) -> Message:
    """With the doses that can: each in tablets or capsules, and the span in liquid."""
    plain = tuple(f"{d.mg:g}" for d in doses if not d.liquid)
    liquid = [d.mg for d in doses if d.liquid]
    if not liquid:
        return Message.of(
            "titration.plan.cannot_be_made.counted", drug=drug.id, mg=mg, market=market, possible_mg=plain
        )
    if not plain:
        return Message.of(
            "titration.plan.cannot_be_made.measured",
            drug=drug.id,
            mg=mg,
            market=market,
            least_mg=liquid[0],
            most_mg=liquid[-1],
        )
    return Message.of(
        "titration.plan.cannot_be_made.either",
        drug=drug.id,
        mg=mg,
        market=market,
        possible_mg=plain,
        least_mg=liquid[0],
        most_mg=liquid[-1],
    )
