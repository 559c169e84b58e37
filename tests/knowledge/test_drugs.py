"""Every drug, interaction and substance file: sound, followed to a source, and nothing decides on a weak grade."""

from __future__ import annotations

import csv
import math
import random
import shutil
from pathlib import Path

import pytest

from lenitive.knowledge import KnowledgeError, load
from lenitive.knowledge.facts import all_facts, count, fact_of, faults
from lenitive.knowledge.load import FOLDER, Knowledge
from lenitive.knowledge.schema.facts import Check
from lenitive.terms import Grade

ASKED_FOR = {
    "mirtazapine",
    "duloxetine",
    "milnacipran",
    "amitriptyline",
    "pregabalin",
    "gabapentin",
    "cyclobenzaprine",
    "cyclobenzaprine_sublingual",
    "tizanidine",
    "methocarbamol",
    "baclofen",
    "trazodone",
    "venlafaxine",
    "naltrexone",
}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def test_every_knowledge_file_is_sound(knowledge):
    assert faults(knowledge) == []


def test_every_drug_asked_for_has_a_file(knowledge):
    assert set(knowledge.drugs) == ASKED_FOR


def test_no_fact_that_decides_is_of_grade_d_or_u(knowledge):
    weak = [f.id for f in all_facts(knowledge) if f.decides and not f.grade.may_decide]
    assert weak == []


def test_every_fact_names_a_source_that_is_an_address_or_a_reference(knowledge):
    references = knowledge.references
    for fact in all_facts(knowledge):
        assert fact.source, fact.id
        for source in fact.source:
            assert source.article.startswith(("http://", "https://")) or source.article in references, fact.id


def test_a_random_fact_can_be_followed_to_its_source(knowledge):
    ids = [f.id for f in all_facts(knowledge)]
    assert len(ids) == len(set(ids))
    for id_ in random.Random(20261122).sample(ids, 40):
        fact = fact_of(knowledge, id_)
        assert fact is not None
        assert fact.id == id_
        assert fact.source[0].article
        assert fact.review is None or fact.review > fact.read


def test_rows_that_say_ours_never_pass_for_a_label(knowledge):
    for drug in knowledge.drugs.values():
        for row in drug.dosing.values():
            assert row.basis != "ours" or not row.default, row.id


def test_a_half_is_offered_only_of_a_scored_plain_tablet(knowledge):
    for drug in knowledge.drugs.values():
        for product in drug.products():
            if product.halves:
                assert product.scored, product.id
                assert product.form == "tablet", product.id


def test_every_start_and_usual_dose_can_be_given_with_products_of_its_market(knowledge):
    """A dose that no product can give is a fault of ours. Trials and references use US or EU tablets."""
    for drug in knowledge.drugs.values():
        for row in drug.dosing_for("adult") + drug.dosing_for("older"):
            market = row.market if drug.products(row.market) else None
            for dose in {d for d in (row.start_mg, row.target_mg, row.max_mg) if d}:
                parts = [dose / n for n in (1, 2, 3, 4)]
                amounts = [a for p in drug.products(market) for a in p.amounts_mg]
                liquid = any(p.liquid for p in drug.products(market))
                whole = any(
                    math.isclose(part % a, 0, abs_tol=1e-9) or math.isclose(part % a, a, abs_tol=1e-9)
                    for part in parts
                    for a in amounts
                )
                assert whole or liquid, (row.id, dose)


def test_identifiers_agree_with_the_crosswalk(knowledge, shared_data):
    """RxNorm and ATC against CPIC's table of 2019, which was not the source of the ATC codes."""
    path = shared_data / "drug-labels-and-codes" / "cpic_drug.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = {r["name"].lower(): r for r in csv.DictReader(file, delimiter="\t")}
    compared = 0
    for substance in knowledge.substances.by_id.values():
        row = rows.get(substance.name)
        if row is None or substance.ingredient:
            continue
        codes = {c for c in row["atcid"].strip("{}").split(",") if len(c) == 7}
        if codes and substance.atc and substance.id not in {"pregabalin", "gabapentin"}:
            assert codes & set(substance.atc), substance.id
            compared += 1
        if substance.rxnorm:
            assert row["rxnormid"] == substance.rxnorm, substance.id
    assert compared > 60
    assert knowledge.drugs["mirtazapine"].code("rxnorm") == "15996"
    assert knowledge.drugs["amitriptyline"].code("rxnorm") == "704"


def test_an_unverified_code_is_not_sent_out(knowledge):
    for drug in knowledge.drugs.values():
        for identifier in drug.identifier.values():
            if not identifier.verified:
                assert drug.code(identifier.system) != identifier.code


