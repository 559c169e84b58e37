"""Records and plans that look for unsafe answers: everything that a review must not be led astray by, drawn by number.

A record has a number and is always the same; so has a pair of a patient and a plan. What is looked for:

- a review offers nothing under a finding that binds but stop, hold, contact and the taper that safety names (``review_faults``);
- no plan that is offered raises a finding of warning or louder that its taken copy raises, unless the option carries it or it stands
  today (``plan_faults``).

The taken copy of a planned day is the record of someone who takes on that day what the plan says, made by moving every medicine by
the days between: what was reported and measured stays as long ago as it is. Rules about the change of a measure since a drug was begun
are left out: a copy of a later day has none of that day's measures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import numpy as np

from lenitive.knowledge import Changed, Knowledge, load
from lenitive.record import (
    Coded,
    Diagnosis,
    DiaryDay,
    EffectReport,
    IntakeTime,
    Measurement,
    MedicinePeriod,
    Patient,
    Record,
)
from lenitive.review import Options, binds, checked_plan, review
from lenitive.safety import Finding, Tier, check
from lenitive.terms import EFFECTS, MEASURES, Quantity, Severity
from lenitive.titration import DosePlan, Planner, person_from

__all__ = [
    "Pair",
    "hostile_record",
    "pair",
    "pair_faults",
    "plan_faults",
    "review_faults",
    "review_result",
    "taken_copy",
]

DAYS = (date(2026, 5, 1), date(2024, 2, 29), date(2025, 12, 31), date(1999, 1, 1), date(2079, 12, 31))
MAOI = (
    "phenelzine",
    "tranylcypromine",
    "isocarboxazid",
    "linezolid",
    "moclobemide",
    "selegiline",
    "methylthioninium",
)
CANDIDATES = ("mirtazapine", "duloxetine", "milnacipran", "pregabalin", "amitriptyline", "cyclobenzaprine")
SIGNS = (
    ("fever", "sore_throat"),
    ("fever",),
    ("mouth_ulcers", "fever"),
    ("rash", "fever", "jaundice"),
    ("rash", "mouth_ulcers"),
    ("suicidal_thoughts",),
    ("seizure",),
    ("agitation", "tremor", "sweating", "fever"),
    ("confusion", "fall"),
    ("restless_legs", "somnolence"),
)
MEASURED = {
    "neutrophils": (0.2, 8.0),
    "sodium": (112.0, 148.0),
    "qtc": (380.0, 560.0),
    "systolic_lying": (85.0, 215.0),
    "systolic_standing": (70.0, 210.0),
    "alt": (10.0, 400.0),
    "phq9": (0.0, 27.0),
    "phq9_item9": (0.0, 3.0),
    "weight": (45.0, 130.0),
}
ABSENT = ("zorbifloxine", "blue tablets", "עברית", "x")
"""Names that mean nothing."""


@cache
def knowledge() -> Knowledge:
    """What is known, loaded once a process."""
    return load()


@cache
def _substances() -> tuple[str, ...]:
    return tuple(sorted(knowledge().substances.by_id))


@cache
def planner(market: str) -> Planner:
    """One planner a market and process."""
    return Planner(knowledge(), "uk" if market == "uk" else "us")


def _stream(number: int, of: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(20261127, spawn_key=(of, number)))


def _pick(rng: np.random.Generator, items, k: int = 1):
    k = min(k, len(items))
    return [items[int(i)] for i in rng.choice(len(items), size=k, replace=False)]


def _one(rng: np.random.Generator, *items):
    return items[int(rng.integers(len(items)))]


def _patient(rng: np.random.Generator, at: date) -> Patient:
    sex = _one(rng, "female", "female", "male", None)
    conditions = _pick(rng, sorted(knowledge().safety.conditions), int(rng.choice([0, 0, 0, 1, 2, 4])))
    if rng.random() < 0.3:
        conditions.append("fibromyalgia")
    allergies = _pick(
        rng, [*CANDIDATES, "tricyclic antidepressants", "penicillin", *ABSENT], int(rng.random() < 0.12)
    )
    return Patient(
        birth_year=_one(rng, None, *(at.year - int(rng.integers(17, 96)) for _ in range(9))),
        sex=sex,
        pregnant=_one(rng, True, False, None) if sex != "male" and rng.random() < 0.4 else None,
        egfr_ml_min=_one(rng, None, *(float(rng.integers(10, 121)) for _ in range(4))),
        hepatic_impairment=_one(rng, None, None, "none", "mild", "moderate", "severe"),
        cyp2d6=_one(rng, None, None, None, "poor", "ultrarapid"),
        conditions=tuple(Coded(display=c) for c in dict.fromkeys(conditions)),
        allergies=tuple(Coded(display=a) for a in allergies),
        diagnosis=Diagnosis(criteria="ACR 2016", wpi=12, sss=8) if rng.random() < 0.4 else None,
        preferences={"weight_gain": 10.0} if rng.random() < 0.2 else {},
    )


def _others(rng: np.random.Generator, at: date) -> Iterator[MedicinePeriod]:
    """Everything else that is or was taken."""
    many = 100 if rng.random() < 0.02 else int(rng.choice([0, 0, 1, 2, 3, 6]))
    names = _pick(rng, _substances(), many)
    if rng.random() < 0.12:
        names.append(_one(rng, *MAOI))
    if rng.random() < 0.06:
        names.append(_one(rng, *ABSENT))
    for name in dict.fromkeys(names):
        start = at - timedelta(days=int(rng.integers(1, 600)))
        mg = float(_one(rng, 0.001, 5.0, 10.0, 100.0))
        if rng.random() < 0.1:
            yield MedicinePeriod(drug=name, dose_mg=mg, start=start, end=start, times=(IntakeTime("prn"),))
            continue
        ended = start + timedelta(days=int(rng.integers(0, 600))) if rng.random() < 0.25 else None
        yield MedicinePeriod(drug=name, dose_mg=mg, start=start, end=ended, times=(IntakeTime("morning"),))
    if rng.random() < 0.08:
        last = at - timedelta(days=int(rng.integers(0, 20)))
        yield MedicinePeriod(drug=_one(rng, *MAOI), dose_mg=15.0, start=last - timedelta(days=30), end=last)


def _course(
    rng: np.random.Generator, at: date, drug: str, doses: tuple[float, ...]
) -> Iterator[MedicinePeriod]:
    """One to four periods of a drug, the last of which may have ended, been masked, or be a dose of zero."""
    day = at - timedelta(days=int(rng.choice([3, 20, 60, 150, 400])))
    left = int(rng.integers(1, 5))
    while left and day <= at:
        left -= 1
        length = int(rng.integers(5, 90))
        goes_on = left == 0 and rng.random() < 0.75
        end = None if goes_on else day + timedelta(days=length - 1)
        masked = rng.random() < 0.1
        dose = 0.0 if masked and rng.random() < 0.5 else float(_one(rng, *doses))
        missed = frozenset({day}) if rng.random() < 0.1 else frozenset()
        yield MedicinePeriod(
            drug=drug,
            dose_mg=dose,
            start=day,
            end=end,
            times=(IntakeTime("bedtime"),),
            masked=masked,
            missed=missed,
            reason=_one(rng, "", "fibromyalgia", "depression"),
        )
        day += timedelta(days=length + int(rng.choice([0, 0, 0, 10, 40])))


def _doses(drug: str, market: str) -> tuple[float, ...]:
    return tuple(d.mg for d in planner(market).doses(drug)) or (10.0,)


def _effects(rng: np.random.Generator, at: date) -> Iterator[EffectReport]:
    named = [
        *(_one(rng, *SIGNS) if rng.random() < 0.25 else ()),
        *_pick(rng, sorted(EFFECTS), int(rng.choice([0, 0, 1, 3]))),
    ]
    for effect in named:
        ago = timedelta(days=int(rng.choice([0, 0, 1, 5, 30, 200])))
        severity = _one(rng, Severity.NONE, Severity.MILD, Severity.MODERATE, Severity.SEVERE)
        yield EffectReport(day=at - ago, effect=effect, severity=severity)


def _measurements(rng: np.random.Generator, at: date) -> Iterator[Measurement]:
    for name in _pick(rng, sorted(MEASURED), int(rng.choice([0, 0, 1, 2, 5]))):
        low, high = MEASURED[name]
        for _ in range(int(rng.integers(1, 4))):
            ago = timedelta(days=int(rng.choice([0, 1, 10, 60, 300])))
            value = float(np.round(rng.uniform(low, high), 1))
            if name.startswith("phq9"):
                value = float(int(value))
            yield Measurement(day=at - ago, measure=name, quantity=Quantity(value, MEASURES[name].unit))


def _diary(rng: np.random.Generator, at: date, *, long: bool) -> Iterator[DiaryDay]:
    days = int(rng.choice([0, 0, 1, 10, 40, *([160] if long else [])]))
    level = rng.uniform(2, 8)
    for i in range(days):
        if rng.random() < 0.2:
            continue
        pain, sleep, fatigue = np.clip(np.round(rng.normal(level, 1.5, 3)), 0, 10)
        yield DiaryDay(
            day=at - timedelta(days=i),
            pain=float(pain),
            sleep_disturbance=float(sleep),
            fatigue=float(fatigue),
        )


def _record(rng: np.random.Generator, *, market: str, long: bool) -> tuple[Record, date]:
    at = _one(rng, DAYS[0], DAYS[0], *DAYS)
    medicines = list(_others(rng, at))
    for drug in _pick(rng, CANDIDATES, int(rng.choice([0, 1, 1, 1, 2]))):
        # The first of them most often, because it is what most reviews are about.
        name = "mirtazapine" if rng.random() < 0.6 else drug
        if name not in {p.drug for p in medicines}:
            medicines += _course(rng, at, name, _doses(name, market))
    record = Record(
        patient=_patient(rng, at),
        medicines=tuple(medicines),
        diary=tuple(sorted(_diary(rng, at, long=long), key=lambda d: d.day)),
        effects=tuple(_effects(rng, at)),
        measurements=tuple(_measurements(rng, at)),
    )
    return record, at


def hostile_record(number: int) -> tuple[Record, date, str]:
    """The record of a number, the day of its review, and the market."""
    rng = _stream(number, 1)
    market = _one(rng, "us", "us", "uk")
    return (*_record(rng, market=market, long=number % 10 == 0), market)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A patient and a plan for her, as the planner made it.

    Attributes:
        record: The record.
        at: The day before the plan.
        plan: The plan; None where the planner refused.
        market: Where its products are sold.
        asked: What was asked for, to name it in a fault.
    """

    record: Record
    at: date
    plan: DosePlan | None
    market: str
    asked: str


