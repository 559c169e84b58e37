"""Plans from one drug and dose to another: start, step, taper, add and switch, or a refusal with its reason.

Every plan is made of four things the knowledge holds: products of a market, a dosing row with its limits, a taper row,
and what two drugs do to each other. Where one of them is missing there is no plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from datetime import date, timedelta

from lenitive.frozen import dataclass
from lenitive.knowledge import Dosing, Drug, Interaction, Knowledge, Market, Wait
from lenitive.terms import Message, Source
from lenitive.titration.advice import going_badly, watch_for
from lenitive.titration.after_withdrawal import leg_after_withdrawal
from lenitive.titration.change import RowChange, changed_stages, said_of_changes, shifted
from lenitive.titration.contacts import contacts
from lenitive.titration.day_dose import DayDose
from lenitive.titration.dose_plan import Basis, DosePlan, PlanKind, Refusal
from lenitive.titration.leg import Leg
from lenitive.titration.legs import Legs
from lenitive.titration.load import load_over_time
from lenitive.titration.no_plan import NoPlan, row_message, sources_of
from lenitive.titration.person import Person
from lenitive.titration.stop_points import stop_points

__all__ = ["Planner"]

_NEVER_TOGETHER = {"contraindicated"}
_NOT_CROSSED = {"contraindicated", "major"}


def _refusal(kind: PlanKind, title: Message, no: NoPlan) -> Refusal:
    return Refusal(kind=kind, title=title, reason=no.reason, sources=no.sources, details=no.details)


def _reached(part: Leg, asked_mg: float) -> float:
    """The dose that a way up leads to."""
    return asked_mg if part.stopped_at_mg is None else part.stopped_at_mg


def _said_of(wait: Wait) -> list[Message]:
    """A row on a wait in its own words, where it has any."""
    return [row_message("washout", wait.fact.id, wait.fact.says)] if wait.fact.says else []


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
            every = self.legs.doses_of(drug, self.legs.limits(drug, person or Person()).dosing)
        except NoPlan:
            return ()
        preferred: dict[float, DayDose] = {}
        for dose in every:
            preferred.setdefault(round(dose.mg, 6), dose)
        return tuple(preferred.values())

    def _named(self, name: str) -> str:
        """The id of the drug that is meant, or what was written where none is."""
        try:
            return self.legs.drug(name).id
        except NoPlan:
            return name

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
        """Refuse a drug that is taken already, or may not be taken with something else that goes on, or not yet."""
        for other in person.others:
            if self._same(other, drug.id):
                raise NoPlan(Message.of("titration.plan.duplicate", drug=drug.id))
            row = self._worst(other, drug.id, _NEVER_TOGETHER)
            if row is not None:
                raise NoPlan(
                    Message.of("titration.plan.forbidden_overlap", drug=drug.id, other=other),
                    sources_of(row),
                    [row_message("interaction", row.id, row.effect)],
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
        def titled(mg: float) -> Message:
            id_ = "titration.title.add" if kind is PlanKind.ADD else "titration.title.start"
            return Message.of(id_, drug=self._named(name), to_mg=mg)

        try:
            drug = self.legs.drug(name)
            self._check_others(drug, person)
            part = self.legs.up(drug, person, on, to_mg)
        except NoPlan as no:
            return _refusal(kind, titled(to_mg), no)
        return self._plan(kind, titled(_reached(part, to_mg)), on, (part,), person, stops=())

    def step(
        self, name: str, from_mg: float, to_mg: float, on: date, person: Person | None = None
    ) -> DosePlan | Refusal:
        """Raise or lower a dose and stay there."""
        person = person or Person()

        def titled(mg: float) -> Message:
            return Message.of("titration.title.step", drug=self._named(name), from_mg=from_mg, to_mg=mg)

        try:
            drug = self.legs.drug(name)
            if to_mg <= 0 or abs(to_mg - from_mg) < 1e-9:
                raise NoPlan(Message.of("titration.plan.no_step.same_dose", drug=drug.id))
            part = (
                self.legs.up(drug, person, on, to_mg, from_mg)
                if to_mg > from_mg
                else self.legs.down(drug, person, on, from_mg, to_mg)
            )
        except NoPlan as no:
            return _refusal(PlanKind.STEP, titled(to_mg), no)
        return self._plan(PlanKind.STEP, titled(_reached(part, to_mg)), on, (part,), person, stops=())

    def taper(self, name: str, from_mg: float, on: date, person: Person | None = None) -> DosePlan | Refusal:
        """Bring a drug down to nothing."""
        person = person or Person()
        title = Message.of("titration.title.taper", drug=self._named(name), from_mg=from_mg)
        try:
            part = self.legs.down(self.legs.drug(name), person, on, from_mg)
        except NoPlan as no:
            return _refusal(PlanKind.TAPER, title, no)
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

        def titled(end_mg: float) -> Message:
            id_ = "titration.title.after_withdrawal.stay" if hold else "titration.title.after_withdrawal.back"
            return Message.of(id_, drug=self._named(name), before_mg=before_mg, now_mg=now_mg, end_mg=end_mg)

        kind = PlanKind.STEP if to_mg else PlanKind.TAPER
        try:
            drug = self.legs.drug(name)
            part, falls = leg_after_withdrawal(
                self.legs, drug, person, on, before_mg, now_mg, to_mg, hold=hold
            )
        except NoPlan as no:
            return _refusal(kind, titled(to_mg), no)
        ends = falls.blocked is None and not to_mg
        plan = self._plan(
            PlanKind.TAPER if ends else PlanKind.STEP,
            titled(to_mg if falls.blocked is None else falls.blocked[0]),
            on,
            (part,),
            person,
            stops=(drug.id,) if ends else (),
        )
        return replace(
            plan,
            falls=falls,
            watch=watch_for(self.knowledge, plan.stages, (), (drug.id,)),
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

        def titled(mg: float) -> Message:
            return Message.of(
                "titration.title.switch",
                drug=self._named(from_name),
                from_mg=from_mg,
                to_drug=self._named(to_name),
                to_mg=mg,
            )

        try:
            old, new = self.legs.drug(from_name), self.legs.drug(to_name)
            if self._same(old.id, new.id):
                raise NoPlan(Message.of("titration.plan.same_drug", drug=old.id))
            beside = replace(
                person, others=tuple(o for o in person.others if not self._same(o, old.id)), used_days=None
            )
            self._check_others(new, beside)
            down = self.legs.down(old, person, on, from_mg)
            wait = self._wait(old.id, new.id)
            if wait is not None and not wait.known:
                raise NoPlan(
                    Message.of("titration.plan.unknown_wait", drug=old.id, to_drug=new.id),
                    sources_of(wait.fact),
                    _said_of(wait),
                )
            apart = self._worst(old.id, new.id, _NOT_CROSSED)
            free: tuple[date, date] | None = None
            how: list[Message]
            how_sources: tuple[Source, ...]
            if wait is not None and wait.days:
                begin = down.after + timedelta(days=wait.days)
                free = (down.after, begin - timedelta(days=1))
                how = [
                    Message.of("titration.rests.wait", days=wait.days, drug=old.id, to_drug=new.id),
                    *_said_of(wait),
                ]
                how_sources = sources_of(wait.fact)
            elif apart is not None:
                begin = down.after
                how = [
                    Message.of("titration.rests.apart", drug=old.id, to_drug=new.id, severity=apart.severity),
                    row_message("interaction", apart.id, apart.effect),
                ]
                how_sources = sources_of(apart)
            else:
                last_step = down.stages[-1].first
                crossing = self.knowledge.planning.limit["crossing"].value * person.pace
                begin = max(last_step, down.after - timedelta(days=crossing))
                how = [
                    Message.of("titration.rests.crossed.last_step", drug=old.id, to_drug=new.id)
                    if begin == last_step
                    else Message.of(
                        "titration.rests.crossed.days",
                        drug=old.id,
                        to_drug=new.id,
                        days=(down.after - begin).days,
                    )
                ]
                how_sources = ()
            up = self.legs.up(new, beside, begin, to_mg)
        except NoPlan as no:
            return _refusal(PlanKind.SWITCH, titled(to_mg), no)
        title = titled(_reached(up, to_mg))
        plan = self._plan(PlanKind.SWITCH, title, on, (down, up), person, stops=(old.id,), free=free)
        return replace(
            plan,
            basis=Basis.CONSTRUCTED,
            rests_on=(*how, *plan.rests_on),
            sources=tuple(dict.fromkeys((*how_sources, *plan.sources))),
        )

    def changed(
        self, plan: DosePlan, changes: Sequence[RowChange], person: Person | None = None
    ) -> DosePlan | Refusal:
        """A plan with rows changed by a clinician: the rest follows, and what depends on days and doses is made anew.

        Args:
            plan: A plan of this planner's.
            changes: The rows that shall be otherwise; none gives the plan itself.
            person: The patient it was made for.
        """
        person = person or Person()
        if not changes:
            return plan

        def doses(drug: str) -> Sequence[DayDose]:
            try:
                return self.legs.doses_of(self.knowledge.drugs[drug], self._dosing(drug, person), person.form_of(drug))
            except NoPlan:
                return ()

        try:
            stages = changed_stages(plan, changes, doses, lambda d: self._dosing(d, person))
        except NoPlan as no:
            return _refusal(plan.kind, plan.title, no)
        if stages == plan.stages:
            return plan
        limited = {d: days for d in plan.stops if (days := self._dosing(d, person).max_days) is not None}
        last = [s for s in stages if s.last is None]
        title = plan.title
        if len(last) == 1 and any(f.name == "to_mg" for f in title.facts):
            facts = (replace(f, value=last[0].dose.mg) if f.name == "to_mg" else f for f in title.facts)
            title = replace(title, facts=tuple(facts))
        return replace(
            plan,
            title=title,
            stages=stages,
            free=shifted(plan.free, plan, stages),
            basis=Basis.CONSTRUCTED,
            rests_on=(*said_of_changes(plan, stages), *plan.rests_on),
            contacts=contacts(self.knowledge, stages),
            load=load_over_time(self.knowledge, stages, person.others, lambda d: self._dosing(d, person).max_mg),
            stop_points=stop_points(stages, lambda d: self._dosing(d, person).start_mg, limited),
            # How the falls compare with an earlier one was said of the plan as it was made.
            falls=None,
        )

    def _plan(
        self,
        kind: PlanKind,
        title: Message,
        on: date,
        parts: tuple[Leg, ...],
        person: Person,
        *,
        stops: tuple[str, ...],
        free: tuple[date, date] | None = None,
    ) -> DosePlan:
        stages = tuple(sorted((s for p in parts for s in p.stages), key=lambda s: (s.first, s.drug)))
        grades = [g for p in parts for g in p.grades]
        limited = {p.stages[0].drug: p.most_days for p in parts if p.most_days is not None}
        begun = [d for d in dict.fromkeys(s.drug for s in stages) if d not in stops]
        stops = (*stops, *limited)
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
            contacts=contacts(self.knowledge, stages),
            watch=watch_for(self.knowledge, stages, begun, stops),
            going_badly=going_badly(kind),
            load=load_over_time(
                self.knowledge, stages, person.others, lambda d: self._dosing(d, person).max_mg
            ),
            stop_points=stop_points(stages, lambda d: self._dosing(d, person).start_mg, limited),
            measuring=tuple(
                row_message("measuring", key, row.says)
                for key, row in self.knowledge.planning.measuring.items()
            )
            if any(s.dose.liquid for s in stages)
            else (),
            stopped_at_mg=next((p.stopped_at_mg for p in parts if p.stopped_at_mg is not None), None),
        )

    def _dosing(self, drug: str, person: Person) -> Dosing:
        return self.legs.dosing(self.knowledge.drugs[drug], person)
