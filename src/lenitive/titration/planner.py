"""Plans from one drug and dose to another: start, step, taper, add and switch, or a refusal with its reason.

Every plan is made of four things the knowledge holds: products of a market, a dosing row with its limits, a taper row,
and what two drugs do to each other. Where one of them is missing there is no plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from lenitive.knowledge import Knowledge
from lenitive.knowledge.interaction_index import Wait
from lenitive.knowledge.schema.drugs import Drug
from lenitive.knowledge.schema.facts import Market
from lenitive.knowledge.schema.interactions import Interaction
from lenitive.knowledge.schema.products import Dosing
from lenitive.titration.advice import going_badly, watch_for
from lenitive.titration.after_withdrawal import leg_after_withdrawal
from lenitive.titration.day_dose import DayDose
from lenitive.titration.dose_plan import Basis, Contact, DosePlan, PlanKind, Refusal, Stage
from lenitive.titration.legs import Leg, Legs, Person
from lenitive.titration.load import load_over_time
from lenitive.titration.no_plan import NoPlan, sources_of
from lenitive.titration.stop_points import stop_points

__all__ = ["Planner"]

_NEVER_TOGETHER = {"contraindicated"}
_NOT_CROSSED = {"contraindicated", "major"}
_CROSSING_DAYS = 14
"""The longest that two drugs are crossed at the usual pace, where products make the last step a long one. Ours."""
_CONTACT_DAYS = 7
"""Where the drug has no protocol. Ours."""


@dataclass(frozen=True, slots=True)
class Planner:
    """Makes plans from the knowledge for a pharmacy's market.

    Attributes:
        knowledge: What is known.
        market: Where the patient's pharmacy is.
        liquid: Whether oral solutions may be used: where tablets or capsules cannot make the dose, or make a taper coarser.
    """

    knowledge: Knowledge
    market: Market = "us"
    liquid: bool = True
    legs: Legs = field(init=False, repr=False, compare=False)
    _between: dict[tuple[str, str], tuple[Interaction, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _waits: dict[tuple[str, str], Wait | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "legs", Legs(self.knowledge, self.market, self.liquid))

    def doses(self, name: str, person: Person | None = None) -> tuple[DayDose, ...]:
        """Every day's dose of a drug that may be planned, ascending, in liquid only what tablets do not make.

        Empty when none may be planned.
        """
        try:
            drug = self.legs.drug(name)
            every = self.legs.doses_of(drug, self.legs.dosing(drug, person or Person()))
        except NoPlan:
            return ()
        preferred: dict[float, DayDose] = {}
        for dose in every:
            preferred.setdefault(round(dose.mg, 6), dose)
        return tuple(preferred.values())

    # -- overlaps ---------------------------------------------------------------------------------------------------

    def _worst(self, a: str, b: str, severities: set[str]) -> Interaction | None:
        if (a, b) not in self._between:
            self._between[a, b] = self.knowledge.interactions.between(a, b)
        return next((r for r in self._between[a, b] if r.severity in severities and r.grade.may_decide), None)

    def _wait(self, first: str, then: str) -> Wait | None:
        if (first, then) not in self._waits:
            self._waits[first, then] = self.knowledge.interactions.washout(first, then)
        return self._waits[first, then]

    def _check_others(self, drug: Drug, person: Person) -> None:
        """Refuse a drug that may not be taken with something else that goes on, or not yet."""
        for other in person.others:
            if self._same(other, drug.id):
                continue
            row = self._worst(other, drug.id, _NEVER_TOGETHER)
            if row is not None:
                raise NoPlan(
                    "titration.plan.forbidden_overlap",
                    f"{drug.name} may not be taken together with {other}: {row.effect}",
                    sources_of(row),
                )

    def _same(self, a: str, b: str) -> bool:
        ingredient = self.knowledge.substances.ingredient
        return ingredient(a) == ingredient(b)

    # -- plans ------------------------------------------------------------------------------------------------------

    def start(self, name: str, to_mg: float, on: date, person: Person | None = None) -> DosePlan | Refusal:
        """Begin a drug and bring it to a dose."""
        return self._begin(PlanKind.START, name, to_mg, on, person or Person())

    def add(self, name: str, to_mg: float, on: date, person: Person | None = None) -> DosePlan | Refusal:
        """Begin a drug beside what is taken."""
        return self._begin(PlanKind.ADD, name, to_mg, on, person or Person())

    def _begin(self, kind: PlanKind, name: str, to_mg: float, on: date, person: Person) -> DosePlan | Refusal:
        title = f"{kind.value.capitalize()} {name} to {to_mg:g} mg a day"
        try:
            drug = self.legs.drug(name)
            self._check_others(drug, person)
            if any(self._same(other, drug.id) for other in person.others):
                raise NoPlan("titration.plan.duplicate", f"{drug.name} is taken already")
            part = self.legs.up(drug, person, on, to_mg)
        except NoPlan as no:
            return Refusal(kind=kind, title=title, rule=no.rule, reason=no.reason, sources=no.sources)
        return self._plan(kind, title, on, (part,), person, stops=())

    def step(
        self, name: str, from_mg: float, to_mg: float, on: date, person: Person | None = None
    ) -> DosePlan | Refusal:
        """Raise or lower a dose and stay there."""
        person = person or Person()
        title = f"{name} from {from_mg:g} to {to_mg:g} mg a day"
        try:
            drug = self.legs.drug(name)
            if to_mg <= 0 or abs(to_mg - from_mg) < 1e-9:
                raise NoPlan("titration.plan.no_step", "a step leads to another dose above zero")
            part = (
                self.legs.up(drug, person, on, to_mg, from_mg)
                if to_mg > from_mg
                else self.legs.down(drug, person, on, from_mg, to_mg)
            )
        except NoPlan as no:
            return Refusal(
                kind=PlanKind.STEP, title=title, rule=no.rule, reason=no.reason, sources=no.sources
            )
        return self._plan(PlanKind.STEP, title, on, (part,), person, stops=())

    def taper(self, name: str, from_mg: float, on: date, person: Person | None = None) -> DosePlan | Refusal:
        """Bring a drug down to nothing."""
        person = person or Person()
        title = f"Taper {name} from {from_mg:g} mg a day to nothing"
        try:
            part = self.legs.down(self.legs.drug(name), person, on, from_mg)
        except NoPlan as no:
            return Refusal(
                kind=PlanKind.TAPER, title=title, rule=no.rule, reason=no.reason, sources=no.sources
            )
        return self._plan(PlanKind.TAPER, title, on, (part,), person, stops=(part.stages[0].drug,))

    def after_withdrawal(
        self,
        name: str,
        before_mg: float,
        now_mg: float,
        on: date,
        person: Person | None = None,
        *,
        to_mg: float = 0.0,
        hold: bool = False,
    ) -> DosePlan | Refusal:
        """Down again after a fall that brought withdrawal: first a wait, then every fall smaller than that one.

        Args:
            name: The drug.
            before_mg: The dose before the fall, mg a day.
            now_mg: The dose since; 0 when it was stopped.
            on: First day.
            person: The patient.
            to_mg: Where to arrive; 0 is stopping. Where products end sooner the plan ends there, and stays.
            hold: Wait on the present dose instead of going back to the one before.
        """
        person = person or Person()
        aim = f"{to_mg:g} mg a day" if to_mg else "nothing"
        first = f"stay at {now_mg:g} mg" if hold else f"back to {before_mg:g} mg"
        title = (
            f"{name} after withdrawal on {before_mg:g} to {now_mg:g} mg: {first}, then smaller falls to {aim}"
        )
        kind = PlanKind.STEP if to_mg else PlanKind.TAPER
        try:
            drug = self.legs.drug(name)
            part, falls = leg_after_withdrawal(
                self.legs, drug, person, on, before_mg, now_mg, to_mg, hold=hold
            )
        except NoPlan as no:
            return Refusal(kind=kind, title=title, rule=no.rule, reason=no.reason, sources=no.sources)
        if falls.blocked is not None:
            title += f", as far as {falls.blocked[0]:g} mg"
        ends = falls.blocked is None and not to_mg
        plan = self._plan(
            PlanKind.TAPER if ends else PlanKind.STEP,
            title,
            on,
            (part,),
            person,
            stops=(drug.id,) if ends else (),
        )
        return replace(
            plan,
            falls=falls,
            watch=watch_for(self.knowledge, plan.stages, (drug.id,)),
            going_badly=going_badly(PlanKind.TAPER),
        )

    def switch(
        self,
        from_name: str,
        from_mg: float,
        to_name: str,
        to_mg: float,
        on: date,
        person: Person | None = None,
    ) -> DosePlan | Refusal:
        """From one drug to another: crossed over where nothing forbids it, otherwise one after the other with the wait."""
        person = person or Person()
        title = f"Switch from {from_name} {from_mg:g} mg to {to_name} {to_mg:g} mg a day"
        try:
            old, new = self.legs.drug(from_name), self.legs.drug(to_name)
            if self._same(old.id, new.id):
                raise NoPlan("titration.plan.same_drug", "the two are the same drug; plan a step instead")
            self._check_others(
                new, replace(person, others=tuple(o for o in person.others if not self._same(o, old.id)))
            )
            down = self.legs.down(old, person, on, from_mg)
            wait = self._wait(old.id, new.id)
            if wait is not None and not wait.known:
                raise NoPlan("titration.plan.unknown_wait", wait.fact.says, sources_of(wait.fact))
            apart = self._worst(old.id, new.id, _NOT_CROSSED)
            free: tuple[date, date] | None = None
            if wait is not None and wait.days:
                begin = down.after + timedelta(days=wait.days)
                free = (down.after, begin - timedelta(days=1))
                how = f"{wait.days} days between the last dose of {old.name} and the first of {new.name}"
                how_sources = sources_of(wait.fact)
            elif apart is not None:
                begin = down.after
                how = f"One after the other, because the two interact ({apart.severity}): {apart.effect}"
                how_sources = sources_of(apart)
            else:
                last_step = down.stages[-1].first
                begin = max(last_step, down.after - timedelta(days=_CROSSING_DAYS * person.pace))
                how = (
                    f"Crossed over: {new.name} begins with the last step of {old.name}"
                    if begin == last_step
                    else f"Crossed over: {new.name} begins {(down.after - begin).days} days before {old.name} ends"
                )
                how_sources = ()
            up = self.legs.up(new, person, begin, to_mg)
        except NoPlan as no:
            return Refusal(
                kind=PlanKind.SWITCH, title=title, rule=no.rule, reason=no.reason, sources=no.sources
            )
        plan = self._plan(PlanKind.SWITCH, title, on, (down, up), person, stops=(old.id,), free=free)
        return replace(
            plan,
            basis=Basis.CONSTRUCTED,
            rests_on=(f"{how}.", *plan.rests_on),
            sources=tuple(dict.fromkeys((*how_sources, *plan.sources))),
        )

    def _plan(
        self,
        kind: PlanKind,
        title: str,
        on: date,
        parts: tuple[Leg, ...],
        person: Person,
        *,
        stops: tuple[str, ...],
        free: tuple[date, date] | None = None,
    ) -> DosePlan:
        stages = tuple(sorted((s for p in parts for s in p.stages), key=lambda s: (s.first, s.drug)))
        grades = [g for p in parts for g in p.grades]
        return DosePlan(
            kind=kind,
            title=title,
            market=self.market,
            start=on,
            stages=stages,
            stops=stops,
            free=free,
            basis=Basis.CONSTRUCTED if any(p.basis is Basis.CONSTRUCTED for p in parts) else Basis.PUBLISHED,
            grade=max(grades),
            rests_on=tuple(r for p in parts for r in p.rests_on),
            sources=tuple(dict.fromkeys(s for p in parts for s in p.sources)),
            contacts=self._contacts(stages),
            watch=watch_for(self.knowledge, stages, stops),
            going_badly=going_badly(kind),
            load=load_over_time(
                self.knowledge, stages, person.others, lambda d: self._dosing(d, person).max_mg
            ),
            stop_points=stop_points(stages, lambda d: self._dosing(d, person).start_mg),
            measuring=tuple(row.says for row in self.knowledge.planning.measuring.values())
            if any(s.dose.liquid for s in stages)
            else (),
        )

    def _dosing(self, drug: str, person: Person) -> Dosing:
        return self.legs.dosing(self.knowledge.drugs[drug], person)

    def _contact_days(self, drug: str) -> int:
        """Days from a change to the contact: the limit of the drug's protocol, where it has one."""
        found = [p.limit["contact_days"].value for p in self.knowledge.protocols.values() if p.drug == drug]
        return int(min(found)) if found else _CONTACT_DAYS

    def _contacts(self, stages: Sequence[Stage]) -> tuple[Contact, ...]:
        """One after each change; where two drugs change on one day, the sooner."""
        changes: dict[date, int] = {}
        for stage in stages:
            days = self._contact_days(stage.drug)
            ends = [] if stage.last is None else [stage.last + timedelta(days=1)]
            for change in (stage.first, *ends):
                changes[change] = min(days, changes.get(change, days))
        return tuple(
            Contact(
                day=change + timedelta(days=days),
                why=f"{'a week' if days == 7 else f'{days} days'} after the change of {change.day} {change:%B %Y}",
            )
            for change, days in sorted(changes.items())
        )
