"""``lenitive show``: the same bytes as ``lenitive review``, or a refusal that says what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.shells.cli import app

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "older-adult-dizziness-thin-data"


def run(*words):
    return CliRunner().invoke(app, list(map(str, words)))


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    path = tmp_path_factory.mktemp("stored") / "review.json"
    assert run("review", EXAMPLE, "--format", "json", "--out", path).exit_code == 0
    return path


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_it_is_shown_as_it_was_made(stored, tmp_path, form):
    for command, out in (("review", "fresh"), ("show", "again")):
        words = [EXAMPLE] if command == "review" else [stored, EXAMPLE]
        assert run(command, *words, "--format", form, "--out", tmp_path / out).exit_code == 0
    assert (tmp_path / "again").read_bytes() == (tmp_path / "fresh").read_bytes()


def test_without_a_file_it_is_printed(stored):
    shown = run("show", stored, EXAMPLE)
    assert shown.exit_code == 0
    assert "Review of" in shown.stdout


def test_a_record_that_has_changed_is_refused(stored, tmp_path):
    other = shutil.copytree(EXAMPLE, tmp_path / "record")
    diary = other / "diary.csv"
    lines = diary.read_text(encoding="utf-8").splitlines(keepends=True)
    diary.write_text("".join([lines[0], *lines[2:]]), encoding="utf-8")
    shown = run("show", stored, other)
    assert shown.exit_code == 2
    assert "review.json: the record is not the one" in shown.stderr


def test_an_altered_or_foreign_file_is_refused(stored, tmp_path):
    document = json.loads(stored.read_text(encoding="utf-8"))
    document["seed"] = 2
    (tmp_path / "altered.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "foreign.json").write_text("{}", encoding="utf-8")
    for name, says in (("altered", "was altered"), ("foreign", "no review"), ("absent", "cannot be opened")):
        shown = run("show", tmp_path / f"{name}.json", EXAMPLE)
        assert shown.exit_code == 2
        assert says in shown.stderr
