"""What must hold of safety checks whatever the patient and the drugs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenitive.knowledge import load
from lenitive.knowledge.interaction_index import Interactions
from lenitive.record import Coded, EffectReport, IntakeTime, MedicinePeriod, Patient, Plan, Record
from lenitive.safety import Tier, check, together, withheld_by
from lenitive.safety.days import days_of_change
from lenitive.terms import Severity

AT = date(2026, 5, 1)
KNOWLEDGE = load()
DRUGS = [
    *sorted(KNOWLEDGE.drugs),
    *("phenelzine", "linezolid", "tramadol", "sertraline", "fluvoxamine", "diazepam", "zopiclone", "codeine"),
    *(
        "sumatriptan",
        "clonidine",
        "warfarin",
        "quetiapine",
        "hydrochlorothiazide",
        "carbamazepine",
        "ibuprofen",
    ),
    *("ciprofloxacin", "ketoconazole", "oxybutynin", "citalopram", "haloperidol", "alcohol", "zzyzx"),
]
CONDITIONS = sorted(KNOWLEDGE.safety.conditions)
EFFECTS = [
    "fever",
    "sore_throat",
    "rash",
    "restless_legs",
    "fall",
    "confusion",
    "agitation",
    "tremor",
    "sweating",
]

some_drugs = st.lists(st.sampled_from(DRUGS), min_size=1, max_size=5, unique=True)
patients = st.builds(
    Patient,
    birth_year=st.sampled_from([None, 1945, 1980, 2004]),
    sex=st.sampled_from([None, "female", "male"]),
    pregnant=st.sampled_from([None, True, False]),
    egfr_ml_min=st.sampled_from([None, 8.0, 25.0, 90.0]),
    hepatic_impairment=st.sampled_from([None, "none", "mild", "severe"]),
    conditions=st.lists(st.sampled_from(CONDITIONS), max_size=3, unique=True).map(
        lambda ids: tuple(Coded(display=i) for i in ids)
    ),
)
effects = st.lists(st.tuples(st.sampled_from(EFFECTS), st.integers(0, 20)), max_size=3).map(
    lambda rows: tuple(
        EffectReport(day=AT - timedelta(days=d), effect=e, severity=Severity.MODERATE) for e, d in rows
    )
)


def taking(drugs, patient, reports=(), days=60) -> Record:
    periods = tuple(
        MedicinePeriod(drug=d, dose_mg=5, start=AT - timedelta(days=days + i)) for i, d in enumerate(drugs)
    )
    return Record(patient=patient, medicines=periods, effects=reports)


def tiers(findings) -> dict[str, Tier]:
    return {f.topic: f.tier for f in findings}


@settings(max_examples=40, deadline=None)
@given(some_drugs, patients, effects, st.randoms(use_true_random=False))
def test_the_order_of_drugs_in_the_record_does_not_matter(drugs, patient, reports, random):
    record = taking(drugs, patient, reports)
    shuffled = list(record.medicines)
    random.shuffle(shuffled)
    again = replace(record, medicines=tuple(shuffled))
    first, second = (check(r, knowledge=KNOWLEDGE, at=AT) for r in (record, again))
    assert [(f.key, f.tier) for f in first] == [(f.key, f.tier) for f in second]


@settings(max_examples=40, deadline=None)
@given(some_drugs, st.sampled_from(DRUGS), patients, effects)
def test_adding_a_drug_never_removes_or_quietens_a_finding(drugs, more, patient, reports):
    before = tiers(check(taking(drugs, patient, reports), knowledge=KNOWLEDGE, at=AT))
    wider = [*drugs, *([] if more in drugs else [more])]
    after = tiers(check(taking(wider, patient, reports), knowledge=KNOWLEDGE, at=AT))
    for topic, tier in before.items():
        assert topic in after, f"adding {more} to {drugs} took away {topic}"
        assert after[topic].rank <= tier.rank, f"adding {more} to {drugs} quietened {topic}"


BENIGN = {"birth_year": 1980, "pregnant": False, "egfr_ml_min": 90.0, "hepatic_impairment": "none"}


@settings(max_examples=40, deadline=None)
@given(some_drugs, patients, st.sampled_from(sorted(BENIGN)))
def test_not_knowing_never_lowers_a_tier(drugs, patient, fact):
    """Against a fact known to be harmless, not knowing it leaves every finding as loud or louder."""
    harmless = check(taking(drugs, replace(patient, **{fact: BENIGN[fact]})), knowledge=KNOWLEDGE, at=AT)
    unknown = tiers(check(taking(drugs, replace(patient, **{fact: None})), knowledge=KNOWLEDGE, at=AT))
    for finding in harmless:
        # A year of birth is never harmless for every rule: some are about the young. Those rules may ask instead.
        assert finding.topic in unknown or fact == "birth_year"
        if finding.topic in unknown:
            assert unknown[finding.topic].rank <= finding.tier.rank


def test_waits_depend_on_the_order():
    found = {(w.first, w.then): w.days for w in together(["duloxetine", "phenelzine"], KNOWLEDGE).waits}
    assert found["duloxetine", "phenelzine"] == 5
    assert found["phenelzine", "duloxetine"] == 14


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.sampled_from(DRUGS), min_size=2, max_size=4, unique=True), st.randoms(use_true_random=False)
)
def test_drugs_together_do_not_depend_on_how_they_are_listed(drugs, random):
    again = list(drugs)
    random.shuffle(again)
    a, b = together(drugs, KNOWLEDGE), together(again, KNOWLEDGE)
    assert [(f.topic, f.tier, f.drugs) for f in a.findings] == [
        (f.topic, f.tier, f.drugs) for f in b.findings
    ]
    assert {(w.first, w.then, w.days) for w in a.waits} == {(w.first, w.then, w.days) for w in b.waits}


@settings(max_examples=25, deadline=None)
@given(some_drugs, patients, st.sampled_from(DRUGS))
def test_a_plan_that_changes_nothing_withholds_nothing(drugs, patient, named):
    """What is already taken is reported and does not withhold a plan that leaves it as it is."""
    record = taking(drugs, patient)
    same = tuple(p for p in record.medicines if p.drug == named)
    plan = Plan(
        start=AT + timedelta(days=1),
        periods=tuple(replace(p, start=AT + timedelta(days=1)) for p in same),
    )
    assert withheld_by(check(record, plan, knowledge=KNOWLEDGE, at=AT)) == ()


DOSES = st.sampled_from([2.5, 7.5, 15.0, 30.0, 75.0, 150.0, 300.0, 600.0])


@st.composite
def plans(draw) -> Plan:
    """One or two drugs, each in up to three stretches with or without gaps, open or not; now and then one is stopped."""
    start = AT + timedelta(days=draw(st.sampled_from([0, 1, 5])))
    periods = []
    drugs = draw(st.lists(st.sampled_from(DRUGS), min_size=1, max_size=2, unique=True))
    for drug in drugs:
        day = start
        for _ in range(draw(st.integers(1, 3))):
            day += timedelta(days=draw(st.integers(0, 9)))
            end = day + timedelta(days=draw(st.integers(0, 40)))
            prn = draw(st.integers(0, 5)) == 0
            opens = draw(st.booleans()) and not prn
            end = day if prn else end
            periods.append(
                MedicinePeriod(
                    drug=drug,
                    dose_mg=draw(DOSES),
                    start=day,
                    end=None if opens else end,
                    times=(IntakeTime("prn" if prn else "bedtime"),),
                )
            )
            if opens:
                break
            day = end + timedelta(days=1)
    stops = draw(st.lists(st.sampled_from([d for d in DRUGS if d not in drugs]), max_size=1))
    return Plan(start=start, periods=tuple(periods), stops=tuple(stops))


def every_day(courses, planned, knowledge, *, at):
    """The plain way: each day up to the last on which the quick way looks, and a month more."""
    some = days_of_change(courses, planned, knowledge, at=at)
    last = max(some) + timedelta(days=30) if some else at
    return tuple(at + timedelta(days=i) for i in range(1, (last - at).days + 1))


def essence(findings) -> list[object]:
    parts = [
        (f.topic, f.tier, p.rule, p.drugs, p.tier, p.planned, p.withholds, p.from_day, p.demands, p.acts_on)
        for f in findings
        for p in f.parts
    ]
    return [withheld_by(findings), *parts]


@settings(max_examples=60, deadline=None)
@given(some_drugs, patients, effects, plans(), st.sampled_from([date(2026, 5, 1), date(2026, 12, 20)]))
def test_looking_at_the_days_of_change_equals_looking_at_every_day(drugs, patient, reports, plan, at):
    """On the turn of a year too: an age may change in the plan. A part that holds on no such day holds on none."""
    shift = at - AT
    record = taking(drugs, patient, reports)
    record = replace(
        record,
        medicines=tuple(replace(p, start=p.start + shift) for p in record.medicines),
        effects=tuple(replace(e, day=e.day + shift) for e in record.effects),
    )
    moved = tuple(
        replace(p, start=p.start + shift, end=None if p.end is None else p.end + shift) for p in plan.periods
    )
    plan = Plan(start=plan.start + shift, periods=moved, stops=plan.stops)
    quick = check(record, plan, knowledge=KNOWLEDGE, at=at)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("lenitive.safety.check"), "days_of_change", every_day)
        slow = check(record, plan, knowledge=KNOWLEDGE, at=at)
    assert essence(quick) == essence(slow)


@settings(max_examples=40, deadline=None)
@given(some_drugs, patients, effects, plans())
def test_a_planned_day_is_judged_as_a_taken_day(drugs, patient, reports, plan):
    """Whatever a day of the plan would say were it today, the check of the plan says at least as loudly."""
    record = taking(drugs, patient, reports)
    planned = check(record, plan, knowledge=KNOWLEDGE, at=AT)
    loudest = {p.rule: min(q.tier.rank for q in f.parts) for f in planned for p in f.parts}
    topics = tiers(planned)
    kept = [p for p in record.medicines if p.drug not in plan.drugs]
    for day in (d for d in plan.changes if d >= AT):
        cut = [
            replace(p, end=plan.start - timedelta(days=1))
            for p in record.medicines
            if p.drug in plan.drugs and p.start < plan.start
        ]
        taken = Record(patient=patient, medicines=(*kept, *cut, *plan.periods), effects=reports)
        for finding in check(taken, knowledge=KNOWLEDGE, at=day):
            if finding.tier is Tier.INFO or finding.topic == "not_checked":
                continue
            assert finding.topic in topics, f"{finding.id} on {day} of {plan}: {sorted(loudest)}"
            assert topics[finding.topic].rank <= finding.tier.rank


def test_what_is_dated_later_is_not_used():
    later = EffectReport(day=AT + timedelta(days=1), effect="suicidal_thoughts", severity=Severity.SEVERE)
    record = taking(["mirtazapine"], Patient(sex="male"), (later,))
    assert "suicidality" not in tiers(check(record, knowledge=KNOWLEDGE, at=AT))


def test_a_handled_finding_is_silent_until_it_says_something_new_and_critical_ones_never():
    record = taking(["mirtazapine", "tramadol"], Patient(sex="male", birth_year=1980))
    keys = [f.key for f in check(record, knowledge=KNOWLEDGE, at=AT)]
    assert check(record, knowledge=KNOWLEDGE, at=AT, handled=keys) == ()
    more = taking(["mirtazapine", "tramadol", "sertraline"], Patient(sex="male", birth_year=1980))
    assert "serotonergic" in tiers(check(more, knowledge=KNOWLEDGE, at=AT, handled=keys))
    thoughts = (EffectReport(day=AT, effect="suicidal_thoughts", severity=Severity.MILD),)
    loud = replace(record, effects=thoughts)
    keys = [f.key for f in check(loud, knowledge=KNOWLEDGE, at=AT)]
    assert [f.topic for f in check(loud, knowledge=KNOWLEDGE, at=AT, handled=keys)] == ["suicidality"]


def test_findings_say_their_facts_with_days():
    record = taking(["mirtazapine", "tramadol"], Patient(sex="male", birth_year=1980))
    for finding in check(record, knowledge=KNOWLEDGE, at=AT):
        for part in finding.parts:
            assert part.sources
            assert part.facts or part.missing
            assert all(f.on is not None for f in part.facts if f.unit == "mg/d")


@pytest.mark.parametrize("drug", sorted(KNOWLEDGE.drugs))
def test_no_drug_alone_in_a_well_adult_is_loud(drug):
    """A licensed start in a man of 46, for no longer than its source covers, says nothing above information."""
    mg = KNOWLEDGE.drugs[drug].start_dose_mg or 1
    limits = [d.max_days for d in KNOWLEDGE.drugs[drug].dosing.values() if d.max_days is not None]
    days = min([60, *(n - 1 for n in limits)])
    record = Record(
        patient=Patient(birth_year=1980, sex="male", egfr_ml_min=90, hepatic_impairment="none"),
        medicines=(MedicinePeriod(drug=drug, dose_mg=mg, start=AT - timedelta(days=days)),),
    )
    loud = [f.id for f in check(record, knowledge=KNOWLEDGE, at=AT) if f.tier is not Tier.INFO]
    assert loud == []


@settings(max_examples=15, deadline=None)
@given(some_drugs, patients, effects, st.randoms(use_true_random=False))
def test_no_finding_depends_on_the_order_of_rules_and_rows(drugs, patient, reports, random):
    rules = list(KNOWLEDGE.safety.rules)
    random.shuffle(rules)
    files = list(KNOWLEDGE.interactions.files)
    random.shuffle(files)
    shuffled = SimpleNamespace(
        safety=replace(KNOWLEDGE.safety, rules=tuple(rules)),
        interactions=Interactions(tuple(files), KNOWLEDGE.substances),
        **{name: getattr(KNOWLEDGE, name) for name in ("drugs", "substances", "judgement", "resolve_drug")},
    )
    record = taking(drugs, patient, reports)
    first = check(record, knowledge=KNOWLEDGE, at=AT)
    assert [(f.key, f.tier, f.demands, f.stops) for f in check(record, knowledge=shuffled, at=AT)] == [
        (f.key, f.tier, f.demands, f.stops) for f in first
    ]
