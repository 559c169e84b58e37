"""The safety knowledge itself: grades, ids, conditions, and agreement with the real labels at hand."""

from __future__ import annotations

import re
from datetime import date, timedelta

import defusedxml.ElementTree as ElementTree
import pytest

from lenitive.knowledge import load
from lenitive.knowledge.schema.safety import Rule, RuleFile
from lenitive.record import Coded, EffectReport, MedicinePeriod, Patient, Record
from lenitive.safety import Tier, check
from lenitive.terms import Severity

AT = date(2026, 5, 1)


@pytest.fixture(scope="module")
def knowledge():
    return load()


def test_no_rule_that_can_change_an_option_rests_on_grade_d_or_lower(knowledge):
    for rule in knowledge.safety.rules:
        if rule.withholds or rule.tier != "info":
            assert rule.grade.may_decide, rule.id
    for row in knowledge.interactions.rows:
        if row.decides:
            assert row.grade.may_decide, row.id
    for drug in knowledge.drugs.values():
        for fact in drug.facts():
            if fact.decides:
                assert fact.grade.may_decide, fact.id


def test_a_weak_rule_is_refused_by_its_schema():
    rule = load().safety.rules[0].model_dump()
    with pytest.raises(ValueError, match="grade D or U"):
        Rule.model_validate({**rule, "grade": "D"})


def test_a_rule_cannot_ask_for_a_drug_that_is_not_taken():
    """So adding a drug can never take a finding away: there is no word for it in the language of rules."""
    rule = load().safety.rule("weight.seven_percent").model_dump()
    for word in ("unless", "not_taking"):
        with pytest.raises(ValueError, match="Extra inputs"):
            Rule.model_validate({**rule, word: [{"test": "taking", "any": ["metoprolol"]}]})


def test_a_rule_about_an_end_asks_nothing_else():
    rule = load().safety.rule("stopping.baclofen").model_dump()
    more = [*rule["when"], {"test": "age", "at_least": 65}]
    with pytest.raises(ValueError, match="nothing else"):
        Rule.model_validate({**rule, "when": more})


def test_every_topic_is_used_and_every_fact_of_a_rule_has_a_source(knowledge):
    used = {r.topic for r in knowledge.safety.rules}
    by_engine = {
        "dose",
        "washout",
        "kidney",
        "allergy",
        "bleeding",
        "label",
        "levels",
        "interaction",
        "not_checked",
        "missing",
        "contraindication",
    }
    assert knowledge.safety.topics.keys() <= used | by_engine
    assert RuleFile.model_config["extra"] == "forbid"


def test_every_condition_a_drug_file_names_is_one_that_a_record_can_name(knowledge):
    known = knowledge.safety.conditions.keys()
    for drug in knowledge.drugs.values():
        for row in drug.contraindication.values():
            if row.kind == "condition":
                assert row.target in known, row.id
        for warning in drug.warning.values():
            assert set(warning.conditions) <= known, warning.id


def test_every_contraindication_of_every_drug_file_fires(knowledge):
    """Put each drug in the patient it is contraindicated for: a finding must be there at least as loud as it says."""
    tiers = {"contraindicated": Tier.CRITICAL, "avoid": Tier.WARNING, "caution": Tier.INFO}
    checked = 0
    for drug in knowledge.drugs.values():
        for row in drug.contraindication.values():
            if not row.decides:
                continue
            since = AT - timedelta(days=10 if row.start_only else 40)
            periods = [MedicinePeriod(drug=drug.id, dose_mg=1, start=since)]
            patient = Patient(birth_year=1980, sex="male")
            if row.kind == "condition":
                patient = Patient(birth_year=1980, sex="male", conditions=(Coded(display=row.target),))
            elif row.kind == "allergy":
                patient = Patient(birth_year=1980, sex="male", allergies=(Coded(display=row.target),))
            else:
                other = (
                    row.target
                    if row.target in knowledge.substances
                    else knowledge.substances.members(row.target)[0]
                )
                periods.append(MedicinePeriod(drug=other, dose_mg=1, start=AT - timedelta(days=40)))
            found = check(Record(patient=patient, medicines=tuple(periods)), knowledge=knowledge, at=AT)
            loudest = min((f.tier.rank for f in found if drug.id in f.drugs), default=9)
            assert loudest <= tiers[row.level].rank, row.id
            checked += 1
    assert checked >= 10