def pair(number: int) -> Pair:
    """The pair of a number."""
    rng = _stream(number, 2)
    market = _one(rng, "us", "us", "uk")
    record, at = _record(rng, market=market, long=False)
    if rng.random() < 0.5:
        # Half of the patients report and measured nothing that would bind: then plans do leave.
        record = replace(record, effects=(), measurements=())
    maker = planner(market)
    begin = at + timedelta(days=1)
    taken = {
        p.drug: record.dose_mg(p.drug, at)
        for p in record.regimen(at)
        if p.drug in knowledge().drugs and record.dose_mg(p.drug, at) > 0
    }
    old = _one(rng, *sorted(taken)) if taken else ""
    new = _one(rng, *sorted(knowledge().drugs))
    to_mg = float(_one(rng, *_doses(new, market)))
    kinds = ("start", "add", *(("switch", "switch", "step", "taper") if old else ()))
    kind = _one(rng, *kinds)
    person = person_from(record, knowledge(), old if kind not in {"start", "add"} else "", at)
    mg = taken.get(old, 0.0)
    match kind:
        case "start":
            made = maker.start(new, to_mg, begin, person)
        case "add":
            made = maker.add(new, to_mg, begin, person)
        case "switch":
            made = maker.switch(old, mg, new, to_mg, begin, person)
        case "step":
            to_mg = float(_one(rng, *_doses(old, market)))
            made = maker.step(old, mg, to_mg, begin, person)
        case _:
            made = maker.taper(old, mg, begin, person)
    asked = f"{kind} {old} {mg:g} {new} {to_mg:g} {market}"
    plan = made if isinstance(made, DosePlan) else None
    return Pair(record=record, at=at, plan=plan, market=market, asked=asked)


