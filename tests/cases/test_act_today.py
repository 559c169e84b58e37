"""What has to be done today comes first, whatever drug, sign, route to it or patient it is about."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from case_records import acts_first, day, findings, page, ranked, record, reviewed, taken

from lenitive.record import EffectReport
from lenitive.render.catalogue import said
from lenitive.safety import Demand, Tier
from lenitive.terms import Severity


@pytest.mark.parametrize(
    ("stopped", "of"),
    [
        ("duloxetine", record("duloxetine", "tranylcypromine")),
        ("milnacipran", record("milnacipran", "moclobemide")),
        ("amitriptyline", record("amitriptyline", "isocarboxazid")),
        ("cyclobenzaprine", record("cyclobenzaprine", "selegiline")),
        ("venlafaxine", record("venlafaxine", "rasagiline")),
        ("tramadol", record("tramadol", "phenelzine")),
        ("trazodone", record("trazodone", "safinamide")),
        # The MAO inhibitor is the newer one, begun yesterday; then the older one, of years.
        ("mirtazapine", record(taken("mirtazapine", 30, -300), taken("phenelzine", 15, -1))),
        ("mirtazapine", record(taken("mirtazapine", 15, -1), taken("phenelzine", 45, -900))),
        ("mirtazapine", record("mirtazapine", "tranylcypromine", birth_year=1944, egfr_ml_min=22)),
        ("mirtazapine", record("mirtazapine", "moclobemide", birth_year=1992, sex="female", pregnant=True)),
        ("mirtazapine", record(taken("mirtazapine", 7.5), "phenelzine", conditions=("fibromyalgia", "hypertension"))),
        ("mirtazapine", record("mirtazapine", "isocarboxazid", "lithium", "amlodipine")),
    ],
)  # fmt: skip
def test_beside_an_mao_inhibitor_the_other_drug_is_stopped(stopped, of):
    """case A1: of its kind, another inhibitor, another drug, another order, another patient."""
    text = acts_first(reviewed(of), ("stop", stopped))
    assert f"Stop {stopped} today and see the patient" in text
    # Named, with the day since when.
    other = next(p.drug for p in of.medicines if p.drug != stopped)
    assert other in text
    assert findings(of)["contraindication"].tier is Tier.CRITICAL


@pytest.mark.parametrize(
    ("stopped", "of"),
    [
        ("duloxetine", record("duloxetine", taken("linezolid", 1200, -2))),
        ("milnacipran", record("milnacipran", taken("linezolid", 1200, -2))),
        ("sertraline", record("sertraline", taken("linezolid", 1200, -2))),
        ("amitriptyline", record("amitriptyline", taken("linezolid", 1200, -2))),
        ("trazodone", record("trazodone", taken("linezolid", 1200, 0))),
        ("tramadol", record(taken("tramadol", 200), taken("linezolid", 1200, -9))),
        ("fluoxetine", record(taken("fluoxetine", 20, -400), taken("linezolid", 1200, -1))),
        ("cyclobenzaprine", record("cyclobenzaprine", taken("linezolid", 600, -3))),
        ("mirtazapine", record("mirtazapine", taken("methylthioninium", 100, 0))),
        ("duloxetine", record("duloxetine", taken("methylthioninium", 100, 0))),
        # A course with an end ahead, and one that ended this week: its effect is not over with the last dose.
        ("mirtazapine", record("mirtazapine", taken("linezolid", 1200, -2, 8))),
        ("mirtazapine", record("mirtazapine", taken("linezolid", 1200, -2), birth_year=1939)),
    ],
)  # fmt: skip
def test_a_medicine_for_something_else_that_inhibits_mao_counts_as_one(stopped, of):
    """case A2: an antibiotic or a dye for something else, with another drug, dose or course."""
    text = acts_first(reviewed(of), ("stop", stopped))
    assert f"Stop {stopped} today" in text
    assert "count as MAO inhibitors" in text


@pytest.mark.parametrize(
    ("effects", "count", "shown"),
    [
        (("fever", "sore_throat"), 0.1, "0.1"),
        (("fever", "mouth_ulcers"), 0.3, "0.3"),
        (("sore_throat", "mouth_ulcers"), 0.49, "0.49"),
        (("fever", "sore_throat", "mouth_ulcers"), 0.5, "0.5"),
        (("fever",), 0.9, "0.9"),
        (("sore_throat",), 1.0, "1"),
        (("mouth_ulcers",), 1.2, "1.2"),
        (("fever", "sore_throat"), 1.49, "1.49"),
        ((), 0.3, "0.3"),
        ({"fever": -3, "sore_throat": -3}, 0.4, "0.4"),
        ({"fever": -1, "mouth_ulcers": -6}, 0.8, "0.8"),
    ],
)
def test_a_low_count_that_is_known_stops_the_drug_and_is_said(effects, count, shown):
    """case A3: other signs, other counts below the line, other days."""
    of = record("mirtazapine", effects=effects, measured=(("neutrophils", count, 0),))
    text = acts_first(reviewed(of), ("stop", "mirtazapine"))
    assert "Stop mirtazapine today and see the patient" in text
    assert f"neutrophils {shown} × 10⁹/L on 1 May 2026" in text
    assert "until it is known" not in text
    assert findings(of)["blood_count"].demands is Demand.STOP


@pytest.mark.parametrize(
    ("drug", "effects"),
    [
        ("mirtazapine", ("rash", "fever")),
        ("mirtazapine", ("rash", "jaundice")),
        ("mirtazapine", ("rash", "mouth_ulcers")),
        ("mirtazapine", ("rash", "fever", "mouth_ulcers", "jaundice")),
        ("mirtazapine", {"rash": -9, "fever": -2}),
        ("mirtazapine", {"jaundice": -20, "rash": 0}),
        ("duloxetine", ("rash", "mouth_ulcers")),
        ("duloxetine", ("rash", "fever")),
        ("duloxetine", {"rash": -4, "jaundice": -1}),
        ("pregabalin", ("rash", "fever")),
        ("gabapentin", ("rash", "mouth_ulcers")),
        ("lamotrigine", ("rash", "fever")),
        ("carbamazepine", ("rash", "jaundice")),
    ],
)
def test_a_rash_that_is_not_alone_stops_the_drug(drug, effects):
    """case A4: other drugs with such reactions, other signs with the rash, days apart."""
    of = record(drug, effects=effects)
    found = findings(of)["skin"]
    assert (found.tier, found.demands, found.stops) == (Tier.CRITICAL, Demand.STOP, (drug,))
    made = reviewed(of)
    text = acts_first(made)
    assert ("stop", drug) in ranked(made) or ("taper", drug) in ranked(made)
    assert f"{drug} today and see the patient" in text or f"{drug.capitalize()} must be tapered" in text


def thoughts(severity, days=0):
    return (EffectReport(day=day(days), effect="suicidal_thoughts", severity=severity),)


@pytest.mark.parametrize(
    ("of", "effects"),
    [
        (record("mirtazapine"), thoughts(Severity.MILD)),
        (record("mirtazapine"), thoughts(Severity.SEVERE)),
        (record("mirtazapine"), thoughts(Severity.MODERATE, -3)),
        (record("duloxetine"), thoughts(Severity.MILD)),
        (record("pregabalin"), thoughts(Severity.MODERATE)),
        (record("tramadol", "gabapentin"), thoughts(Severity.MODERATE)),
        (record(), thoughts(Severity.MILD)),
        (record("mirtazapine", birth_year=2008), thoughts(Severity.MILD)),
        (record("mirtazapine", birth_year=1933), thoughts(Severity.MILD)),
        (record("mirtazapine", measured=(("phq9_item9", 1, 0),)), ()),
        (record("duloxetine", measured=(("phq9_item9", 3, -5),)), ()),
        (record(measured=(("phq9_item9", 2, -1),)), ()),
    ],
)  # fmt: skip
def test_thoughts_of_suicide_are_spoken_about_today_and_no_dose_stands_beside(of, effects):
    """case A5: mild or severe, days ago, by a questionnaire, at any age, on any drug and on none."""
    made = reviewed(replace(of, effects=effects))
    text = acts_first(made, ("contact", ""))
    assert "Contact the patient today: thoughts of suicide" in text
    assert not any(action in {"stop", "hold"} for action, _ in ranked(made))


@pytest.mark.parametrize(
    ("drug", "effects"),
    [
        ("mirtazapine", ("fever",)),
        ("mirtazapine", ("sore_throat",)),
        ("mirtazapine", ("mouth_ulcers",)),
        ("mirtazapine", {"fever": -2}),
        ("mirtazapine", {"sore_throat": -1}),
        ("mianserin", ("fever",)),
        ("mianserin", ("mouth_ulcers",)),
        ("carbamazepine", ("fever",)),
        ("carbamazepine", ("sore_throat",)),
        ("clozapine", ("fever",)),
        ("clozapine", ("sore_throat",)),
    ],
)
def test_one_sign_of_infection_asks_for_a_count_on_the_same_day(drug, effects):
    """case A6: each sign, days ago, and each drug that can stop white cells from being made."""
    of = record(drug, effects=effects)
    found = findings(of)["blood_count"]
    assert found.demands is Demand.CONTACT
    assert said(found.parts[0].action).startswith("Same-day blood count")
    assert found.stops == found.holds == ()
    made = reviewed(of)
    assert ranked(made)[0] == ("contact", "")
    assert "Speaking with the patient today" in page(made)


OPIOIDS = (
    "tramadol", "morphine", "codeine", "fentanyl", "methadone", "buprenorphine", "tapentadol", "hydromorphone", "hydrocodone",
    "dihydrocodeine", "pethidine",
)  # fmt: skip


@pytest.mark.parametrize("opioid", OPIOIDS)
def test_naltrexone_and_any_opioid_are_critical(opioid):
    """case A25: low-dose naltrexone is tried in fibromyalgia, beside what blocks it and is blocked by it."""
    of = record(taken("naltrexone", 4.5), taken(opioid, 20))
    found = findings(of)["contraindication"]
    assert (found.tier, found.demands) == (Tier.CRITICAL, Demand.CONTACT)
    assert set(found.drugs) == {"naltrexone", opioid}
    text = acts_first(reviewed(of), ("contact", ""))
    assert "naltrexone" in text
    assert opioid in text


def expecting(*drugs, **who):
    return record(*drugs, birth_year=1994, sex="female", pregnant=True, **who)


@pytest.mark.parametrize(
    ("of", "tier"),
    [
        (expecting(taken("valproic_acid", 1000)), Tier.CRITICAL),
        (expecting(taken("valproic_acid", 300), "mirtazapine"), Tier.CRITICAL),
        (expecting(taken("valproic_acid", 500), conditions=("fibromyalgia", "epilepsy")), Tier.CRITICAL),
        (expecting("topiramate"), Tier.WARNING),
        (expecting("carbamazepine"), Tier.WARNING),
        (expecting("lithium", "mirtazapine"), Tier.WARNING),
        (expecting("warfarin"), Tier.WARNING),
        (expecting("paroxetine"), Tier.WARNING),
        (expecting("duloxetine"), Tier.WARNING),
        (expecting("pregabalin"), Tier.WARNING),
        (expecting("amitriptyline"), Tier.WARNING),
        (expecting("mirtazapine"), Tier.WARNING),
    ],
)  # fmt: skip
def test_what_harms_or_needs_a_decision_in_pregnancy_is_said_with_a_source(of, tier):
    """case A27: every drug of which something was read."""
    found = findings(of)["pregnancy"]
    assert found.tier is tier
    assert found.parts[0].sources
    assert found.parts[0].grade.may_decide


@pytest.mark.parametrize("drug", ["phenytoin", "phenobarbital", "ibuprofen", "flecainide"])
def test_what_nothing_was_read_about_in_pregnancy_is_said_not_to_be_checked(drug):
    """case A27: silence about a drug in pregnancy was read as safety."""
    found = findings(expecting(drug, "mirtazapine"))["not_checked"]
    assert found.tier is Tier.INFO
    (part,) = (p for p in found.parts if p.rule == "not_checked.pregnancy")
    assert part.drugs == (drug,)
    assert "not_checked.pregnancy" not in {
        p.rule for f in findings(record(drug, "mirtazapine", sex="female")).values() for p in f.parts
    }


@pytest.mark.parametrize(
    ("first", "then", "free"),
    [
        ("phenelzine", "mirtazapine", 14), ("tranylcypromine", "duloxetine", 14), ("isocarboxazid", "milnacipran", 14),
        ("isocarboxazid", "mirtazapine", 14), ("tranylcypromine", "cyclobenzaprine", 14), ("selegiline", "mirtazapine", 14),
        ("linezolid", "mirtazapine", 1), ("phenelzine", "tramadol", 14), ("mirtazapine", "phenelzine", 14),
        ("duloxetine", "tranylcypromine", 5), ("milnacipran", "phenelzine", 5), ("fluoxetine", "phenelzine", 35),
    ],
)  # fmt: skip
@pytest.mark.parametrize("begun", ["before the end", "the day after"])
def test_a_wait_counts_from_the_last_dose_also_where_the_other_began_before_it(first, then, free, begun):
    """case P6: other pairs in both orders; critical to the last day of the wait, silent on the one after."""
    start = -3 if begun == "before the end" else 1
    of = record(taken(first, 15, -90, 0), taken(then, 15, start))
    late = findings(of, at=day(free + 1))
    assert "washout" not in late, late["washout"].parts[0].rule
    within = findings(of, at=day(free))
    assert any(f.tier is Tier.CRITICAL and {first, then} <= set(f.drugs) for f in within.values())
