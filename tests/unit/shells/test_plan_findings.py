"""``lenitive plan`` makes the safety check: its findings stand on the sheets, and what is withheld is not printed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.shells.cli import app

EXAMPLE = Path(__file__).parents[3] / "examples" / "clear-responder"
START = ("--start", "2026-03-01")


def run(*args):
    return CliRunner().invoke(app, ["plan", *map(str, args)])


def sheet(*args) -> str:
    done = run(*args)
    assert done.exit_code == 0, done.stderr
    return " ".join(done.stdout.replace("│", " ").split())


def withheld(*args) -> str:
    done = run(*args)
    assert done.exit_code == 2, done.stdout
    assert done.stdout == ""
    assert "withheld by the safety check" in done.stderr
    return done.stderr


def topics(*args) -> dict[str, str]:
    done = run(*args, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return {f["id"].removeprefix("safety."): f["severity"] for f in json.loads(done.stdout)["findings"]}


@pytest.fixture
def folder(tmp_path):
    """A copy of the example: a simulated patient on 30 mg of mirtazapine."""
    copy = tmp_path / "record"
    shutil.copytree(EXAMPLE, copy)
    return copy


def add_line(folder, name, line):
    path = folder / name
    path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + line + "\n", "utf-8")


def add_fact(folder, line):
    path = folder / "patient.toml"
    key = line.partition(" =")[0]
    kept = [x for x in path.read_text("utf-8").splitlines() if x.partition(" =")[0] != key]
    path.write_text("\n".join([line, *kept]) + "\n", "utf-8")


P2 = (
    "add",
    "--to",
    "duloxetine:60",
    "--beside",
    "tramadol,venlafaxine,warfarin,ibuprofen",
    *START,
    "--age",
    80,
)


def test_the_findings_stand_on_the_sheet_case_p2():
    """case P2: the sheet had an empty "Watch for" and said that findings stand in the review."""
    found = topics(*P2)
    assert {"serotonergic", "duplicate", "sodium", "bleeding"} <= set(found)
    assert found["serotonergic"] == found["duplicate"] == found["sodium"] == "warning"
    for whom in ("clinician", "pharmacy"):
        text = sheet(*P2, "--sheet", whom)
        assert "What the safety check says of this plan" in text
        assert "Three or more serotonergic drugs are taken." in text
        assert "Two SNRIs are taken." in text
        assert "stand in the review" not in text
        # The dose of what stands beside was not said, and none is made up.
        assert "0.001" not in text
    patient = sheet(*P2, "--sheet", "patient")
    assert "talk with your clinic or pharmacist" in patient
    assert "venlafaxine" in patient


def test_a_row_that_withholds_is_said_instead_of_a_plan_case_p3():
    """case P3: not a word was said of the major row."""
    said = withheld("add", "--to", "cyclobenzaprine:5", "--beside", "duloxetine", *START)
    assert "serotonin reuptake inhibitor" in said
    assert "serotonergic.cyclobenzaprine_reuptake" in said


def test_breathing_and_kidneys_are_said_case_p4():
    """case P4: nothing was said on breathing, kidneys, age."""
    found = topics("start", "--to", "pregabalin:450", "--beside", "morphine", "--age", 80, *START)
    assert found["breathing"] == "warning"
    assert "missing" in found
    assert "Serious breathing problems" in sheet(
        "start", "--to", "pregabalin:450", "--beside", "morphine", "--age", 80, *START
    )


def test_a_relaxer_at_seventy_one_is_withheld_case_a23():
    """case A23: a plan was printed, and nothing said."""
    said = withheld(
        "add", "--to", "cyclobenzaprine:5", "--beside", "mirtazapine,tramadol", "--age", 71, *START
    )
    assert "muscle relaxer at 65 or older" in said


@pytest.mark.parametrize(
    ("args", "topic"),
    [
        (("start", "--to", "duloxetine:60", "--beside", "tramadol,sertraline", "--age", 40), "serotonergic"),
        (("start", "--to", "gabapentin:900", "--beside", "oxycodone", "--age", 40), "breathing"),
        (("start", "--to", "amitriptyline:25", "--age", 81), "older"),
        (("start", "--to", "mirtazapine:15", "--beside", "clonidine", "--age", 50), "blood_pressure"),
        (
            ("switch", "--from", "mirtazapine:30", "--to", "duloxetine:60", "--beside", "venlafaxine"),
            "duplicate",
        ),
        (
            ("step", "--from", "mirtazapine:15", "--to-mg", 30, "--beside", "tramadol,sertraline"),
            "serotonergic",
        ),
    ],
)
def test_what_a_pharmacist_would_say_of_these(args, topic):
    assert topics(*args, *START)[topic] in {"warning", "critical"}


@pytest.mark.parametrize(
    ("args", "rule"),
    [
        (("start", "--to", "tizanidine:4", "--beside", "ciprofloxacin"), "tizanidine"),
        (("start", "--to", "duloxetine:60", "--beside", "phenelzine"), ""),
        (("step", "--from", "mirtazapine:15", "--to-mg", 30, "--beside", "phenelzine"), "mirtazapine"),
        (("step", "--from", "mirtazapine:30", "--to-mg", 15, "--beside", "phenelzine"), "mirtazapine"),
        (
            ("switch", "--from", "mirtazapine:30", "--to", "pregabalin:150", "--beside", "linezolid"),
            "mirtazapine",
        ),
    ],
)
def test_what_must_not_be_taken_together_is_not_planned(args, rule):
    done = run(*args, *START)
    assert done.exit_code in {2, 3}
    assert done.stdout == ""
    assert rule in done.stderr


def test_the_record_is_checked_and_what_is_warned_of_stands_on_the_sheet_case_a15(folder):
    """case A15, of a plan: milnacipran for a person with high blood pressure."""
    add_fact(folder, 'conditions = ["fibromyalgia", "hypertension"]')
    args = ("switch", "--from", "mirtazapine:30", "--to", "milnacipran:100", *START, "--record", folder)
    assert topics(*args)["blood_pressure"] == "warning"
    assert "milnacipran raises the pressure by about 3 mm Hg" in sheet(*args)


def test_a_finding_of_today_comes_before_any_plan(folder):
    add_line(folder, "effects.csv", "2026-02-27,suicidal_thoughts,moderate,no,")
    said = withheld("step", "--from", "mirtazapine:30", "--to-mg", 15, *START, "--record", folder)
    assert "Thoughts of suicide were reported." in said
    assert "Speak with the patient today" in said


def test_a_taper_is_no_way_out_beside_an_mao_inhibitor(folder):
    add_line(folder, "medicines.csv", "phenelzine,15,2026-02-20,,morning,tablet,depression,,,")
    said = withheld("taper", "--from", "mirtazapine:30", *START, "--record", folder)
    assert "MAO inhibitor" in said


def test_the_calendar_says_to_ask_first():
    done = run(*P2, "--format", "ics")
    assert done.exit_code == 0
    text = done.stdout.replace("\r\n ", "").replace("\n ", "")
    assert "talk with your clinic or pharmacist" in text
    quiet = run("taper", "--from", "mirtazapine:30", *START, "--format", "ics")
    assert "talk with your clinic or pharmacist" not in quiet.stdout


def test_nothing_to_warn_of_is_said_of_what_was_told():
    text = sheet("taper", "--from", "mirtazapine:30", *START, "--age", 50, "--used-days", 120)
    assert "The safety check had nothing to warn of in what it was told." in text
