"""What leaves can be chosen, for every format; it is said; what binds cannot be left out."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.knowledge import load
from lenitive.record import Leaving
from lenitive.safety import Tier, check
from lenitive.shells.cli import app
from lenitive.shells.files import open_record

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"
SECRET = "quarrel with the neighbour"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The example with a note on its first and last day and a tablet for the blood pressure."""
    record = shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("r") / "record")
    diary = record / "diary.csv"
    lines = diary.read_text(encoding="utf-8").splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("date,"))
    note = lines[head].split(",").index("note")
    for i in (head + 1, len(lines) - 1):
        cells = lines[i].split(",")
        cells[note] = SECRET
        lines[i] = ",".join(cells)
    diary.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (record / "medicines.csv").open("a", encoding="utf-8") as file:
        file.write("amlodipine,5,2025-05-01,,morning,tablet,blood pressure,,,\n")
    assert open_record(record).record is not None
    return record


def run(*words):
    done = CliRunner().invoke(app, ["review", *map(str, words)])
    assert "Traceback" not in done.output
    return done


@pytest.mark.parametrize("more", [(), ("--brief",), ("--for", "patient")])
@pytest.mark.parametrize("form", ["text", "html"])
def test_notes_stay_behind_and_every_page_says_so(folder, more, form):
    done = run(folder, "--without-notes", "--format", form, *more)
    assert done.exit_code == 0, done.output
    assert SECRET not in done.stdout
    said = "left off this page" if more == ("--for", "patient") else "Left out by choice: notes"
    assert said in " ".join(done.stdout.split())


def test_without_the_option_the_notes_are_there_and_nothing_is_said(folder):
    done = run(folder, "--format", "html")
    assert SECRET in done.stdout
    assert "Left out by choice" not in done.stdout


def test_the_document_says_what_was_left_out_and_does_not_hold_it(folder):
    whole = run(folder, "--format", "json")
    assert "amlodipine" in whole.stdout
    part = run(folder, "--only", "mirtazapine", "--format", "json")
    assert part.exit_code == 0, part.output
    document = json.loads(part.stdout)
    assert [r["drug"] for r in document["regimen"]] == ["mirtazapine"]
    assert any(p["file"] == "left out" for p in document["data_quality"]["problems"])


def test_days_before_the_first_one_stay_behind(folder):
    done = run(folder, "--since", "2025-12-01", "--format", "json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["data_quality"]["first"] == "2025-12-01"
    assert any("entries before 2025-12-01" in p["what"] for p in document["data_quality"]["problems"])


def test_a_finding_that_binds_cannot_be_left_out(folder, tmp_path):
    record = shutil.copytree(folder, tmp_path / "record")
    with (record / "medicines.csv").open("a", encoding="utf-8") as file:
        file.write("phenelzine,15,2026-02-20,,morning,tablet,depression,,,\n")
    done = run(record, "--only", "mirtazapine")
    assert done.exit_code == 2
    assert "has to be dealt with today" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("line", "more"),
    [
        ("tramadol,100,2026-02-01,,morning,tablet,pain,,,", ()),
        ("tramadol,100,2026-02-01,,morning,tablet,pain,,,", ("--brief",)),
        ("fluvoxamine,100,2026-01-01,,morning,tablet,mood,,,", ("--brief", "--format", "html")),
    ],
)
def test_a_warning_that_stays_behind_is_counted_and_not_named(folder, tmp_path, line, more):
    record = shutil.copytree(folder, tmp_path / "record")
    with (record / "medicines.csv").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    whole = open_record(record).record
    findings = check(whole, knowledge=load(), at=whole.last_day)
    loud = sum(f.tier is Tier.WARNING for f in findings)
    assert loud
    done = run(record, "--only", "mirtazapine", *more)
    assert done.exit_code == 0, done.output
    text = " ".join(done.stdout.replace("│", " ").split())
    counted = re.search(
        r"Left out by choice: 2 medicines\. .* (\d+) warnings? of the whole record (is|are) not shown here",
        text,
    )
    assert counted
    assert int(counted[1]) == loud
    assert line.partition(",")[0] not in text


def test_where_nothing_loud_stays_behind_no_warning_is_counted(folder):
    text = " ".join(run(folder, "--only", "mirtazapine").stdout.split())
    assert "Left out by choice: 1 medicine." in text
    assert "of the whole record is not shown" not in text
    assert "of the whole record are not shown" not in text


def test_days_that_stay_behind_are_counted(folder):
    first = open_record(folder).record.diary[0].day
    since = first + timedelta(days=10)
    days = sum(d.day < since for d in open_record(folder).record.diary)
    text = " ".join(run(folder, "--since", since.isoformat()).stdout.split())
    assert f"entries before {since.isoformat()} ({days} days)" in text


@pytest.mark.parametrize("words", [("--since", "yesterday"), ("--only", "mirtazepine")])
def test_a_wrong_option_is_refused_with_its_remedy(folder, words):
    done = run(folder, *words)
    assert done.exit_code == 2
    assert words[0] in done.stderr


def test_the_part_that_leaves_is_cut_at_the_day():
    record = open_record(EXAMPLE).record
    day = record.diary[0].day + timedelta(days=30)
    part = Leaving(since=day).of(record)
    assert part.diary[0].day == day
    assert Leaving(since=record.diary[0].day).of(record).diary == record.diary
    assert all(p.end is None or p.end >= day for p in part.medicines)
    assert Leaving().of(record) == record
