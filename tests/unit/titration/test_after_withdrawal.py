"""Down again after withdrawal: known numbers, where products end, and what a liquid would open."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from itertools import pairwise

import pytest
from typer.testing import CliRunner

from lenitive.knowledge import load
from lenitive.knowledge.load import FOLDER, Knowledge
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
    assert plan.falls.former == pytest.approx(h1(30) - h1(15))
    assert plan.falls.largest == pytest.approx(h1(22.5) - h1(15))
    assert plan.falls.blocked == (15, 7.5)
    assert plan.falls.blocked_size == pytest.approx(h1(15) - h1(7.5))
    assert plan.falls.blocked_size > plan.falls.former
    assert plan.grade.value == "C"
    assert plan.basis.value == "constructed"
    assert {w.what.partition(":")[0] for w in plan.watch} >= {"Withdrawal"}
    assert "nice_ng222_page21: 1.4.22" in {str(s) for s in plan.sources}
    assert any("It ends at 15 mg" in t for t in plan.rests_on)


def test_after_stopping_from_15_it_goes_back_and_ends_over_7_5(planner):
    plan = planner.after_withdrawal("mirtazapine", 15, 0, START, LONG)
    assert isinstance(plan, DosePlan)
    assert shape(plan) == [(15, 14), (7.5, 84)]
    assert plan.stops == ("mirtazapine",)
    assert plan.falls is not None
    assert plan.falls.blocked is None
    assert plan.falls.largest == pytest.approx(h1(7.5))


def test_the_last_tablet_to_nothing_cannot_be_made_smaller_and_says_what_is_left(planner):
    refused = planner.after_withdrawal("mirtazapine", 7.5, 0, START, LONG)
    assert isinstance(refused, Refusal)
    assert refused.rule == "titration.plan.no_smaller_fall"
    for words in ("7.5 to 0 mg", "longer stay", "other markets (eu, uk)"):
        assert words in refused.reason


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
    plan = Planner(Knowledge(folder=folder), "us").after_withdrawal("mirtazapine", 7.5, 0, START, LONG)
    assert isinstance(plan, DosePlan)
    assert plan.stops == ("mirtazapine",)
    mgs = [7.5, *(mg for mg, _ in shape(plan)[1:]), 0]
    assert max(h1(a) - h1(b) for a, b in pairwise(mgs)) < h1(7.5)
    assert len(mgs) > 3


class _Dose:
    pieces, halves = 1, 0

    def __init__(self, mg):
        self.mg = mg


def test_the_bound_takes_more_steps_where_it_needs_them():
    doses = [_Dose(mg) for mg in (10, 20, 30, 40, 50)]

    def height(mg):
        return mg

    assert ladder(doses, 60, 0, 2, height) == (30, 0)
    assert ladder(doses, 60, 0, 2, height, below=30) == (40, 20, 0)
    assert ladder(doses, 60, 0, 2, height, below=20) == (50, 40, 30, 20, 10, 0)
    with pytest.raises(LadderError):
        ladder(doses, 60, 0, 2, height, below=10)
    assert reachable(doses, 60, 0, height, below=10) == (60, 50)
    assert reachable(doses[:3], 60, 0, height, below=31) == (0, None)
    assert reachable(doses[1:], 60, 0, height, below=15) == (20, 0)
    assert reachable(doses, 60, 0, height, below=15, most_mg_per_step=9) == (60, 50)


def test_the_command_says_what_it_plans_and_why_it_does_not():
    runner = CliRunner()
    asked = ["plan", "taper", "--from", "mirtazapine:30", "--start", "2026-03-01", "--age", "50"]
    done = runner.invoke(app, [*asked, "--after-withdrawal-on", "15"])
    assert done.exit_code == 0, done.output
    text = " ".join(done.stdout.split())
    assert "back to 30 mg" in text
    assert "It ends at 15 mg" in text
    stuck = runner.invoke(
        app,
        ["plan", "taper", "--from", "mirtazapine:7.5", "--start", "2026-03-01", "--after-withdrawal-on", "0"],
    )
    assert stuck.exit_code == 3
    assert "no_smaller_fall" in stuck.stderr
    alone = runner.invoke(app, [*asked, "--stay"])
    assert alone.exit_code == 2
    assert "--after-withdrawal-on" in alone.stderr
