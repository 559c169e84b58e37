"""What bounds a drug's doses for one patient: the default row, tightened by each row that holds for this patient."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.frozen import dataclass
from lenitive.knowledge import Dosing
from lenitive.terms import Grade, Message, Source

__all__ = ["Duration", "Limits", "Tightening", "tightened_by"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tightening:
    """What one row asks for. A number that it does not give is None.

    Attributes:
        says: What is said of it, the row's own words among them.
        sources: Where it stands.
        grades: How far it may be trusted.
        start_mg: No higher start, mg a day.
        step_mg: No larger step, mg a day.
        usual_mg: No higher aim on the way up from nothing, mg a day.
        max_mg: The most, mg a day.
        min_days: No fewer days between two changes.
        level_ratio: How many times the level rises: start and most are divided by it.
        own_steps: Whether the default row's schedule of days no longer holds.
    """

    says: tuple[Message, ...]
    sources: tuple[Source, ...] = ()
    grades: tuple[Grade, ...] = ()
    start_mg: float | None = None
    step_mg: float | None = None
    usual_mg: float | None = None
    max_mg: float | None = None
    min_days: int | None = None
    level_ratio: float = 1.0
    own_steps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """How many days of use a source allows."""

    days: int
    says: Message
    sources: tuple[Source, ...]
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A drug's doses for one patient.

    Attributes:
        dosing: Start, step, days and maximum.
        usual_mg: The highest aim of a way up from nothing, mg a day; None where only the maximum bounds it.
        default_max_mg: The maximum of the default row, before this patient's rows.
        lower_start: Whether the start is a bound: the highest dose that products make below it is taken.
        divided: Whether it is so only because the level rises: where products make none below, the lowest is taken.
        rests_on: What the rows say that gave them.
        caps: What rows say that lower the maximum or the aim; empty where none does.
        sources: Where all of that stands.
        grades: How far those rows may be trusted.
    """

    dosing: Dosing
    usual_mg: float | None
    default_max_mg: float | None
    lower_start: bool
    divided: bool
    rests_on: tuple[Message, ...]
    caps: tuple[Message, ...]
    sources: tuple[Source, ...]
    grades: tuple[Grade, ...]

    @property
    def aim_mg(self) -> float | None:
        """The highest dose that a way up from nothing leads to, mg a day."""
        given = [x for x in (self.usual_mg, self.dosing.max_mg) if x is not None]
        return min(given, default=None)


def _least(values: Sequence[float | None]) -> float | None:
    return min((v for v in values if v is not None), default=None)


def tightened_by(
    row: Dosing, says: Message, sources: tuple[Source, ...], rows: Sequence[Tightening]
) -> Limits:
    """The strictest of all rows: the lowest start, step, aim and most, the longest wait between two changes."""
    ratio = max((t.level_ratio for t in rows), default=1.0)
    start = _least([row.start_mg, *(t.start_mg for t in rows)])
    step = row.step_mg
    if step is not None and row.start_mg and start is not None:
        # Where a row lowers the start alone, steps keep their proportion to it: ours.
        step = step * start / row.start_mg
    step = _least([step, *(t.step_mg for t in rows)])
    most = _least([row.max_mg, *(t.max_mg for t in rows)])
    usual = _least([t.usual_mg for t in rows])
    start, most, usual = (None if x is None else x / ratio for x in (start, most, usual))
    if start is not None:
        start = _least([start, most])
    lower_start = start is not None and row.start_mg is not None and start < row.start_mg - 1e-9
    schedule = () if lower_start or any(t.own_steps for t in rows) else row.schedule
    bound = _least([most, usual])
    dosing = row.model_copy(
        update={
            "start_mg": start,
            "step_mg": step,
            "max_mg": most,
            "target_mg": _least([row.target_mg, bound]) if row.target_mg is not None else None,
            "min_days": max((d for d in (row.min_days, *(t.min_days for t in rows)) if d), default=None),
            "schedule": tuple((d, mg) for d, mg in schedule if bound is None or mg <= bound + 1e-9),
        }
    )
    return Limits(
        dosing=dosing,
        usual_mg=usual,
        default_max_mg=row.max_mg,
        lower_start=lower_start,
        divided=ratio > 1,
        rests_on=tuple(dict.fromkeys((says, *(m for t in rows for m in t.says)))),
        caps=tuple(m for t in rows if _caps(t, row) for m in t.says),
        sources=tuple(dict.fromkeys((*sources, *(s for t in rows for s in t.sources)))),
        grades=tuple(dict.fromkeys((row.grade, *(g for t in rows for g in t.grades)))),
    )


def _caps(one: Tightening, row: Dosing) -> bool:
    lower = one.max_mg is not None and (row.max_mg is None or one.max_mg < row.max_mg)
    return lower or one.usual_mg is not None or one.level_ratio > 1
