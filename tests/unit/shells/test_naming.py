"""Names, days and doses on the command line: read as the record is, asked about, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.shells.cli import app
from lenitive.shells.files import open_record

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"
DAY = ("--start", "2026-03-01")


def run(*arguments: str):
    return CliRunner().invoke(app, [str(a) for a in arguments])


class TestPlan:
    @pytest.mark.parametrize(
        ("arguments", "meant"),
        [
            (("switch", "--from", "mirtazepine:30", "--to", "duloxetin:60"), "mirtazapine"),
            (("switch", "--from", "mirtazapine:30", "--to", "duloxatine:60"), "duloxetine"),
            (("start", "--to", "pregablin:75"), "pregabalin"),
            (("taper", "--from", "Remeronn:30"), "Remeron (mirtazapine)"),
            (("step", "--from", "mirtaz:15", "--to-mg", "30"), "mirtazapine"),
            (("add", "--to", "cyclobenzaprine:5", "--beside", "mirtazepine"), "mirtazapine"),
            (("add", "--to", "cyclobenzaprine:5", "--beside", "duloxetine,tramodol"), "tramadol"),
        ],
    )
    def test_a_slip_is_asked_about(self, arguments, meant):
        """case A13"""
        done = run("plan", *arguments, *DAY)
        assert done.exit_code == 2
        assert f"Did you mean {meant}?" in done.stderr
        assert done.stdout == ""

    @pytest.mark.parametrize("sheet", ["clinician", "patient", "pharmacy"])
    def test_a_brand_is_printed_as_the_drug_it_is(self, sheet):
        """case A13"""
        done = run("plan", "switch", "--from", "Zispin:30", "--to", "Cymbalta:60", *DAY, "--sheet", sheet)
        assert done.exit_code == 0
        assert done.stderr.splitlines() == [
            "Zispin was read as mirtazapine.",
            "Cymbalta was read as duloxetine.",
            "next: record the choice with: lenitive decide RECORD",
        ]
        assert "zispin" not in done.stdout.lower()
        assert "mirtazapine" in done.stdout
        own = run(
            "plan", "switch", "--from", "mirtazapine:30", "--to", "duloxetine:60", *DAY, "--sheet", sheet
        )
        assert (own.stdout, own.stderr.splitlines()) == (done.stdout, done.stderr.splitlines()[2:])

    @pytest.mark.parametrize(
        "name",
        [
            "foozol:5",
            "mirtаzapine:30",
            " :5",
            "mirtazapine",
            "mirtazapine:nan",
            "mirtazapine:-1",
            f"{'x' * 10_000}:5",
            "\u202emirtazapine:15",
        ],
    )
    def test_what_is_no_drug_and_dose_is_a_sentence(self, name):
        done = run("plan", "start", "--to", name, *DAY)
        assert done.exit_code == 2
        assert len(done.stderr.splitlines()) == 1
        assert len(done.stderr) < 400

    def test_overlaps_that_cannot_be_checked_are_said(self):
        done = run("plan", "add", "--to", "cyclobenzaprine:5", "--beside", "acarbose", *DAY)
        assert "Nothing is held on acarbose" in done.stderr

    @pytest.mark.parametrize(
        "day",
        ["9999-12-30", "9999-12-31", "0001-01-01", "1899-12-31", "2080-01-01", "2026-02-30", "tomorrow", ""],
    )
    @pytest.mark.parametrize(
        "command", [("start", "--to", "mirtazapine:30"), ("taper", "--from", "mirtazapine:30")]
    )
    def test_a_day_out_of_range_is_a_sentence(self, command, day):
        """case P14"""
        done = run("plan", *command, "--start", day)
        assert done.exit_code == 2
        assert done.exception is None or isinstance(done.exception, SystemExit)
        assert done.stderr.startswith("--start: ")

    @pytest.mark.parametrize("day", ["2079-12-31", "1900-01-01"])
    def test_the_first_and_the_last_day_give_a_plan(self, day):
        """case P14"""
        assert run("plan", "start", "--to", "mirtazapine:30", "--start", day).exit_code == 0

    @pytest.mark.parametrize(
        "command", [("add", "--to", "Tonmya:5.6", "--beside", "mirtazapine"), ("start", "--to", "Tonmya:5.6")]
    )
    def test_where_the_age_decides_it_is_asked_for(self, command):
        """case A24"""
        done = run("plan", *command, *DAY)
        assert done.exit_code == 2
        assert "--age is needed" in done.stderr
        assert "5.6 mg a day below 65, 2.8 mg from 65" in done.stderr
        assert run("plan", *command, *DAY, "--age", "50").exit_code == 0
        older = run("plan", *command, *DAY, "--age", "70")
        # The drug's own row would stop at 2.8 mg; a muscle relaxer at 65 or older is withheld whatever its dose.
        assert older.exit_code == 2
        assert "A muscle relaxer at 65 or older" in " ".join(older.stderr.split())

    @pytest.mark.parametrize(("name", "mg"), [("Tonmya", 2.8), ("mirtazapine", 30), ("mirtazapine", 45)])
    def test_where_it_does_not_no_age_is_asked_for(self, name, mg):
        """case A24"""
        assert "--age is needed" not in run("plan", "start", "--to", f"{name}:{mg}", *DAY).stderr


def test_other_commands_refuse_such_days_as_well():
    """case P14"""
    for command in (
        ("review", EXAMPLE, "--at"),
        ("kinetics", EXAMPLE, "--at"),
        ("monitor", EXAMPLE, "--at"),
        ("decide", EXAMPLE, "--on"),
    ):
        done = run(*command, "9999-12-31")
        assert (done.exit_code, "the year cannot be right" in done.stderr) == (2, True)


class TestKinetics:
    def test_a_brand_asks_for_the_drug(self):
        assert run("kinetics", EXAMPLE, "--drug", "Zispin").exit_code == 0

    def test_a_slip_is_asked_about(self):
        done = run("kinetics", EXAMPLE, "--drug", "mirtazepine")
        assert (done.exit_code, "Did you mean mirtazapine?" in done.stderr) == (2, True)


class TestNew:
    def test_what_is_known_at_the_start_is_written_in(self, tmp_path):
        done = run(
            "new",
            tmp_path / "a",
            "--medicine",
            "Zispin:15:2026-03-01:22:30",
            "--medicine",
            "Lyrica:75:2026-03-02:bd",
            "--condition",
            "fibromyalgia",
            "--allergy",
            'a "quoted" name',
        )
        assert done.exit_code == 0
        reading = open_record(tmp_path / "a")
        assert reading.problems == ()
        assert [(p.drug, p.name, p.dose_mg, [t.text for t in p.times]) for p in reading.record.medicines] == [
            ("mirtazapine", "Zispin", 15, ["22:30"]),
            ("pregabalin", "Lyrica", 75, ["morning", "evening"]),
        ]
        assert [c.display for c in reading.record.patient.conditions] == ["fibromyalgia"]
        assert [c.display for c in reading.record.patient.allergies] == ['a "quoted" name']

    @pytest.mark.parametrize(
        "medicine",
        [
            "mirtazepine:15:2026-03-01:bedtime",
            "mirtazapine:3000:2026-03-01:bedtime",
            "mirtazapine:15",
            "mirtazapine:15:01/03/2026:bedtime",
            "",
            "a,b:1:2026-03-01:bedtime\nx",
        ],
    )
    def test_what_check_would_refuse_is_not_made(self, tmp_path, medicine):
        """case A12"""
        done = run("new", tmp_path / "a", "--medicine", medicine)
        assert done.exit_code == 2
        assert done.stderr
        assert not (tmp_path / "a").exists()

    def test_a_slip_in_a_condition_is_asked_about(self, tmp_path):
        """case A21"""
        done = run("new", tmp_path / "a", "--condition", "hypertensoin")
        assert "Did you mean high blood pressure?" in done.stderr


class TestCheck:
    def test_it_says_how_names_were_read_and_what_stays_unknown(self, tmp_path):
        """case A11"""
        (tmp_path / "patient.toml").write_text(
            'conditions = ["fibromyalgia", "zorbosis"]\nallergies = ["TCAs", "zorbifloxine"]\n'
        )
        (tmp_path / "medicines.csv").write_text(
            "drug,dose_mg,start,end,times\nmirtazapine,15,2026-03-01,2026-03-09,nocte\nZispin,30,2026-03-10,,nocte\nfoozol,5,2026-03-01,,mane\n"
        )
        done = run("check", tmp_path)
        assert done.exit_code == 0
        assert (
            "Zispin (mirtazapine): 15 mg/day from 2026-03-01 to 2026-03-09, 30 mg/day from 2026-03-10"
            in done.stdout
        )
        assert "foozol: 5 mg/day from 2026-03-01; a name not known here" in done.stdout
        assert "not checked: zorbosis" in done.stdout
        assert "not checked: zorbifloxine" in done.stdout

    def test_day_first_dates(self, tmp_path):
        """case A22"""
        rows = "".join(f"{day:02d}/{month:02d}/2026,5\n" for month in (1, 2, 3) for day in range(1, 29))
        (tmp_path / "diary.csv").write_text("date,pain\n" + rows)
        done = run("check", tmp_path)
        assert done.exit_code == 2
        assert len(done.stderr.splitlines()) == 1
        assert "--dates dmy" in done.stderr
        for command in ("check", "review"):
            assert run(command, tmp_path, "--dates", "dmy").exit_code == 0
        assert run("check", tmp_path, "--dates", "mdy").exit_code == 2


class TestDecisions:
    @pytest.mark.parametrize(
        "line",
        [
            "[" * 100_000 + "]" * 100_000,
            '{"a":' * 100_000 + "1" + "}" * 100_000,
            "[" * 100_000,
            "null",
            '{"x": 1}',
            "\x00\xff",
        ],
    )
    def test_a_file_that_is_no_chain_is_a_sentence(self, tmp_path, line):
        """case P17"""
        for file in EXAMPLE.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
        (tmp_path / "decisions.jsonl").write_bytes(line.encode("latin-1") + b"\n")
        done = run("decide", tmp_path)
        assert done.exit_code == 2
        assert done.stderr.startswith("decisions.jsonl: ")
        assert len(done.stderr) < 400

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
    @pytest.mark.parametrize("command", ["decide", "replay"])
    def test_a_pipe_in_its_place_is_not_waited_for(self, tmp_path, command):
        """case P17"""
        (tmp_path / "diary.csv").write_text("date,pain\n2026-03-01,5\n")
        os.mkfifo(tmp_path / "decisions.jsonl")
        arguments = [
            sys.executable,
            "-m",
            "lenitive",
            command,
            str(tmp_path),
            *(["1"] if command == "replay" else []),
        ]
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 2
        assert done.stderr.startswith("decisions.jsonl: this is not a plain file")


def test_interactions_still_show_what_a_slip_was_read_as():
    done = run("interactions", "mirtazepine", "tramadol", "--format", "json")
    assert json.loads(done.stdout)["drugs"]["mirtazepine"] == "mirtazapine"