def taken_copy(record: Record, plan: DosePlan | None, at: date, day: date) -> Record:
    """The record of someone who takes today what the plan says for a day, and took before what comes before it.

    Without a plan: what the record itself says for the day.
    """
    back = day - at
    named = set() if plan is None else set(plan.drugs)
    resolve = knowledge().resolve_drug
    kept = []
    for p in record.medicines:
        match = resolve(p.drug)
        if match is None or match.id not in named:
            kept.append(p)
        elif plan is not None and p.start < plan.start:
            end = plan.start - timedelta(days=1)
            kept.append(
                p if p.end is not None and p.end < plan.start else replace(p, end=end, missed=frozenset())
            )
    kept += [] if plan is None else [p for s in plan.stages for p in s.periods()]
    moved = tuple(
        replace(
            p,
            start=p.start - back,
            end=None if p.end is None else p.end - back,
            missed=frozenset(d - back for d in p.missed),
        )
        for p in kept
    )
    year = record.patient.birth_year
    patient = replace(record.patient, birth_year=None if year is None else year - (day.year - at.year))
    return replace(record, medicines=moved, patient=patient)


@cache
def _left_out() -> frozenset[str]:
    return frozenset(r.id for r in knowledge().safety.rules if any(isinstance(t, Changed) for t in r.when))


