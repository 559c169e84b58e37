"""The cases a pharmacist can read: patient, drugs, plan, what must be found, what must stay silent.

Days are counted from the day of the check, 2026-05-01: ``@-60`` is 60 days before, ``+1`` the next day.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from lenitive.knowledge import load
from lenitive.record import (
    Coded,
    EffectReport,
    IntakeTime,
    Measurement,
    MedicinePeriod,
    Patient,
    Plan,
    Record,
)
from lenitive.render.safety_document import findings_document
from lenitive.safety import check
from lenitive.terms import MEASURES, Quantity, Severity

AT = date(2026, 5, 1)
CASES = list(
    csv.DictReader((Path(__file__).parent / "safety_cases.csv").read_text(encoding="utf-8").splitlines())
)


def day(text: str) -> date:
    return AT + timedelta(days=int(text))


def split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def medicine(text: str) -> MedicinePeriod:
    """``mirtazapine 15 @-60`` or ``phenelzine 15 @-60..-5``; ``prn`` at the end for one as-needed day."""
    words = text.split()
    prn = words[-1] == "prn"
    words = words[:-1] if prn else words
    name, mg, span = " ".join(words[:-2]), float(words[-2]), words[-1].removeprefix("@")
    start, _, end = span.partition("..")
    return MedicinePeriod(
        drug=name,
        dose_mg=mg,
        start=day(start),
        end=day(start) if prn else (day(end) if end else None),
        times=(IntakeTime("prn" if prn else "bedtime"),),
    )


def record(case: dict[str, str]) -> Record:
    who: dict[str, object] = {}
    effects, measurements = [], []
    for fact in split(case["patient"]):
        key, _, value = fact.partition("=")
        match key:
            case "age":
                who["birth_year"] = AT.year - int(value)
            case "sex":
                who["sex"] = value
            case "egfr":
                who["egfr_ml_min"] = float(value)
            case "liver":
                who["hepatic_impairment"] = value
            case "pregnant" | "breastfeeding":
                who[key] = value == "yes"
            case "condition":
                who["conditions"] = (*who.get("conditions", ()), Coded(display=value))
            case "allergy":
                who["allergies"] = (*who.get("allergies", ()), Coded(display=value))
            case "effect":
                name, severity, on = value.replace("@", ":").split(":")
                effects.append(EffectReport(day=day(on), effect=name, severity=Severity(severity)))
            case "measure":
                name, number, on = value.replace("@", ":").split(":")
                quantity = Quantity(float(number), MEASURES[name].unit)
                measurements.append(Measurement(day=day(on), measure=name, quantity=quantity))
            case _:
                raise ValueError(f"unknown fact {fact!r}")
    return Record(
        patient=Patient(**who),
        medicines=tuple(map(medicine, split(case["drugs"]))),
        effects=tuple(effects),
        measurements=tuple(measurements),
    )


def plan(case: dict[str, str]) -> Plan | None:
    if not case["plan"]:
        return None
    steps = split(case["plan"])
    stops = tuple(s.removeprefix("stop ") for s in steps if s.startswith("stop "))
    return Plan(
        start=day("1"), periods=tuple(medicine(s) for s in steps if not s.startswith("stop ")), stops=stops
    )


def test_the_table_is_large_and_its_ids_are_its_own():
    assert len(CASES) >= 120
    assert len({c["id"] for c in CASES}) == len(CASES)
    assert all(c["source"] for c in CASES)


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_case(case):
    findings = check(record(case), plan(case), knowledge=load(), at=AT)
    found = {p.rule: p.tier.value for f in findings for p in f.parts}
    topics = {f.topic: f.tier.value for f in findings}
    for wanted in split(case["expected"]):
        tier, rule = wanted.split()
        assert (found.get(rule) or topics.get(rule)) == tier, f"{wanted} is not among {sorted(found.items())}"
    for rule in split(case["silent"]):
        assert rule not in found, f"{rule} should be silent"
        assert rule not in topics, f"{rule} should be silent"
    for finding in findings_document(findings):
        for part in finding["because"]:
            assert part["says"], part["rule"]
            assert part["action"], part["rule"]
            assert not {"{", "}"} & set(part["says"] + part["action"] + part["mechanism"] + part["size"])


def test_every_rule_is_reached_and_proven_silent():
    """A rule is proven silent by a case that takes a drug of it, or is about a patient like it, and does not meet it."""
    reached = {w.split()[1] for c in CASES for w in split(c["expected"])}
    silent = {r for c in CASES for r in split(c["silent"])}
    rules = {r.id for r in load().safety.rules}
    assert not rules - reached, f"no case reaches {sorted(rules - reached)}"
    assert not rules - silent, f"no case proves silent {sorted(rules - silent)}"
