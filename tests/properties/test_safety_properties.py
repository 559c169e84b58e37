"""What must hold of safety checks whatever the patient and the drugs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenitive.knowledge import load
from lenitive.record import Coded, EffectReport, MedicinePeriod, Patient, Plan, Record
from lenitive.safety import Tier, check, together, withheld_by
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
    """A licensed start in a man of 46 with nothing else says nothing above information."""
    mg = KNOWLEDGE.drugs[drug].start_dose_mg or 1
    record = Record(
        patient=Patient(birth_year=1980, sex="male", egfr_ml_min=90, hepatic_impairment="none"),
        medicines=(MedicinePeriod(drug=drug, dose_mg=mg, start=AT - timedelta(days=60)),),
    )
    loud = [f.id for f in check(record, knowledge=KNOWLEDGE, at=AT) if f.tier is not Tier.INFO]
    assert loud == []
