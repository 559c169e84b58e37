"""What to measure or ask, and when: the drug files' schedules laid over the real course of each drug."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lenitive.knowledge import Knowledge
from lenitive.knowledge.schema.drugs import Monitoring
from lenitive.record import Record
from lenitive.safety.situation import Course, Names, Taken, courses, situation
from lenitive.terms import EFFECTS, Score, Severity, Source

__all__ = ["Due", "MonitoringItem", "monitoring"]

_HORIZON = timedelta(days=366)
# A measurement this long before its day still counts for it, and one this late is not yet overdue. Ours.
_EARLY = timedelta(days=7)
_LATE = timedelta(days=7)
# A value from before the drug counts as its baseline for this long. Ours.
_BASELINE = timedelta(days=90)
# Questions that the diary answers.
_DIARY = {"diary_pain": Score.PAIN, "diary_sleep": Score.SLEEP_DISTURBANCE, "diary_fatigue": Score.FATIGUE}
# Signs count as present for this long.
_SIGNS = timedelta(days=28)
_SIGN_MARKS = {
    "infection_signs": {"fever", "sore_throat", "mouth_ulcers"},
    "liver_symptoms": {"jaundice", "vomiting"},
}


class Due(StrEnum):
    """Where a check stands."""

    OVERDUE = "overdue"
    DUE = "due"
    UPCOMING = "upcoming"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringItem:
    """One thing to measure or ask.

    Attributes:
        what: Measures or side effects of the vocabulary; any one of them satisfies it.
        due: The day.
        state: Overdue, due within a week, or later.
        drugs: The drugs that ask for it.
        why: What the sources say.
        basis: Where the timing comes from; ``ours`` is shown as such.
        last: The last day on which it was measured or asked.
        sources: What it rests on.
        missing: What was not known about whether it applies.
    """

    what: tuple[str, ...]
    due: date
    state: Due
    drugs: tuple[str, ...]
    why: tuple[str, ...]
    basis: str
    last: date | None
    sources: tuple[Source, ...]
    missing: tuple[str, ...] = ()


def monitoring(record: Record, *, knowledge: Knowledge, at: date) -> tuple[MonitoringItem, ...]:
    """What is due, overdue and upcoming for the drugs taken on a day, the earliest first; one line a thing.

    Args:
        record: The patient's record; nothing dated after ``at`` is used.
        knowledge: What is known.
        at: The day.
    """
    known = record.until(at)
    names = Names.of((p.drug for p in known.medicines if p.dose_mg > 0), knowledge)
    found = courses(known, None, names)
    read = (knowledge.safety.condition(x.display) for x in known.patient.conditions)
    conditions = {wider for c in read if c is not None for wider in knowledge.safety.wider(c)}
    now = situation(known, found, dict.fromkeys(conditions, ""), day=at, at=at)
    marks, unknown, signs = _marks(known, conditions, now.taken, knowledge, at)
    items: dict[tuple[str, ...], MonitoringItem] = {}
    for taken in now.taken.values():
        if taken.id not in knowledge.drugs:
            continue
        for row in knowledge.drugs[taken.id].monitoring.values():
            if not row.decides:
                continue
            missing: tuple[str, ...] = ()
            if "everyone" not in row.who and not marks & set(row.who):
                asked = {unknown[w] for w in row.who if w in unknown}
                if not asked:
                    continue
                missing = tuple(sorted(asked))
            item = _item(row, taken, found[taken.id], known, at, missing, signs)
            if item is not None:
                items[item.what] = _merged(items[item.what], item) if item.what in items else item
    return tuple(sorted(items.values(), key=lambda i: (i.due, i.what)))


def _marks(
    record: Record, conditions: Collection[str], taken: dict[str, Taken], knowledge: Knowledge, at: date
) -> tuple[set[str], dict[str, str], dict[str, date]]:
    """The risk marks that hold; those that cannot be told, with the fact that is missing; the newest day of a sign."""
    patient = record.patient
    marks = set(conditions) | {c for id_ in taken for c in knowledge.substances.classes_of(id_)}
    unknown: dict[str, str] = {}
    age = patient.age(at)
    if age is None:
        unknown |= {"older": "birth_year", "under_25": "birth_year"}
    else:
        marks |= ({"older"} if age >= knowledge.judgement.people.older_adult_age.value else set()) | (
            {"under_25"} if age < 25 else set()
        )
    if patient.hepatic_impairment not in {None, "none"}:
        marks.add("liver_disease")
    if marks & {"hypertension", "alpha_blocker"} or marks & {"diuretic"}:
        marks.add("antihypertensive")
    if "alcohol_misuse" in marks or "alcohol" in taken:
        marks.add("alcohol")
    reported = [e for e in record.effects if at - _SIGNS <= e.day <= at and e.severity is not Severity.NONE]
    signs = {
        mark: max(e.day for e in reported if e.effect in names)
        for mark, names in _SIGN_MARKS.items()
        if any(e.effect in names for e in reported)
    }
    return marks | signs.keys(), unknown, signs


def _days(row: Monitoring, taken: Taken, course: Course, at: date, signs: dict[str, date]) -> list[date]:
    """Every day of the schedule, in order, up to a year ahead; a sign makes its own day one of them."""
    days = {taken.since} if row.baseline else set()
    days |= {signs[w] for w in row.who if w in signs and signs[w] >= taken.since}
    days |= {taken.since + timedelta(weeks=w) for w in row.weeks}
    if row.then_every_weeks:
        day = max(days, default=taken.since)
        while day <= at + _HORIZON:
            day += timedelta(weeks=row.then_every_weeks)
            days.add(day)
    if row.after_dose_increase_weeks:
        before = 0.0
        for day, mg in course.steps:
            if mg > before > 0 and taken.since < day <= at:
                days.add(day + timedelta(weeks=row.after_dose_increase_weeks))
            before = mg
    return sorted(d for d in days if d <= at + _HORIZON)


def _done(row: Monitoring, record: Record) -> list[date]:
    days = {m.day for m in record.measurements if m.measure in row.what}
    days |= {e.day for e in record.effects if e.effect in row.what and e.effect in EFFECTS}
    for name, score in _DIARY.items():
        if name in row.what:
            days |= {d.day for d in record.diary if d.score(score) is not None}
    return sorted(days)


def _item(
    row: Monitoring,
    taken: Taken,
    course: Course,
    record: Record,
    at: date,
    missing: tuple[str, ...],
    signs: dict[str, date],
) -> MonitoringItem | None:
    """The row's first day that is not yet satisfied: the newest one passed, else the next one."""
    done = _done(row, record)
    schedule = _days(row, taken, course, at, signs)
    passed, ahead = [d for d in schedule if d <= at], [d for d in schedule if d > at]
    early = _BASELINE if passed and passed[-1] == taken.since else _EARLY
    if passed and passed[-1] in {signs[w] for w in row.who if w in signs}:
        early = timedelta(0)  # a count from before the fever says nothing about it
    if passed and not any(passed[-1] - early <= d <= at for d in done):
        due = passed[-1]
    else:
        ahead = [d for d in ahead if not any(d - _EARLY <= x <= at for x in done)]
        if not ahead:
            return None
        due = ahead[0]
    state = Due.UPCOMING
    if due + _LATE < at:
        state = Due.OVERDUE
    elif due <= at + _LATE:
        state = Due.DUE
    return MonitoringItem(
        what=row.what,
        due=due,
        state=state,
        drugs=(taken.id,),
        why=(row.says,),
        basis=row.schedule_basis,
        last=done[-1] if done else None,
        sources=row.sources,
        missing=missing,
    )


def _merged(a: MonitoringItem, b: MonitoringItem) -> MonitoringItem:
    first = a if a.due <= b.due else b
    return MonitoringItem(
        what=a.what,
        due=first.due,
        state=first.state,
        drugs=tuple(sorted({*a.drugs, *b.drugs})),
        why=tuple(dict.fromkeys((*a.why, *b.why))),
        basis=first.basis,
        last=a.last,
        sources=tuple(dict.fromkeys((*a.sources, *b.sources))),
        missing=tuple(sorted(set(a.missing) & set(b.missing))),
    )
