"""The doses on the way up to a dose: a source's own schedule, or its steps in products that exist."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lenitive.knowledge import Dosing, Drug, Market
from lenitive.terms import Message
from lenitive.titration.day_dose import DayDose, dose_at
from lenitive.titration.dose_plan import Basis
from lenitive.titration.no_plan import NoPlan, sources_of

__all__ = ["Climb", "climb"]

Climb = list[tuple[DayDose, int]]
"""Doses with the days on each; the last goes on, whatever its days."""


def climb(
    drug: Drug, dosing: Dosing, doses: Sequence[DayDose], to_mg: float, from_mg: float, market: Market
) -> tuple[Climb, Basis]:
    """From nothing, or from a dose, up to the one asked for.

    Tablets are used where they make a step, and what is taken changes between tablets and liquid once at most: a dose
    between two that only liquid makes is taken as liquid too.

    Raises:
        NoPlan: When a start, a step or its days is missing, or no product makes one.
    """
    steps, basis = _steps(drug, dosing, doses, to_mg, from_mg, market)
    made = _liquid_first([(dose_at(drug, doses, mg, market), days) for mg, days in steps], doses)
    if _changes(made) <= 1:
        return made, basis
    # Some tablets on the way cannot be taken as liquid: other doses are chosen, which can.
    ends = {round(to_mg, 6), round(steps[0][0], 6)}
    measured = [d for d in doses if d.liquid or round(d.mg, 6) in ends]
    steps, basis = _steps(drug, dosing, measured, to_mg, from_mg, market)
    return _liquid_first([(dose_at(drug, measured, mg, market), days) for mg, days in steps], doses), basis


def _changes(made: Climb) -> int:
    return sum(a.liquid != b.liquid for (a, _), (b, _) in pairwise(made))


def _liquid_first(made: Climb, doses: Sequence[DayDose]) -> Climb:
    """The same doses, in liquid up to the last that only liquid makes, where they can be measured."""
    last = max((i for i, (dose, _) in enumerate(made) if dose.liquid), default=0)
    same = {round(d.mg, 6): d for d in doses if d.liquid}
    return [
        (same.get(round(dose.mg, 6), dose) if i < last else dose, days) for i, (dose, days) in enumerate(made)
    ]


def _steps(
    drug: Drug, dosing: Dosing, doses: Sequence[DayDose], to_mg: float, from_mg: float, market: Market
) -> tuple[list[tuple[float, int]], Basis]:
    """Doses with the days on each, up to the one asked for."""
    schedule = _schedule(drug, dosing, to_mg)
    if schedule and not from_mg:
        kept = [(d, mg) for d, mg in schedule if mg <= to_mg + 1e-9]
        days = [b - a for (a, _), (b, _) in pairwise(kept)]
        return [(mg, days[i] if i < len(days) else 0) for i, (_, mg) in enumerate(kept)], Basis.PUBLISHED
    if dosing.start_mg is None:
        raise NoPlan(
            Message.of("titration.plan.no_start", drug=drug.id),
            sources_of(dosing),
        )
    current = from_mg or min(dosing.start_mg, to_mg)
    if not from_mg:
        dose_at(drug, doses, current, market)
    if abs(current - to_mg) < 1e-6:
        return [(to_mg, 0)], Basis.PUBLISHED
    step = dosing.step_mg or (dosing.start_mg if dosing.min_days is not None else None)
    if step is None or dosing.min_days is None:
        raise NoPlan(
            Message.of("titration.plan.no_step.unknown", drug=drug.id, mg=to_mg),
            sources_of(dosing),
        )
    found = [] if from_mg else [(current, dosing.min_days)]
    while current < to_mg - 1e-9:
        reach = [d for d in doses if current + 1e-9 < d.mg <= min(current + step, to_mg) + 1e-9]
        if not reach:
            raise NoPlan(
                Message.of(
                    "titration.plan.no_step.not_made",
                    drug=drug.id,
                    mg=current,
                    most_mg=step,
                    market=market,
                ),
                sources_of(dosing),
            )
        # Liquid on the way only where no tablet makes a step, or for the dose asked for.
        plain = [d.mg for d in reach if not d.liquid or abs(d.mg - to_mg) < 1e-6]
        current = max(plain or [d.mg for d in reach])
        found.append((current, dosing.min_days))
    return found, Basis.CONSTRUCTED


def _schedule(drug: Drug, dosing: Dosing, to_mg: float) -> tuple[tuple[int, float], ...]:
    """A published schedule through the dose: the row's own, or, where the row has no steps, another adult row's."""
    rows = [dosing]
    if dosing.step_mg is None:
        rows += [
            d
            for d in drug.dosing.values()
            if d.population == "adult" and d.decides and d.start_mg == dosing.start_mg
        ]
    return next((r.schedule for r in rows if any(abs(mg - to_mg) < 1e-6 for _, mg in r.schedule)), ())
