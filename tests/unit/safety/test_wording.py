"""What a finding says by what is known: met, not recorded, or measured and still not settled."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.knowledge.fault import Fault
from lenitive.knowledge.files import Files
from lenitive.knowledge.reading import read_toml
from lenitive.knowledge.schema.safety import NotMeasured, RuleFile
from lenitive.record import Coded, EffectReport, Measurement, MedicinePeriod, Patient, Record
from lenitive.render.blocks import Section
from lenitive.render.catalogue import Audience, said
from lenitive.render.safety_document import findings_document
from lenitive.render.sections.findings import findings_section, says_words
from lenitive.safety import Finding, Part, Tier, check
from lenitive.terms import MEASURES, Message, Outcome, Quantity, Severity

AT = date(2026, 5, 1)
KNOWLEDGE = load()
RULES = {r.id: r for r in KNOWLEDGE.safety.rules}
WORDED = [r for r in RULES.values() if r.if_unknown != "silent"]


def found(record: Record) -> tuple[Finding, ...]:
    return check(record, knowledge=KNOWLEDGE, at=AT)


def part(record: Record, rule: str) -> Part:
    return next(p for f in found(record) for p in f.parts if p.rule == rule)


def taking(*drugs: str, patient: Patient | None = None, **more: object) -> Record:
    periods = tuple(MedicinePeriod(drug=d, dose_mg=5, start=AT - timedelta(days=60)) for d in drugs)
    return Record(patient=patient or Patient(), medicines=periods, **more)


def reported(*effects: str, days: int = 1) -> tuple[EffectReport, ...]:
    return tuple(
        EffectReport(day=AT - timedelta(days=days), effect=e, severity=Severity.MODERATE) for e in effects
    )


def measured(name: str, value: float) -> Measurement:
    return Measurement(day=AT, measure=name, quantity=Quantity(value=value, unit=MEASURES[name].unit))


def words(section: Section) -> str:
    return repr(section)


def test_whether_she_is_pregnant_is_not_recorded():
    """case A19: what is not recorded was said to be recorded."""
    record = taking("mirtazapine", patient=Patient(sex="female", birth_year=AT.year - 40))
    asked = part(record, "missing.pregnancy.mirtazapine")
    assert said(asked.says).startswith("Whether she is pregnant is not recorded.")
    assert asked.outcome is Outcome.UNKNOWN
    shown = words(findings_section(found(record)))
    assert "Whether she is pregnant is not recorded" in shown
    assert RULES["pregnancy.mirtazapine"].says not in shown


def test_what_is_recorded_is_said_so():
    record = taking("mirtazapine", patient=Patient(sex="female", birth_year=AT.year - 40, pregnant=True))
    assert said(part(record, "pregnancy.mirtazapine").says) == RULES["pregnancy.mirtazapine"].says


CLAIMS_A_GAP = re.compile(r"not recorded|\bis not,|\b(with|and) no \w+")


def test_no_rule_says_that_something_is_missing_which_it_does_not_look_for():
    """ "Its degree is not recorded" was said beside a recorded degree: the rule never asked for it."""
    claiming = [r for r in RULES.values() if CLAIMS_A_GAP.search(r.says)]
    assert len(claiming) >= 4
    for rule in claiming:
        assert rule.handled_by or any(isinstance(t, NotMeasured) for t in rule.when), rule.id
    assert CLAIMS_A_GAP.search("Liver disease is recorded, its degree is not, and the drug is cleared.")


def test_some_rules_ask():
    assert len(WORDED) >= 8


@pytest.mark.parametrize("rule", WORDED, ids=lambda r: r.id)
def test_what_is_unknown_has_words_of_its_own(rule):
    assert rule.unknown != rule.says
    assert "not recorded" in rule.unknown


def test_a_rule_that_assumes_does_not_say_what_it_assumes():
    """A fall at an age that is not recorded is taken for one of an older person, and not called so."""
    record = taking("mirtazapine", effects=reported("fall"))
    fall = part(record, "falls.reported")
    assert fall.tier is Tier.CRITICAL
    assert fall.outcome is Outcome.UNKNOWN
    assert "age is not recorded" in said(fall.says)
    older = part(
        taking("mirtazapine", patient=Patient(birth_year=AT.year - 70), effects=reported("fall")),
        "falls.reported",
    )
    assert older.outcome is Outcome.MET
    assert said(older.says) == RULES["falls.reported"].says


@pytest.mark.parametrize(
    ("rule", "effects", "measure", "value"),
    [
        ("blood_count.fever_and_throat", ("fever", "sore_throat"), "neutrophils", 0.3),
        ("urgent_sign.confusion", ("confusion",), "sodium", 134),
    ],
)
def test_a_value_that_is_known_is_not_waited_for(rule, effects, measure, value):
    """case A3: "hold the drug until it is known", beside a neutrophil count of 0.3."""
    before = part(taking("mirtazapine", effects=reported(*effects)), rule)
    assert said(before.action) == RULES[rule].action
    record = taking("mirtazapine", effects=reported(*effects), measurements=(measured(measure, value),))
    after = part(record, rule)
    assert said(after.action) == RULES[rule].action_if_measured
    assert "until it is known" not in words(findings_section(found(record)))


def test_a_low_count_speaks_louder_than_one_sign():
    record = taking("mirtazapine", effects=reported("fever"), measurements=(measured("neutrophils", 1.4),))
    said_of = {p.rule for f in found(record) for p in f.parts}
    assert "blood_count.low_neutrophils" in said_of
    assert "blood_count.one_sign" not in said_of


def test_a_value_from_before_the_sign_does_not_settle_it_nor_count_as_its_answer():
    early = Measurement(
        day=AT - timedelta(days=9), measure="neutrophils", quantity=Quantity(value=0.3, unit="10*9/L")
    )
    record = taking("mirtazapine", effects=reported("fever", "sore_throat"), measurements=(early,))
    fever = part(record, "blood_count.fever_and_throat")
    assert said(fever.action) == RULES["blood_count.fever_and_throat"].action


def test_a_patient_is_told_by_the_id_of_what_was_found():
    fall = part(taking("mirtazapine", effects=reported("fall")), "falls.reported")
    assert fall.plain is not None
    assert fall.plain.id == "safety.falls.reported.met"
    assert said(fall.plain, Audience.PATIENT) == RULES["falls.reported"].plain


def test_a_finding_carries_reasons_that_say_what_its_parts_say():
    one = found(taking("mirtazapine", "tramadol", effects=reported("fall")))
    assert len(one) > 2
    for finding in one:
        assert [r.message for r in finding.because] == [p.says for p in finding.parts]
        assert [r.rule for r in finding.because] == [p.rule for p in finding.parts]


def test_what_rests_on_a_weak_source_is_said_to_be_unverified():
    record = taking("mirtazapine", "tedizolid", "cannabis")
    weak = [p for f in found(record) for p in f.parts if not p.grade.may_decide]
    assert {p.rule for p in weak} >= {"maoi.interaction.mirtazapine_maoi.weak", "sedation.two_drugs.weak"}
    for p in weak:
        assert says_words(p) == f"Unverified: {said(p.says)}"


def test_the_document_has_the_messages_beside_the_words():
    record = taking("phenelzine", effects=reported("fall"))
    for finding in findings_document(found(record)):
        for one in finding["because"]:
            assert one["says"]
            assert one["action"]
            assert one["messages"]["says"]["id"].startswith("safety.")
            assert one["messages"]["action"]["id"].startswith("safety.")


@pytest.mark.parametrize("name", ["{drug:mg}", "{0.__class__}", "two_words", "100 % sure"])
def test_what_a_record_calls_a_condition_is_said_as_it_stands(name):
    record = taking("mirtazapine", patient=Patient(conditions=(Coded(display=name),)))
    assert said(part(record, "not_checked.condition").says) == f"No rule knows these conditions: {name}."


def test_a_name_that_runs_from_right_to_left_stays_apart():
    record = taking("mirtazapine", patient=Patient(conditions=(Coded(display="\u05d0\u05d1"),)))
    assert "\u2068\u05d0\u05d1\u2069" in said(part(record, "not_checked.condition").says)


def test_every_row_that_may_be_said_is_worded():
    """A row without words would be an empty line of the report."""
    rows = [r.effect for r in KNOWLEDGE.interactions.rows]
    for drug in KNOWLEDGE.drugs.values():
        for kind in (drug.contraindication, drug.renal, drug.hepatic, drug.warning, drug.monitoring):
            rows += [fact.says for fact in kind.values()]
    assert len(rows) > 200
    assert all(rows)


RULE = """
[[rule]]
id = "falls.new"
topic = "falls"
tier = "info"
tier_basis = "ours"
drugs = ["baclofen"]
when = [{ test = "age", at_least = 65 }]
says = "Baclofen at 65 or older."
action = "Weigh it."
source = [{ article = "ours" }]
grade = "C"
"""


def faults(text: str) -> list[Fault]:
    found: list[Fault] = []
    read_toml(Files(content={"safety/new.toml": text.encode()}), "safety/new.toml", RuleFile, found)
    return found


@pytest.mark.parametrize(
    ("lines", "key", "what", "remedy"),
    [
        ('if_unknown = "ask"', "rule.0", "falls.new has no wording of its own for `unknown`", "not recorded"),
        ('if_unknown = "assume"', "rule.0", "for `unknown`", "not recorded"),
        ('if_unknown = "ask"\nunknown = "Baclofen at 65 or older."', "rule.0", "of its own", "not recorded"),
        (
            'unknown = "Age is not recorded."',
            "rule.0",
            "is silent when a fact is unknown",
            "remove `unknown`",
        ),
        (
            'handled_by = [{ measured = ["sodium"], at_least = 135 }]',
            "rule.0",
            "`action_if_measured`",
            "does not settle it",
        ),
        ('action_if_measured = "Act."', "rule.0", "`action_if_measured`", "does not settle it"),
        ("plain = 3", "rule.0.plain", "string", "See the schema"),
    ],
)
def test_a_missing_wording_is_reported_with_its_place_and_remedy(lines, key, what, remedy):
    (fault,) = faults(RULE + lines)
    assert fault.file == "safety/new.toml"
    assert fault.key == key
    assert what in fault.what
    assert remedy in fault.remedy


@pytest.mark.parametrize("key", ["says", "action"])
def test_an_empty_wording_is_reported(key):
    text = "\n".join(f'{key} = ""' if line.startswith(f"{key} ") else line for line in RULE.splitlines())
    (fault,) = faults(text)
    assert (fault.file, fault.key) == ("safety/new.toml", f"rule.0.{key}")
    assert "plain sentence" in fault.remedy


def test_a_rule_with_its_wordings_is_read():
    good = (
        RULE + 'if_unknown = "ask"\nunknown = "Age is not recorded. From 65 on, baclofen is best avoided."\n'
    )
    assert not faults(good)


def test_a_message_that_comes_from_a_row_keeps_the_rows_words():
    assert Message(id="safety.falls.reported.met", text=RULES["falls.reported"].says) in {
        p.says
        for f in found(
            taking("mirtazapine", patient=Patient(birth_year=AT.year - 70), effects=reported("fall"))
        )
        for p in f.parts
    }
