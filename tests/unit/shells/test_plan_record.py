"""``lenitive plan --record``: the patient is taken from the record; what is given as an option goes before it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.shells.cli import app

EXAMPLE = Path(__file__).parents[3] / "examples" / "clear-responder"


def run(*args):
    return CliRunner().invoke(app, ["plan", *map(str, args)])


def plan(*args):
    done = run(*args, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def folder(tmp_path):
    """A copy of the example: a simulated patient."""
    copy = tmp_path / "record"
    shutil.copytree(EXAMPLE, copy)
    return copy


def add(folder, **lines):
    path = folder / "patient.toml"
    text = path.read_text("utf-8")
    kept = [line for line in text.splitlines() if line.partition(" =")[0] not in lines]
    new = [f"{key} = {value}" for key, value in lines.items()]
    path.write_text("\n".join([*new, *kept]) + "\n", "utf-8")


def doses(made, drug):
    return [
        sum(_mg(i["handful"]) for i in s["dose"]["intakes"])
        for s in made["stages"]
        if s["dose"]["drug"] == drug
    ]


def _mg(handful):
    return sum(piece["mg"] * n for piece, n in handful["pieces"])


START = ("--start", "2026-09-01")


def test_kidneys_of_the_record_hold_case_a7(folder):
    add(folder, egfr_ml_min=25)
    made = plan("start", "--to", "pregabalin:300", *START, "--record", folder)
    assert doses(made, "pregabalin")[-1] == 150
    assert made["stopped_at_mg"] == 150
    # What is given as an option goes before the record.
    assert (
        doses(
            plan("start", "--to", "pregabalin:300", *START, "--record", folder, "--egfr", 90), "pregabalin"
        )[-1]
        == 300
    )


def test_the_age_of_the_record_holds_case_a8(folder):
    add(folder, birth_year=1951)
    made = plan("step", "--from", "mirtazapine:7.5", "--to-mg", "22.5", *START, "--record", folder)
    assert doses(made, "mirtazapine") == [15, 22.5]
    assert made["stages"][0]["last"] == "2026-09-14"


def test_what_the_record_takes_is_beside(folder):
    refused = run("start", "--to", "Remeron:15", *START, "--record", folder)
    assert refused.exit_code == 3
    assert "titration.plan.duplicate" in refused.stderr
    with (folder / "medicines.csv").open("a", encoding="utf-8") as file:
        file.write("tranylcypromine,10,2026-02-20,,morning,tablet,depression,,,\n")
    maoi = run("switch", "--from", "mirtazapine:30", "--to", "duloxetine:60", *START, "--record", folder)
    assert maoi.exit_code == 3
    assert "tranylcypromine is not allowed" in maoi.stderr


def test_days_of_use_of_the_record_count(folder):
    long = plan("taper", "--from", "mirtazapine:30", *START, "--record", folder)
    short = plan("taper", "--from", "mirtazapine:30", *START, "--record", folder, "--used-days", 20)
    assert long["stages"][-1]["last"] > short["stages"][-1]["last"]


def test_liver_and_kidneys_may_be_named_without_a_record():
    refused = run("start", "--to", "duloxetine:60", *START, "--age", 50, "--liver", "moderate")
    assert refused.exit_code == 3
    assert "titration.plan.liver" in refused.stderr
    assert "[titration.plan.kidneys]" in run("start", "--to", "duloxetine:60", *START, "--egfr", 29).stderr


def test_the_last_day_that_is_read_holds_a_slow_plan():
    made = plan("taper", "--from", "mirtazapine:45", "--start", "2079-12-31", "--pace", 8)
    assert made["stops"] == ["mirtazapine"]


def test_adding_asks_what_it_is_added_to(folder):
    alone = run("add", "--to", "cyclobenzaprine:5", *START)
    assert alone.exit_code == 2
    assert "--beside" in alone.stderr
    assert plan("add", "--to", "cyclobenzaprine:5", *START, "--record", folder)["stops"] == [
        "cyclobenzaprine"
    ]


def test_a_record_that_cannot_be_read_says_why(tmp_path):
    gone = run("start", "--to", "mirtazapine:15", *START, "--record", tmp_path / "none")
    assert gone.exit_code == 2
    assert "there is no such folder" in gone.stderr
