"""A plan with rows changed by hand: the rest follows day by day, within what products make and what the sources allow on the way up.

A row may last longer or shorter and may lead to another dose. What comes after it moves with it: the later rows of the same drug, and a
drug that is begun after the row has ended. Up, no step is larger and none sooner than the dosing row or the plan itself has it; down,
what is faster than the plan made of the sources is allowed and said, since a clinician may have seen more than a source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from lenitive.frozen import dataclass
from lenitive.knowledge import Dosing
from lenitive.terms import Message
from lenitive.titration.day_dose import DayDose
from lenitive.titration.dose_plan import DosePlan, PlanStage
from lenitive.titration.no_plan import NoPlan, sources_of

__all__ = ["RowChange", "changed_stages", "said_of_changes", "shifted"]

_LONGEST = 730
"""Days that one row may last; a plan that waits longer is no plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """What a row of a plan shall be.

    Attributes:
        row: Its place among the plan's stages.
        mg: The dose, mg a day; None where it stays.
        days: How long; None where it stays, or goes on.
    """

    row: int
    mg: float | None = None
    days: int | None = None


def _length(stage: PlanStage) -> int | None:
    return None if stage.last is None else (stage.last - stage.first).days + 1


def changed_stages(
    plan: DosePlan,
    changes: Sequence[RowChange],
    doses: Callable[[str], Sequence[DayDose]],
    dosing: Callable[[str], Dosing],
) -> tuple[PlanStage, ...]:
    """The stages after changes, each drug's in a row without a gap that was not there.

    Args:
        plan: As it was made.
        changes: The rows that shall be otherwise.
        doses: What products make of a drug within this patient's limits.
        dosing: The row that bounds a drug for this patient.

    Raises:
        NoPlan: When a dose cannot be made, a row would last no day or too long, or a way up would be steeper or sooner than allowed.
    """
    wanted = {change.row: change for change in changes}
    if set(wanted) - set(range(len(plan.stages))):
        raise NoPlan(Message.of("titration.plan.change.no_row"))
    made: list[tuple[int, PlanStage, int | None]] = []
    for row, stage in enumerate(plan.stages):
        change = wanted.get(row, RowChange(row=row))
        days = _length(stage)
        if change.days is not None and days is not None:
            days = change.days
        if days is not None and not 1 <= days <= _LONGEST:
            raise NoPlan(Message.of("titration.plan.change.days", days=_LONGEST))
        stays = change.mg is None or abs(change.mg - stage.dose.mg) < 1e-6
        dose = stage.dose if stays or change.mg is None else _dose(stage.drug, change.mg, doses(stage.drug))
        made.append((row, replace(stage, dose=dose), days))
    moved = _moved(plan, made)
    for drug in dict.fromkeys(s.drug for s in moved):
        _check_way_up(plan, drug, [s for s in moved if s.drug == drug], dosing(drug))
    return tuple(sorted(moved, key=lambda s: (s.first, s.drug)))


def _dose(drug: str, mg: float, doses: Sequence[DayDose]) -> DayDose:
    found = next((d for d in doses if abs(d.mg - mg) < 1e-6), None)
    if found is not None:
        return found
    near = sorted(doses, key=lambda d: abs(d.mg - mg))[:2]
    if not near:
        raise NoPlan(Message.of("titration.plan.change.none_made", drug=drug))
    low, high = min(d.mg for d in near), max(d.mg for d in near)
    raise NoPlan(Message.of("titration.plan.change.not_made", drug=drug, mg=mg, low_mg=low, high_mg=high))


