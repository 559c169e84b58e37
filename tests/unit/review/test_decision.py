"""Decisions: whole or refused, replayed to the same bytes or with every change named."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import lenitive
from lenitive.render import said
from lenitive.review import (
    DecisionError,
    Entry,
    Inputs,
    changes,
    plan_moves,
    read_entries,
)
from lenitive.review.decision_chain import sealed
from lenitive.shells.cli import app

sys.path.insert(0, str(Path(__file__).parent))
from decided import ASKED, decided, inputs, option

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"


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
        ({"chosen": 5}, "options 1 to 4, and no option"),
        ({"chosen": 0}, "options 1 to 4, and no option"),
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


def asked_inputs(asked=None, **changed) -> Inputs:
    return inputs(asked={**ASKED, **(asked or {})}, **changed)


def as_written_by(version: int, entry: Entry) -> Entry:
    """The entry as an earlier version of the program wrote it."""
    first = version == 1
    asked = {"asked": None, "libraries": {}, "processor": ""} if first else {}
    return sealed(
        replace(
            entry,
            schema=f"lenitive.decision/{version}",
            inputs=replace(entry.inputs, **asked),
            options=tuple(replace(o, plan="", **({"id": ""} if first else {})) for o in entry.options),
            conclusions="" if first else entry.conclusions,
        )
    )


def test_all_versions_stand_in_one_chain_as_they_were_written():
    old = as_written_by(1, decided())
    middle = as_written_by(2, decided((old,)))
    new = decided((old, middle), options=(option(1, id="f" * 64, plan="p"),))
    written = (old.line + middle.line + new.line).encode()
    first, second, third = read_entries(written)
    assert (first, second, third) == (old, middle, new)
    assert [json.loads(e.line)["schema"][-1] for e in (old, middle, new)] == ["1", "2", "3"]
    assert not {"asked", "libraries", "processor", "with_nights"} & set(json.loads(old.line)["inputs"])
    assert not {"id", "plan"} & set(json.loads(old.line)["options"][0])
    assert "plan" not in json.loads(middle.line)["options"][0]
    assert not {"signed_by", "signature"} & set(json.loads(middle.line))
    assert second.inputs.asked == ASKED
    for place in range(0, len(written), 11):
        broken = bytearray(written)
        broken[place] ^= 1
        with pytest.raises(DecisionError):
            read_entries(bytes(broken))


def test_no_line_of_an_earlier_version_stands_after_a_later_one():
    """Or a forged line would choose the version that asks for least."""
    new = decided()
    old = as_written_by(1, decided((new,)))
    with pytest.raises(DecisionError, match="line 2: cannot be a decision: it is of an earlier version"):
        read_entries((new.line + old.line).encode())


def test_a_version_from_later_is_named():
    line = decided().line.replace("lenitive.decision/3", "lenitive.decision/4")
    with pytest.raises(DecisionError, match="line 1: is of a version that this program does not know"):
        read_entries(line.encode())


OLD = (
    '{"by":"Dr Example","chosen":1,"digest":"88469eca47428803c164d8aebdf3beca37326a36ee49bbaf5044f95665ca812a","inputs":{"at":"2026-05-01","knowledge":"k",'
    '"knowledge_files":{"drugs/a.toml":"1"},"market":"us","outcomes":["sleep_disturbance","pain","fatigue"],'
    '"plan":{},"problems":"0","program":"0.1","record_files":{"diary.csv":"1"},"seed":1},"note":"","number":1,'
    '"on":"2026-05-02","options":[{"action":"taper","dose_mg":null,"drug":"mirtazapine","no_plan":"","number":1,'
    '"rank":1,"withheld_by":[]}],"plan_moved":[],"previous":"' + "0" * 64 + '","review":"r",'
    '"schema":"lenitive.decision/1"}\n'
)


OLD_2 = (
    '{"by":"Dr Example","chosen":1,"conclusions":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","digest":"bfb9b962f1b407f75e493813d5768573d046abaae34b0a72a086c67edf563a1a",'
    '"inputs":{"asked":{"about":null,"at":"2026-05-01","code":"c","digest":"d","horizon_weeks":null,"knowledge":"k","market":"us","outcomes":["sleep_disturbance","pain","fatigue"],"problems":"p","record":"r","seed":1,"settings":"s","with_nights":true},"at":"2026-05-01","knowledge":"k","knowledge_files":{"drugs/a.toml":"1"},'
    '"libraries":{"numpy":"2.0"},"market":"us","outcomes":["sleep_disturbance","pain","fatigue"],"plan":{},"problems":"0","processor":"one","program":"0.1","record_files":{"diary.csv":"1"},"seed":1,"with_nights":true},"note":"","number":1,"on":"2026-05-02",'
    '"options":[{"action":"step_up","dose_mg":30,"drug":"mirtazapine","id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","no_plan":"","number":1,"rank":1,"withheld_by":[]}],"plan_moved":[],'
    '"previous":"0000000000000000000000000000000000000000000000000000000000000000","review":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","schema":"lenitive.decision/2"}\n'
)


def test_an_entry_that_the_second_version_wrote_is_read():
    """The same, with a dose that was written without a point."""
    (entry,) = read_entries(OLD_2.encode())
    assert entry.schema == "lenitive.decision/2"
    assert isinstance(entry.options[0].dose_mg, int)
    assert entry.line == OLD_2


def test_an_entry_that_the_first_version_wrote_is_read():
    """The line stands here as it was written then, its digest with it."""
    (entry,) = read_entries(OLD.encode())
    assert entry.inputs.asked is None
    assert entry.line == OLD


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"asked": {"code": "e"}}, "code: c -> e"),
        ({"asked": {"at": "2026-05-02"}}, "asked: at: 2026-05-01 -> 2026-05-02"),
        ({"asked": {"seed": 2}}, "asked: seed: 1 -> 2"),
        ({"asked": {"market": "uk"}}, "asked: market: us -> uk"),
        ({"asked": {"about": "mirtazapine"}}, "asked: about: None -> mirtazapine"),
        ({"asked": {"with_nights": True}}, "asked: with_nights: False -> True"),
        ({"asked": {"horizon_weeks": 26}}, "asked: horizon_weeks: None -> 26"),
        ({"asked": {"settings": "t"}}, "asked: settings: s -> t"),
        (
            {"asked": {"outcomes": ["pain", "fatigue", "mood_low"]}},
            "asked: outcomes: sleep_disturbance pain fatigue -> pain fatigue mood_low",
        ),
        ({"libraries": {"numpy": "2.1"}}, "libraries: numpy 2.0 -> 2.1"),
        ({"libraries": {"numpy": "2.0", "new": "1"}}, "libraries: new none -> 1"),
        ({"processor": "two"}, "processor: one -> two"),
    ],
)
def test_the_question_the_code_libraries_and_processor_are_named(change, says):
    assert changes(asked_inputs(), asked_inputs()) == ()
    assert tuple(map(said, changes(asked_inputs(), asked_inputs(**change)))) == (says,)
    # An entry of the first version says nothing of them, so nothing is made up.
    assert changes(inputs(asked=None), asked_inputs(**change)) == ()


def test_options_are_listed_and_recorded_with_their_ids(tmp_path):
    record = shutil.copytree(EXAMPLE, tmp_path / "record")
    listed = run("decide", record)
    made = run("decide", record, "--option", "1", "--by", "Dr Example")
    assert made.exit_code == 0, made.stderr
    entry = json.loads((record / "decisions.jsonl").read_text(encoding="utf-8"))
    id_ = entry["options"][0]["id"]
    assert len(id_) == 64
    assert f"[{id_[:12]}]" in listed.stdout.splitlines()[0]
    assert f"option {id_}" in made.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The package, copied, so that its code and knowledge can be changed."""
    root = tmp_path_factory.mktemp("code")
    shutil.copytree(
        Path(lenitive.__file__).parent, root / "lenitive", ignore=shutil.ignore_patterns("__pycache__")
    )
    return root