def test_computed_facts_state_their_formula_and_recompute(knowledge):
    kinetics = knowledge.drugs["mirtazapine"].kinetics
    clearance, half_life, volume = kinetics.clearance, kinetics.half_life, kinetics.volume
    assert clearance.value == pytest.approx(70 / 1.51662, rel=2e-3)  # 1516.62 ng.h/mL per mg/kg
    assert volume.value == pytest.approx(clearance.value * half_life.value / math.log(2), rel=0.01)
    assert kinetics.ka.value == pytest.approx(_ka(2.0, half_life.value), rel=0.02)
    levels = kinetics.levels["expected"].value
    for dose, level in (("15 mg", 15), ("30 mg", 30), ("45 mg", 45)):
        assert levels[dose] == pytest.approx(level * 1000 / 24 / 46, rel=0.01)
    duloxetine = knowledge.drugs["duloxetine"].kinetics
    assert duloxetine.ka.value == pytest.approx(_ka(4.0, 12.5), rel=0.02)
    assert all(bool(f.computed) == (f.check is Check.COMPUTED) for f in all_facts(knowledge))


def _ka(peak_after_lag_h: float, half_life_h: float) -> float:
    """The absorption rate whose one-compartment peak lies at the given time, by bisection."""
    k = math.log(2) / half_life_h
    low, high = k * 1.001, 50.0
    for _ in range(200):
        mid = (low + high) / 2
        if math.log(mid / k) / (mid - k) > peak_after_lag_h:
            low = mid
        else:
            high = mid
    return low


def test_the_model_files_agree_with_the_facts_they_rest_on(knowledge):
    """``kinetics/`` holds what calculations use: each shared number lies inside the fact's interval, or equals it."""
    compared = 0
    for name, model in knowledge.kinetics.models.items():
        if name not in knowledge.drugs:
            continue
        facts = knowledge.drugs[name].kinetics
        pairs = {
            "half_life": getattr(model, "half_life", None),
            "clearance": getattr(model, "clearance", None),
            "volume": getattr(model, "volume", None),
        }
        for key, used in pairs.items():
            fact = getattr(facts, key)
            if used is None or fact is None:
                continue
            low = fact.low if fact.low is not None else fact.value * 0.99
            high = fact.high if fact.high is not None else fact.value * 1.01
            assert low <= used.value <= high, (name, key)
            compared += 1
    assert compared >= 4


def test_waits_differ_by_direction_as_the_sources_say(knowledge):
    days = knowledge.interactions.washout_days
    assert days("phenelzine", "mirtazapine") == 14
    assert days("mirtazapine", "phenelzine") == 14
    assert days("phenelzine", "duloxetine") == 14
    assert days("duloxetine", "phenelzine") == 5
    assert days("milnacipran", "tranylcypromine") == 5
    assert days("linezolid", "mirtazapine") == 1
    assert days("cyclobenzaprine_sublingual", "selegiline") is None
    assert days("moclobemide", "mirtazapine") is None
    # case F7, by ordered pair
    assert days("amitriptyline", "phenelzine") == 14
    assert days("phenelzine", "amitriptyline") == 14
    assert days("moclobemide", "amitriptyline") == 1
    assert days("nortriptyline", "moclobemide") == 7
    assert days("clomipramine", "tranylcypromine") == 21
    assert days("clomipramine", "moclobemide") == 21
    assert days("imipramine", "phenelzine") == 21
    assert days("fluoxetine", "phenelzine") == 35
    assert days("vortioxetine", "selegiline") == 21
    assert days("venlafaxine", "phenelzine") == 7
    assert days("phenelzine", "venlafaxine") == 14
    assert days("moclobemide", "venlafaxine") is None
    assert days("sertraline", "phenelzine") is None
    assert days("mirtazapine", "duloxetine") == 0


def test_pairs_are_found_by_name_and_by_class_in_either_order(knowledge):
    between = knowledge.interactions.between

    def tiers(a, b):
        return {r.id.rpartition(".")[2]: r.severity for r in between(a, b)}

    assert tiers("tizanidine", "ciprofloxacin")["tizanidine_ciprofloxacin"] == "contraindicated"
    assert tiers("mirtazapine", "linezolid")["mirtazapine_maoi"] == "contraindicated"
    assert tiers("cyclobenzaprine_sublingual", "duloxetine")["duloxetine_cyclobenzaprine"] == "major"
    assert tiers("mirtazapine", "tramadol")["mirtazapine_tramadol"] == "major"
    assert between("mirtazapine", "tramadol") == between("tramadol", "mirtazapine")
    assert between("cyclobenzaprine", "cyclobenzaprine_sublingual") == ()
    assert between("mirtazapine", "tramadol")[0].id.endswith("mirtazapine_tramadol")


def test_an_increase_of_460_percent_is_kept_as_5_6_fold(knowledge):
    row = fact_of(knowledge, "levels.interaction.duloxetine_cyp1a2_strong")
    assert row.exposure[0].ratio == 5.6


