"""Silence is never safety: what was not checked is said, quietly and once; what a weak source says is said to be weak."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.record import Coded, MedicinePeriod, Patient, Plan, Record
from lenitive.render.catalogue import said
from lenitive.render.sections.findings import says_words
from lenitive.safety import Finding, Tier, check, withheld_by

AT = date(2026, 5, 1)
KNOWLEDGE = load()


def taking(*drugs: str, **who: object) -> Record:
    periods = tuple(MedicinePeriod(drug=d, dose_mg=1, start=AT - timedelta(days=60)) for d in drugs)
    patient = Patient(birth_year=1980, sex="male", egfr_ml_min=90, hepatic_impairment="none")
    return Record(patient=replace(patient, **who), medicines=periods)


def topics(record: Record, plan: Plan | None = None) -> dict[str, Finding]:
    return {f.topic: f for f in check(record, plan, knowledge=KNOWLEDGE, at=AT)}


def rules(record: Record, plan: Plan | None = None) -> dict[str, Tier]:
    return {p.rule: p.tier for f in topics(record, plan).values() for p in f.parts}


@pytest.mark.parametrize(
    ("pair", "tier"),
    [
        pytest.param(("naltrexone", "oxycodone"), Tier.CRITICAL, id="case A25"),
        pytest.param(("duloxetine", "flecainide"), Tier.WARNING, id="case A26 flecainide"),
        pytest.param(("duloxetine", "sumatriptan"), Tier.INFO, id="case A26 sumatriptan"),
        pytest.param(("duloxetine", "thioridazine"), Tier.CRITICAL, id="case A26 thioridazine"),
        pytest.param(("cyclobenzaprine", "verapamil"), Tier.WARNING, id="case A26 verapamil"),
        pytest.param(("amitriptyline", "dronedarone"), Tier.CRITICAL, id="case A26 dronedarone"),
        pytest.param(("tramadol", "carbamazepine"), Tier.WARNING, id="case A26 carbamazepine"),
        pytest.param(("lithium", "ibuprofen"), Tier.WARNING, id="case A26 ibuprofen"),
        pytest.param(("milnacipran", "clonidine"), Tier.INFO, id="case A26 clonidine"),
    ],
)
def test_pairs_that_a_pharmacist_knows_are_found(pair, tier):
    loudest = min(
        p.tier.rank
        for f in topics(taking(*pair)).values()
        for p in f.parts
        if {*pair} <= {*p.drugs} and not p.rule.startswith("not_checked")
    )
    assert loudest == tier.rank
    assert "not_checked" not in topics(taking(*pair))


@pytest.mark.parametrize(
    "pair",
    [
        ("metoprolol", "oxycodone"),
        ("digoxin", "metoprolol"),
        ("levetiracetam", "lamotrigine"),
        ("tedizolid", "pregabalin"),
        ("theophylline", "warfarin"),
        ("sertraline", "propranolol"),
        ("atorvastatin", "omeprazole"),
        ("metformin", "levothyroxine"),
    ],
)
def test_two_known_drugs_that_nothing_was_read_about_are_said_not_to_be_checked(pair):
    found = topics(taking(*pair))["not_checked"]
    assert (found.tier, said(found.title)) == (Tier.INFO, "Not checked")
    (part,) = (p for p in found.parts if p.rule == "not_checked.pairs")
    assert part.drugs == tuple(sorted(pair))
    assert said(part.says).startswith("Nothing that was read says whether these go together: ")
    assert part.facts


@pytest.mark.parametrize(
    "pair", [("mirtazapine", "ibuprofen"), ("mirtazapine", "tramadol"), ("codeine", "diazepam")]
)
def test_two_drugs_that_something_was_read_about_are_not(pair):
    assert "not_checked" not in topics(taking(*pair))


def test_many_pairs_are_one_line_that_names_some_and_counts_the_rest():
    found = topics(taking("metoprolol", "digoxin", "theophylline", "lamotrigine", "memantine"))["not_checked"]
    (part,) = found.parts
    words = said(part.says)
    assert words.count(" + ") == 6
    assert words.endswith("and 4 more pairs.")


def test_what_a_plan_begins_is_looked_at_too():
    plan = Plan(
        start=AT + timedelta(days=1),
        periods=(MedicinePeriod(drug="metoprolol", dose_mg=50, start=AT + timedelta(days=9)),),
    )
    assert "not_checked.pairs" in rules(taking("oxycodone"), plan)
    assert withheld_by(check(taking("oxycodone"), plan, knowledge=KNOWLEDGE, at=AT)) == ()


def test_drugs_known_by_name_only_are_one_quiet_line_and_an_unread_name_is_not():
    found = topics(taking("mirtazapine", "acarbose", "bicalutamide", "sirolimus"))["not_checked"]
    assert [(p.rule, p.tier, p.drugs) for p in found.parts] == [
        ("not_checked.not_covered", Tier.INFO, ("acarbose", "bicalutamide", "sirolimus"))
    ]
    assert topics(taking("mirtazapine", "qwertazepam"))["not_checked"].tier is Tier.WARNING


@pytest.mark.parametrize(
    ("drugs", "rule"),
    [
        (("mirtazapine", "tedizolid"), "maoi.interaction.mirtazapine_maoi.weak"),
        (("sertraline", "tedizolid"), "maoi.interaction.serotonergic_maoi.weak"),
        (("mirtazapine", "ondansetron"), "serotonin.interaction.mirtazapine_serotonergic.weak"),
        (("trazodone", "donepezil"), "heart_and_salt.interaction.trazodone_qt.weak"),
        (("amitriptyline", "azithromycin"), "heart_and_salt.interaction.qt_pair.weak"),
        (("mirtazapine", "cannabis"), "sedation.two_drugs.weak"),
        (("nabilone", "pregabalin"), "sedation.two_drugs.weak"),
        (("sertraline", "desmopressin"), "heart_and_salt.interaction.sodium_pair.weak"),
        (("tramadol", "quinidine"), "levels.interaction.tramadol_2d6.weak"),
        (("duloxetine", "quinidine"), "levels.interaction.duloxetine_2d6_inhibitor.weak"),
    ],
)
def test_a_weak_membership_speaks_and_withholds_nothing(drugs, rule):
    (part,) = (p for f in topics(taking(*drugs)).values() for p in f.parts if p.rule == rule)
    assert part.tier is Tier.INFO
    assert not part.grade.may_decide
    assert part.demands is None
    assert says_words(part).startswith("Unverified: Possible, from a weak source: ")
    first, then = drugs
    plan = Plan(
        start=AT + timedelta(days=1),
        periods=(MedicinePeriod(drug=then, dose_mg=1, start=AT + timedelta(days=1)),),
    )
    assert rule not in withheld_by(check(taking(first), plan, knowledge=KNOWLEDGE, at=AT))


def test_every_weak_membership_that_a_row_or_rule_could_use_speaks_somewhere():
    """Each of them was once dropped in silence."""
    usable = {d for r in KNOWLEDGE.interactions.rows for d in r.sides()}
    usable |= {d for r in KNOWLEDGE.safety.rules for d in r.drugs}
    spoke = 0
    for row in KNOWLEDGE.substances.memberships:
        if row.decides or row.of_class not in usable:
            continue
        for id_ in row.members:
            members = [id_] if id_ in KNOWLEDGE.substances else KNOWLEDGE.substances.members(id_)
            for drug in members:
                assert row.of_class in KNOWLEDGE.substances.weak_classes_of(drug) or (
                    row.of_class in KNOWLEDGE.substances.classes_of(drug)
                ), (drug, row.of_class)
                spoke += 1
    assert spoke > 15


def test_valproate_in_pregnancy_is_critical_and_is_not_stopped_alone():
    """case A27"""
    found = topics(taking("valproic_acid", sex="female", birth_year=1994, pregnant=True))["pregnancy"]
    (part,) = found.parts
    assert part.tier is Tier.CRITICAL
    assert part.grade.may_decide
    assert found.stops == ()
    assert "must not stop it on her own" in said(part.action)


@pytest.mark.parametrize("drug", ["topiramate", "carbamazepine", "lithium", "warfarin"])
def test_what_harms_the_unborn_child_is_at_least_a_warning_with_a_source(drug):
    found = topics(taking(drug, sex="female", birth_year=1994, pregnant=True))["pregnancy"]
    assert found.tier is Tier.WARNING
    assert all(p.grade.may_decide and p.sources for p in found.parts)


def test_figures_of_mirtazapine_in_pregnancy_stand_beside_mirtazapine_alone():
    """case F16"""
    for drug in ("duloxetine", "pregabalin", "baclofen"):
        found = topics(taking(drug, sex="female", birth_year=1994, pregnant=True))["pregnancy"]
        assert not any("390" in said(s) for p in found.parts for s in p.size)
    found = topics(taking("mirtazapine", sex="female", birth_year=1994, pregnant=True))["pregnancy"]
    assert any("390" in said(s) for p in found.parts for s in p.size)


def test_milnacipran_in_high_blood_pressure_warns_and_only_duloxetine_is_withheld_for_it():
    """case A15, and what case F2 asks of the safety rules"""
    high = taking("mirtazapine", conditions=(Coded(display="hypertension"),))

    def start(drug: str) -> Plan:
        day = AT + timedelta(days=1)
        return Plan(start=day, periods=(MedicinePeriod(drug=drug, dose_mg=12.5, start=day),))

    found = topics(high, start("milnacipran"))["blood_pressure"]
    assert (found.tier, found.parts[0].rule, found.parts[0].planned) == (
        Tier.WARNING,
        "blood_pressure.milnacipran",
        True,
    )
    worse = taking("mirtazapine", conditions=(Coded(display="uncontrolled hypertension"),))
    assert withheld_by(check(worse, start("milnacipran"), knowledge=KNOWLEDGE, at=AT)) == ()
    assert "contraindication.duloxetine_hypertension" in withheld_by(
        check(worse, start("duloxetine"), knowledge=KNOWLEDGE, at=AT)
    )
