"""``--about``: the medicine or activity in question by name, in a review, a decision and its replay."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.shells.cli import app

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"
RUN = CliRunner()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "record"
    shutil.copytree(EXAMPLE, made)
    with (made / "medicines.csv").open("a", encoding="utf-8") as file:
        file.write("sertraline,50,2023-05-01,,morning,tablet,depression,,,\n")
    (made / "activities.csv").write_text(
        "date,activity,minutes\n" + "".join(f"2026-02-{d:02d},walking,20\n" for d in range(1, 28, 3)),
        encoding="utf-8",
    )
    return made


def reviewed(folder, *more):
    done = RUN.invoke(app, ["review", str(folder), "--format", "json", *more])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_review_is_about_what_is_named(folder):
    """case A10"""
    decided = reviewed(folder)
    assert [v["drug"] for v in decided["verdicts"]] == ["mirtazapine"]
    assert decided["question"]["background"] == ["sertraline"]
    named = reviewed(folder, "--about", "Zoloft")
    assert [v["drug"] for v in named["verdicts"]] == ["sertraline"]
    assert named["asked"]["about"] == "sertraline"
    assert named["options"] is None
    assert "nobody asked about" in named["absent"]["options"]


def test_walking_is_judged_when_named(folder):
    """case A16"""
    assert [v.get("activity") for v in reviewed(folder)["verdicts"]] == [None]
    found = reviewed(folder, "--about", "walking")["verdicts"]
    assert [v.get("drug") or v["activity"] for v in found] == ["mirtazapine", "walking"]


def test_a_name_that_the_record_does_not_hold_is_refused_without_repeating_it(folder):
    done = RUN.invoke(app, ["review", str(folder), "--about", "lisinopril"])
    assert done.exit_code == 2
    assert "no medicine or activity of that name" in done.output
    assert "lisinopril" not in done.output


def test_a_decision_keeps_what_it_was_about_and_its_replay_asks_the_same(folder):
    done = RUN.invoke(
        app,
        [
            "decide",
            str(folder),
            "--about",
            "walking",
            "--option",
            "1",
            "--by",
            "Dr Example",
            "--note",
            "agreed",
        ],
    )
    assert done.exit_code == 0, done.output
    entry = json.loads((folder / "decisions.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert entry["inputs"]["asked"]["about"] == "walking"
    again = RUN.invoke(app, ["replay", str(folder), "1"])
    assert again.exit_code == 0, again.output
    assert "the same bytes" in again.output
