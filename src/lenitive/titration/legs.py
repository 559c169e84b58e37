"""One leg of a plan: a drug brought up to a dose, or down from one, within what the knowledge gives.

Where a product, a maximum, a step, a number of days or a way down is missing there is no leg, and `NoPlan` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import field, replace
from datetime import date, timedelta

from lenitive.frozen import dataclass
from lenitive.knowledge import Dosing, Drug, Knowledge, Market, Taper
from lenitive.terms import Message
from lenitive.titration.ascent import climb
from lenitive.titration.day_dose import DayDose, day_doses, dose_at
from lenitive.titration.descent import Way, descend
from lenitive.titration.dose_plan import Basis, PlanStage
from lenitive.titration.dosing_row import (
    check_beginning,
    limits_down,
    limits_for,
    with_maximum,
)
from lenitive.titration.leg import Leg
from lenitive.titration.limits import Limits
from lenitive.titration.liquid_basis import liquid_basis
from lenitive.titration.no_plan import NoPlan, row_message, sources_of
from lenitive.titration.person import Person
from lenitive.titration.rise import WayUp, aim_of, makeable, within_days

__all__ = ["Legs"]


@dataclass(frozen=True, slots=True)
class Legs:
    """Makes legs from the knowledge for a pharmacy's market, each once: the same question gets the same leg.

    Attributes:
        knowledge: What is known.
        market: Where the patient's pharmacy is.
        liquid: Whether oral solutions may be used, where tablets do not do.
    """

    knowledge: Knowledge
    market: Market
    liquid: bool = True
    _made: dict[Hashable, Leg | NoPlan] = field(default_factory=dict, init=False, repr=False, compare=False)
    _doses: dict[Hashable, tuple[DayDose, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _limits: dict[tuple[str, Person], Limits | NoPlan] = field(
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
            raise NoPlan(found.reason, found.sources, found.details)
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
            raise NoPlan(Message.of("titration.plan.unknown_drug", name=name))
        return self.knowledge.drugs[match.id]

    def limits(self, drug: Drug, person: Person) -> Limits:
        """What bounds the drug for the patient when it is begun or raised.

        Raises:
            NoPlan: When it may not be: kidneys or liver forbid it, or no row is known for them.
        """
        key = (drug.id, person)
        if key not in self._limits:
            try:
                self._limits[key] = limits_for(drug, person, self.knowledge)
            except NoPlan as no:
                self._limits[key] = no
        found = self._limits[key]
        if isinstance(found, NoPlan):
            raise NoPlan(found.reason, found.sources, found.details)
        return found

    def dosing(self, drug: Drug, person: Person) -> Dosing:
        """The doses that hold for the patient; of a drug that may not be begun those it is brought down by."""
        try:
            return self.limits(drug, person).dosing
        except NoPlan:
            return limits_down(drug, person, self.knowledge).dosing

    def doses_of(self, drug: Drug, dosing: Dosing, form: str = "") -> tuple[DayDose, ...]:
        """Every day's dose up to the row's maximum that products of the market make, in tablets and in liquid.

        Args:
            drug: The drug.
            dosing: Gives the maximum, intakes a day and their times.
            form: The form it is taken in now, kept where it makes the doses; empty for none.

        Raises:
            NoPlan: When there is no maximum or no product.
        """
        if dosing.max_mg is None:
            raise NoPlan(Message.of("titration.plan.no_maximum", drug=drug.id), sources_of(dosing))
        key = (drug.id, dosing.max_mg, dosing.per_day, dosing.times, form)
        if key not in self._doses:
            self._doses[key] = day_doses(
                drug, dosing, self.knowledge.planning, self.market, liquid=self.liquid, form=form
            )
        found = self._doses[key]
        if not found and drug.products(self.market):
            raise NoPlan(
                Message.of(
                    "titration.plan.below_products", drug=drug.id, most_mg=dosing.max_mg, market=self.market
                )
            )
        if not found:
            raise NoPlan(Message.of("titration.plan.no_product", drug=drug.id, market=self.market))
        return found

    def up(self, drug: Drug, person: Person, start: date, to_mg: float, from_mg: float = 0.0) -> Leg:
        """From nothing, or from a dose, up to a dose, or as far as a limit of this patient lets it.

        The last stage goes on, or ends where a source limits the days of use.
        """
        key = ("up", drug.id, person, start, to_mg, from_mg)
        return self._once(key, lambda: self._up(drug, person, start, to_mg, from_mg))

    def _up(self, drug: Drug, person: Person, start: date, to_mg: float, from_mg: float) -> Leg:
        said = check_beginning(drug, person, self.knowledge)
        limits = self.limits(drug, person)
        doses = self.doses_of(drug, limits.dosing, person.form_of(drug.id))
        older_from = self.knowledge.judgement.people.older_adult_age.value
        aim = aim_of(WayUp(drug=drug, person=person, from_mg=from_mg, to_mg=to_mg), limits, doses, older_from)
        for mg in filter(None, (aim, from_mg)):
            dose_at(drug, doses, mg, self.market)
        steps, basis = climb(drug, makeable(limits, doses), doses, aim, from_mg, self.market)
        stages = []
        day = start
        for i, (dose, days) in enumerate(steps):
            goes_on = i == len(steps) - 1
            last = None if goes_on else day + timedelta(days=days * person.pace - 1)
            stages.append(PlanStage(dose=dose, first=day, last=last))
            day = day if last is None else last + timedelta(days=1)
        measured = liquid_basis(self.knowledge, self.market, drug, [s.dose for s in stages])
        leg = Leg(
            stages=tuple(stages),
            basis=basis,
            grades=(*limits.grades, *measured.grades),
            rests_on=(*said, *limits.rests_on, *measured.rests_on),
            sources=(*limits.sources, *measured.sources),
        )
        if aim < to_mg - 1e-9:
            stopped = Message.of("titration.rests.stopped_at", drug=drug.id, mg=aim, asked_mg=to_mg)
            leg = replace(leg, stopped_at_mg=aim, rests_on=(stopped, *leg.rests_on))
        return within_days(leg, drug, person.used_days or 0 if from_mg else 0)

    def way_down(self, drug: Drug) -> Taper:
        """How a drug is brought down.

        Raises:
            NoPlan: When the knowledge refuses it, or has nothing on it.
        """
        planning = self.knowledge.planning
        if drug.id in planning.refused:
            refused = planning.refused[drug.id]
            raise NoPlan(
                Message.of("titration.plan.not_tapered", drug=drug.id),
                refused.sources,
                [row_message("refused", drug.id, refused.says)],
            )
        row = planning.taper_for(drug.id, self.market)
        if row is None:
            raise NoPlan(Message.of("titration.plan.no_taper", drug=drug.id))
        return row

    def doses_down(self, drug: Drug, person: Person, from_mg: float) -> tuple[DayDose, ...]:
        """The doses on a way down. The maximum for starting does not bind a dose already taken: it must come down."""
        down = limits_down(drug, person, self.knowledge).dosing
        return self.doses_of(drug, with_maximum(down, from_mg), person.form_of(drug.id))

    def down(
        self,
        drug: Drug,
        person: Person,
        start: date,
        from_mg: float,
        to_mg: float = 0.0,
        *,
        below: float | None = None,
        wait_days: int = 0,
    ) -> Leg:
        """From a dose down to another or to nothing. The doses on the way end the day before the next begins.

        Args:
            drug: The drug.
            person: The patient.
            start: First day: of the first lower dose, or of the wait.
            from_mg: The dose now, mg a day.
            to_mg: Where to arrive; 0 is stopping.
            below: Every fall is smaller than this, in the height that the drug's ladder uses.
            wait_days: Days on the dose of now before the first fall.
        """
        key = ("down", drug.id, person, start, from_mg, to_mg, below, wait_days)
        return self._once(key, lambda: self._down(drug, person, start, from_mg, to_mg, below, wait_days))

    def _down(
        self,
        drug: Drug,
        person: Person,
        start: date,
        from_mg: float,
        to_mg: float,
        below: float | None,
        wait_days: int,
    ) -> Leg:
        way = self.way_down(drug)
        doses = self.doses_down(drug, person, from_mg)
        now = dose_at(drug, doses, from_mg, self.market)
        if to_mg:
            dose_at(drug, doses, to_mg, self.market)
        total = (
            way.total_days(person.used_days if person.used_days is not None else way.days[-1][0])
            * person.pace
        )
        rungs = max(1, total // way.step_days)
        laid_by = Way(drug=drug, row=way, planning=self.knowledge.planning, market=self.market)
        found = descend(laid_by, doses, now, to_mg, rungs + 1, below=below)
        # Where nothing lower can be made: the present dose for one more step, then nothing. The plan says so.
        first = start + timedelta(days=wait_days if found.doses else wait_days + way.step_days)
        stages = [PlanStage(dose=now, first=start, last=first - timedelta(days=1))] if first > start else []
        day = first
        spare = total
        for i, dose in enumerate(found.doses):
            left = len(found.doses) - i
            days = max(way.step_days, spare // left // way.step_days * way.step_days)
            last = None if to_mg and left == 1 else day + timedelta(days=days - 1)
            stages.append(PlanStage(dose=dose, first=day, last=last))
            spare -= days
            day = day + timedelta(days=days)
        measured = liquid_basis(self.knowledge, self.market, drug, [s.dose for s in stages])
        return Leg(
            stages=tuple(stages),
            basis=Basis(way.basis),
            grades=(way.grade, *measured.grades),
            rests_on=(row_message("taper", drug.id, way.says, drug.id), *found.says, *measured.rests_on),
            sources=(*way.sources, *measured.sources),
        )
