"""What to measure or ask, and when: the drug files' schedules laid over the real course of each drug."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge, Monitored, Monitoring
from lenitive.record import Record
from lenitive.safety.situation import DoseCourse, Names, TakenDrug, courses, situation
from lenitive.safety.wording import worded
from lenitive.terms import EFFECTS, Message, Score, Severity, Source

__all__ = ["Due", "MonitoringItem", "monitoring"]

# Questions that the diary answers.
_DIARY = {"diary_pain": Score.PAIN, "diary_sleep": Score.SLEEP_DISTURBANCE, "diary_fatigue": Score.FATIGUE}


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
    why: tuple[Message, ...]
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
    found = courses(known, None, names, knowledge.judgement.findings.as_needed_days.days)
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
            item = _item(
                row, taken, found[taken.id], known, at, missing, signs, knowledge.judgement.monitoring
            )
            if item is not None:
                items[item.what] = _merged(items[item.what], item) if item.what in items else item
    return tuple(sorted(items.values(), key=lambda i: (i.due, i.what)))


def _marks(
    record: Record, conditions: Collection[str], taken: dict[str, TakenDrug], knowledge: Knowledge, at: date
) -> tuple[set[str], dict[str, str], dict[str, date]]:
    """The risk marks that hold; those that cannot be told, with the fact that is missing; the newest day of a sign."""
    patient = record.patient
    marks = set(conditions) | {c for id_ in taken for c in knowledge.substances.classes_of(id_)}
    unknown: dict[str, str] = {}
    age = patient.age(at)
    if age is None:
        unknown |= {"older": "birth_year", "under_25": "birth_year"}
    else:
        ages = knowledge.judgement.people
        marks |= {"older"} if age >= ages.older_adult_age.value else set()
        marks |= {"under_25"} if age < ages.young_adult_age.value else set()
    if patient.hepatic_impairment not in {None, "none"}:
        marks.add("liver_disease")
    if marks & {"hypertension", "alpha_blocker"} or marks & {"diuretic"}:
        marks.add("antihypertensive")
    if "alcohol_misuse" in marks or "alcohol" in taken:
        marks.add("alcohol")
    lines = knowledge.judgement.monitoring
    first = at - lines.sign_days.days
    reported = [e for e in record.effects if first <= e.day <= at and e.severity is not Severity.NONE]
    of_sign = {"infection_signs": lines.infection_sign.of, "liver_symptoms": lines.liver_symptom.of}
    signs = {
        mark: max(e.day for e in reported if e.effect in names)
        for mark, names in of_sign.items()
        if any(e.effect in names for e in reported)
    }
    return marks | signs.keys(), unknown, signs


def _days(
    row: Monitoring, taken: TakenDrug, course: DoseCourse, at: date, signs: dict[str, date], lines: Monitored
) -> list[date]:
    """Every day of the schedule, in order, up to a year ahead; a sign makes its own day one of them."""
    last = at + lines.horizon_days.days
    days = {taken.since} if row.baseline else set()
    days |= {signs[w] for w in row.who if w in signs and signs[w] >= taken.since}
    days |= {taken.since + timedelta(weeks=w) for w in row.weeks}
    if row.then_every_weeks:
        day = max(days, default=taken.since)
        while day <= last:
            day += timedelta(weeks=row.then_every_weeks)
            days.add(day)
    if row.after_dose_increase_weeks:
        before = 0.0
        for day, mg in course.steps:
            if mg > before > 0 and taken.since < day <= at:
                days.add(day + timedelta(weeks=row.after_dose_increase_weeks))
            before = mg
    return sorted(d for d in days if d <= last)


def _done(row: Monitoring, record: Record) -> list[date]:
    days = {m.day for m in record.measurements if m.measure in row.what}
    days |= {e.day for e in record.effects if e.effect in row.what and e.effect in EFFECTS}
    for name, score in _DIARY.items():
        if name in row.what:
            days |= {d.day for d in record.diary if d.score(score) is not None}
    return sorted(days)


def _item(
    row: Monitoring,
    taken: TakenDrug,
    course: DoseCourse,
    record: Record,
    at: date,
    missing: tuple[str, ...],
    signs: dict[str, date],
    lines: Monitored,
) -> MonitoringItem | None:
    """The row's first day that is not yet satisfied: the newest one passed, else the next one."""
    done = _done(row, record)
    schedule = _days(row, taken, course, at, signs, lines)
    passed, ahead = [d for d in schedule if d <= at], [d for d in schedule if d > at]
    early = (lines.baseline_days if passed and passed[-1] == taken.since else lines.early_days).days
    if passed and passed[-1] in {signs[w] for w in row.who if w in signs}:
        early = timedelta(0)  # a count from before the fever says nothing about it
    if passed and not any(passed[-1] - early <= d <= at for d in done):
        due = passed[-1]
    else:
        before = lines.early_days.days
        ahead = [d for d in ahead if not any(d - before <= x <= at for x in done)]
        if not ahead:
            return None
        due = ahead[0]
    state = Due.UPCOMING
    if due + lines.late_days.days < at:
        state = Due.OVERDUE
    elif due <= at + lines.late_days.days:
        state = Due.DUE
    return MonitoringItem(
        what=row.what,
        due=due,
        state=state,
        drugs=(taken.id,),
        why=(worded(row.id, "why", row.says),),
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