def _days(plan: DosePlan) -> list[date]:
    """The days on which the plan changes something, the days after its ends, and a day long after the last."""
    changes = {plan.start, *(s.first for s in plan.stages)}
    changes |= {s.last + timedelta(days=1) for s in plan.stages if s.last is not None}
    return sorted({*changes, max(changes) + timedelta(days=20)})


def _louder(said: tuple[Finding, ...], of: tuple[Finding, ...]) -> Iterator[tuple[str, str]]:
    """Parts of warning or louder in one set of findings that the other does not have as loudly."""
    said_of: dict[tuple[str, int], set[str]] = {}
    for part in (p for f in of for p in f.parts):
        for rank in range(part.tier.rank, len(Tier)):
            said_of.setdefault((part.rule, rank), set()).update(part.drugs)
    for finding in said:
        for part in finding.parts:
            if part.tier is Tier.INFO or part.rule in _left_out():
                continue
            about = said_of.get((part.rule, part.tier.rank))
            if about is None or not about >= set(part.drugs):
                yield part.rule, part.tier.value


def plan_faults(record: Record, at: date, plan: DosePlan, carried: tuple[Finding, ...]) -> list[str]:
    """What is wrong with offering a plan with these findings beside it."""
    today = check(record, knowledge=knowledge(), at=at)
    faults = []
    for day in _days(plan):
        taken = check(taken_copy(record, plan, at, day), knowledge=knowledge(), at=at)
        # What the record says of the day without the plan is not the plan's doing: an end that is written for next week.
        anyway = check(taken_copy(record, None, at, day), knowledge=knowledge(), at=at)
        stands = (*today, *anyway)
        faults += [
            f"{day}: {rule} ({tier}) is not said" for rule, tier in _louder(taken, (*stands, *carried))
        ]
        faults += [
            f"{day}: {rule} is critical and is offered"
            for rule, tier in _louder(taken, stands)
            if tier == Tier.CRITICAL.value
        ]
    return faults


def pair_faults(one: Pair) -> tuple[str, list[str]]:
    """What became of a pair (refused, withheld, offered), and what is wrong with it."""
    if one.plan is None:
        return "refused", []
    checked = checked_plan(one.plan, one.record, knowledge=knowledge(), at=one.at)
    if checked.withheld_by:
        return "withheld", []
    return "offered", plan_faults(one.record, one.at, one.plan, checked.findings)


TODAY = {"stop", "hold", "contact"}


def review_faults(number: int) -> tuple[str, list[str]]:
    """What a review of a hostile record came to (bound, free, nothing), and what is wrong with its options."""
    came_to, faults, _ = review_result(number)
    return came_to, faults


def review_result(number: int) -> tuple[str, list[str], list[str]]:
    """The same, with the actions that were offered where a critical finding stands."""
    record, at, market = hostile_record(number)
    made = review(record, knowledge(), at=at, seed=1, market="uk" if market == "uk" else "us")
    found = made.options
    if not isinstance(found, Options):
        return "nothing", ["a binding finding and no option"] if binds(made.findings) else [], []
    ranked = [o for o in found.options if o.rank is not None]
    faults = [f"{o.action} {o.drug} is withheld and ranked" for o in ranked if o.withheld_by]
    faults += [
        f"{o.action} {o.drug} is withheld and has no rule"
        for o in found.options
        if o.rank is None and not o.withheld_by and o.plan is None
    ]
    if [o.rank for o in ranked] != list(range(1, len(ranked) + 1)) or not ranked:
        faults.append("the ranks are not 1, 2, 3, or nothing is ranked")
    for o in ranked:
        if o.action in {"start", "switch", "add"} and o.expected.cost is not None and o.expected.cost <= 0:
            faults.append(f"{o.action} {o.drug} costs nothing")
    bound = any(f.tier is Tier.CRITICAL for f in made.findings)
    if bound:
        safe = {d for f in made.findings for d in f.tapers}
        faults += [
            f"{o.action} {o.drug} is offered"
            for o in ranked
            if o.action not in TODAY and not (o.action == "taper" and o.drug in safe)
        ]
        if ranked and ranked[0].action not in TODAY:
            faults.append(f"{ranked[0].action} comes first")
        return "bound", faults, [o.action for o in ranked]
    for o in ranked:
        if isinstance(o.plan, DosePlan):
            faults += [f"{o.action} {o.drug}: {f}" for f in plan_faults(made.record, at, o.plan, o.findings)]
    return "free", faults, []
