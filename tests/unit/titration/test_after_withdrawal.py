"""Down again after withdrawal: known numbers, where products end, and what a liquid would open."""

from __future__ import annotations

import math
import shutil
from datetime import date, timedelta
from itertools import pairwise

import pytest
from typer.testing import CliRunner

from lenitive.knowledge import load
from lenitive.knowledge.load import FOLDER
from lenitive.render.catalogue import said, sentences
from lenitive.render.refusal import refusal_words
from lenitive.shells.cli import app
from lenitive.titration import DosePlan, Person, Planner, Refusal
from lenitive.titration.ladder import LadderError, ladder, reachable

START = date(2026, 3, 1)
LONG = Person(age=50, used_days=400)


@pytest.fixture(scope="module")
def planner():
    return Planner(load(), "us")


def shape(plan):
    return [(s.dose.mg, None if s.last is None else (s.last - s.first).days + 1) for s in plan.stages]


def h1(mg):
    """The curve of the file, by hand: half at 2.5 mg."""
    return mg / (mg + 2.5)


def test_after_30_to_15_it_goes_back_and_down_over_22_5_as_far_as_15(planner):
    plan = planner.after_withdrawal("mirtazapine", 30, 15, START, LONG)
    assert isinstance(plan, DosePlan)
    # Six weeks after half a year of use, twice as slow: twelve, over two doses.
    assert shape(plan) == [(30, 14), (22.5, 42), (15, None)]
    assert plan.stages[0].first == START
    assert plan.falls is not None
    assert plan.falls.former == pytest.approx(h1(30) - h1(15), rel=1e-5)
    assert plan.falls.largest == pytest.approx(h1(22.5) - h1(15), rel=1e-5)
    assert plan.falls.blocked == (15, 7.5)
    assert plan.falls.blocked_size == pytest.approx(h1(15) - h1(7.5), rel=1e-5)
    assert plan.falls.blocked_size > plan.falls.former
    assert plan.grade.value == "C"
    assert plan.basis.value == "constructed"
    assert {said(w.what).partition(":")[0] for w in plan.watch} >= {"Withdrawal"}
    assert "nice_ng222_page21: 1.4.22" in {str(s) for s in plan.sources}
    assert "The plan ends at 15 mg" in sentences(plan.rests_on)


def test_after_stopping_from_15_it_goes_back_and_ends_over_7_5(planner):
    plan = planner.after_withdrawal("mirtazapine", 15, 0, START, LONG)
    assert isinstance(plan, DosePlan)
    assert shape(plan) == [(15, 14), (7.5, 84)]
    assert plan.stops == ("mirtazapine",)
    assert plan.falls is not None
    assert plan.falls.blocked is None
    assert plan.falls.largest == pytest.approx(h1(7.5), rel=1e-5)


def test_the_last_tablet_to_nothing_cannot_be_made_smaller_and_says_what_is_left(planner):
    refused = planner.after_withdrawal("mirtazapine", 7.5, 0, START, LONG)
    assert isinstance(refused, Refusal)
    assert refused.rule == "titration.plan.no_smaller_fall"
    for words in ("7.5 mg to 0 mg", "longer stay", "other markets (EU and UK)"):
        assert words in refusal_words(refused)


