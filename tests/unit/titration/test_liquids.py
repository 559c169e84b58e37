"""Liquids in a plan: what a syringe measures, what a supplied measure changes, and how a sheet says it."""

from __future__ import annotations

import shutil
from dataclasses import fields, is_dataclass
from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.knowledge.load import FOLDER, Knowledge
from lenitive.knowledge.schema.products import Product
from lenitive.render.calendar import plan_ics
from lenitive.render.catalogue import sentences
from lenitive.render.plan import Sheet, plan_report
from lenitive.render.products import handful_words
from lenitive.titration import DosePlan, Handful, Liquid, LiquidDose, Person, Piece, Planner, Refusal, Syringe
from lenitive.titration.liquids import liquid_doses

START = date(2026, 3, 1)
SMALL = Syringe(capacity_ml=1, graduation_ml=0.1, supplied=False)
LARGE = Syringe(capacity_ml=5, graduation_ml=0.5, supplied=False)
MADE_UP = Liquid(form="oral_solution", product="uk_solution", mg_per_ml=3, pack_ml=None)


@pytest.fixture(scope="module")
def uk():
    return Planner(load(), "uk")


def strings(value) -> list[str]:
    """Every text in a value, whatever it is nested in."""
    if isinstance(value, str):
        return [" ".join(value.split())]
    if isinstance(value, tuple):
        return [s for v in value for s in strings(v)]
    return [s for f in fields(value) for s in strings(getattr(value, f.name))] if is_dataclass(value) else []


def said_on(plan, which: Sheet) -> str:
    assert isinstance(plan, DosePlan)
    return " | ".join(strings(plan_report(plan, which, version="test", knowledge=load())))


