"""Patients made by hand for one case and its kind: what is taken since when, what was reported, what was measured."""

from __future__ import annotations

from datetime import date, timedelta

from lenitive.knowledge import load
from lenitive.record import (
    Coded,
    DiaryDay,
    EffectReport,
    IntakeTime,
    Measurement,
    MedicinePeriod,
    Patient,
    Plan,
    Record,
)
from lenitive.render import brief_of, brief_report, patient_page, report_text
from lenitive.review import Options, Review, review
from lenitive.safety import Finding, check
from lenitive.terms import MEASURES, Quantity, Severity

KNOWLEDGE = load()
AT = date(2026, 5, 1)


def day(days: int) -> date:
    """So many days after the day of the review."""
    return AT + timedelta(days=days)


def taken(drug: str, mg: float = 5, since: int = -60, until: int | None = None, time: str = "bedtime"):
    """A period of use, in days from the day of the review."""
    return MedicinePeriod(
        drug=drug,
        dose_mg=mg,
        start=day(since),
        end=None if until is None else day(until),
        times=(IntakeTime(time),),
    )


def record(
    *periods: MedicinePeriod | str, effects: dict[str, int] | tuple[str, ...] = (), measured=(), **who: object
) -> Record:
    """A record: names are taken for two months; effects happened today, or so many days ago.

    Args:
        periods: What is taken.
        effects: Side effects, of today; or with the day, from the day of the review.
        measured: ``(measure, value, day)``.
        who: The patient.
    """
    when = effects if isinstance(effects, dict) else dict.fromkeys(effects, 0)
    conditions = tuple(Coded(display=c) for c in who.pop("conditions", ("fibromyalgia",)))
    allergies = tuple(Coded(display=a) for a in who.pop("allergies", ()))
    patient = {"birth_year": 1980, "sex": "male", "conditions": conditions, "allergies": allergies, **who}
    return Record(
        patient=Patient(**patient),
        medicines=tuple(taken(p) if isinstance(p, str) else p for p in periods),
        diary=(DiaryDay(day=AT, pain=5),),
        effects=tuple(
            EffectReport(day=day(d), effect=e, severity=Severity.MODERATE) for e, d in when.items()
        ),
        measurements=tuple(
            Measurement(day=day(d), measure=m, quantity=Quantity(v, MEASURES[m].unit)) for m, v, d in measured
        ),
    )


def findings(of: Record, plan: Plan | None = None, at: date = AT) -> dict[str, Finding]:
    """What the safety check says, by topic."""
    return {f.topic: f for f in check(of, plan, knowledge=KNOWLEDGE, at=at)}


def reviewed(of: Record, at: date = AT, **more: object) -> Review:
    """The review."""
    return review(of, KNOWLEDGE, at=at, seed=1, **more)


def ranked(made: Review) -> list[tuple[str, str]]:
    """Action and drug of what is offered, in order."""
    assert isinstance(made.options, Options)
    return [(o.action, o.drug) for o in made.options.options if o.rank is not None]


def page(made: Review) -> str:
    """What a clinician reads on the one page."""
    return " ".join(report_text(brief_report(brief_of(made, version="t"))).replace("│", " ").split())


def own_page(made: Review) -> str:
    """What the patient reads."""
    return " ".join(report_text(patient_page(made)).replace("│", " ").split())


def acts_first(made: Review, *first: tuple[str, str]) -> str:
    """The page of a review in which a finding binds: what comes first, nothing else offered, and the patient told to call."""
    assert made.options.bound
    offered = ranked(made)
    assert offered[: len(first)] == list(first)
    tapers = {d for f in made.findings for d in f.tapers}
    assert all(a in {"stop", "hold", "contact"} or (a == "taper" and d in tapers) for a, d in offered)
    text = page(made)
    assert "Critical: act today." in text
    assert "Nothing else is offered until this is answered" in text
    assert "worth its cost" not in text
    assert "Call your clinic today" in own_page(made)
    return text
