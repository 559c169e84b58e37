"""Where the steps of a protocol lead: to which drug and dose, and by which plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from lenitive.knowledge import Action
from lenitive.record import IntakeTime, MedicinePeriod, Plan, Record
from lenitive.response import ReboundKind
from lenitive.review.paths import weighed_doses
from lenitive.review.running_test import tests_of
from lenitive.review.worth import Case, expected
from lenitive.titration import DosePlan, FactValue, Planner, ProtocolStep, Refusal, person_from

__all__ = ["StepTarget", "best_targets", "planned", "safe_taper", "targets", "tested"]


class StepTarget(NamedTuple):
    """A drug and the dose that a step leads to; for smaller steps down also the dose to wait on first."""

    drug: str
    dose: float | None
    first: float | None = None


def targets(case: Case, step: ProtocolStep, facts: Mapping[str, FactValue]) -> list[StepTarget]:
    """The drugs and doses that a step may lead to."""
    return [StepTarget(*t) for t in _where_to(case, step, facts)]


def _before_the_fall(case: Case) -> float | None:
    """The dose to go back to when the last step down brought withdrawal, or the condition back."""
    seen = case.visit.rebound
    worse = seen is not None and seen.kind in {ReboundKind.WITHDRAWAL, ReboundKind.RELAPSE}
    return seen.from_mg if seen is not None and worse else None


def _may_test(case: Case, facts: Mapping[str, FactValue]) -> bool:
    """Whether a test may be offered: not in the first weeks at a dose that counts, and not again within half a year of one."""
    lines = case.visit.knowledge.judgement.valuation
    if float(facts.get("weeks_therapeutic", 0.0)) < lines.test_after_weeks.value:
        return False
    record, at = case.visit.record, case.visit.at
    since = at - timedelta(weeks=lines.test_apart_weeks.value)
    recent = [t for t in tests_of(case.visit) if t.last is None or t.last >= since]
    wished = None if record.patient.plan is None else record.patient.plan.test_wished
    if wished is None or wished > at:
        return not recent
    # She asked of her own accord: once for each time that she asked.
    return not any(t.last is None or t.first >= wished for t in recent)


def _where_to(
    case: Case, step: ProtocolStep, facts: Mapping[str, FactValue]
) -> Sequence[tuple[str, float | None] | tuple[str, float | None, float | None]]:
    limit = case.visit.protocol.limit
    match step.action:
        case "start":
            older = facts.get("older") is True and "start_older_mg" in limit
            return [(case.drug, limit["start_older_mg" if older else "start_mg"].value)]
        case "step_up":
            back = _before_the_fall(case)
            up = (
                weighed_doses(case.visit.protocol, case.visit.record)
                if back is None
                else [min(back, limit["max_mg"].value)]
            )
            return [(case.drug, mg) for mg in up if mg > case.dose + 1e-9]
        case "step_down" if facts.get("restarted") is True:
            older = facts.get("older") is True and "start_older_mg" in limit
            return [(case.drug, limit["start_older_mg" if older else "start_mg"].value)]
        case "step_down":
            down = [
                mg for mg in weighed_doses(case.visit.protocol, case.visit.record) if mg < case.dose - 1e-9
            ]
            return [(case.drug, mg) for mg in down]
        case "smaller_steps":
            if case.visit.rebound is None or case.visit.rebound.kind is not ReboundKind.WITHDRAWAL:
                return []
            # On the way to nothing the aim stays nothing; after a single step down it is the dose it led to.
            to_nothing = facts.get("falling") is True or case.dose <= 0
            aim = 0.0 if to_nothing else case.dose
            return [
                (case.drug, aim, first)
                for first in (case.visit.rebound.from_mg, case.dose)
                if first > aim + 1e-9
            ]
        case "taper" | "stop":
            return [(case.drug, 0.0)]
        case "switch":
            taken = {p.drug for p in case.visit.record.regimen(case.visit.at)}
            return [(drug, mg) for drug, mg in case.visit.protocol.switch_to.items() if drug not in taken]
        case "test":
            return [(case.drug, case.dose or None)] if _may_test(case, facts) else []
        case "add":
            return list(case.visit.protocol.add.items())
        case "add_non_drug":
            return [("", None)]
        case _:
            return [(case.drug, case.dose or None)]


def best_targets(case: Case, action: Action, found: list[StepTarget]) -> list[StepTarget]:
    """Of several doses that one step may lead to the one with the best net, as if it were taken tomorrow; else all.

    Of doses that no trial supports the best stands beside the best of the others, never in its place.
    """
    if action not in {"step_up", "step_down"}:
        return found
    most = case.visit.protocol.limit["supported_mg"].value + 1e-9
    above = [t for t in found if t.dose is not None and t.dose > most]
    within = [t for t in found if t not in above]
    return [*_best_of(case, action, within), *_best_of(case, action, above)]


def _best_of(case: Case, action: Action, found: list[StepTarget]) -> list[StepTarget]:
    if len(found) < 2:
        return found
    nets = [(expected(case, action, t.drug, t.dose, None).worth, t) for t in found]
    known = [(worth, t) for worth, t in nets if worth is not None]
    if not known:
        return found[:1]
    best = max(worth for worth, _ in known)
    same = case.visit.knowledge.judgement.valuation.same_net.value
    return [min((t for worth, t in known if best - worth <= same), key=lambda t: t.dose or 0.0)]


def planned(case: Case, planner: Planner, action: Action, target: StepTarget) -> DosePlan | Refusal | None:
    """The plan of a step from tomorrow on, a refusal, or None where it changes no tablets day by day."""
    record, at = case.visit.record, case.visit.at
    drug, dose = target.drug, target.dose
    begin = at + timedelta(days=1)
    person = person_from(record, planner.knowledge, case.drug, at)
    match action:
        case "start":
            return planner.start(drug, dose or 0.0, begin, person)
        case "step_up" | "step_down":
            return planner.step(drug, case.dose, dose or 0.0, begin, person)
        case "taper" | "stop":
            return planner.taper(drug, case.dose, begin, person)
        case "smaller_steps" if case.visit.rebound is not None:
            return planner.after_withdrawal(
                drug,
                case.visit.rebound.from_mg,
                case.visit.rebound.to_mg,
                begin,
                person,
                to_mg=dose or 0.0,
                hold=target.first == case.dose,
            )
        case "switch":
            if case.dose <= 0:
                return planner.start(drug, dose or 0.0, begin, person)
            return planner.switch(case.drug, case.dose, drug, dose or 0.0, begin, person)
        case "add":
            return planner.add(drug, dose or 0.0, begin, person)
        case _:
            return None


def safe_taper(record: Record, planner: Planner, drug: str, at: date) -> DosePlan | Refusal:
    """The way down of a drug from what is taken of it on a day, from the next day on."""
    knowledge = planner.knowledge
    taken = [(p, knowledge.resolve_drug(p.drug)) for p in record.regimen(at)]
    mg = sum(p.dose_mg_per_day for p, match in taken if match is not None and match.id == drug)
    return planner.taper(drug, mg, at + timedelta(days=1), person_from(record, knowledge, drug, at))


def tested(case: Case) -> Plan | None:
    """The doses of the test that would settle most, and after it those of today; None where none is known.

    A test is not planned in tablets, but its days are judged like those of a plan.
    """
    found = case.test
    if found is None:
        return None
    best, _ = found
    start = day = case.visit.at + timedelta(days=1)
    periods: list[MedicinePeriod] = []
    for stretch in best.stretches:
        last = day + timedelta(days=stretch.days - 1)
        if stretch.dose > 0:
            periods.append(_at_bedtime(case.drug, stretch.dose, day, last))
        day = last + timedelta(days=1)
    if case.dose > 0:
        periods.append(_at_bedtime(case.drug, case.dose, day, None))
    return Plan(start=start, periods=tuple(periods), stops=() if periods else (case.drug,))


def _at_bedtime(drug: str, mg: float, first: date, last: date | None) -> MedicinePeriod:
    return MedicinePeriod(drug=drug, dose_mg=mg, start=first, end=last, times=(IntakeTime("bedtime"),))
