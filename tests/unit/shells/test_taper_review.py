"""A real diary, end to end: the double-blind venlafaxine taper imported and reviewed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.shells.cli import app

pytestmark = pytest.mark.shared_data
OUTCOMES = ("--outcomes", "sleep_disturbance,mood_low,fatigue")


def run(*arguments):
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def taper(shared_data, tmp_path_factory):
    out = tmp_path_factory.mktemp("taper") / "record"
    source = shared_data / "esm-antidepressant-taper-n1" / "ESMdata.csv"
    run("import", source, "--into", out)
    return out


def attributable(document, outcome):
    return next(
        e
        for e in document["effects"]
        if (e["drug"], e["dose_mg_per_day"], e["outcome"], e["estimand"])
        == ("venlafaxine", 150, outcome, "attributable")
    )


def test_the_review_agrees_in_direction_and_uses_the_masked_phase(taper, tmp_path):
    document = json.loads(run("review", taper, *OUTCOMES, "--format", "json"))
    # Depression rose after the dose had reached zero (Wichers M, Groot PC, Psychother Psychosom 2016;85:114-116): the drug had
    # kept low mood down. One taper settles little, so that only the direction is asked for.
    low_mood = attributable(document, "mood_low")
    assert low_mood["mean"] < 0
    assert low_mood["quantiles"]["0.975"] > -5
    assert low_mood["diagnostics"]["pareto_k"] < 0.7
    # Had he known of every step, his expectation would have moved with the dose, and the answer is another.
    open_label = tmp_path / "open"
    open_label.mkdir()
    for path in taper.iterdir():
        text = path.read_text()
        (open_label / path.name).write_text(
            text.replace(",yes,", ",,") if path.name == "medicines.csv" else text
        )
    known = json.loads(run("review", open_label, *OUTCOMES, "--format", "json"))
    assert attributable(known, "mood_low")["mean"] != low_mood["mean"]


def test_floors_are_stated(taper):
    quality = json.loads(run("review", taper, *OUTCOMES, "--format", "json"))["data_quality"]
    assert quality["other_scores_low"]["pain"] == pytest.approx(0.849, abs=0.001)
    assert quality["asked_and_absent"]["dry_mouth"] > 0.99
    text = " ".join(run("review", taper, *OUTCOMES).split())
    assert "Pain sits at the floor." in text
    assert "dry mouth and nausea sit at the floor." in text


def test_a_stopped_medicine_is_spoken_of_in_the_past():
    record = Path(__file__).resolve().parents[3] / "examples" / "real-antidepressant-taper"
    done = CliRunner().invoke(
        app, ["review", str(record), "--outcomes", "sleep_disturbance,mood_low,fatigue"]
    )
    assert done.exit_code == 0
    assert "Venlafaxine 150 mg a day may have helped, but by less than" in " ".join(done.stdout.split())