def _moved(plan: DosePlan, made: Sequence[tuple[int, PlanStage, int | None]]) -> list[PlanStage]:
    """The stages on their new days. A drug begins later by what the rows that had ended before it grew."""
    grown = {row: (days or 0) - (_length(plan.stages[row]) or 0) for row, _, days in made}
    found: list[PlanStage] = []
    for drug in dict.fromkeys(s.drug for _, s, _ in made):
        chain = [(row, stage, days) for row, stage, days in made if stage.drug == drug]
        first_row = plan.stages[chain[0][0]]
        before = sum(
            grown[row]
            for row, stage in enumerate(plan.stages)
            if stage.drug != drug and stage.last is not None and stage.last < first_row.first
        )
        start = first_row.first + timedelta(days=before)
        for place, (row, stage, days) in enumerate(chain):
            if place:
                was = plan.stages[chain[place - 1][0]]
                ended = found[-1].last
                # Only the last row of a drug goes on without an end.
                assert was.last is not None
                assert ended is not None
                start = ended + (plan.stages[row].first - was.last)
            last = None if days is None else start + timedelta(days=days - 1)
            found.append(replace(stage, first=start, last=last))
    return found


def _check_way_up(plan: DosePlan, drug: str, stages: Sequence[PlanStage], dosing: Dosing) -> None:
    was = [s for s in plan.stages if s.drug == drug]
    if dosing.max_days is not None and drug in plan.stops:
        used = sum(_length(s) or 0 for s in stages)
        if used > max(dosing.max_days, sum(_length(s) or 0 for s in was)):
            raise NoPlan(
                Message.of("titration.plan.change.too_long", drug=drug, days=dosing.max_days),
                sources_of(dosing),
            )
    if stages[0].dose.mg > was[0].dose.mg + 1e-6:
        # What is taken before the plan is not in it: its first row may be lower or wait, and not lead higher.
        raise NoPlan(Message.of("titration.plan.change.begins_higher", drug=drug, mg=was[0].dose.mg))
    for at in range(1, len(stages)):
        rise = stages[at].dose.mg - stages[at - 1].dose.mg
        if rise <= 1e-6:
            continue
        planned = was[at].dose.mg - was[at - 1].dose.mg
        most = max(planned, dosing.step_mg or 0.0)
        if rise > most + 1e-6:
            raise NoPlan(
                Message.of("titration.plan.change.too_steep", drug=drug, mg=most), sources_of(dosing)
            )
        days, wait = _length(stages[at - 1]), _length(was[at - 1])
        least = wait if dosing.min_days is None else min(dosing.min_days, wait or dosing.min_days)
        if days is not None and least is not None and days < least:
            raise NoPlan(
                Message.of("titration.plan.change.too_soon", drug=drug, days=least), sources_of(dosing)
            )


def said_of_changes(plan: DosePlan, stages: Sequence[PlanStage]) -> tuple[Message, ...]:
    """What is to be said of a plan with changed rows: that rows are the clinician's, and which falls are faster than the sources' way."""
    found = [Message.of("titration.rests.changed")]
    for drug in dict.fromkeys(s.drug for s in stages):
        was, now = (
            _falls(s for s in plan.stages if s.drug == drug),
            _falls(s for s in stages if s.drug == drug),
        )
        if now and (
            not was or max(now) > max(was) + 1e-6 or _soonest(plan.stages, drug) > _soonest(stages, drug)
        ):
            found.append(Message.of("titration.rests.changed.faster", drug=drug))
    return tuple(found)


def _falls(stages: Iterable[PlanStage]) -> list[float]:
    return [a.dose.mg - b.dose.mg for a, b in pairwise(stages) if a.dose.mg > b.dose.mg + 1e-6]


def _soonest(stages: Sequence[PlanStage], drug: str) -> int:
    """The fewest days before a fall, the last one to nothing among them."""
    own = [s for s in stages if s.drug == drug]
    days = [
        length
        for at, stage in enumerate(own)
        if (length := _length(stage)) is not None
        and (at + 1 == len(own) or own[at + 1].dose.mg < stage.dose.mg - 1e-6)
    ]
    return min(days, default=_LONGEST)


def shifted(
    free: tuple[date, date] | None, plan: DosePlan, stages: Sequence[PlanStage]
) -> tuple[date, date] | None:
    """The days of a washout after changes: as long as before, from the new end of the drug that ends."""
    if free is None:
        return None
    ends: Mapping[str, date] = {s.drug: s.last for s in stages if s.last is not None}
    ended = next(drug for drug in plan.stops if drug in ends)
    first = ends[ended] + timedelta(days=1)
    return first, first + (free[1] - free[0])