def test_every_condition_a_drug_names_is_one_that_a_record_can_hold(knowledge):
    known = set(knowledge.safety.conditions)
    for drug in knowledge.drugs.values():
        for row in drug.contraindication.values():
            if row.kind == "condition":
                assert row.target in known, row.id
        for warning in drug.warning.values():
            assert set(warning.conditions) <= known, warning.id


def test_counts_add_up(knowledge):
    counts = count(knowledge)
    assert counts.facts == sum(counts.by_grade.values()) == sum(counts.by_check.values())
    assert len(counts.unverified) == counts.by_grade.get("D", 0) + counts.by_grade.get("U", 0)
    assert counts.facts >= 580


def test_no_verified_fact_rests_on_a_machine_written_page_alone(knowledge):
    pages = {s.article for s in knowledge.sources.values() if "machine-written" in s.kind}
    assert pages
    for fact in all_facts(knowledge):
        if fact.grade.may_decide:
            assert not {s.article for s in fact.source} <= pages, fact.id


def test_all_drugs_load_within_their_share_of_a_review():
    """All files within 1.5 s of processor time: the aim is 0.15 s on a quiet machine, the rest is room for a busy one."""
    import time

    fresh = Knowledge.snapshot()
    start = time.process_time()
    assert fresh.drugs.read_all() == []
    assert time.process_time() - start < 1.5


# Broken copies: each fault names file, key and remedy, and all come at once.


@pytest.fixture
def copy(tmp_path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "knowledge", ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    return tmp_path / "knowledge"


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        ("drugs/mirtazapine.toml", 'role = "candidate"', 'role = "candidat"', "role"),
        ("drugs/mirtazapine.toml", "strengths_mg = [15, 30]", "strength_mg = [15, 30]", "strength_mg"),
        (
            "drugs/mirtazapine.toml",
            "scored = true\nhalves = true",
            "halves = true",
            "product.us_tablet_scored",
        ),
        ("drugs/duloxetine.toml", "max_mg = 60", "max_mg = 20", "dosing"),
        ("drugs/duloxetine.toml", 'id = "duloxetine"', 'id = "duloxetin"', "id"),
        ("drugs/mirtazapine.toml", "read = 2026-11-22", 'read = "yesterday"', "read"),
        ("drugs/mirtazapine.toml", "review = 2027-11-22", "review = 2025-11-22", "review"),
        (
            "drugs/baclofen.toml",
            '"us_baclofen_16: how supplied"',
            '"us_baclofen_99"',
            "product.us_tablet_scored.source",
        ),
        ("drugs/mirtazapine.toml", "[dosing.us_adult]", "[dosing.us_adult", "-"),
        ("interactions/maoi.toml", 'severity = "contraindicated"', 'severity = "awful"', "severity"),
        ("interactions/maoi.toml", 'others = ["maoi"]', 'others = ["maoy"]', "interaction.mirtazapine_maoi"),
        ("substances/names.csv", "Remeron,mirtazapine", "Remeron,mirtazapin", "Remeron"),
        ("substances/names.csv", "Zispin,mirtazapine", "Cymbalta,mirtazapine", "cymbalta"),
        ("substances/memberships.csv", "ssri,citalopram;", "ssri,citalopran;", "classes.ssri"),
        ("sources.csv", "borobia2009,https", "borobia2009,ftp", "borobia2009"),
    ],
)
def test_a_broken_copy_names_file_key_and_remedy(copy, file, old, new, key):
    _edit(copy / file, old, new)
    found = faults(load(copy))
    assert found
    named = [f for f in found if f.file.startswith(file) and key in f.key]
    assert named, found
    assert all(f.remedy and f.what for f in found)


def test_a_weak_grade_may_not_decide(copy):
    _edit(copy / "drugs/mirtazapine.toml", 'grade = "A"', 'grade = "D"')
    with pytest.raises(KnowledgeError, match="carries no decision"):
        load(copy).drugs["mirtazapine"]


def test_all_faults_come_at_once(copy):
    _edit(copy / "drugs/mirtazapine.toml", 'role = "candidate"', 'role = "candidat"')
    _edit(copy / "drugs/duloxetine.toml", "max_mg = 60", "max_mg = 20")
    _edit(copy / "interactions/maoi.toml", 'others = ["maoi"]', 'others = ["maoy"]')
    files = {f.file for f in faults(load(copy))}
    assert {"drugs/mirtazapine.toml", "drugs/duloxetine.toml", "interactions/maoi.toml"} <= files


def test_grades_are_ordered_best_first():
    assert [g.may_decide for g in (Grade.A, Grade.B, Grade.C, Grade.D, Grade.U)] == [True] * 3 + [False] * 2
