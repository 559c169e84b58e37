"""Drugs looked at together, without a patient: what they do to each other, and how long to wait between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge
from lenitive.record import MedicinePeriod, Patient, Record
from lenitive.safety.check import check
from lenitive.safety.finding import Finding
from lenitive.safety.situation import Names
from lenitive.safety.wording import if_worded
from lenitive.terms import Message, Source

__all__ = ["Together", "WaitBetween", "together"]

_DAY = date(2000, 1, 1)  # no rule asked here depends on the day
# What depends on a patient, or on the dose and the days that stand in for "taken", is not about the drugs together.
_NO_PATIENT = frozenset({"missing", "driving", "dose"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitBetween:
    """The wait from one drug to another.

    Attributes:
        first: The drug stopped.
        then: The drug started.
        days: Whole days, or None when a wait is needed and no source gives its length.
        says: What the source says, where the knowledge has a sentence on it.
        sources: Where it comes from.
    """

    first: str
    then: str
    days: int | None
    says: Message | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What was found for a list of drugs.

    Attributes:
        names: What each written name was taken to mean.
        findings: What the drugs do together, in an adult about whom nothing is known.
        waits: Waits between them, each order on its own.
    """

    names: Names
    findings: tuple[Finding, ...]
    waits: tuple[WaitBetween, ...]


def together(written: Sequence[str], knowledge: Knowledge) -> Together:
    """What drugs do together. Doses, kidneys, age and conditions are not looked at."""
    plain = [" ".join(w.lower().split()) for w in written]
    names = Names.of(plain, knowledge)
    # Any dose above zero will do: it stands for "taken", stays below every limit, and is not shown.
    periods = tuple(
        MedicinePeriod(drug=name, dose_mg=0.001, start=_DAY - timedelta(days=400))
        for name in dict.fromkeys(plain)
    )
    findings = check(Record(patient=Patient(sex="male"), medicines=periods), knowledge=knowledge, at=_DAY)
    ids = dict.fromkeys(m.id for m in names.known.values())
    waits = []
    for first, then in permutations(ids, 2):
        wait = knowledge.interactions.washout(first, then)
        if wait is not None:
            waits.append(
                WaitBetween(
                    first=first,
                    then=then,
                    days=wait.days,
                    says=if_worded(wait.fact.id, "mechanism", wait.fact.says),
                    sources=wait.fact.sources,
                )
            )
    return Together(
        names=names,
        # The stand-in doses and days are ours: they are not facts about anyone.
        findings=tuple(
            replace(f, parts=tuple(replace(p, facts=()) for p in f.parts))
            for f in findings
            if f.topic not in _NO_PATIENT
        ),
        waits=tuple(waits),
    )
