"""From a file to a review in two commands, without a mapping written by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.shells.cli import app
from lenitive.shells.files import open_record

sys.path.insert(0, str(Path(__file__).parent))
from dialects import DAYS, DIALECTS, pain, tired

run = CliRunner().invoke


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_a_diary_in_any_dialect_is_read_by_the_one_command(dialect, tmp_path):
    name, made, said = DIALECTS[dialect]
    (tmp_path / name).write_bytes(made())
    record = tmp_path / "record"
    done = run(app, ["import", str(tmp_path / name), "--into", str(record), *said])
    assert done.exit_code == 0, done.output + done.stderr
    reading = open_record(record)
    assert reading.record is not None, reading.problems
    diary = reading.record.diary
    assert [entry.day for entry in diary] == DAYS
    if dialect == "daylio":
        assert [entry.mood_low for entry in diary] == [2.5 * (i % 5) for i in range(40)]
    elif dialect == "bearable":
        assert [entry.pain for entry in diary] == [7.5 if i < 20 else 5.0 for i in range(40)]
        assert [entry.fatigue for entry in diary] == [2.5 * (1 + i % 4) for i in range(40)]
    else:
        half = 0.5 if dialect == "german-excel" else 0
        assert [entry.pain for entry in diary] == [pain(i) for i in range(40)]
        assert [entry.fatigue for entry in diary] == [tired(i) + half for i in range(40)]


def test_what_else_the_dialects_hold(tmp_path):
    for dialect in ("german-excel", "xlsx"):
        name, made, _ = DIALECTS[dialect]
        (tmp_path / name).write_bytes(made())
        assert run(app, ["import", str(tmp_path / name), "--into", str(tmp_path / dialect)]).exit_code == 0
    german = open_record(tmp_path / "german-excel").record
    assert [entry.sleep_hours for entry in german.diary[:2]] == [6.5, 7.5]
    assert german.diary[0].note == "Über Mittag müde"
    assert [(p.drug, p.dose_mg) for p in german.medicines] == [("mirtazapine", 15)]
    weights = list(open_record(tmp_path / "xlsx").record.series("weight"))
    assert [m.value for m in weights[:2]] == [70, 70.1]


def test_the_second_command_reviews_what_the_first_made(tmp_path):
    name, made, _ = DIALECTS["german-excel"]
    (tmp_path / name).write_bytes(made())
    record = str(tmp_path / "record")
    assert run(app, ["import", str(tmp_path / name), "--into", record]).exit_code == 0
    done = run(app, ["review", record])
    assert done.exit_code == 0, done.stderr
    assert "mirtazapine" in done.stdout.lower()


def test_case_d24_numbered_days_ask_for_their_first(tmp_path):
    """case D24."""
    name, made, _ = DIALECTS["numbered-days"]
    (tmp_path / name).write_bytes(made())
    done = run(app, ["import", str(tmp_path / name), "--into", str(tmp_path / "record")])
    assert done.exit_code == 2
    assert "--first-day" in done.stderr
    assert not (tmp_path / "record").exists()


def test_a_scale_that_nothing_tells_is_asked_for(tmp_path):
    table = "date,pain,fatigue (0-10)\n" + "".join(
        f"2026-03-{d:02d},{1 + d % 5},{d % 9}\n" for d in range(1, 20)
    )
    (tmp_path / "t.csv").write_text(table)
    asked = run(app, ["import", str(tmp_path / "t.csv"), "--into", str(tmp_path / "record")])
    assert asked.exit_code == 2
    assert '--scale "pain=0-10"' in asked.stderr
    said = run(
        app, ["import", str(tmp_path / "t.csv"), "--into", str(tmp_path / "record"), "--scale", "pain=1-5"]
    )
    assert said.exit_code == 0, said.stderr
    assert open_record(tmp_path / "record").record.diary[0].pain == 2.5


def test_dates_that_read_two_ways_are_asked_for(tmp_path):
    (tmp_path / "t.csv").write_text("date,pain (0-10)\n03/04/2026,5\n04/04/2026,6\n")
    asked = run(app, ["import", str(tmp_path / "t.csv"), "--into", str(tmp_path / "record")])
    assert asked.exit_code == 2
    assert "--dates dmy" in asked.stderr
    said = run(app, ["import", str(tmp_path / "t.csv"), "--into", str(tmp_path / "record"), "--dates", "mdy"])
    assert said.exit_code == 0, said.stderr
    assert [d.day.isoformat() for d in open_record(tmp_path / "record").record.diary] == [
        "2026-03-04",
        "2026-04-04",
    ]
