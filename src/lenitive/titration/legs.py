"""One leg of a plan: a drug brought up to a dose, or down from one, within what the knowledge gives.

Where a product, a maximum, a step, a number of days or a way down is missing there is no leg, and `NoPlan` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from lenitive.knowledge import Knowledge
from lenitive.knowledge.schema.drugs import Drug
from lenitive.knowledge.schema.facts import Fact, Market
from lenitive.knowledge.schema.planning import Taper
from lenitive.knowledge.schema.products import Dosing
from lenitive.terms import Grade, Source
from lenitive.titration.day_dose import DayDose, day_doses
from lenitive.titration.dose_plan import Basis, Stage
from lenitive.titration.ladder import LadderError, ladder

__all__ = ["Leg", "Legs", "NoPlan", "Person", "sources_of"]

OLDER = 65
"""Years from which the labels' geriatric sections speak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a plan must know of the patient.

    Attributes:
        age: Years. None is unknown: the doses are then those of adults, under the lower of the two maxima.
        used_days: How long the drug to be stopped has been taken; None counts as long.
        pace: 1 the usual pace; 2 takes twice as long.
        others: Ids of everything else taken, so that no plan walks into a forbidden overlap.
    """

    age: int | None = None
    used_days: int | None = None
    pace: int = 1
    others: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.pace < 1 or (self.used_days is not None and self.used_days < 0):
            raise ValueError("the pace is 1 or more, and days of use are not negative")


class NoPlan(Exception):  # noqa: N818 - an answer, not an error
    """Carries a refusal out of the middle of a plan."""

    def __init__(self, rule: str, reason: str, sources: Sequence[Source] = ()) -> None:
        super().__init__(reason)
        self.rule, self.reason, self.sources = rule, reason, tuple(sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """Stages of one drug with what they rest on."""

    stages: tuple[Stage, ...]
    basis: Basis
    grades: tuple[Grade, ...]
    rests_on: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def after(self) -> date:
        """First day after the last limited stage, or the first day of an unlimited one."""
        last = self.stages[-1]
        return last.first if last.last is None else last.last + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Legs:
    """Makes legs from the knowledge for a pharmacy's market, each once: the same question gets the same leg."""

    knowledge: Knowledge
    market: Market
    _made: dict[Hashable, Leg | NoPlan] = field(default_factory=dict, init=False, repr=False, compare=False)
    _doses: dict[Hashable, tuple[DayDose, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def _once(self, key: Hashable, make: Callable[[], Leg]) -> Leg:
        if key not in self._made:
            try:
                self._made[key] = make()
            except NoPlan as no:
                self._made[key] = no
        found = self._made[key]
        if isinstance(found, NoPlan):
            raise NoPlan(found.rule, found.reason, found.sources)
        return found

    def drug(self, name: str) -> Drug:
        """The drug that a name, brand or id stands for.

        Raises:
            NoPlan: When it is not one that can be planned.
        """
        if name in self.knowledge.drugs:
            return self.knowledge.drugs[name]
        match = self.knowledge.resolve_drug(name)
        if match is None or match.id not in self.knowledge.drugs:
            raise NoPlan("titration.plan.unknown_drug", f"{name} is not a drug that can be planned")
        return self.knowledge.drugs[match.id]

    def dosing(self, drug: Drug, person: Person) -> Dosing:
        """The default row, tightened by the rows for older people when the patient is or may be one of them."""
        row = drug.default_dosing
        if person.age is not None and person.age < OLDER:
            return row
        older = [d for d in drug.dosing.values() if d.population == "older" and d.decides]
        if person.age is None:
            most = [d.max_mg for d in (row, *older) if d.max_mg is not None]
            return row if row.max_mg is None else _at_most(row, min(most))
        for one in older:
            row = row.model_copy(
                update={
                    "start_mg": min(x for x in (row.start_mg, one.start_mg) if x is not None)
                    if (row.start_mg or one.start_mg)
                    else None,
                    "max_mg": min(x for x in (row.max_mg, one.max_mg) if x is not None)
                    if (row.max_mg or one.max_mg)
                    else None,
                    "min_days": max((x for x in (row.min_days, one.min_days) if x is not None), default=None),
                    "schedule": () if one.start_mg is not None or one.max_mg is not None else row.schedule,
                    "source": (*row.source, *one.source),
                }
            )
        return row if row.max_mg is None else _at_most(row, row.max_mg)

    def doses_of(self, drug: Drug, dosing: Dosing) -> tuple[DayDose, ...]:
        """Every day's dose up to the row's maximum that products of the market make.

        Raises:
            NoPlan: When there is no maximum or no product.
        """
        if dosing.max_mg is None:
            raise NoPlan(
                "titration.plan.no_maximum",
                f"No source read gives a maximum dose of {drug.name}",
                sources_of(dosing),
            )
        key = (drug.id, dosing.max_mg, dosing.per_day, dosing.times)
        if key not in self._doses:
            self._doses[key] = day_doses(drug, dosing, self.knowledge.planning, self.market, dosing.max_mg)
        found = self._doses[key]
        if not found:
            raise NoPlan(
                "titration.plan.no_product",
                f"No product of {drug.name} is known in this market ({self.market})",
            )
        return found

    def at(self, drug: Drug, doses: Sequence[DayDose], mg: float) -> DayDose:
        """The one day's dose of so many mg.

        Raises:
            NoPlan: When it lies above the maximum, or cannot be made.
        """
        for dose in doses:
            if abs(dose.mg - mg) < 1e-6:
                return dose
        if mg > doses[-1].mg + 1e-9:
            raise NoPlan(
                "titration.plan.above_maximum",
                f"{mg:g} mg a day of {drug.name} is above what may be planned ({doses[-1].mg:g} mg)",
            )
        raise NoPlan(
            "titration.plan.cannot_be_made",
            f"{mg:g} mg a day of {drug.name} cannot be made of products in this market ({self.market}); "
            f"possible: {', '.join(f'{d.mg:g}' for d in doses)}",
        )

    def up(self, drug: Drug, person: Person, start: date, to_mg: float, from_mg: float = 0.0) -> Leg:
        """From nothing, or from a dose, up to a dose; the last stage goes on."""
        key = ("up", drug.id, person.age, person.pace, start, to_mg, from_mg)
        return self._once(key, lambda: self._up(drug, person, start, to_mg, from_mg))

    def _up(self, drug: Drug, person: Person, start: date, to_mg: float, from_mg: float) -> Leg:
        dosing = self.dosing(drug, person)
        doses = self.doses_of(drug, dosing)
        self.at(drug, doses, to_mg)
        if from_mg:
            self.at(drug, doses, from_mg)
        steps, basis = self._steps_up(drug, dosing, doses, to_mg, from_mg)
        stages = []
        day = start
        for i, (mg, days) in enumerate(steps):
            goes_on = i == len(steps) - 1
            last = None if goes_on else day + timedelta(days=days * person.pace - 1)
            stages.append(Stage(dose=self.at(drug, doses, mg), first=day, last=last))
            day = day if last is None else last + timedelta(days=1)
        return Leg(
            stages=tuple(stages),
            basis=basis,
            grades=(dosing.grade,),
            rests_on=(f"{drug.name}: {dosing.says or _limits(dosing)}",),
            sources=sources_of(dosing),
        )

    def _steps_up(
        self, drug: Drug, dosing: Dosing, doses: Sequence[DayDose], to_mg: float, from_mg: float
    ) -> tuple[list[tuple[float, int]], Basis]:
        """Doses with the days on each, up to the one asked for."""
        schedule = self._schedule(drug, dosing, to_mg)
        if schedule and not from_mg:
            kept = [(d, mg) for d, mg in schedule if mg <= to_mg + 1e-9]
            days = [b - a for (a, _), (b, _) in pairwise(kept)]
            return [(mg, days[i] if i < len(days) else 0) for i, (_, mg) in enumerate(kept)], Basis.PUBLISHED
        if dosing.start_mg is None:
            raise NoPlan(
                "titration.plan.no_start",
                f"No source read gives a starting dose of {drug.name}",
                sources_of(dosing),
            )
        current = from_mg or min(dosing.start_mg, to_mg)
        if not from_mg:
            self.at(drug, doses, current)
        if abs(current - to_mg) < 1e-6:
            return [(to_mg, 0)], Basis.PUBLISHED
        step = dosing.step_mg or (dosing.start_mg if dosing.min_days is not None else None)
        if step is None or dosing.min_days is None:
            raise NoPlan(
                "titration.plan.no_step",
                f"No source read gives the step and the days between steps of {drug.name} on the way to {to_mg:g} mg",
                sources_of(dosing),
            )
        possible = [d.mg for d in doses]
        found = [] if from_mg else [(current, dosing.min_days)]
        while current < to_mg - 1e-9:
            reach = [mg for mg in possible if current + 1e-9 < mg <= min(current + step, to_mg) + 1e-9]
            if not reach:
                raise NoPlan(
                    "titration.plan.no_step",
                    f"From {current:g} mg a day of {drug.name} no product in this market makes a step of at most {step:g} mg",
                    sources_of(dosing),
                )
            current = max(reach)
            found.append((current, dosing.min_days))
        return found, Basis.CONSTRUCTED

    def _schedule(self, drug: Drug, dosing: Dosing, to_mg: float) -> tuple[tuple[int, float], ...]:
        """A published schedule through the dose: the row's own, or, where the row has no steps, another adult row's."""
        rows = [dosing]
        if dosing.step_mg is None:
            rows += [
                d
                for d in drug.dosing.values()
                if d.population == "adult" and d.decides and d.start_mg == dosing.start_mg
            ]
        return next((r.schedule for r in rows if any(abs(mg - to_mg) < 1e-6 for _, mg in r.schedule)), ())

    def way_down(self, drug: Drug) -> Taper:
        """How a drug is brought down.

        Raises:
            NoPlan: When the knowledge refuses it, or has nothing on it.
        """
        planning = self.knowledge.planning
        if drug.id in planning.refused:
            row = planning.refused[drug.id]
            raise NoPlan("titration.plan.not_tapered", row.says, row.sources)
        if drug.id not in planning.taper:
            raise NoPlan("titration.plan.no_taper", f"No source read says how {drug.name} is brought down")
        return planning.taper[drug.id]

    def down(
        self,
        drug: Drug,
        person: Person,
        start: date,
        from_mg: float,
        to_mg: float = 0.0,
        *,
        below: float | None = None,
    ) -> Leg:
        """From a dose down to another or to nothing. The doses on the way end the day before the next begins.

        Args:
            drug: The drug.
            person: The patient.
            start: First day on the first lower dose.
            from_mg: The dose now, mg a day.
            to_mg: Where to arrive; 0 is stopping.
            below: Every fall is smaller than this, in the height that the drug's ladder uses.
        """
        key = ("down", drug.id, person.age, person.pace, person.used_days, start, from_mg, to_mg, below)
        return self._once(key, lambda: self._down(drug, person, start, from_mg, to_mg, below))

    def _down(
        self, drug: Drug, person: Person, start: date, from_mg: float, to_mg: float, below: float | None
    ) -> Leg:
        way = self.way_down(drug)
        doses = self.doses_down(drug, person, from_mg)
        self.at(drug, doses, from_mg)
        if to_mg:
            self.at(drug, doses, to_mg)
        total = (
            way.total_days(person.used_days if person.used_days is not None else way.days[-1][0])
            * person.pace
        )
        rungs = max(1, total // way.step_days)
        height = self.height(drug, way.occupancy)
        try:
            after = ladder(
                doses, from_mg, to_mg, rungs + 1, height, most_mg_per_step=way.most_mg_per_step, below=below
            )
        except LadderError:
            raise NoPlan(
                "titration.plan.no_ladder",
                f"Products in this market ({self.market}) make no step of at most {way.most_mg_per_step} mg of {drug.name}",
                way.sources,
            ) from None
        kept = [mg for mg in after if mg > 0]
        stages = []
        day = start
        spare = total
        for i, mg in enumerate(kept):
            goes_on = mg == to_mg and i == len(kept) - 1 and to_mg > 0
            left = len(kept) - i
            days = (
                max(way.step_days, spare // left // way.step_days * way.step_days) if left else way.step_days
            )
            last = None if goes_on else day + timedelta(days=days - 1)
            stages.append(Stage(dose=self.at(drug, doses, mg), first=day, last=last))
            spare -= days
            day = day + timedelta(days=days)
        if not stages:
            # Nothing lower can be made: the present dose for one more step, then nothing. The plan says so.
            last = start + timedelta(days=way.step_days - 1)
            stages = [Stage(dose=self.at(drug, doses, from_mg), first=start, last=last)]
        said = [f"{drug.name}: {way.says}"]
        if not to_mg:
            said.append(
                f"{drug.name}: the last step, from {stages[-1].dose.mg:g} mg to nothing, is the largest at the receptor; "
                f"products in this market ({self.market}) make none lower."
            )
        return Leg(
            stages=tuple(stages),
            basis=Basis(way.basis),
            grades=(way.grade,),
            rests_on=tuple(said),
            sources=way.sources,
        )

    def doses_down(self, drug: Drug, person: Person, from_mg: float) -> tuple[DayDose, ...]:
        """The doses on a way down. The maximum for starting does not bind a dose already taken: it must come down."""
        return self.doses_of(drug, replace_maximum(self.dosing(drug, person), from_mg))

    def height(self, drug: Drug, key: str) -> Callable[[float], float]:
        """What falls evenly: the occupancy where a source supports a curve, otherwise the dose."""
        if not key:
            return lambda mg: mg
        curve = drug.occupancy[key]
        half, most = curve.half, curve.emax
        return lambda mg: most * mg / (mg + half)


def _at_most(dosing: Dosing, most_mg: float) -> Dosing:
    """A dosing row none of whose doses passes a maximum."""
    kept = {
        "max_mg": most_mg,
        "start_mg": None if dosing.start_mg is None else min(dosing.start_mg, most_mg),
        "target_mg": None if dosing.target_mg is None else min(dosing.target_mg, most_mg),
        "schedule": tuple((d, mg) for d, mg in dosing.schedule if mg <= most_mg),
    }
    return dosing.model_copy(update=kept)


def replace_maximum(dosing: Dosing, at_least: float) -> Dosing:
    """A dosing row whose maximum is not below a dose already taken."""
    if dosing.max_mg is None or dosing.max_mg >= at_least:
        return dosing
    return dosing.model_copy(update={"max_mg": at_least})


def _limits(dosing: Dosing) -> str:
    return f"start {dosing.start_mg or 0:g} mg, at most {dosing.max_mg or 0:g} mg a day"


def sources_of(row: Fact) -> tuple[Source, ...]:
    """A fact's sources as terms."""
    return tuple(s.source for s in row.source)