def test_volumes_are_the_lines_of_the_smallest_syringe_that_holds_them():
    made = liquid_doses(MADE_UP, (SMALL, LARGE), smallest_ml=0.25, most_fills=2, most_mg=1000)
    assert [d.ml for d in made if d.syringe == SMALL] == [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
    assert [d.ml for d in made if d.syringe == LARGE] == [1.5 + i / 2 for i in range(18)]
    assert {d.ml: d.fills_ml for d in made}[7] == (5, 2)
    assert made[0].mg == pytest.approx(0.9)
    assert (
        max(d.mg for d in liquid_doses(MADE_UP, (SMALL, LARGE), smallest_ml=0.25, most_fills=2, most_mg=10))
        == 9
    )


def test_a_volume_says_mg_ml_and_strength_and_its_fills():
    small, large = (
        Handful(liquid_dose=LiquidDose(liquid=MADE_UP, syringe=syringe, fills_ml=fills))
        for syringe, fills in ((SMALL, (0.5,)), (LARGE, (5, 2)))
    )
    assert handful_words(small) == ("0.5 mL of the 3 mg/mL oral solution (1.5 mg) with the 1 mL oral syringe")
    assert handful_words(large).endswith("in 2 fills: 5 mL + 2 mL")


def test_an_intake_is_pieces_or_a_volume():
    liquid_dose = LiquidDose(liquid=MADE_UP, syringe=SMALL, fills_ml=(0.5,))
    piece = Piece(mg=15, form="tablet", unit_mg=15, product="uk_tablet")
    with pytest.raises(ValueError, match="pieces or of a volume"):
        Handful(pieces=((piece, 1),), liquid_dose=liquid_dose)
    with pytest.raises(ValueError, match="pieces or of a volume"):
        Handful()


def test_a_british_start_at_74_is_half_a_millilitre(uk):
    plan = uk.start("mirtazapine", 30, START, Person(age=74))
    assert isinstance(plan, DosePlan)
    assert [(s.dose.mg, s.dose.liquid) for s in plan.stages] == [
        (7.5, True), (15, True), (22.5, True), (30, False),
    ]  # fmt: skip
    first = plan.stages[0].dose.intakes[0].handful.liquid_dose
    assert first is not None
    assert (first.ml, first.syringe.capacity_ml, first.liquid.mg_per_ml) == (0.5, 1, 15)
    refused = Planner(uk.knowledge, "uk", liquid=False).start("mirtazapine", 30, START, Person(age=74))
    assert isinstance(refused, Refusal)
    assert refused.rule == "titration.plan.cannot_be_made"


def test_a_british_taper_ends_below_the_smallest_tablet(uk):
    plan = uk.taper("mirtazapine", 30, START, Person(age=50))
    assert isinstance(plan, DosePlan)
    assert [s.dose.mg for s in plan.stages] == [15, 10.5, 7.5, 6, 4.5, 3]
    assert [s.dose.liquid for s in plan.stages] == [False] + [True] * 5
    assert "fall in occupancy 0.545; in tablets or capsules it is 0.857" in sentences(plan.rests_on)


def test_a_step_down_is_not_cut_into_the_steps_of_a_whole_taper(uk):
    plan = uk.step("mirtazapine", 15, 7.5, START, Person(age=50))
    assert isinstance(plan, DosePlan)
    assert [(s.dose.mg, s.last) for s in plan.stages] == [(7.5, None)]


def test_where_tablets_do_nothing_is_liquid():
    plan = Planner(load(), "us").taper("mirtazapine", 30, START, Person(age=50))
    assert isinstance(plan, DosePlan)
    assert not plan.measuring
    assert not plan.dispense_liquid(plan.last)


def test_every_sheet_says_mg_and_ml_together(uk):
    plan = uk.start("mirtazapine", 30, START, Person(age=74))
    said = "0.5 mL of the 15 mg/mL oral solution (7.5 mg) with the 1 mL oral syringe"
    for which in Sheet:
        assert said in said_on(plan, which)
    assert said in " ".join(plan_ics(plan).decode().replace("\r\n ", "").split())
    patient = said_on(plan, Sheet.PATIENT)
    assert "How to measure the liquid" in patient
    assert "no tablets or capsules of the same medicine" in patient
    assert "mirtazapine 7.5 mg = 0.5 mL a day" in patient
    assert "How to measure" not in said_on(uk.start("duloxetine", 60, START, Person(age=50)), Sheet.PATIENT)


def test_the_pharmacy_gets_millilitres_and_syringes(uk):
    text = said_on(uk.start("mirtazapine", 30, START, Person(age=74)), Sheet.PHARMACY)
    assert "15 mg/mL oral solution | 42 mL" in text
    assert "1 mL oral syringe | 1, with lines every 0.1 mL" in text
    assert "How long an opened bottle keeps was not read" in text


def test_bottles_are_whole_where_it_is_known_what_one_holds():
    plan = Planner(load(), "us").start("baclofen", 57, START, Person(age=50))
    assert isinstance(plan, DosePlan)
    supply = plan.dispense_liquid(plan.last + timedelta(days=27))
    (((_, liquid), one),) = supply.items()
    assert liquid.pack_ml == 473
    assert one.ml == one.bottles * 473
    assert one.taken_ml <= one.ml < one.taken_ml + 473
    assert f"{one.bottles} bottles of 473 mL = {one.ml:g} mL ({one.taken_ml:g} mL taken)" in said_on(
        plan, Sheet.PHARMACY
    )


MEASURE = """
[measure.uk_solution]
value = 0.25
unit = "mL"
capacity_ml = 2
says = "Made up for a test."
source = ["uk_mirtazapine_solution: 6"]
grade = "A"
"""


def with_measure(tmp_path, text: str) -> Knowledge:
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "articles", "__pycache__"))
    path = folder / "drugs" / "mirtazapine.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    return load(folder)


def test_a_measure_that_comes_with_it_is_used_alone(tmp_path):
    """No product's own is known, so that a made-up row shows it."""
    planner = Planner(with_measure(tmp_path, MEASURE), "uk")
    volumes = {
        d.intakes[0].handful.liquid_dose for d in planner.doses("mirtazapine", Person(age=50)) if d.liquid
    }
    assert all(v.syringe == Syringe(capacity_ml=2, graduation_ml=0.25, supplied=True) for v in volumes)
    assert min(v.ml for v in volumes) == 0.25
    plan = planner.start("mirtazapine", 15, START, Person(age=74))
    assert isinstance(plan, DosePlan)
    assert "are measured with what comes with it. Made up for a test." in sentences(plan.rests_on)


@pytest.mark.parametrize(
    "wrong",
    [
        MEASURE.replace("uk_solution]", "uk_tablet]"),
        MEASURE.replace("value = 0.25", "value = 3"),
        MEASURE.replace('grade = "A"', 'grade = "U"'),
    ],
)
def test_a_measure_of_nothing_liquid_or_of_no_use_is_refused(tmp_path, wrong):
    with pytest.raises(Exception, match=r"mirtazapine"):
        with_measure(tmp_path, wrong).drugs["mirtazapine"]


def test_only_a_bottle_has_a_content():
    row = {
        "market": "uk",
        "grade": "A",
        "read": START,
        "source": [{"article": "https://example.org", "at": ""}],
    }
    with pytest.raises(ValueError, match="pack_ml"):
        Product.model_validate(row | {"form": "tablet", "strengths_mg": [15], "pack_ml": 100})