def test_every_warning_of_every_drug_file_is_heard(knowledge):
    """Report each sign, record each condition of each warning: some finding must speak of it."""
    stopping = {"discontinuation", "withdrawal", "overdose"}
    heard = 0
    for drug in knowledge.drugs.values():
        period = MedicinePeriod(drug=drug.id, dose_mg=1, start=AT - timedelta(days=40))
        for key, row in drug.warning.items():
            if key in stopping or not row.decides:
                continue
            for sign in row.signs:
                report = EffectReport(day=AT, effect=sign, severity=Severity.MODERATE)
                record = Record(patient=Patient(sex="male"), medicines=(period,), effects=(report,))
                assert check(record, knowledge=knowledge, at=AT), f"{row.id}: {sign}"
                heard += 1
            for condition in row.conditions:
                patient = Patient(sex="male", conditions=(Coded(display=condition),))
                found = check(Record(patient=patient, medicines=(period,)), knowledge=knowledge, at=AT)
                assert any(p.rule == row.id for f in found for p in f.parts), f"{row.id}: {condition}"
                heard += 1
    assert heard > 50


# What the real labels at hand forbid, with the rule that says so or the reason why none does.
LABELS = {
    ("no-title.xml", "boxed"): ("rule", "older.antipsychotic_dementia"),
    ("no-title.xml", "contraindications"): ("rule", "contraindication.haloperidol_parkinson"),
    ("lipitor-orig.xml", "contraindications"): (
        "reason",
        "atorvastatin has classes and no file: its pairs are looked at, and one of which nothing was read is said",
    ),
    ("cough.xml", "boxed"): (
        "reason",
        "the section holds the notice on the tamper-evident seal, not a medical warning",
    ),
    # Its other two items, age under 4 and a second diphenhydramine, lie outside: this program is for adults, and one
    # substance under two names is one substance.
    ("cough.xml", "do not use"): ("rule", "contraindication.cold_remedy_maoi"),
}
SECTIONS = {"34066-1": "boxed", "34070-3": "contraindications", "50570-1": "do not use"}


def sections(path) -> dict[str, str]:
    """The label's forbidding sections by kind: LOINC code of the section, and its words."""
    space = {"v3": "urn:hl7-org:v3"}
    found: dict[str, str] = {}
    for section in ElementTree.parse(path).getroot().iter("{urn:hl7-org:v3}section"):
        code = section.find("v3:code", space)
        kind = SECTIONS.get("" if code is None else code.get("code", ""))
        if kind:
            words = re.sub(r"\s+", " ", " ".join(section.itertext())).strip()
            found[kind] = f"{found.get(kind, '')} {words}".strip()
    return found


@pytest.mark.shared_data
def test_what_the_real_labels_forbid_has_a_rule_or_a_reason(shared_data, knowledge):
    folder = shared_data / "drug-labels-and-codes" / "spl"
    seen = {
        (p.name, kind): words for p in sorted(folder.glob("*.xml")) for kind, words in sections(p).items()
    }
    assert seen.keys() == LABELS.keys()
    for how, what in LABELS.values():
        if how == "rule":
            assert knowledge.safety.rule(what).tier == "critical"
        else:
            assert what
    assert "Parkinson" in seen["no-title.xml", "contraindications"]
    assert "Dementia" in seen["no-title.xml", "boxed"]
    assert "MAOI" in seen["cough.xml", "do not use"]
    assert "SEAL" in seen["cough.xml", "boxed"].upper()


@pytest.mark.shared_data
def test_the_label_reason_for_atorvastatin_is_true(shared_data, knowledge):
    beside = ("lipitor", "metoprolol")
    record = Record(
        medicines=tuple(MedicinePeriod(drug=d, dose_mg=20, start=AT - timedelta(days=9)) for d in beside)
    )
    found = {p.rule: p for f in check(record, knowledge=knowledge, at=AT) for p in f.parts}
    assert found["not_checked.pairs"].drugs == ("atorvastatin", "metoprolol")
