"""The example patients are what the committed code and seeds make, say that they are simulated, and read cleanly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.shells.cli import app
from lenitive.shells.files import open_record
from lenitive.virtual import EXAMPLES

FOLDER = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("examples")
    result = CliRunner().invoke(app, ["simulate", "--example", "all", "--out", str(out)])
    assert result.exit_code == 0, result.output
    return out


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_committed_files_are_what_the_code_makes(made: Path, name: str) -> None:
    fresh = {p.name: p.read_bytes() for p in (made / name).iterdir()}
    kept = {p.name: p.read_bytes() for p in (FOLDER / name).iterdir()}
    assert kept == fresh, f"run: lenitive simulate --example {name} --out examples"


@pytest.mark.parametrize("name", EXAMPLES)
def test_they_read_without_a_problem_and_say_what_they_are(name: str) -> None:
    reading = open_record(FOLDER / name)
    assert reading.problems == ()
    assert reading.record is not None
    assert f"seed {EXAMPLES[name].seed}" in reading.record.patient.simulated
    truth = json.loads((FOLDER / name / "truth.json").read_text(encoding="utf-8"))
    assert truth["simulated"] is True


def test_simulate_writes_folders_and_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    run = CliRunner()
    good = run.invoke(
        app, ["simulate", "--n", "3", "--design", "blinded", "--seed", "5", "--out", str(tmp_path)]
    )
    assert good.exit_code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["patient-0", "patient-1", "patient-2"]
    assert all(open_record(p).problems == () for p in tmp_path.iterdir())
    for option in (["--design", "sideways"], ["--world", "nowhere"], ["--example", "nobody"]):
        bad = run.invoke(app, ["simulate", *option, "--out", str(tmp_path)])
        assert bad.exit_code == 2
        assert bad.stderr.count("\n") == 1