def test_a_solution_makes_the_falls_smaller_where_one_is_sold():
    """British tablets end at 15 mg; the 15 mg/mL solution is measured by a tenth of a millilitre, 1.5 mg, down to 3 mg."""
    uk = Planner(load(), "uk")
    plan = uk.after_withdrawal("mirtazapine", 7.5, 0, START, LONG)
    assert isinstance(plan, DosePlan)
    assert shape(plan) == [(7.5, 14), (6, 28), (4.5, 28), (3, 28)]
    assert plan.stops == ("mirtazapine",)
    assert plan.measuring
    assert plan.falls is not None
    assert plan.falls.largest == pytest.approx(h1(3), rel=1e-5)
    assert plan.falls.former == pytest.approx(h1(7.5), rel=1e-5)
    assert "No fill below 0.2 mL" in sentences(plan.rests_on)
    stuck = uk.after_withdrawal("mirtazapine", 3, 0, START, LONG)
    assert isinstance(stuck, Refusal)
    assert "lines of the syringe make no dose between" in refusal_words(stuck)

    back = uk.after_withdrawal("mirtazapine", 15, 7.5, START, LONG, to_mg=7.5)
    assert isinstance(back, DosePlan)
    assert [(s.dose.mg, s.dose.liquid) for s in back.stages] == [
        (15, False), (13.5, True), (12, True), (10.5, True), (9, True), (7.5, True),
    ]  # fmt: skip
    assert "Liquid mirtazapine is used because" in sentences(back.rests_on)

    counted = Planner(load(), "uk", liquid=False).after_withdrawal("mirtazapine", 15, 0, START, LONG)
    assert isinstance(counted, Refusal)
    assert counted.rule == "titration.plan.no_smaller_fall"
    assert "A liquid is sold here and is not used in this plan" in refusal_words(counted)


def test_a_dose_that_only_capsules_make_is_taken_in_capsules_again():
    """3.75 mL has no line; what is waited on in liquid stays in liquid until there."""
    uk = Planner(load(), "uk")
    for before, on_the_way in ((100, [92, 88, 84, 80]), (80, [76])):
        plan = uk.after_withdrawal("pregabalin", before, 75, START, LONG, to_mg=75)
        assert isinstance(plan, DosePlan)
        assert [mg for mg, _ in shape(plan)] == [before, *on_the_way, 75]
        assert [s.dose.liquid for s in plan.stages] == [before == 80, *(True for _ in on_the_way), False]


def test_staying_waits_on_the_lower_dose(planner):
    plan = planner.after_withdrawal("mirtazapine", 45, 30, START, LONG, hold=True)
    assert isinstance(plan, DosePlan)
    assert shape(plan) == [(30, 14), (22.5, None)]


def test_after_one_step_down_the_aim_is_the_dose_it_led_to(planner):
    plan = planner.after_withdrawal("mirtazapine", 45, 30, START, LONG, to_mg=30)
    assert isinstance(plan, DosePlan)
    assert [mg for mg, _ in shape(plan)] == [45, 37.5, 30]
    assert plan.falls is not None
    assert plan.falls.blocked is None
    assert plan.stops == ()


def test_it_is_slower_than_the_usual_taper(planner):
    for name, before, now in (("pregabalin", 300, 225), ("mirtazapine", 15, 0), ("amitriptyline", 75, 50)):
        again = planner.after_withdrawal(name, before, now, START, LONG)
        usual = planner.taper(name, before, START, LONG)
        assert isinstance(again, DosePlan)
        assert isinstance(usual, DosePlan)
        wait = timedelta(days=14)
        assert again.last - START - wait >= 2 * (usual.last - START)


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        (("mirtazapine", 15, 15, 0), "no_fall"),
        (("mirtazapine", 15, 30, 0), "no_fall"),
        (("mirtazapine", 30, 15, 20), "no_fall"),
        (("mirtazapine", 22.4, 15, 0), "cannot_be_made"),
        (("baclofen", 20, 10, 0), "not_tapered"),
        (("nonsense", 20, 10, 0), "unknown_drug"),
    ],
)
def test_a_refusal_names_its_rule(planner, asked, rule):
    name, before, now, to = asked
    refused = planner.after_withdrawal(name, before, now, START, to_mg=to)
    assert isinstance(refused, Refusal)
    assert refused.rule == f"titration.plan.{rule}"


