"""Plans: what the pairs of shipped drugs do not reach, and the numbers of a few known ones."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.knowledge.load import FOLDER
from lenitive.titration import DosePlan, Person, Planner, Refusal

START = date(2026, 3, 1)


@pytest.fixture(scope="module")
def planner():
    return Planner(load(), "us")


def doses(plan: DosePlan, drug: str):
    return [(s.dose.mg, s.first, s.last) for s in plan.stages if s.drug == drug]


def test_switching_from_mirtazapine_30_to_duloxetine_60(planner):
    plan = planner.switch("mirtazapine", 30, "duloxetine", 60, START, Person(age=50, used_days=30))
    assert isinstance(plan, DosePlan)
    down = doses(plan, "mirtazapine")
    assert [mg for mg, _, _ in down] == sorted((mg for mg, _, _ in down), reverse=True)
    assert down[0][1] == START
    assert down[-1][0] == 7.5
    assert doses(plan, "duloxetine")[0][0] == 30
    assert doses(plan, "duloxetine")[-1] == (60, doses(plan, "duloxetine")[-1][1], None)
    assert plan.basis.value == "constructed"
    assert all(c.day > START for c in plan.contacts)


def test_a_longer_use_is_never_tapered_faster(planner):
    lengths = []
    for used in (0, 20, 60, 120, 200, 1000):
        plan = planner.taper("mirtazapine", 45, START, Person(age=50, used_days=used))
        assert isinstance(plan, DosePlan)
        lengths.append((plan.last - START).days)
    assert lengths == sorted(lengths)
    assert lengths[0] == 14
    assert lengths[-1] == 42


def test_twice_the_pace_number_takes_twice_as_long(planner):
    one = planner.taper("mirtazapine", 30, START, Person(age=50, used_days=100))
    two = planner.taper("mirtazapine", 30, START, Person(age=50, used_days=100, pace=2))
    assert isinstance(one, DosePlan)
    assert isinstance(two, DosePlan)
    assert (two.last - START).days == 2 * (one.last - START).days


@pytest.mark.parametrize(("age", "start"), [(64, 15), (65, 7.5), (66, 7.5), (69, 7.5)])
def test_the_lower_start_holds_from_65_years_on(planner, age, start):
    plan = planner.start("mirtazapine", 30, START, Person(age=age))
    assert isinstance(plan, DosePlan)
    assert doses(plan, "mirtazapine")[0][0] == start


def test_older_people_start_lower_and_an_unknown_age_keeps_the_lower_maximum(planner):
    old = planner.start("mirtazapine", 15, START, Person(age=74))
    adult = planner.start("mirtazapine", 15, START, Person(age=50))
    assert isinstance(old, DosePlan)
    assert isinstance(adult, DosePlan)
    assert [mg for mg, _, _ in doses(old, "mirtazapine")] == [7.5, 15]
    assert [mg for mg, _, _ in doses(adult, "mirtazapine")] == [15]
    name = "cyclobenzaprine_sublingual"
    assert isinstance(planner.start(name, 5.6, START, Person(age=50)), DosePlan)
    unknown = planner.start(name, 5.6, START, Person())
    assert isinstance(unknown, Refusal)
    assert unknown.rule == "titration.plan.age_needed"
    older = planner.start(name, 5.6, START, Person(age=74))
    assert isinstance(older, DosePlan)
    assert [mg for mg, _, _ in doses(older, name)] == [2.8]
    assert older.stopped_at_mg == 2.8


def test_what_may_not_be_together_is_refused(planner):
    for name, mg in (("mirtazapine", 15), ("duloxetine", 60)):
        refused = planner.start(name, mg, START, Person(age=50, others=("tranylcypromine",)))
        assert isinstance(refused, Refusal)
        assert refused.rule == "titration.plan.forbidden_overlap"
        assert refused.sources
    refused = planner.add("mirtazapine", 15, START, Person(age=50, others=("mirtazapine",)))
    assert isinstance(refused, Refusal)
    assert refused.rule == "titration.plan.duplicate"


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda p: p.taper("baclofen", 10, START), "not_tapered"),
        (lambda p: p.taper("nonsense", 10, START), "unknown_drug"),
        (lambda p: p.start("mirtazapine", 60, START), "above_maximum"),
        (lambda p: p.start("mirtazapine", 10, START), "cannot_be_made"),
        (lambda p: p.switch("mirtazapine", 15, "mirtazapine", 30, START), "same_drug"),
        (lambda p: p.step("mirtazapine", 15, 15, START), "no_step"),
        (lambda p: Planner(p.knowledge, "uk").taper("milnacipran", 100, START), "no_product"),
    ],
)
def test_a_refusal_names_its_rule(planner, make, rule):
    refused = make(planner)
    assert isinstance(refused, Refusal)
    assert refused.rule == f"titration.plan.{rule}"
    assert refused.reason


WASHOUT = """
[washout.made_up]
first = ["mirtazapine"]
then = ["duloxetine"]
{days}
says = "Made up for a test."
source = ["us_mirtazapine: 4"]
grade = "A"
check = "copied"
"""


def with_wait(tmp_path, days: str) -> Planner:
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "articles", "__pycache__"))
    path = folder / "interactions" / "maoi.toml"
    path.write_text(path.read_text(encoding="utf-8") + WASHOUT.format(days=days), encoding="utf-8")
    return Planner(load(folder), "us")


def test_a_wait_is_kept_to_the_day(tmp_path):
    """No two shipped drugs need one, so that a made-up row shows it."""
    plan = with_wait(tmp_path, "days = 10").switch("mirtazapine", 30, "duloxetine", 60, START, Person(age=50))
    assert isinstance(plan, DosePlan)
    last = doses(plan, "mirtazapine")[-1][2]
    first = doses(plan, "duloxetine")[0][1]
    assert last is not None
    assert first == last + timedelta(days=11)
    assert plan.free == (last + timedelta(days=1), first - timedelta(days=1))
    assert all(not plan.on(last + timedelta(days=i)) for i in range(1, 11))


def test_a_wait_of_unknown_length_is_refused(tmp_path):
    refused = with_wait(tmp_path, "").switch("mirtazapine", 30, "duloxetine", 60, START)
    assert isinstance(refused, Refusal)
    assert refused.rule == "titration.plan.unknown_wait"


def test_the_same_question_gets_the_same_plan(planner):
    again = Planner(load(), "us")
    for old in ("mirtazapine", "amitriptyline", "pregabalin"):
        mg = planner.doses(old)[-1].mg
        assert planner.switch(old, mg, "duloxetine", 60, START) == again.switch(
            old, mg, "duloxetine", 60, START
        )
