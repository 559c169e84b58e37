"""Plans that a clinician makes or changes at the visit: each followed through and checked again, whatever was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from lenitive.knowledge import Market
from lenitive.render import option_words, said
from lenitive.review import Absent, CheckedPlan, Option, Review, Shown, checked_plan, shown
from lenitive.safety import Finding
from lenitive.shells.web.actions.signing import option_of
from lenitive.shells.web.reviews import knowledge
from lenitive.shells.web.site import site
from lenitive.terms import digest
from lenitive.titration import DosePlan, Person, Planner, Refusal, RowChange, person_from

__all__ = ["CHANGED", "OWN", "PlanAsked", "PlanMade", "doses_for", "make_plan", "shown_with"]

OWN = "own"
"""The option's name in an address, for a plan that is no option of the review."""
CHANGED = "Rows of the plan were changed"
_LATEST = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAsked:
    """A plan that is asked for.

    Attributes:
        option: The id of an option of the review, or ``own``.
        kind: Of an own plan.
        drug: Of an own plan: the drug that is begun or changes.
        to_mg: Of an own plan: where it leads, mg a day.
        to_drug: Of a switch: the drug that takes its place.
        start: Of an own plan: its first day; None for the day after the review.
        changes: Rows that shall be otherwise.
    """

    option: str
    kind: str = ""
    drug: str = ""
    to_mg: float | None = None
    to_drug: str = ""
    start: date | None = None
    changes: tuple[RowChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMade:
    """What came of it.

    Attributes:
        asked: What was asked for.
        option: The option of the review, with its number; None for an own plan.
        first: The plan before its rows were changed; a refusal where none can be made; None for a step without tablets.
        plan: The plan after; likewise.
        checked: What the safety check says of the plan; None where there is none.
        person: Whom it is made for.
    """

    asked: PlanAsked
    option: tuple[int, Option] | None
    first: DosePlan | Refusal | None
    plan: DosePlan | Refusal | None
    checked: CheckedPlan | None
    person: Person

    @property
    def own(self) -> bool:
        """Whether it is no plan of the review as it stands."""
        return self.option is None or self.plan != self.option[1].plan

    @property
    def withheld_by(self) -> tuple[str, ...]:
        """The safety rules that stop it."""
        if self.option is not None and not self.own:
            return self.option[1].withheld_by
        return () if self.checked is None else self.checked.withheld_by

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What its sheets say of it."""
        if self.option is not None and not self.own:
            return self.option[1].findings
        if self.checked is None or not isinstance(self.plan, DosePlan):
            return ()
        return self.checked.about(self.plan)

    @property
    def title(self) -> str:
        """In one line."""
        if self.option is not None and not self.own:
            return option_words(self.option[1])
        return said(self.plan.title) if self.plan is not None else ""


def _planner() -> Planner:
    return Planner(knowledge(), cast("Market", site().market))


def doses_for(made: PlanMade, drug: str) -> tuple[float, ...]:
    """Every day's dose of a drug that a row may lead to, mg."""
    found = {round(d.mg, 6) for d in _planner().doses(drug, made.person)}
    if isinstance(made.first, DosePlan):
        found |= {round(s.dose.mg, 6) for s in made.first.stages if s.drug == drug}
    return tuple(sorted(found))


def make_plan(review: Review, asked: PlanAsked) -> PlanMade:
    """The plan that is asked for, followed through its changes and checked.

    Raises:
        SigningError: When the review has no such option any more.
        ValueError: When what is asked for is no plan; the message says what to say instead.
    """
    option: tuple[int, Option] | None = None
    first: DosePlan | Refusal | None
    if asked.option != OWN:
        option = option_of(review, asked.option)
        first = option[1].plan
        person = person_from(review.record, knowledge(), option[1].drug, review.at)
    else:
        first, person = _own(review, asked)
    plan = first
    if isinstance(first, DosePlan) and asked.changes:
        plan = _planner().changed(first, asked.changes, person)
    checked = None
    if isinstance(plan, DosePlan) and (option is None or plan != option[1].plan):
        checked = checked_plan(plan, review.record, knowledge=knowledge(), at=review.at, now=review.findings)
    return PlanMade(asked=asked, option=option, first=first, plan=plan, checked=checked, person=person)


def _own(review: Review, asked: PlanAsked) -> tuple[DosePlan | Refusal, Person]:
    on = asked.start or review.at + timedelta(days=1)
    if not review.at < on <= review.at + _LATEST:
        raise ValueError("a plan begins after today, and within 90 days")
    known = knowledge()

    def named(text: str) -> str:
        match = known.resolve_drug(text)
        if match is None or match.id not in known.drugs:
            raise ValueError("name a medicine that plans can be made for")
        return match.id

    drug = named(asked.drug)
    planner = _planner()
    now = _dose_now(review, drug)
    if asked.kind in ("start", "add"):
        if asked.to_mg is None or asked.to_mg <= 0:
            raise ValueError("say to which dose it leads, mg a day")
        person = person_from(review.record, known, "", review.at)
        make = planner.add if asked.kind == "add" else planner.start
        return make(drug, asked.to_mg, on, person), person
    person = person_from(review.record, known, drug, review.at)
    if now <= 0:
        raise ValueError("it is not taken now, so there is nothing to change or to stop")
    if asked.kind == "taper":
        return planner.taper(drug, now, on, person), person
    if asked.to_mg is None or asked.to_mg <= 0:
        raise ValueError("say to which dose it leads, mg a day")
    if asked.kind == "step":
        return planner.step(drug, now, asked.to_mg, on, person), person
    if asked.kind == "switch":
        return planner.switch(drug, now, named(asked.to_drug), asked.to_mg, on, person), person
    raise ValueError("choose what the plan shall do")


def _dose_now(review: Review, drug: str) -> float:
    taken = 0.0
    for period in review.record.regimen(review.at):
        match = knowledge().resolve_drug(period.drug)
        if (match.id if match is not None else period.drug) == drug and not period.as_needed:
            taken += period.dose_mg_per_day
    return taken


def shown_with(review: Review, made: PlanMade) -> tuple[tuple[Shown, ...], int]:
    """The options as they are signed, and the number of the one chosen: a plan of the clinician's own stands after the others."""
    assert not isinstance(review.options, Absent)
    options = shown(review.options.options)
    if not made.own:
        assert made.option is not None
        return options, made.option[0]
    assert isinstance(made.plan, DosePlan)
    plan = made.plan
    last = [s for s in plan.stages if s.last is None]
    base = options[made.option[0] - 1] if made.option is not None else None
    kinds: Mapping[str, str] = {
        "start": "start",
        "add": "add",
        "taper": "taper",
        "switch": "switch",
        "step": "step_up" if plan.stages[-1].dose.mg > _dose_now(review, plan.drugs[0]) else "step_down",
    }
    rules = tuple(sorted({p.rule for f in made.findings for p in f.parts}))
    own = Shown(
        number=len(options) + 1,
        rank=None,
        action=base.action if base else kinds[plan.kind.value],
        drug=base.drug if base else plan.drugs[0],
        dose_mg=last[-1].dose.mg if last else None,
        withheld_by=made.withheld_by,
        no_plan="",
        id=digest((OWN, plan.id, rules, made.withheld_by)),
        plan=plan.id,
        findings=rules,
    )
    return (*options, own), own.number
