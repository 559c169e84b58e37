"""Whether one entry of a rule's ``when`` holds: yes, no, or not known, with the facts that say so."""

from __future__ import annotations

from datetime import date, timedelta

from lenitive.frozen import dataclass
from lenitive.knowledge import (
    AgeIs,
    Changed,
    ConditionIs,
    EffectIs,
    Findings,
    FlagIs,
    Knowledge,
    MeasureIs,
    NotMeasured,
    PressureDrop,
    RecentChange,
    StoppedAbruptly,
    Substances,
    Taking,
    Test,
)
from lenitive.record import EffectReport, Measurement
from lenitive.safety.situation import Situation, TakenDrug
from lenitive.terms import MEASURES, Fact, Severity

__all__ = ["TestAnswer", "drug_fact", "holds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestAnswer:
    """An answer with its grounds.

    Attributes:
        met: True, False, or None when a fact is missing.
        facts: The facts used.
        missing: The facts that were not there.
        drugs: Other drugs that it is about.
    """

    met: bool | None
    facts: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()


_NO = TestAnswer(met=False)


def _unknown(*names: str) -> TestAnswer:
    return TestAnswer(met=None, missing=names)


def drug_fact(taken: TakenDrug) -> Fact:
    """That a drug is taken, its daily dose, and since when."""
    return Fact(name=taken.id, value=taken.dose_mg, unit="mg/d", on=taken.since)


def holds(test: Test, now: Situation, drug: TakenDrug | None, knowledge: Knowledge) -> TestAnswer:
    """Whether a test holds for a drug on a day."""
    patient = now.record.patient
    match test:
        case ConditionIs():
            found = [c for c in test.any if c in now.conditions]
            return TestAnswer(
                met=bool(found),
                facts=tuple(Fact(name=f"condition.{c}", value=now.conditions[c]) for c in found),
            )
        case AgeIs():
            age = patient.age(now.day)
            if age is None:
                return _unknown("birth_year")
            met = (test.at_least is None or age >= test.at_least) and (test.below is None or age < test.below)
            return TestAnswer(
                met=met, facts=(Fact(name="age", value=age, unit="a", on=now.day),) if met else ()
            )
        case FlagIs():
            value = patient.pregnant if test.name == "pregnant" else patient.breastfeeding
            if value is not None:
                return TestAnswer(met=value, facts=(Fact(name=test.name, value=True),) if value else ())
            age = patient.age(now.day)
            ages = knowledge.judgement.people
            possible = patient.sex != "male" and (
                age is None or ages.fertile_from_age.value <= age < ages.fertile_below_age.value
            )
            return _unknown(test.name) if possible else _NO
        case EffectIs():
            return _effect(test, now)
        case MeasureIs():
            return _measure(test, now)
        case Changed():
            return _NO if drug is None else _changed(test, now, drug, knowledge.judgement.findings)
        case PressureDrop():
            return _pressure_drop(test, now)
        case Taking():
            substances = knowledge.substances
            others = [
                t
                for t in now.taken.values()
                if (not test.beside or drug is None or _distinct(t, drug, substances))
                and substances.is_any(t.id, test.any)
            ]
            if len(others) < test.count:
                return _NO
            return TestAnswer(
                met=True, facts=tuple(map(drug_fact, others)), drugs=tuple(t.id for t in others)
            )
        case RecentChange():
            if drug is None or drug.raised < now.day - timedelta(days=test.within_days):
                return _NO
            return TestAnswer(
                met=True,
                facts=(
                    Fact(
                        name=f"{drug.id}.started_or_raised", value=drug.dose_mg, unit="mg/d", on=drug.raised
                    ),
                ),
            )
        case NotMeasured():
            return _not_measured(test, now)
        case StoppedAbruptly():
            return TestAnswer(met=True)  # only asked about drugs that the caller found to end so


def _distinct(a: TakenDrug, b: TakenDrug, substances: Substances) -> bool:
    return substances.ingredient(a.id) != substances.ingredient(b.id)


def _effect(test: EffectIs, now: Situation) -> TestAnswer:
    """Reports in the window that no later report of the same effect took back."""
    first = now.at - timedelta(days=test.within_days)
    last: dict[str, EffectReport] = {}
    for report in now.record.effects:  # in order of day
        last[report.effect] = report
    standing = [
        r
        for r in now.record.effects
        if r.effect in test.any
        and first <= r.day <= now.at
        and r.severity.rank >= test.at_least.rank
        and last[r.effect].severity is not Severity.NONE
    ]
    for start in standing:
        near = [r for r in standing if start.day <= r.day <= start.day + timedelta(days=test.apart_days)]
        newest = {r.effect: r for r in near}
        if len(newest) >= test.count:
            return TestAnswer(
                met=True,
                facts=tuple(
                    Fact(name=r.effect, value=r.severity.value, on=r.day)
                    for r in sorted(newest.values(), key=lambda r: (r.day, r.effect))
                ),
            )
    return _NO


def _latest(now: Situation, measure: str) -> Measurement | None:
    return max((m for m in now.record.series(measure) if m.day <= now.at), key=lambda m: m.day, default=None)


def _measure(test: MeasureIs, now: Situation) -> TestAnswer:
    found = _latest(now, test.of)
    if found is None or found.day < now.at - timedelta(days=test.within_days):
        return _unknown(test.of)
    met = (test.below is None or found.value < test.below) and (
        test.at_least is None or found.value >= test.at_least
    )
    fact = Fact(name=test.of, value=found.value, unit=found.quantity.unit, on=found.day)
    return TestAnswer(met=met, facts=(fact,) if met else ())


def _changed(test: Changed, now: Situation, drug: TakenDrug, within: Findings) -> TestAnswer:
    series = [m for m in now.record.series(test.of) if m.day <= now.at]
    before = [
        m for m in series if m.day <= drug.since and m.day >= drug.since - within.baseline_before_days.days
    ]
    early = [m for m in series if drug.since < m.day <= drug.since + within.baseline_after_days.days]
    base = before[-1] if before else (early[0] if early else None)
    if base is None or not series or series[-1].day <= base.day:
        return _unknown(f"{drug.id}.before_and_after.{test.of}")
    last = series[-1]
    percent = 100.0 * (last.value - base.value) / base.value if base.value > 0 else 0.0
    met = (
        (test.percent_at_least is None or percent >= test.percent_at_least)
        and (test.percent_below is None or percent < test.percent_below)
        and (test.points_at_least is None or last.value - base.value >= test.points_at_least)
    )
    unit = MEASURES[test.of].unit
    facts = (
        Fact(name=test.of, value=base.value, unit=unit, on=base.day),
        Fact(name=test.of, value=last.value, unit=unit, on=last.day),
    )
    return TestAnswer(met=met, facts=facts if met else ())


def _pressure_drop(test: PressureDrop, now: Situation) -> TestAnswer:
    first = now.at - timedelta(days=test.within_days)
    lying = {m.day: m.value for m in now.record.series("systolic_lying") if first <= m.day <= now.at}
    standing = {m.day: m.value for m in now.record.series("systolic_standing") if first <= m.day <= now.at}
    both: list[date] = sorted(lying.keys() & standing.keys())
    if not both:
        return _unknown("systolic_lying", "systolic_standing")
    day = both[-1]
    if lying[day] - standing[day] < test.at_least:
        return _NO
    facts = (
        Fact(name="systolic_lying", value=lying[day], unit="mm[Hg]", on=day),
        Fact(name="systolic_standing", value=standing[day], unit="mm[Hg]", on=day),
    )
    return TestAnswer(met=True, facts=facts)


def _not_measured(test: NotMeasured, now: Situation) -> TestAnswer:
    first = now.at - timedelta(days=test.within_days)
    if any(first <= m.day <= now.at for name in test.any for m in now.record.series(name)):
        return _NO
    return TestAnswer(met=True, missing=test.any)