def command(root: Path, *words: object):
    return subprocess.run(
        [sys.executable, "-m", "lenitive", *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )


def edited(file: Path, before: str, after: str):
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_replay_names_the_tablet_the_limit_and_the_line_of_code_that_changed(package, tmp_path):
    record = shutil.copytree(EXAMPLE, tmp_path / "record")
    assert command(package, "decide", record, "--option", "1", "--by", "Dr Example").returncode == 0
    whole = command(package, "replay", record, "1")
    assert "the same bytes" in whole.stderr

    # A comment changes the code and no conclusion.
    code = package / "lenitive" / "review" / "stand.py"
    code.write_text(code.read_text(encoding="utf-8") + "\n# Changed.\n", encoding="utf-8")
    done = command(package, "replay", record, "1")
    assert done.returncode == 0, done.stderr
    assert "code: " in done.stderr
    assert "the same conclusions" in done.stderr
    assert "record: " not in done.stderr
    assert "knowledge: " not in done.stderr

    # A line that decides.
    edited(package / "lenitive" / "review" / "robustness.py", "return ", "return 1 and ")
    assert "code: " in command(package, "replay", record, "1").stderr

    limit = package / "lenitive" / "knowledge" / "judgement" / "standing.toml"
    edited(limit, "[helps]\nvalue = 0.8", "[helps]\nvalue = 0.999")
    assert "knowledge: judgement/standing.toml changed" in command(package, "replay", record, "1").stderr

    medicines = record / "medicines.csv"
    lines = medicines.read_text(encoding="utf-8").splitlines()
    edited(medicines, lines[-1], lines[-1].replace(",15,", ",7.5,").replace(",30,", ",22.5,"))
    done = command(package, "replay", record, "1")
    assert "record: medicines.csv changed" in done.stderr
    assert done.returncode == 1
    assert done.stdout == ""
