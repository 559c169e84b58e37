"""Facts that an audit found bent or missing, held where they are used (cases F4, F8, F11 to F17, F22)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.record import Coded, MedicinePeriod, Patient, Record
from lenitive.render.catalogue import said
from lenitive.safety import Tier, check

AT = date(2026, 5, 1)
KNOWLEDGE = load()


def parts(*drugs, **who):
    record = Record(
        patient=Patient(birth_year=1980, sex="male", **who),
        medicines=tuple(MedicinePeriod(drug=d, dose_mg=5, start=AT - timedelta(days=60)) for d in drugs),
    )
    return {p.rule: p for f in check(record, knowledge=KNOWLEDGE, at=AT) for p in f.parts}


@pytest.mark.parametrize("case", ["case F4"])
def test_a_tricyclic_rises_two_to_fourfold_beside_paroxetine(case):
    (row,) = (r for r in KNOWLEDGE.interactions.rows if r.id == "levels.interaction.tca_cyp2d6")
    assert (row.exposure[0].low, row.exposure[0].high) == (2, 4), case


@pytest.mark.parametrize("case", ["case F8"])
def test_the_severe_score_names_who_drew_its_line(case):
    (rule,) = (r for r in KNOWLEDGE.safety.rules if r.id == "mood.severe")
    assert "16" in rule.size, case
    assert any("kroenke" in s.article for s in rule.source), case


@pytest.mark.parametrize("sign", ["akathisia", "rash"])
def test_restlessness_and_skin_stand_among_the_warnings_of_mirtazapine(sign):
    """case F17."""
    assert any(sign in w.signs for w in KNOWLEDGE.drugs["mirtazapine"].warning.values())


@pytest.mark.parametrize("other", ["aspirin", "acetylsalicylic acid", "disprin", "clopidogrel", "ibuprofen"])
def test_aspirin_is_an_antiplatelet_like_the_others(other):
    """case F22."""
    assert "heart_and_salt.interaction.snri_bleeding" in parts("duloxetine", other)


@pytest.mark.parametrize("snri", ["duloxetine", "venlafaxine", "milnacipran", "sertraline"])
@pytest.mark.parametrize("anticoagulant", ["warfarin", "apixaban", "enoxaparin"])
def test_an_anticoagulant_beside_a_reuptake_inhibitor_is_a_warning(snri, anticoagulant):
    assert (
        parts(snri, anticoagulant)["heart_and_salt.interaction.reuptake_anticoagulant"].tier is Tier.WARNING
    )


@pytest.mark.parametrize(
    ("drug", "egfr", "tier"),
    [
        ("baclofen", 14, Tier.WARNING),
        ("baclofen", 15, Tier.INFO),
        ("baclofen", 29, Tier.INFO),
        ("tizanidine", 14, Tier.WARNING),
        ("tizanidine", 15, Tier.INFO),
        ("tizanidine", 24, Tier.INFO),
    ],
)
def test_a_relaxer_at_failing_kidneys(drug, egfr, tier):
    found = [p for r, p in parts(drug, egfr_ml_min=egfr).items() if r.startswith(f"{drug}.renal.")]
    assert [p.tier for p in found] == [tier]


@pytest.mark.parametrize("drug", ["amitriptyline", "tizanidine"])
def test_severe_liver_disease_forbids(drug):
    (part,) = (
        p for r, p in parts(drug, hepatic_impairment="severe").items() if r.startswith(f"{drug}.hepatic.")
    )
    assert part.tier is Tier.CRITICAL
    assert "liver" in said(part.says)


@pytest.mark.parametrize("written", ["nalmefene", "isotretinoin", "misoprostol", "roaccutane", "cytotec"])
def test_names_that_nobody_knew_are_read(written):
    assert not [r for r in parts("mirtazapine", written) if r.startswith("not_checked")]


def test_nalmefene_is_to_an_opioid_what_naltrexone_is():
    assert parts("nalmefene", "oxycodone")["opioids.interaction.nalmefene_opioid"].tier is Tier.CRITICAL


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("glaucoma, angle-closure", "glaucoma_closed_angle"),
        ("Diabetes mellitus, type 2", "diabetes"),
        ("disease, Parkinson's", "parkinson"),
        ("hypertension, essential", "hypertension"),
        ("apnoea, sleep, obstructive", "sleep_apnoea"),
        ("failure, heart", "heart_failure"),
        ("zzyzx, angle", None),
    ],
)
def test_a_condition_is_known_by_its_words_in_any_order(written, condition):
    assert KNOWLEDGE.safety.condition(written) == condition


def test_every_name_of_a_condition_means_it_turned_round_or_none():
    for name, condition in KNOWLEDGE.safety.names.items():
        assert KNOWLEDGE.safety.condition(", ".join(reversed(name.split()))) in {condition, None}


@pytest.mark.parametrize("drug", ["duloxetine", "amitriptyline"])
def test_an_enlarged_prostate_beside_a_drug_that_hinders_the_bladder(drug):
    found = parts(drug, conditions=(Coded(display="benign prostatic hyperplasia"),))
    assert [
        r for r in found if r.startswith((f"{drug}.warning.retention", f"{drug}.contraindication.retention"))
    ]


@pytest.mark.parametrize(
    "other", ["ciprofloxacin", "clarithromycin", "metronidazole", "fluconazole", "amiodarone", "aspirin"]
)
def test_warfarin_and_what_makes_it_bleed(other):
    found = parts("warfarin", other)
    assert any(p.tier is Tier.WARNING for p in found.values())
    assert "not_checked.pairs" not in found


@pytest.mark.parametrize(
    "pair", [("duloxetine", "ciprofloxacin"), ("mirtazapine", "phenelzine"), ("tizanidine", "fluvoxamine")]
)
def test_one_pair_is_forbidden_once_by_its_rows(pair):
    rows = [r for r, p in parts(*pair).items() if p.tier is Tier.CRITICAL and r.count(".") == 2]
    assert len(rows) == 1
