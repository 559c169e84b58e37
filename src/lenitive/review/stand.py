"""Where the patient stands with a drug: the typed facts that a protocol asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from lenitive.knowledge import Protocol, Standing
from lenitive.record import Record
from lenitive.response import (
    BenefitAnswer,
    Course,
    Estimand,
    Fit,
    ReboundKind,
    SideEffectCourse,
    VerdictKind,
    WeightTrajectory,
    daily_mg,
)
from lenitive.review.binding import binds
from lenitive.review.diagnosis import fibromyalgia_recorded
from lenitive.review.paths import above_supported
from lenitive.review.visit import Visit
from lenitive.terms import Score
from lenitive.titration import FactValue

__all__ = ["facts_about", "protocol_for"]


def protocol_for(
    record: Record, protocols: dict[str, Protocol], at: date, drugs: Sequence[str]
) -> Protocol | None:
    """The protocol the visit is about: of what is in question and taken now, else of what was; else the first there is.

    None where that one is about a drug that is taken and that nobody asked about.

    Args:
        record: The record.
        protocols: By drug.
        at: The day.
        drugs: The drugs in question, the one changed last first.
    """
    now = {p.drug for p in record.regimen(at)}
    own = sorted((d for d in drugs if d in protocols), key=lambda d: d not in now)
    if own:
        return protocols[own[0]]
    first = protocols.get("mirtazapine") or next(iter(protocols.values()), None)
    return None if first is None or first.drug in now else first


def _daily(record: Record, drug: str, day: date) -> float:
    return sum(p.dose_mg_per_day for p in record.periods(drug) if p.covers(day))


def _planned(record: Record, drug: str, first: date, days: int) -> np.ndarray:
    """``[day]`` mg as written down, on days noted as missed too."""
    out = np.zeros(days)
    for p in record.periods(drug):
        begin = max((p.start - first).days, 0)
        out[begin : days if p.end is None else max((p.end - first).days + 1, 0)] += p.dose_mg_per_day
    return out


def _dosing(record: Record, protocol: Protocol, lines: Standing, at: date) -> dict[str, FactValue]:
    drug, limit = protocol.drug, protocol.limit
    taken = [p for p in record.periods(drug) if p.dose_mg > 0 and p.start <= at]
    facts: dict[str, FactValue] = {"ever_taken": bool(taken)}
    dose = _daily(record, drug, at)
    facts["taking"] = dose > 0
    if not taken or dose <= 0:
        return facts
    ever = min(p.start for p in taken)
    doses = _planned(record, drug, ever, (at - ever).days + 1)
    # A long pause begins a new course; the weeks at the dose before it still count, as they do for the verdict.
    on = np.flatnonzero(doses)
    breaks = np.flatnonzero(np.diff(on) > int(limit["break_days"].value))
    start = ever + timedelta(days=int(on[breaks[-1] + 1] if breaks.size else on[0]))
    others = np.flatnonzero(doses != dose)
    changed = int(others[-1]) + 1 if others.size else 0
    since, before = ever + timedelta(days=changed), float(doses[changed - 1]) if changed else 0.0
    enough = int((daily_mg(record, drug, ever, doses.size) >= limit["therapeutic_mg"].value - 1e-9).sum())
    facts |= {
        "dose_mg": dose,
        "days_since_start": float((at - start).days),
        "restarted": start > ever and (at - start).days < limit["min_days_between_steps"].value,
        "days_at_dose": float((at - since).days + 1),
        "weeks_therapeutic": enough / 7,
        # Two falls in a row within eight weeks are a taper; one is a step down.
        "falling": 0 < dose < before and _fell_before(record, drug, since, lines),
    }
    return facts


def _fell_before(record: Record, drug: str, since: date, lines: Standing) -> bool:
    before = _daily(record, drug, since - timedelta(days=1))
    for i in range(2, lines.falling_days.whole):
        earlier = _daily(record, drug, since - timedelta(days=i))
        if earlier != before:
            return earlier > before
    return False


def _replaced(record: Record, drug: str, protocols: dict[str, Protocol], lines: Standing, at: date) -> bool:
    recent = at - lines.falling_days.days
    return any(
        p.drug != drug and p.drug in protocols and p.dose_mg > 0 and p.covers(at) and p.start >= recent
        for p in record.medicines
    )


def _harm(drug: str, courses: tuple[SideEffectCourse, ...], lines: Standing) -> dict[str, FactValue]:
    own = [
        c
        for c in courses
        if c.drug == drug and c.severity_now >= lines.harm_bearable.value and c.effect != "weight_gain"
    ]
    if not own:
        return {"harm": "none", "harm_fading": False, "morning_sedation": False} if courses else {}
    worst = max(own, key=lambda c: c.severity_now)
    return {
        "harm": "hard" if worst.severity_now >= lines.harm_hard.value else "bearable",
        "harm_fading": all(c.course is Course.FADING for c in own),
        "morning_sedation": any(c.effect == "somnolence" for c in own),
    }


def _helps(fit: Fit, drug: str, outcome: Score, sure: float) -> bool | None:
    e = fit.effect(drug, outcome, Estimand.ATTRIBUTABLE)
    if e is None or "mcid" not in e.probability:
        return None
    p = e.probability["mcid"]
    return True if p >= sure else False if p <= 1 - sure else None


def _at_all(answer: BenefitAnswer, sure: float) -> dict[str, FactValue]:
    """Whether there is any benefit, where that is as good as certain and the figures are an answer."""
    if answer.helps is None or answer.unmet or sure > answer.helps > 1 - sure:
        return {}
    return {"helps": answer.helps >= sure}


def facts_about(visit: Visit) -> dict[str, FactValue]:
    """Every fact that is known; one that is not is left out, and a rule that needs it is then unknown."""
    record, protocol, at = visit.record, visit.protocol, visit.at
    drug, protocols, judgement = protocol.drug, visit.knowledge.protocols, visit.knowledge.judgement
    fit, verdict, rebound = visit.fit, visit.verdict, visit.rebound
    lines = judgement.standing
    facts = _dosing(record, protocol, lines, at)
    if facts.get("falling"):
        facts["replaced"] = _replaced(record, drug, protocols, lines, at)
    if rebound is not None:
        facts["rebound"] = rebound.kind.value
    elif facts.get("falling"):
        facts["rebound"] = ReboundKind.UNCLEAR.value
    age = record.patient.age(at)
    if age is not None:
        facts["older"] = age >= judgement.people.older_adult_age.value
    if verdict is not None:
        facts["verdict"] = (
            VerdictKind.CANNOT_TELL.value
            if float(facts.get("weeks_therapeutic", 0.0)) < protocol.limit["efficacy_weeks"].value
            and facts.get("taking")
            else verdict.verdict.value
        )
        if visit.answer is not None:
            facts["grade"] = (
                visit.answer.grade.value if facts["verdict"] == verdict.verdict.value else facts["verdict"]
            )
            facts |= _at_all(visit.answer, judgement.verdict.helps.value)
        if verdict.probability is not None:
            facts["probability_benefit"] = verdict.probability
        if verdict.share_from_diary is not None:
            facts["share_from_diary"] = verdict.share_from_diary
    if fit is not None and not (visit.answer is not None and visit.answer.disputed):
        for name, outcome in (("sleep_helps", fit.outcomes[0]), ("pain_helps", fit.outcomes[1])):
            helps = _helps(fit, drug, outcome, lines.helps.value)
            if helps is not None:
                facts[name] = helps
    facts |= _harm(drug, visit.courses, lines)
    if isinstance(visit.weight, WeightTrajectory):
        facts["weight_change_percent"] = visit.weight.change_percent
    facts["diagnosis"] = fibromyalgia_recorded(record, visit.knowledge)
    facts["critical_finding"] = binds(visit.findings)
    facts["above_supported"] = above_supported(record)
    days = lines.diary_days.whole
    recent = [d for d in record.diary if 0 <= (at - d.day).days < days and not d.is_empty]
    facts["diary_complete"] = len(recent) / days
    return facts
