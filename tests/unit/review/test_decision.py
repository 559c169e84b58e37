"""Decisions: whole or refused, replayed to the same bytes or with every change named."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.render.catalogue import said
from lenitive.review.decision import (
    DecisionError,
    Inputs,
    Shown,
    append_entry,
    changes,
    plan_moves,
    read_entries,
)
from lenitive.shells.cli import app

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"


def inputs(**changed) -> Inputs:
    given = {
        "at": "2026-05-01",
        "seed": 1,
        "outcomes": ("sleep_disturbance", "pain", "fatigue"),
        "market": "us",
        "program": "0.1",
        "knowledge": "k",
        "knowledge_files": {"drugs/a.toml": "1", "drugs/b.toml": "2"},
        "record_files": {"diary.csv": "1"},
        "problems": "0",
        "plan": {"review_date": "2026-06-01"},
    }
    return Inputs(**{**given, **changed})


def option(number: int, **changed) -> Shown:
    given = {
        "number": number,
        "rank": number,
        "action": "taper",
        "drug": "mirtazapine",
        "dose_mg": None,
        "withheld_by": (),
        "no_plan": "",
    }
    return Shown(**{**given, **changed})


OPTIONS = (
    option(1),
    option(2, action="no_change"),
    option(3, withheld_by=("safety.serotonin",)),
    option(4, no_plan="titration.plan.no_taper"),
)


def decided(entries=(), **changed):
    given = {
        "on": date(2026, 5, 2),
        "by": "Dr Example",
        "inputs": inputs(),
        "review": "r",
        "options": OPTIONS,
        "chosen": 1,
    }
    return append_entry(entries, **{**given, **changed})


def three() -> bytes:
    first = decided()
    second = decided((first,), chosen=2, note="She wants to wait", on=date(2026, 5, 9))
    third = decided((first, second), on=date(2026, 5, 16))
    return "".join(e.line for e in (first, second, third)).encode()


def test_entries_read_back_as_they_were_written():
    entries = read_entries(three())
    assert [e.number for e in entries] == [1, 2, 3]
    assert [e.overrides for e in entries] == [False, True, False]
    assert entries[2].previous == entries[1].digest
    assert "".join(e.line for e in entries).encode() == three()
    assert read_entries(b"") == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"chosen": 2}, "--note"),
        ({"chosen": 2, "note": "   "}, "--note"),
        ({"chosen": 3, "note": "I know better"}, "withheld by safety.serotonin"),
        ({"chosen": 4, "note": "I know better"}, "has no plan"),
        ({"chosen": 5}, "options 1 to 4"),
        ({"chosen": 0}, "options 1 to 4"),
        ({"by": " "}, "--by"),
        ({"on": date(2026, 4, 30)}, "before its review"),
    ],
)
def test_what_may_not_be_recorded_is_refused(changed, said):
    with pytest.raises(DecisionError, match=said):
        decided(**changed)


def test_a_decision_is_not_dated_before_the_last_one():
    with pytest.raises(DecisionError, match="none goes before it"):
        decided((decided(on=date(2026, 5, 9)),), on=date(2026, 5, 8))


def test_every_change_of_any_byte_of_any_line_is_noticed():
    whole = three()
    for place in range(0, len(whole), 7):
        broken = bytearray(whole)
        broken[place] ^= 1
        with pytest.raises(DecisionError):
            read_entries(bytes(broken))


@pytest.mark.parametrize("keep", [(1, 2), (0, 2), (1, 0, 2), (0, 1, 1, 2)])
def test_a_line_that_is_removed_moved_or_doubled_is_noticed(keep):
    lines = three().splitlines(keepends=True)
    with pytest.raises(DecisionError):
        read_entries(b"".join(lines[i] for i in keep))


def test_a_line_cut_short_is_noticed():
    with pytest.raises(DecisionError, match="line 3: is cut short"):
        read_entries(three()[:-5])


def test_a_resealed_line_breaks_the_next_one():
    """Someone who knows how digests are made changes a note and makes its digest anew."""
    first, second, _ = read_entries(three())
    forged = decided((first,), chosen=2, note="She was told to wait", on=second.on)
    lines = three().splitlines(keepends=True)
    with pytest.raises(DecisionError, match="line 3: an entry before it was changed"):
        read_entries(lines[0] + forged.line.encode() + lines[2])


def test_the_plan_cannot_be_moved_without_a_trace():
    first = decided()
    moved = inputs(plan={"review_date": "2026-09-01", "success": "any"})
    second = decided((first,), inputs=moved)
    assert first.plan_moved == ()
    assert second.plan_moved == ("review_date: 2026-06-01 -> 2026-09-01", "success: none -> any")
    assert plan_moves({"stop_rule": "x"}, {}) == ("stop_rule: x -> none",)
    assert "pre-registered plan: review_date: 2026-06-01 -> 2026-09-01" in map(said, changes(inputs(), moved))


def test_each_change_is_named():
    now = inputs(
        program="0.2",
        knowledge="l",
        knowledge_files={"drugs/a.toml": "9", "drugs/c.toml": "1"},
        record_files={"diary.csv": "1", "effects.csv": "2"},
        problems="1",
    )
    assert changes(inputs(), inputs()) == ()
    assert tuple(map(said, changes(inputs(), now))) == (
        "program: 0.1 -> 0.2",
        "record: effects.csv added",
        "knowledge: drugs/a.toml changed",
        "knowledge: drugs/b.toml removed",
        "knowledge: drugs/c.toml added",
        "record: what reading it reported changed",
    )


def run(*args: str):
    return CliRunner().invoke(app, [str(a) for a in args])


def test_a_decision_is_recorded_and_replayed_to_the_same_bytes(tmp_path):
    record = tmp_path / "record"
    shutil.copytree(EXAMPLE, record)
    at = "2026-02-20"
    made = run("decide", record, "--option", "1", "--by", "Dr Example", "--at", at, "--on", "2026-02-21")
    assert made.exit_code == 0, made.stderr
    one = tmp_path / "one.json"
    assert run("replay", record, "1", "--out", one).exit_code == 0
    assert (
        run("review", record, "--at", at, "--format", "json", "--out", tmp_path / "two.json").exit_code == 0
    )
    assert one.read_bytes() == (tmp_path / "two.json").read_bytes()

    # An entry of a later day changes nothing; the file of decisions disturbs no reading.
    diary = record / "diary.csv"
    columns = diary.read_text(encoding="utf-8").splitlines()[0].split(",")
    later = ",".join({"date": "2026-06-01", "pain": "3"}.get(c, "") for c in columns)
    diary.write_text(diary.read_text(encoding="utf-8") + later + "\n", encoding="utf-8")
    again = run("replay", record, "1", "--out", one)
    assert again.exit_code == 0, again.stderr

    # An entry of a day before changes the answer, and is named.
    lines = diary.read_text(encoding="utf-8").splitlines()
    diary.write_text("\n".join([*lines[:20], *lines[21:]]) + "\n", encoding="utf-8")
    changed = run("replay", record, "1")
    assert changed.exit_code == 1
    assert "record: diary.csv changed" in changed.stderr
    assert changed.stdout == ""

    # A changed decision is found out before anything else is done.
    file = record / "decisions.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace("Dr Example", "Dr Other"), encoding="utf-8")
    broken = run("replay", record, "1")
    assert broken.exit_code == 2
    assert "line 1: was changed after it was written" in broken.stderr
    assert run("decide", record, "--option", "1", "--by", "X").exit_code == 2


def test_a_moved_plan_is_told_and_stands_in_the_entry(tmp_path):
    record = tmp_path / "record"
    shutil.copytree(EXAMPLE, record)
    patient = record / "patient.toml"
    text = patient.read_text(encoding="utf-8")
    assert "[plan]" not in text
    patient.write_text(text + '\n[plan]\noutcome = "pain"\nreview_date = 2026-02-27\n', encoding="utf-8")
    assert run("decide", record, "--option", "1", "--by", "Dr Example").exit_code == 0
    patient.write_text(text + '\n[plan]\noutcome = "pain"\nreview_date = 2026-05-27\n', encoding="utf-8")
    made = run("decide", record, "--option", "1", "--by", "Dr Example")
    assert made.exit_code == 0
    said = "review_date: 2026-02-27 -> 2026-05-27"
    assert said in made.stderr
    last = json.loads((record / "decisions.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert last["plan_moved"] == [said]
    replayed = run("replay", record, "1")
    assert f"pre-registered plan: {said}" in replayed.stderr
