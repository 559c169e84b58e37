"""Names as safety meets them: one ingredient from two products, an allergy to a class, what stays unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lenitive.intake import read_folder
from lenitive.knowledge import load
from lenitive.record import MedicinePeriod, Plan
from lenitive.render.catalogue import said
from lenitive.safety import Tier, check

AT = date(2026, 3, 20)
HEAD = "drug,dose_mg,start,end,times\n"


def found(rows: str, patient: str = "", plan: Plan | None = None):
    reading = read_folder({"patient.toml": patient.encode(), "medicines.csv": (HEAD + rows).encode()})
    assert reading.record is not None, reading.problems
    return {f.topic: f for f in check(reading.record, plan, knowledge=load(), at=AT)}


def parts(findings, topic: str, rule: str):
    return [p for p in findings[topic].parts if p.rule == rule] if topic in findings else []


class TestOneIngredientTwice:
    @pytest.mark.parametrize(
        ("rows", "names"),
        [
            (
                "lyrica,75,2026-03-01,,morning;evening\npregabalin,75,2026-03-01,,morning;evening\n",
                "lyrica and pregabalin",
            ),
            (
                "cymbalta,30,2026-03-01,,morning\nduloxetine,30,2026-03-01,,morning\n",
                "cymbalta and duloxetine",
            ),
            ("Zispin,15,2026-03-01,,bedtime\nRemeron,15,2026-03-02,,noon\n", "Zispin and Remeron"),
            ("Flexeril,5,2026-03-01,,bedtime\nTonmya,2.8,2026-03-01,,bedtime\n", "Flexeril and Tonmya"),
        ],
    )
    def test_it_is_a_warning_that_names_both(self, rows, names):
        """case P8"""
        (part,) = parts(found(rows), "duplicate", "duplicate.one_ingredient")
        assert part.tier is Tier.WARNING
        assert said(part.says).startswith(f"{names} hold the same ingredient")

    def test_the_dose_checked_is_the_sum(self):
        """case P8"""
        rows = "lyrica,200,2026-03-01,,morning;evening\npregabalin,200,2026-03-01,,morning;evening\n"
        assert "dose" in found(rows)
        assert "dose" not in found("lyrica,200,2026-03-01,,morning;evening\n")

    @pytest.mark.parametrize(
        "rows",
        [
            "Zispin,15,2026-03-01,2026-03-09,bedtime\nmirtazapine,15,2026-03-10,,bedtime\n",
            "Zispin,15,2026-03-01,,bedtime\nzispin,15,2026-03-01,,noon\n",
            "mirtazapine,15,2026-03-01,,bedtime\nMirtazapin 15 mg,15,2026-03-01,,noon\n",
            "Zispin,15,2026-03-01,2026-03-19,bedtime\nRemeron,15,2026-03-05,,noon\n",
            "Zispin,0,2026-03-01,,bedtime\nRemeron,15,2026-03-05,,noon\n",
            "pregabalin,75,2026-03-01,,bedtime\ngabapentin,300,2026-03-01,,noon\n",
        ],
    )
    def test_one_product_or_one_after_the_other_is_none(self, rows):
        assert not parts(found(rows), "duplicate", "duplicate.one_ingredient")


class TestAllergies:
    @pytest.mark.parametrize(
        ("allergy", "taken"),
        [
            ("tricyclic antidepressants", "amitriptyline"), ("TCAs", "Saroten"), ("tricyclic", "amitriptyline"), ("opiates", "tramadol"),
            ("SSRIs", "sertraline"), ("an SNRI", "Cymbalta"), ("Zispin", "mirtazapine"), ("mirtazapine", "Remeron"), ("N06AX11", "Zispin"),
            ("benzodiazepines", "diazepam"), ("NSAIDs", "ibuprofen"), ("gabapentinoids", "Lyrica"),
        ],
    )  # fmt: skip
    def test_a_drug_or_its_class_is_met_whatever_it_is_called(self, allergy, taken):
        """case P7"""
        finding = found(f"{taken},10,2026-03-01,,bedtime\n", f'allergies = ["{allergy}"]')["allergy"]
        assert finding.tier is Tier.CRITICAL
        assert all(p.withholds for p in finding.parts)

    def test_a_class_that_is_met_is_named(self):
        """case P7"""
        finding = found(
            "amitriptyline,10,2026-03-01,,bedtime\n", 'allergies = ["tricyclic antidepressants"]'
        )["allergy"]
        assert said(finding.parts[0].says) == (
            "An allergy to tricyclic antidepressants is recorded, and amitriptyline is one of them."
        )

    @pytest.mark.parametrize(
        ("allergy", "taken"),
        [("SSRIs", "duloxetine"), ("opiates", "mirtazapine"), ("penicillin", "amitriptyline")],
    )
    def test_another_class_is_not(self, allergy, taken):
        assert "allergy" not in found(f"{taken},10,2026-03-01,,bedtime\n", f'allergies = ["{allergy}"]')

    def test_what_stays_unknown_is_listed_as_not_checked(self):
        """case P7"""
        findings = found(
            "amitriptyline,10,2026-03-01,,bedtime\n",
            'allergies = ["tricyclic antidepressants", "zorbifloxine"]',
        )
        (part,) = parts(findings, "not_checked", "not_checked.allergy")
        assert said(part.says) == "These allergies name no drug or class that is known: zorbifloxine."
        assert part.tier is Tier.INFO

    def test_a_planned_drug_of_the_class_is_withheld(self):
        plan = Plan(
            start=AT, periods=(MedicinePeriod(drug="amitriptyline", dose_mg=10, start=AT + timedelta(1)),)
        )
        finding = found("mirtazapine,15,2026-03-01,,bedtime\n", 'allergies = ["tricyclics"]', plan)["allergy"]
        assert finding.parts[0].withholds


def test_every_name_of_a_drug_gives_the_same_findings():
    """case A11"""
    beside = "tramadol,50,2026-03-01,,morning\n"
    one = found(f"mirtazapine,30,2026-03-01,,bedtime\n{beside}")
    for name in ("Zispin", "REMERON", "mirtazapin", "mirtazapine 30 mg tablets"):
        other = found(f"{name},30,2026-03-01,,bedtime\n{beside}")
        assert {t: f.key for t, f in one.items()} == {t: f.key for t, f in other.items()}
        assert [replace(p, facts=()) for f in one.values() for p in f.parts] == [
            replace(p, facts=()) for f in other.values() for p in f.parts
        ]
