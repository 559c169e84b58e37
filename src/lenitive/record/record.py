"""A patient's record: the one value that every judgement starts from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace
from datetime import date, timedelta
from operator import attrgetter

from lenitive.frozen import dataclass
from lenitive.record.diary import DiaryDay
from lenitive.record.events import ActivityDone, EffectReport, Measurement
from lenitive.record.medicine import MedicinePeriod
from lenitive.record.night import ObjectiveNight
from lenitive.record.patient import Patient

__all__ = ["Record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What happened to one patient. Each list is put in order of day; entries of one day keep their order.

    Raises:
        ValueError: When two diary days are the same day, two periods of one drug, written alike, share a day and a
            time of intake, or a source has two nights of one definition on a day.
    """

    patient: Patient = field(default_factory=Patient)
    medicines: tuple[MedicinePeriod, ...] = ()
    diary: tuple[DiaryDay, ...] = ()
    effects: tuple[EffectReport, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    activities: tuple[ActivityDone, ...] = ()
    nights: tuple[ObjectiveNight, ...] = ()

    def __post_init__(self) -> None:
        days = [d.day for d in self.diary]
        if len(set(days)) != len(days):
            raise ValueError("a record has one diary entry a day")
        put = object.__setattr__
        put(self, "medicines", tuple(sorted(self.medicines, key=attrgetter("start"))))
        for name in ("diary", "effects", "measurements", "activities"):
            put(self, name, tuple(sorted(getattr(self, name), key=attrgetter("day"))))
        put(
            self,
            "nights",
            tuple(sorted(self.nights, key=attrgetter("day", "source", "definition"))),
        )
        if len({(n.day, n.source, n.definition) for n in self.nights}) != len(self.nights):
            raise ValueError("a source has one night of one definition a day")
        # One drug from two products at once is one drug taken twice; the same product twice is a row too many.
        last: dict[tuple[str, str, str], date | None] = {}
        for period in self.medicines:
            for time in period.times:
                key = (period.drug, period.name.casefold(), time.text)
                if key in last and (last[key] or date.max) >= period.start:
                    raise ValueError("two periods of one drug share a day and a time of intake")
                last[key] = period.end

    @property
    def last_day(self) -> date | None:
        """The last day with any entry: the default day of a review. Never the clock.

        Measured nights do not count: a watch that is worn on after the diary has ended would move the review.
        """
        days = [d.day for d in self.diary] + [e.day for e in self.effects] + [a.day for a in self.activities]
        days += [m.day for m in self.measurements]
        days += [p.end or p.start for p in self.medicines]
        return max(days, default=None)

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs ever taken (dose above zero), in order of first start."""
        seen = dict.fromkeys(
            p.drug for p in sorted(self.medicines, key=lambda p: (p.start, p.drug)) if p.dose_mg > 0
        )
        return tuple(seen)

    def periods(self, drug: str) -> tuple[MedicinePeriod, ...]:
        """The periods of one drug, in order of start, as the constructor put them."""
        return tuple([p for p in self.medicines if p.drug == drug])

    def regimen(self, at: date) -> tuple[MedicinePeriod, ...]:
        """The periods that cover a day, with a dose above zero."""
        return tuple(p for p in self.medicines if p.covers(at) and p.dose_mg > 0)

    def series(self, measure: str) -> Iterator[Measurement]:
        """The measurements of one kind, in order of day, as the constructor put them."""
        return iter([m for m in self.measurements if m.measure == measure])

    def until(self, at: date) -> Record:
        """The record as it stood at the end of a day: nothing dated later is used.

        A period that begins later is dropped; one that ends later is taken to go on, as it did on that day.
        """
        kinds = (self.diary, self.effects, self.measurements, self.activities, self.nights)
        if all(not entries or entries[-1].day <= at for entries in kinds) and all(
            max([p.start, p.end or p.start, *p.missed]) <= at for p in self.medicines
        ):
            return self
        return replace(
            self,
            medicines=tuple(
                replace(
                    p,
                    end=p.end if p.end is not None and p.end <= at else None,
                    missed=frozenset(d for d in p.missed if d <= at),
                )
                for p in self.medicines
                if p.start <= at
            ),
            diary=tuple(d for d in self.diary if d.day <= at),
            effects=tuple(e for e in self.effects if e.day <= at),
            measurements=tuple(m for m in self.measurements if m.day <= at),
            activities=tuple(a for a in self.activities if a.day <= at),
            nights=tuple(n for n in self.nights if n.day <= at),
        )

    def dose_mg(self, drug: str, day: date) -> float:
        """mg of a drug taken on a day: periods that cover it, less days noted as missed."""
        return sum(
            p.dose_mg_per_day
            for p in self.medicines
            if p.drug == drug and p.covers(day) and day not in p.missed
        )

    def judged_dose(self, drug: str, at: date) -> float | None:
        """The daily dose, mg, that a judgement on a drug is about; None when it was never taken by that day.

        While it is taken, the dose in force. Once it is stopped, the dose taken on the most days: the last step of a
        taper is not what the drug was tried at.
        """
        taken = [p for p in self.periods(drug) if p.dose_mg > 0 and p.start <= at]
        if not taken:
            return None
        if any(p.covers(at) for p in taken):
            return sum(p.dose_mg_per_day for p in taken if p.covers(at))
        spent: dict[float, int] = {}
        for p in taken:
            spent[p.dose_mg_per_day] = spent.get(p.dose_mg_per_day, 0) + ((p.end or at) - p.start).days + 1
        return max(spent, key=lambda mg: (spent[mg], mg))

    def days(self, at: date) -> tuple[date, ...]:
        """Every local day from the first diary entry to ``at``, gaps included; empty without a diary."""
        if not self.diary:
            return ()
        first = min(d.day for d in self.diary)
        return tuple(first + timedelta(days=i) for i in range((at - first).days + 1))
