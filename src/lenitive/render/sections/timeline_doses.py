"""A record's daily doses as stretches, and which drugs the time line draws high."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from lenitive.frozen import dataclass
from lenitive.record import MedicinePeriod, Record
from lenitive.render.pictures import DoseStep
from lenitive.render.words import dose, drug_name

__all__ = ["DailyDoses", "daily_doses", "lanes_of"]

_MOST_HIGH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyDoses:
    """What was taken of one drug, day by day, as stretches of one daily dose within the days looked at."""

    drug: str
    steps: tuple[DoseStep, ...]
    missed: tuple[date, ...]

    @property
    def named(self) -> str:
        """Its name, with the dose where that is the same throughout."""
        doses = {s.label for s in self.steps}
        return f"{drug_name(self.drug)} {doses.pop()}" if len(doses) == 1 else drug_name(self.drug)


def _steps(periods: Sequence[MedicinePeriod], first: date, last: date) -> tuple[DoseStep, ...]:
    """Days cut wherever something begins or ends; what adjoins at one dose is one stretch again."""
    one = timedelta(days=1)
    cuts = {first}
    for p in periods:
        cuts |= {p.start, (p.end or last) + one}
    ordered = sorted(c for c in cuts if first <= c <= last)
    found: list[tuple[date, date, float, bool]] = []
    for i, begin in enumerate(ordered):
        end = ordered[i + 1] - one if i + 1 < len(ordered) else last
        here = [p for p in periods if p.covers(begin)]
        mg = sum(p.dose_mg_per_day for p in here)
        masked = any(p.masked for p in here)
        if not here or (mg == 0 and not masked):
            continue
        if found and found[-1][1] + one == begin and found[-1][2:] == (mg, masked):
            found[-1] = (found[-1][0], end, mg, masked)
        else:
            found.append((begin, end, mg, masked))
    top = max((mg for _, _, mg, _ in found), default=0.0)
    return tuple(
        DoseStep(
            first=a, last=b, share=mg / top if top else 0.0, label=dose(mg), short=f"{mg:g}", masked=masked
        )
        for a, b, mg, masked in found
    )


def daily_doses(record: Record, first: date, last: date) -> tuple[DailyDoses, ...]:
    """Each drug taken by plan in these days, in order of first start; what is taken as needed is left out."""
    found: dict[str, list[MedicinePeriod]] = {}
    for p in record.medicines:
        if not p.as_needed and p.start <= last and (p.end is None or p.end >= first):
            found.setdefault(p.drug, []).append(p)
    made = [
        DailyDoses(
            drug=drug,
            steps=_steps(periods, first, last),
            missed=tuple(sorted({d for p in periods for d in p.missed if first <= d <= last})),
        )
        for drug, periods in found.items()
    ]
    return tuple(d for d in made if d.steps)


def lanes_of(
    doses: Sequence[DailyDoses], first: date, last: date, estimated: Collection[str]
) -> tuple[tuple[DailyDoses, ...], tuple[DailyDoses, ...]]:
    """The drugs drawn as high as their dose, and the others: those whose dose changed, else those with an effect."""
    changed = [d for d in doses if len(d.steps) > 1 or (d.steps[0].first, d.steps[0].last) != (first, last)]
    high = (changed or [d for d in doses if d.drug in estimated])[:_MOST_HIGH]
    return tuple(high), tuple(d for d in doses if d not in high)
