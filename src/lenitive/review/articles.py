"""Which articles belong beside this review: the record and its judgements as facts, the library's rules, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from lenitive.knowledge import DiaryLines, Knowledge
from lenitive.library import Opening, open_articles
from lenitive.record import Record
from lenitive.response import SideEffectCourse, Verdict
from lenitive.safety import Finding
from lenitive.terms import Fact, Severity

__all__ = ["articles_beside", "facts_for_reading"]


def articles_beside(
    record: Record,
    knowledge: Knowledge,
    *,
    at: date,
    drugs: Sequence[str],
    verdicts: Sequence[Verdict],
    courses: Sequence[SideEffectCourse],
    findings: Sequence[Finding],
) -> tuple[Opening, ...]:
    """The articles that this review opens, weightiest first, each with why it is shown.

    Rules about a drug are asked once for each drug in question; an article opened twice keeps its weightier reason.
    """
    lines = knowledge.judgement.diary
    common = tuple(_common(record, at, courses, findings, lines))
    best: dict[str, Opening] = {}
    for drug in drugs or ("",):
        facts = (*common, *_about(record, drug, at, verdicts, lines))
        for one in open_articles(knowledge.openings, knowledge.articles, facts):
            if one.article not in best or best[one.article].weight < one.weight:
                best[one.article] = one
    return tuple(sorted(best.values(), key=lambda o: (-o.weight, o.article)))


def facts_for_reading(
    record: Record,
    drug: str,
    *,
    at: date,
    lines: DiaryLines,
    verdicts: Sequence[Verdict],
    courses: Sequence[SideEffectCourse] = (),
    findings: Sequence[Finding] = (),
) -> tuple[Fact, ...]:
    """The facts that opening rules may ask for, about one drug of a record on a day; ``lines`` say what is recent."""
    return (*_common(record, at, courses, findings, lines), *_about(record, drug, at, verdicts, lines))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _common(
    record: Record,
    at: date,
    courses: Sequence[SideEffectCourse],
    findings: Sequence[Finding],
    lines: DiaryLines,
) -> Iterator[Fact]:
    recent, new_from = at - lines.recent_days.days, at - lines.new_days.days
    born = record.patient.birth_year
    if born is not None:
        yield Fact(name="age_years", value=float(at.year - born), unit="a", on=at)
    if record.patient.pregnant is not None:
        yield Fact(name="pregnant", value=record.patient.pregnant)
    for condition in record.patient.conditions:
        yield Fact(name=f"condition.{_slug(condition.display or condition.code)}", value=True)
    scored = [d for d in record.diary if d.day > recent and not d.is_empty]
    if record.diary:
        yield Fact(
            name=f"entries_of_last_{lines.recent_days.whole}_days", value=float(len(scored)), unit="d", on=at
        )
    for name in sorted({e.effect for e in record.effects}):
        reports = sorted((e for e in record.effects if e.effect == name), key=lambda e: e.day)
        last = reports[-1]
        if last.day > recent:
            yield Fact(name=f"effect.{name}", value=last.severity.value, on=last.day)
        felt = [e for e in reports if e.severity is not Severity.NONE]
        if felt:
            new = felt[0].day > new_from and last.severity is not Severity.NONE
            yield Fact(name=f"effect.{name}.new", value=new, on=felt[0].day)
    for course in courses:
        yield Fact(name=f"course.{course.effect}", value=course.course.value, on=course.last_report)
    for finding in findings:
        yield Fact(name=f"finding.{finding.id}", value=True, on=at)


def _about(
    record: Record, drug: str, at: date, verdicts: Sequence[Verdict], lines: DiaryLines
) -> Iterator[Fact]:
    if not drug:
        return
    yield Fact(name="drug", value=drug)
    # prescribed, not taken: a missed evening is neither a stop nor a start
    doses = {day: _prescribed(record, drug, day) for day in _days(record, drug, at)}
    if not any(doses.values()):
        return
    now = doses.get(at, 0.0)
    yield Fact(name="dose_mg_per_day", value=now, unit="mg/d", on=at)
    if now > 0:
        without = max(day for day, dose in doses.items() if dose == 0)
        weeks = (at - without - timedelta(days=1)).days // 7 + 1
        yield Fact(name="week", value=float(weeks), unit="wk", on=without + timedelta(days=1))
    change, since = _last_change(doses, at)
    if since is not None and at - since < lines.recent_days.days:
        yield Fact(name="recent_change", value=change, on=since)
    for verdict in verdicts:
        if verdict.drug == drug:
            yield Fact(name="verdict", value=verdict.verdict.value, on=at)


def _prescribed(record: Record, drug: str, day: date) -> float:
    return sum(p.dose_mg_per_day for p in record.periods(drug) if p.covers(day) and not p.as_needed)


def _days(record: Record, drug: str, at: date) -> list[date]:
    """Every day from the one before the drug's first to the day of the review."""
    starts = [p.start for p in record.periods(drug)]
    if not starts or min(starts) > at:
        return []
    first = min(starts) - timedelta(days=1)
    return [first + timedelta(days=n) for n in range((at - first).days + 1)]


def _last_change(doses: dict[date, float], at: date) -> tuple[str, date | None]:
    """The last change of the daily dose and its day: started, raised, lowered or stopped."""
    days = sorted(d for d in doses if d <= at)
    for before, after in zip(reversed(days[:-1]), reversed(days[1:]), strict=True):
        old, new = doses[before], doses[after]
        if old != new:
            if new == 0:
                return "stopped", after
            if old == 0:
                return "started", after
            return ("raised" if new > old else "lowered"), after
    return "", None
