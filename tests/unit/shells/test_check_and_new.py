"""The commands that make and check a record folder."""

from __future__ import annotations

import json
import os
from itertools import takewhile

import pytest
from typer.testing import CliRunner

from lenitive.intake import LIMIT_BYTES, read_folder
from lenitive.intake.blank import blank_folder
from lenitive.record import Record
from lenitive.shells.cli import app
from lenitive.shells.files import open_record, save_record


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_a_new_folder_passes_the_check(tmp_path):
    assert run("new", tmp_path / "a").exit_code == 0
    done = run("check", tmp_path / "a", "--strict")
    assert (done.exit_code, done.stderr) == (0, "")


def test_a_new_folder_is_never_put_over_a_record(tmp_path):
    (tmp_path / "diary.csv").write_text("date\n2026-03-01\n")
    assert run("new", tmp_path).exit_code == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["diary.csv"]


def test_the_examples_in_the_comments_of_a_new_folder_are_right():
    uncommented = {}
    for name, data in blank_folder().items():
        lines = data.decode().splitlines()
        if name == "patient.toml":
            kept = [line.removeprefix("# ") for line in lines if "=" in line or line.startswith("# [")]
        else:
            after = lines[lines.index("# For example") + 1 :]
            examples = takewhile(lambda line: line.count(",") >= 2, after)
            kept = [lines[0], *(line.removeprefix("# ") for line in examples)]
        uncommented[name] = ("\n".join(kept) + "\n").encode()
    reading = read_folder(uncommented)
    assert reading.problems == ()
    assert len(reading.record.medicines) == 2
    assert len(reading.record.diary) == len(reading.record.effects) == len(reading.record.activities) == 1
    assert reading.record.patient.plan.review_date.year == 2026


def test_problems_go_to_standard_error_one_a_line_with_exit_2(tmp_path):
    (tmp_path / "diary.csv").write_text("date,pain,fatigue\n2026-03-01,11,x\n")
    done = run("check", tmp_path)
    assert done.exit_code == 2
    lines = done.stderr.splitlines()
    assert [line.split(":")[0] for line in lines] == ["diary.csv", "diary.csv"]
    assert lines[0].startswith("diary.csv:2 pain: ")
    as_json = run("check", tmp_path, "--format", "json")
    assert as_json.exit_code == 2
    document = json.loads(as_json.stdout)
    assert [p["field"] for p in document["problems"]] == ["pain", "fatigue"]
    assert document["read"] is None


def test_what_was_left_out_is_unusable_only_when_strict(tmp_path):
    (tmp_path / "diary.csv").write_text("date,pian\n2026-03-01,5\n")
    assert run("check", tmp_path).exit_code == 0
    assert run("check", tmp_path, "--strict").exit_code == 2


def test_what_was_read_is_said(tmp_path):
    (tmp_path / "medicines.csv").write_text(
        "drug,dose_mg,start,end,times\nmirtazapine,7.5,2026-03-01,,morning;bedtime\n"
    )
    (tmp_path / "diary.csv").write_text("date,pain\n2026-03-01,5\n2026-03-04,\n")
    out = run("check", tmp_path).stdout
    assert "mirtazapine: 15 mg/day from 2026-03-01" in out
    assert "2 of 4 days" in out
    assert "pain 1" in out


class TestFiles:
    def test_a_record_is_saved_and_opened(self, tmp_path):
        (tmp_path / "diary.csv").write_text("date\n2026-03-01\n")
        save_record(Record(), tmp_path)
        assert open_record(tmp_path).record == Record()

    def test_a_file_of_200_mb_is_refused_without_reading_it_all(self, tmp_path):
        with (tmp_path / "diary.csv").open("wb") as big:
            big.truncate(200_000_000)
        reading = open_record(tmp_path)
        assert reading.record is None
        assert str(LIMIT_BYTES // 1_000_000) in reading.problems[0].what

    def test_no_folder_and_a_file_instead_of_one(self, tmp_path):
        (tmp_path / "diary.csv").write_text("date\n")
        for path in (tmp_path / "nowhere", tmp_path / "diary.csv"):
            done = run("check", path)
            assert done.exit_code == 2
            assert len(done.stderr.splitlines()) == 1

    def test_a_folder_where_a_file_should_be(self, tmp_path):
        (tmp_path / "diary.csv").mkdir()
        assert [str(p.where) for p in open_record(tmp_path).problems] == ["diary.csv"]

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
    def test_a_pipe_is_not_waited_for(self, tmp_path):
        os.mkfifo(tmp_path / "diary.csv")
        assert open_record(tmp_path).record is None


def test_check_says_how_what_was_agreed_is_read(tmp_path):
    """The plan in the comments of a new folder is understood; words of another kind are said to be left to the reader."""
    run("new", tmp_path)
    path = tmp_path / "patient.toml"
    plan = 'outcome = "pain"\nsuccess = "2 points and 30 % less in the mean of two weeks"\nreview_date = 2026-05-01\n'
    assert 'success = "2 points and 30 % less in the mean of two weeks"' in path.read_text()
    path.write_text(f'[plan]\n{plan}stop_rule = "if it is too much"\n')
    shown = run("check", tmp_path).stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert "plan, success: Pain down by 2 points; Pain down by 30 %" in shown
    assert "plan, stop_rule: not understood; shown as written, to be judged by you" in shown
