"""Who the patient is, in one line: age, sex, conditions, organs, what is taken, how complete the diary is, what was taken of what
was due."""

from __future__ import annotations

from datetime import date

from lenitive.frozen import dataclass
from lenitive.record import Latest, Record, Taken, egfr, height, latest
from lenitive.review.quality import DataQuality

__all__ = ["Adherence", "PersonLine", "person_line"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Adherence:
    """What was taken of what was due of one drug.

    A day counts from the first day on which a dose was due, whether the diary had begun or not. Days of masked periods count for
    nothing: nobody may read from them what was taken. Nor do intakes as needed, which are never due. The day of the review
    itself counts once it is answered: a bedtime dose is asked about next morning.

    Attributes:
        drug: Its name.
        since: The first day on which a dose was due.
        due: Days on which a dose was due.
        taken: Days of which the diary says that all was taken.
        part: Days of which it says that part was taken.
        missed: Days of which it, or the period, says that nothing was taken.
    """

    drug: str
    since: date
    due: int
    taken: int
    part: int
    missed: int

    @property
    def unanswered(self) -> int:
        """Days of which nobody says whether it was taken."""
        return self.due - self.taken - self.part - self.missed


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """Who.

    Attributes:
        age: Years; None where the year of birth is not recorded.
        sex: ``female`` or ``male``; None where it is not recorded.
        conditions: As they are written.
        kidneys: Kidney function, mL/min; None where it is not recorded.
        liver: Liver disease: none, mild, moderate, severe; None where it is not recorded.
        weight: kg; None where it was never measured.
        height: cm; None where it is not recorded.
        medicines: Drugs in force on the day, those taken as needed aside.
        days: Days from the first diary entry to the day of the review.
        entries: Days with an entry.
        last_entry: The last day with an entry; None without one.
        adherence: What was taken of what was due, for each drug that was ever due.
    """

    age: int | None
    sex: str | None
    conditions: tuple[str, ...]
    kidneys: Latest | None
    liver: str | None
    weight: Latest | None
    height: Latest | None
    medicines: tuple[str, ...]
    days: int
    entries: int
    last_entry: date | None
    adherence: tuple[Adherence, ...]


def _adherence(record: Record, drug: str, at: date) -> Adherence | None:
    """Days are counted as ordinals: a course of years is a few sets."""
    periods = [p for p in record.periods(drug) if p.dose_mg > 0 and not p.as_needed]
    days: dict[bool, set[int]] = {True: set(), False: set()}
    for p in periods:
        last = at if p.end is None or p.end > at else p.end
        days[p.masked].update(range(p.start.toordinal(), last.toordinal() + 1))
    due = days[False] - days[True]
    said = {a: {d.day.toordinal() for d in record.diary if d.taken is a} for a in Taken}
    # One of two products left out is part of the day's doses; all of them left out is the day's.
    noted = {day for p in periods for day in p.missed}
    for day in noted:
        left_out = all(day in p.missed for p in periods if p.covers(day))
        for ordinals in said.values():
            ordinals.discard(day.toordinal())
        said[Taken.NO if left_out else Taken.PART].add(day.toordinal())
    answered = {answer: ordinals & due for answer, ordinals in said.items()}
    if not any(at.toordinal() in ordinals for ordinals in answered.values()):
        due.discard(at.toordinal())
    if not due:
        return None
    return Adherence(
        drug=drug,
        since=date.fromordinal(min(due)),
        due=len(due),
        taken=len(answered[Taken.YES]),
        part=len(answered[Taken.PART]),
        missed=len(answered[Taken.NO]),
    )


def person_line(record: Record, at: date, entered: DataQuality) -> PersonLine:
    """Who the patient is on a day.

    Args:
        record: The record as it stood on the day.
        at: The day.
        entered: How much of the diary there is.
    """
    patient = record.patient
    regular = (p.drug for p in record.regimen(at) if not p.as_needed)
    adherence = (_adherence(record, drug, at) for drug in record.drugs)
    return PersonLine(
        age=patient.age(at),
        sex=patient.sex,
        conditions=tuple(c.display or c.code for c in patient.conditions),
        kidneys=egfr(record, at),
        liver=patient.hepatic_impairment,
        weight=latest(record, "weight", at),
        height=height(record, at),
        medicines=tuple(dict.fromkeys(regular)),
        days=entered.days,
        entries=entered.entries,
        last_entry=entered.last,
        adherence=tuple(a for a in adherence if a is not None),
    )