def test_a_smaller_product_opens_the_way(tmp_path):
    """The planner profits from whatever can be made: a made-up 1 mg tablet stands for a liquid here."""
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "articles", "__pycache__"))
    path = folder / "drugs" / "mirtazapine.toml"
    made_up = """
[product.made_up]
market = "us"
form = "tablet"
strengths_mg = [1, 3]
says = "Made up for a test."
source = ["us_mirtazapine: 3"]
grade = "A"
check = "copied"
"""
    path.write_text(path.read_text(encoding="utf-8") + made_up, encoding="utf-8")
    plan = Planner(load(folder), "us").after_withdrawal("mirtazapine", 7.5, 0, START, LONG)
    assert isinstance(plan, DosePlan)
    assert plan.stops == ("mirtazapine",)
    mgs = [7.5, *(mg for mg, _ in shape(plan)[1:]), 0]
    assert max(h1(a) - h1(b) for a, b in pairwise(mgs)) < h1(7.5)
    assert len(mgs) > 3


class _Dose:
    pieces, halves = 1, 0

    def __init__(self, mg, *, liquid=False):
        self.mg, self.liquid = mg, liquid


def test_the_bound_takes_more_steps_where_it_needs_them():
    doses = [_Dose(mg) for mg in (10, 20, 30, 40, 50)]

    def height(mg):
        return mg

    def mgs(below=math.inf):
        return [d.mg for d in ladder(doses, 60, 0, 2, height, below=below)]

    assert mgs() == [30]
    assert mgs(below=30) == [40, 20]
    assert mgs(below=20) == [50, 40, 30, 20, 10]
    with pytest.raises(LadderError):
        ladder(doses, 60, 0, 2, height, below=10)
    assert reachable(doses, 60, 0, height, below=10) == (60, 50)
    assert reachable(doses[:3], 60, 0, height, below=31) == (0, None)
    assert reachable(doses[1:], 60, 0, height, below=15) == (20, 0)
    assert reachable(doses, 60, 0, height, below=15, most_mg_per_step=9) == (60, 50)


def test_from_liquid_no_fall_goes_back_to_tablets():
    tablets, liquid = [_Dose(mg) for mg in (10, 20, 40)], [_Dose(mg, liquid=True) for mg in (10, 18, 30, 44)]
    both = sorted([*tablets, *liquid], key=lambda d: (d.mg, d.liquid))

    def height(mg):
        return mg

    # Tablets alone end at 40, liquid alone at 60; together 44 or 40, then 30, and the last tablets are out of reach.
    assert reachable(tablets, 60, 0, height, below=21) == (0, None)
    assert reachable(tablets, 60, 0, height, below=20) == (60, 40)
    assert reachable(liquid, 60, 0, height, below=16) == (60, 44)
    assert reachable(both, 60, 0, height, below=17) == (0, None)
    assert reachable(both, 60, 0, height, below=12) == (60, 44)
    assert reachable([*tablets[1:], *liquid[2:]], 60, 0, height, below=20.5) == (0, None)
    assert reachable([tablets[1], *liquid[2:]], 60, 0, height, below=17) == (30, 0)
    way = ladder(both, 60, 0, 2, height, below=17)
    assert [(d.mg, d.liquid) for d in way] == [(44, True), (30, True), (18, True), (10, True)]


def test_the_command_says_what_it_plans_and_why_it_does_not():
    runner = CliRunner()
    asked = ["plan", "taper", "--from", "mirtazapine:30", "--start", "2026-03-01", "--age", "50"]
    done = runner.invoke(app, [*asked, "--after-withdrawal-on", "15"])
    assert done.exit_code == 0, done.output
    text = " ".join(done.stdout.split())
    assert "back to 30 mg" in text
    assert "The plan ends at 15 mg" in text
    stuck = runner.invoke(
        app,
        ["plan", "taper", "--from", "mirtazapine:7.5", "--start", "2026-03-01", "--after-withdrawal-on", "0"],
    )
    assert stuck.exit_code == 3
    assert "no_smaller_fall" in stuck.stderr
    alone = runner.invoke(app, [*asked, "--stay"])
    assert alone.exit_code == 2
    assert "--after-withdrawal-on" in alone.stderr
