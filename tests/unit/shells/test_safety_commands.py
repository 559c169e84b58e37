"""The commands on kinetics, interactions and checks due, run as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.shells.cli import app

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = str(ROOT / "examples" / "older-adult-dizziness-thin-data")


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def test_interactions_show_how_names_were_read_and_never_pass_over_one():
    done = run("interactions", "Remeron", "duloxetine", "phenelzine", "zzyzx")
    assert done.exit_code == 0
    for words in ("Remeron", "Critical", "Contraindicated", "zzyzx", "14 days", "5 days"):
        assert words in done.stdout


def test_interactions_as_data():
    done = run("interactions", "mirtazapine", "tramadol", "--format", "json")
    document = json.loads(done.stdout)
    assert document["schema"] == "lenitive.interactions/1"
    topics = {f["topic"]: f["tier"] for f in document["findings"]}
    assert topics["restless_legs"] == "warning"
    assert all(not p["facts"] for f in document["findings"] for p in f["parts"])


def test_one_drug_is_not_a_combination():
    done = run("interactions", "mirtazapine")
    assert done.exit_code == 2
    assert "two or more" in done.stderr


def test_monitor_prints_writes_a_calendar_and_data(tmp_path):
    assert "Checks due" in run("monitor", EXAMPLE).stdout
    target = tmp_path / "checks.ics"
    assert run("monitor", EXAMPLE, "--format", "ics", "--out", str(target)).exit_code == 0
    assert target.read_bytes().startswith(b"BEGIN:VCALENDAR")
    document = json.loads(run("monitor", EXAMPLE, "--format", "json").stdout)
    assert {"what", "due", "why", "sources"} <= document["monitoring"][0].keys()


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_kinetics_draws(tmp_path, suffix):
    target = tmp_path / f"levels{suffix}"
    done = run("kinetics", EXAMPLE, "--plot", str(target), "--zone", "Europe/Berlin", "--days", "40")
    assert done.exit_code == 0, done.output
    assert target.stat().st_size > 5000
    assert "depression" in done.stdout
    assert "Simulated" in done.stdout


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--zone", "Nowhere/Land"), "time zone"),
        (("--plot", "x.jpg"), ".svg or .png"),
        (("--drug", "zzyzx"), "is not a drug that is known"),
        (("--drug", "gabapentin"), "does not hold that drug"),
        (("--at", "yesterday"), "YYYY-MM-DD"),
    ],
)
def test_kinetics_refuses_with_a_remedy(more, words):
    done = run("kinetics", EXAMPLE, *more)
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.output


def test_the_review_document_holds_findings_and_checks():
    document = json.loads(run("review", EXAMPLE, "--format", "json").stdout)
    assert document["findings"] is not None
    assert {"id", "severity", "title", "because", "action", "sources"} <= document["findings"][0].keys()
    assert {"what", "due", "why", "sources"} <= document["monitoring"][0].keys()
    assert "findings" not in document["absent"]
