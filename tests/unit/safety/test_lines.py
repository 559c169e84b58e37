"""The numbers and tables that findings and checks turn on: just below, at and just above each, and every word of a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.knowledge.load import Knowledge
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
from lenitive.safety import Due, Part, Tier, check, monitoring
from lenitive.terms import Quantity, Severity

AT = date(2026, 5, 1)
KNOWLEDGE = load()
ADULT = Patient(sex="male", birth_year=1980)


def day(days: int) -> date:
    return AT + timedelta(days=days)


def period(drug: str, start: int, end: int | None = None, mg: float = 5) -> MedicinePeriod:
    return MedicinePeriod(drug=drug, dose_mg=mg, start=day(start), end=None if end is None else day(end))


def parts(record: Record, plan: Plan | None = None, knowledge: Knowledge = KNOWLEDGE) -> dict[str, Part]:
    found = check(record, plan, knowledge=knowledge, at=AT)
    return {p.rule: p for f in found for p in f.parts}


def topic_of(record: Record, rule: str) -> str:
    found = check(record, knowledge=KNOWLEDGE, at=AT)
    return next(f.topic for f in found for p in f.parts if p.rule == rule)


@pytest.mark.parametrize(("ago", "taken"), [(12, True), (13, True), (14, False), (15, False)])
def test_a_drug_taken_as_needed_counts_for_two_weeks(ago, taken):
    once = MedicinePeriod(
        drug="tramadol", dose_mg=50, start=day(-ago), end=day(-ago), times=(IntakeTime("prn"),)
    )
    record = Record(patient=ADULT, medicines=(period("mirtazapine", -60), once))
    assert ("serotonin.interaction.mirtazapine_tramadol" in parts(record)) is taken


@pytest.mark.parametrize(("last", "asked"), [(-33, True), (-34, True), (-35, False), (-36, False)])
def test_a_wait_of_unknown_length_is_asked_about_for_five_weeks(last, asked):
    record = Record(medicines=(period("phenelzine", -90, last),))
    plan = Plan(start=day(1), periods=(period("sertraline", 1, mg=50),))
    found = check(record, plan, knowledge=KNOWLEDGE, at=AT)
    assert any(f.topic == "washout" for f in found) is asked


@pytest.mark.parametrize(("passed", "told"), [(13, True), (14, False), (15, False)])
def test_a_wait_that_was_too_short_is_no_matter_once_its_days_have_passed(passed, told):
    """Begun five days ago, too soon; fourteen days after the last dose of the other it is too late to say so."""
    record = Record(
        patient=ADULT, medicines=(period("phenelzine", -90, -passed - 1), period("mirtazapine", -5))
    )
    assert any(f.topic == "washout" for f in check(record, knowledge=KNOWLEDGE, at=AT)) is told


@pytest.mark.parametrize(("ago", "told"), [(27, True), (28, True), (29, False)])
def test_a_sign_raises_the_warning_of_a_label_for_four_weeks(ago, told):
    report = EffectReport(day=day(-ago), effect="restless_legs", severity=Severity.MODERATE)
    record = Record(patient=ADULT, medicines=(period("mirtazapine", -60),), effects=(report,))
    assert ("mirtazapine.warning.restless_legs" in parts(record)) is told


@pytest.mark.parametrize(
    ("severity", "told"), [(Severity.MILD, False), (Severity.MODERATE, True), (Severity.SEVERE, True)]
)
def test_a_sign_raises_the_warning_of_a_label_from_moderate_on(severity, told):
    report = EffectReport(day=day(-3), effect="restless_legs", severity=severity)
    record = Record(patient=ADULT, medicines=(period("mirtazapine", -60),), effects=(report,))
    assert ("mirtazapine.warning.restless_legs" in parts(record)) is told


@pytest.mark.parametrize(
    ("age", "asked"), [(11, False), (12, True), (13, True), (54, True), (55, True), (56, False)]
)
def test_an_unknown_pregnancy_is_asked_about_from_12_to_55(age, asked):
    patient = Patient(sex="female", birth_year=AT.year - age)
    record = Record(patient=patient, medicines=(period("mirtazapine", -60),))
    assert any("pregnant" in p.missing for p in parts(record).values()) is asked


@pytest.mark.parametrize(
    ("severity", "tier"),
    [
        ("contraindicated", Tier.CRITICAL),
        ("major", Tier.WARNING),
        ("moderate", Tier.INFO),
        ("minor", Tier.INFO),
        ("note", Tier.INFO),
        ("disputed", Tier.INFO),
    ],
)
def test_how_loud_an_interaction_is_by_its_severity(severity, tier):
    """One row is given each severity in turn, so that nothing but the table decides."""
    knowledge = Knowledge.snapshot()
    row = next(r for r in knowledge.interactions.rows if r.id == "serotonin.interaction.mirtazapine_tramadol")
    assert row.decides
    changed = row.model_copy(update={"severity": severity})
    rows = tuple(changed if r.id == row.id else r for r in knowledge.interactions.rows)
    index = knowledge.interactions
    index.between = lambda a, b: (
        [r for r in rows if r.id == row.id] if {a, b} == {"mirtazapine", "tramadol"} else []
    )  # type: ignore[method-assign]
    record = Record(patient=ADULT, medicines=(period("mirtazapine", -60), period("tramadol", -60)))
    found = parts(record, knowledge=knowledge)[row.id]
    assert found.tier is tier
    assert found.withholds is (severity == "contraindicated")


@pytest.mark.parametrize(
    ("mechanism", "topic"),
    [
        ("serotonergic", "serotonergic"), ("sedative", "sedation"), ("respiratory", "breathing"),
        ("anticholinergic", "anticholinergic"), ("qt", "heart_rhythm"), ("sodium", "sodium"), ("bleeding", "bleeding"),
        ("inr", "bleeding"), ("blood_pressure", "blood_pressure"), ("hypertensive_crisis", "blood_pressure"),
        ("seizure", "seizure"), ("restless_legs", "restless_legs"), ("cyp1a2", "levels"), ("cyp2d6", "levels"),
        ("cyp3a4", "levels"), ("absorption", "levels"), ("duplication", "duplicate"), ("falls", "falls"),
        ("liver", "liver"), ("muscle_weakness", "muscle"), ("unknown", "interaction"),
    ],
)  # fmt: skip
def test_where_a_mechanism_belongs(mechanism, topic):
    assert KNOWLEDGE.judgement.findings.mechanism_topic.to[mechanism] == topic


TOPIC_OF_CONDITION = {
    "glaucoma_closed_angle": "glaucoma",
    "epilepsy": "seizure",
    "recent_mi": "heart_rhythm",
    "arrhythmia": "heart_rhythm",
    "heart_failure": "heart_rhythm",
    "liver_disease": "liver",
    "urinary_retention": "anticholinergic",
    "orthostatic_hypotension": "blood_pressure",
    "uncontrolled_hypertension": "blood_pressure",
}
TIER_OF_LEVEL = {"contraindicated": Tier.CRITICAL, "avoid": Tier.WARNING, "caution": Tier.INFO}
CONDITIONS = [
    (drug.id, row.id, row.target, row.level)
    for drug in KNOWLEDGE.drugs.values()
    for row in drug.contraindication.values()
    if row.kind == "condition" and row.decides
]


@pytest.mark.parametrize(("drug", "rule", "condition", "level"), CONDITIONS, ids=[c[1] for c in CONDITIONS])
def test_how_loud_a_forbidden_condition_is_and_where_it_stands(drug, rule, condition, level):
    patient = replace(ADULT, conditions=(Coded(display=KNOWLEDGE.safety.conditions[condition].words),))
    record = Record(patient=patient, medicines=(period(drug, -10),))
    found = parts(record)[rule]
    assert found.tier is TIER_OF_LEVEL[level]
    assert found.withholds is (level != "caution")
    own = (
        "contraindication"
        if level == "contraindicated"
        else TOPIC_OF_CONDITION.get(condition, "contraindication")
    )
    assert topic_of(record, rule) == own


def test_the_table_of_conditions_holds_nothing_else():
    assert KNOWLEDGE.judgement.findings.condition_topic.to == TOPIC_OF_CONDITION


def test_a_warning_of_a_label_stands_under_its_topic_and_one_on_stopping_is_left_to_its_rules():
    reports = tuple(
        EffectReport(day=day(-3), effect=e, severity=Severity.SEVERE)
        for e in ("restless_legs", "insomnia", "nausea")
    )
    record = Record(
        patient=ADULT, medicines=(period("mirtazapine", -60), period("duloxetine", -60)), effects=reports
    )
    assert topic_of(record, "mirtazapine.warning.restless_legs") == "restless_legs"
    ending = {"discontinuation", "withdrawal", "overdose"}
    assert not {rule.rsplit(".", 1)[1] for rule in parts(record) if ".warning." in rule} & ending


@pytest.mark.parametrize(
    "effect",
    [
        "fall",
        "confusion",
        "syncope",
        "fever",
        "sore_throat",
        "mouth_ulcers",
        "jaundice",
        "seizure",
        "mania",
        "suicidal_thoughts",
    ],
)
def test_an_urgent_side_effect_by_itself_routes_the_patient_to_a_person(effect):
    """Urgency stands in the rules, with what the patient is told; the vocabulary has words alone."""
    report = EffectReport(day=day(-2), effect=effect, severity=Severity.MILD)
    record = Record(patient=ADULT, medicines=(period("mirtazapine", -60),), effects=(report,))
    loud = [p for p in parts(record).values() if p.plain and p.tier is not Tier.INFO]
    assert loud


# --- checks that are due


def item(record: Record, what: str, at: int = 0):
    return next((i for i in monitoring(record, knowledge=KNOWLEDGE, at=day(at)) if what in i.what), None)


def weighed(*days: int) -> Record:
    kilos = tuple(Measurement(day=day(d), measure="weight", quantity=Quantity(70, "kg")) for d in days)
    return Record(patient=ADULT, medicines=(period("mirtazapine", 0),), measurements=kilos)


@pytest.mark.parametrize(("ago", "counts"), [(89, True), (90, True), (91, False)])
def test_a_value_from_three_months_before_is_a_baseline(ago, counts):
    due = item(weighed(-ago), "weight").due
    assert due == (day(14) if counts else day(0))


@pytest.mark.parametrize(("early", "counts"), [(6, True), (7, True), (8, False)])
def test_a_check_a_week_early_counts(early, counts):
    assert item(weighed(0, 14 - early), "weight", 15).due == (day(28) if counts else day(14))


@pytest.mark.parametrize(("at", "state"), [(6, Due.UPCOMING), (7, Due.DUE), (21, Due.DUE), (22, Due.OVERDUE)])
def test_a_check_is_due_from_a_week_before_to_a_week_after_its_day(at, state):
    found = item(weighed(0), "weight", at)
    assert (found.due, found.state) == (day(14), state)


@pytest.mark.parametrize(("effect", "what"), [
    ("fever", "neutrophils"), ("sore_throat", "neutrophils"), ("mouth_ulcers", "neutrophils"),
    ("jaundice", "alt"), ("vomiting", "alt"),
])  # fmt: skip
def test_which_signs_bring_which_check(effect, what):
    report = EffectReport(day=day(-2), effect=effect, severity=Severity.MILD)
    taking = Record(patient=ADULT, medicines=(period("mirtazapine", -60),))
    assert item(taking, what) is None
    assert item(replace(taking, effects=(report,)), what).due == day(-2)


@pytest.mark.parametrize(("ahead", "listed"), [(365, True), (366, True), (367, False)])
def test_checks_are_listed_a_year_ahead(ahead, listed):
    """Lipids are due at week 12 and 364 days later. Measured five days early, the later day is the next one."""
    due = 84
    lipids = Measurement(day=day(due - 5), measure="total_cholesterol", quantity=Quantity(5, "mmol/L"))
    record = Record(patient=ADULT, medicines=(period("mirtazapine", 0),), measurements=(lipids,))
    found = item(record, "total_cholesterol", due + 364 - ahead)
    assert (found is not None) is listed
    assert found is None or found.due == day(due + 364)
