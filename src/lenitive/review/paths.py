"""The way of dosing that a step would be: by its plan day by day, or where none was made as the protocol steps."""

from __future__ import annotations

from datetime import date, timedelta

from lenitive.knowledge import Action, Protocol
from lenitive.record import Record
from lenitive.response import DosePath, DoseStep
from lenitive.titration import DosePlan

__all__ = ["above_supported", "path_of_plan", "path_of_step", "supported_doses", "weighed_doses"]


def above_supported(record: Record) -> bool:
    """Whether the clinician states why doses above those that a trial supports are to be weighed."""
    plan = record.patient.plan
    return plan is not None and bool(plan.above_supported)


def supported_doses(protocol: Protocol) -> list[float]:
    """The doses that a protocol weighs, up to the one that a trial supports, mg a day."""
    return _doses_to(protocol, "supported_mg")


def weighed_doses(protocol: Protocol, record: Record) -> list[float]:
    """Those, and where the record states why, those above them up to the label's highest."""
    return _doses_to(protocol, "max_mg" if above_supported(record) else "supported_mg")


def _doses_to(protocol: Protocol, most: str) -> list[float]:
    size = (protocol.limit.get("finer_step_mg") or protocol.limit["step_mg"]).value
    return [size * (i + 1) for i in range(int(protocol.limit[most].value / size + 1e-9))]


def path_of_plan(plan: DosePlan, at: date, **present: float) -> DosePath:
    """The doses of a plan, and of a drug that it does not name the present one.

    Args:
        plan: Day by day.
        at: The day of the review: the path begins on the next.
        present: By drug, what is taken now, mg a day.
    """
    first = at + timedelta(days=1)
    steps: dict[str, tuple[DoseStep, ...]] = {
        drug: ((0, mg),) for drug, mg in present.items() if drug not in plan.drugs
    }
    for drug in plan.drugs:
        own = [s for s in plan.stages if s.drug == drug]
        ends = [s.last + timedelta(days=1) for s in own if s.last is not None]
        begins = {max(0, (day - first).days) for day in (first, plan.start, *(s.first for s in own), *ends)}
        found: list[DoseStep] = []
        for day in sorted(begins):
            on = first + timedelta(days=day)
            # Before a plan begins what is taken goes on.
            mg = present.get(drug, 0.0) if on < plan.start else sum(s.dose.mg for s in own if s.covers(on))
            if not found or abs(found[-1][1] - mg) > 1e-9:
                found.append((day, mg))
        steps[drug] = tuple(found)
    return DosePath(steps=steps)


def path_of_step(
    action: Action, protocol: Protocol, present_mg: float, drug: str, dose_mg: float
) -> DosePath:
    """The doses of a step without a plan: a way down goes by the protocol's steps, every other change is made tomorrow.

    Args:
        action: What kind of step.
        protocol: Whose drug it is about.
        present_mg: What is taken of that drug now, mg a day.
        drug: The drug that the step leads to.
        dose_mg: The dose of it, mg a day.
    """
    own = protocol.drug
    if action in {"taper", "stop"} or (action == "switch" and drug != own):
        size, every = protocol.limit["step_mg"].value, int(protocol.limit["min_days_between_steps"].value)
        down = [present_mg - size * (i + 1) for i in range(int(present_mg // size) + 1)]
        falling = DosePath.falling(own, [max(mg, 0.0) for mg in down if mg > -size + 1e-9] or [0.0], every)
        return falling if drug == own else DosePath(steps={**falling.steps, drug: ((0, dose_mg),)})
    if drug != own:
        return DosePath(steps={own: ((0, present_mg),), drug: ((0, dose_mg),)})
    return DosePath.steady(**{own: dose_mg})
