"""The safety check of a plan for a person of whom little or nothing is recorded: what was said of her stands in for the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from lenitive.knowledge import Knowledge
from lenitive.record import MedicinePeriod, Record
from lenitive.review.plan_check import CheckedPlan, checked_plan
from lenitive.safety import Finding
from lenitive.titration import DosePlan, Person

__all__ = ["checked_for"]

_LEAST_MG = 0.001
"""Any dose above zero stands for "taken" and stays below every limit; it is not shown."""
_LONG_DAYS = 400
"""Use of unknown length counts as long, as it does for the planner; the day is not shown."""


def checked_for(
    plan: DosePlan,
    person: Person,
    *,
    knowledge: Knowledge,
    at: date,
    record: Record | None = None,
    taken: Mapping[str, float] | None = None,
) -> CheckedPlan:
    """What the safety check says of a plan for a person.

    Args:
        plan: The plan.
        person: What is known of the patient; it goes before what the record says.
        knowledge: What is known.
        at: The day before the plan.
        record: The patient's record, where there is one.
        taken: The drug that the plan changes, by id, and mg a day; empty where none is taken. What the record says of it goes
            before.

    Returns:
        The findings, without doses and days that stand in for what was not said.
    """
    base = Record() if record is None else record.until(at)
    resolve = knowledge.resolve_drug
    held = {m.id if (m := resolve(p.drug)) is not None else p.drug for p in base.regimen(at)}
    since = at - timedelta(days=_LONG_DAYS if person.used_days is None else person.used_days)
    begun = {drug: (mg, since) for drug, mg in (taken or {}).items() if drug not in held}
    long = at - timedelta(days=_LONG_DAYS)
    beside = {drug: (_LEAST_MG, long) for drug in person.others if drug not in {*held, *begun}}
    patient = replace(
        base.patient,
        birth_year=base.patient.birth_year if person.age is None else at.year - person.age,
        egfr_ml_min=person.egfr_ml_min,
        hepatic_impairment=person.hepatic_impairment,
    )
    medicines = tuple(
        MedicinePeriod(drug=drug, dose_mg=mg, start=start)
        for drug, (mg, start) in {**begun, **beside}.items()
    )
    known = replace(base, patient=patient, medicines=(*base.medicines, *medicines))
    checked = checked_plan(plan, known, knowledge=knowledge, at=at)
    assumed = frozenset({*beside, *(begun if person.used_days is None else ())})
    return CheckedPlan(
        findings=_without(checked.findings, assumed),
        withheld_by=checked.withheld_by,
        every=_without(checked.every, assumed),
    )


def _without(findings: tuple[Finding, ...], drugs: frozenset[str]) -> tuple[Finding, ...]:
    """Findings without the doses and days of drugs for which ours stand in."""
    return tuple(
        replace(
            f,
            parts=tuple(
                replace(p, facts=tuple(x for x in p.facts if x.name.partition(".")[0] not in drugs))
                for p in f.parts
            ),
        )
        for f in findings
    )
