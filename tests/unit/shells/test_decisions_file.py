"""The file of decisions: what may stand in its place, the last day of a decision, and the commands that read it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.intake import read_folder
from lenitive.render import said
from lenitive.review import DecisionError, counterpart, differences
from lenitive.shells.cli import app
from lenitive.shells.decisions import AHEAD_DAYS, FILE, keep, kept, latest_day

sys.path.insert(0, str(Path(__file__).parents[1] / "review"))
from decided import chain, decided, forged, option, written

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"
LAST = date(2026, 2, 27)
"""The last day with an entry in the example."""


def run(*args: object):
    return CliRunner().invoke(app, [str(a) for a in args])


@pytest.fixture
def record(tmp_path):
    return shutil.copytree(EXAMPLE, tmp_path / "record")


class TestTheLastDay:
    record = read_folder({"diary.csv": b"date,pain\n2026-02-26,4\n2026-02-27,5\n"}).record

    @pytest.mark.parametrize("today", [date(2020, 1, 1), LAST, LAST + timedelta(days=AHEAD_DAYS)])
    def test_shortly_after_the_last_entry_no_clock_is_asked(self, today):
        assert latest_day(self.record, today) == LAST + timedelta(days=AHEAD_DAYS)

    def test_today_is_always_a_day_for_a_decision(self):
        today = LAST + timedelta(days=AHEAD_DAYS + 1)
        assert latest_day(self.record, today) == today
        assert latest_day(None, today) == today

    @pytest.mark.parametrize("option", ["--on", "--at"])
    def test_a_command_refuses_a_day_far_ahead_and_writes_nothing(self, record, option):
        """case P15"""
        done = run("decide", record, "--option", "1", "--by", "Dr Example", option, "2079-12-31")
        assert done.exit_code == 2
        assert "--on: 2079-12-31 is too far ahead" in done.stderr
        assert not (record / FILE).exists()
        assert run("decide", record, "--option", "1", "--by", "Dr Example").exit_code == 0

    def test_the_year_9999_is_refused(self, record):
        """case P15"""
        done = run("decide", record, "--option", "1", "--by", "Dr Example", "--on", "9999-12-31")
        assert done.exit_code == 2
        assert "--on: the year cannot be right" in done.stderr
        assert not (record / FILE).exists()

    def test_an_old_line_that_blocks_the_chain_is_named_with_its_remedy(self, record):
        """case P15"""
        (record / FILE).write_bytes(written((decided(on=date(2079, 12, 31)),)))
        done = run("decide", record)
        assert done.exit_code == 2
        assert "decisions.jsonl: line 1: cannot be a decision: 2079-12-31 is too far ahead" in done.stderr
        assert "take line 1 and all after it out" in done.stderr


class TestWhatStandsInItsPlace:
    def test_a_line_of_right_digest_and_wrong_meaning(self, record):
        """case P16"""
        before = chain(1)
        (record / FILE).write_bytes(written((*before, forged(before, chosen=99, by="", on=date(2026, 5, 1)))))
        for command in (("decide", record), ("replay", record, "1"), ("decisions", "verify", record)):
            done = run(*command)
            assert done.exit_code == 2
            assert "decisions.jsonl: line 2: cannot be a decision" in done.stderr
            assert "Put an untouched copy in its place" in done.stderr

    @pytest.mark.parametrize(
        "kind", ["folder", "loop", "dangling", "loop of two", "link to a folder", "device"]
    )
    def test_something_that_is_no_file(self, tmp_path, kind):
        """case P17"""
        path = tmp_path / FILE
        match kind:
            case "folder":
                path.mkdir()
            case "loop":
                path.symlink_to(path)
            case "dangling":
                path.symlink_to(tmp_path / "nothing")
            case "loop of two":
                path.symlink_to(tmp_path / "other")
                (tmp_path / "other").symlink_to(path)
            case "link to a folder":
                path.symlink_to(tmp_path)
            case "device":
                path.symlink_to(os.devnull)
        for touch in (lambda: kept(tmp_path), lambda: keep(tmp_path, decided(), after=())):
            with pytest.raises(DecisionError, match=r"not a plain file|leads to no file"):
                touch()
        assert not (tmp_path / "nothing").exists()

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
    def test_a_pipe_is_neither_waited_for_nor_written_to(self, tmp_path):
        """case P17"""
        os.mkfifo(tmp_path / FILE)
        code = (
            "import sys; from pathlib import Path; from lenitive.shells.decisions import kept\n"
            "try: kept(Path(sys.argv[1]))\nexcept ValueError as error: print(error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.stdout == "this is not a plain file\n"

    def test_a_link_to_a_file_is_followed(self, tmp_path):
        (tmp_path / "kept").mkdir()
        (tmp_path / "kept" / "real.jsonl").write_bytes(written(chain(1)))
        (tmp_path / FILE).symlink_to(tmp_path / "kept" / "real.jsonl")
        assert kept(tmp_path) == chain(1)

    @pytest.mark.parametrize(
        "data",
        [
            b"\n",
            b"\n" * 1_000_000,
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            "é\n".encode("latin-1"),
            b"{" * 1_000_000 + b"\n",
            b'{"schema":' * 1_000_000 + b"\n",
            b'"' + b"x" * 10_000_000 + b'"\n',
            b'{"schema":"lenitive.decision/3","number":' + b"9" * 100_000 + b"}\n",
            b'{"schema":["lenitive.decision/3"]}\n',
            b'{"schema":{}}\n',
            b"[1]\n",
            b"3\n",
            b'{"by":"\\ud800","schema":"lenitive.decision/3"}\n',
            b'{"schema":"lenitive.decision/3","seed":NaN}\n',
            b"\x00" * 1_000,
        ],
        ids=lambda data: repr(data[:24]),
    )
    def test_bytes_that_are_no_chain_are_a_sentence(self, tmp_path, data):
        """case P17"""
        (tmp_path / FILE).write_bytes(data)
        with pytest.raises(DecisionError, match=r"^line 1: ") as refused:
            kept(tmp_path)
        assert len(str(refused.value)) < 200

    def test_no_more_is_read_than_a_file_of_decisions_can_have(self, tmp_path):
        """case P17"""
        with (tmp_path / FILE).open("wb") as file:
            file.truncate(200_000_000)
        with pytest.raises(DecisionError, match="larger than 50 MB"):
            kept(tmp_path)

    def test_nothing_is_written_that_could_not_be_read_again(self, tmp_path, monkeypatch):
        monkeypatch.setattr("lenitive.shells.decisions._LIMIT_BYTES", len(written(chain(1))) + 1)
        keep(tmp_path, *chain(1), after=())
        with pytest.raises(DecisionError, match="would be larger"):
            keep(tmp_path, chain(2)[1], after=chain(1))
        assert kept(tmp_path) == chain(1)


class TestOptionsById:
    def listed(self, record):
        done = run("decide", record)
        assert f"next: lenitive decide {record} --option N --by NAME" in done.stderr
        return [line.rpartition("[")[2].rstrip("]") for line in done.stdout.splitlines()]

    def test_the_id_that_was_listed_is_the_option(self, record):
        second = self.listed(record)[1]
        done = run("decide", record, "--option", second, "--by", "Dr Example", "--note", "She prefers it")
        assert done.exit_code == 0, done.stderr
        assert f"next: keep the digest elsewhere; lenitive decisions verify {record}" in done.stderr
        (entry,) = kept(record)
        assert entry.chosen == 2
        assert entry.option.id.startswith(second)

    @pytest.mark.parametrize(
        ("option", "says"),
        [
            ("0", "there are the options 1 to"),
            ("99", "there are the options 1 to"),
            ("-1", "no option of today is called -1"),
            ("x", "no option of today is called x"),
            ("", "no option of today is called"),
            ("3f9a", "no option of today is called 3f9a"),
            ("ffffffff", "no option of today is called ffffffff"),
            ("\u0661", "there are the options 1 to"),
            ("1.0", "no option of today is called 1.0"),
            ("12345678", "no option of today is called 12345678"),
        ],
    )
    def test_what_names_no_option_is_refused(self, record, option, says):
        done = run("decide", record, f"--option={option}", "--by", "Dr Example", "--note", "n")
        assert done.exit_code == 2
        assert f"--option: {says}" in done.stderr
        assert not (record / FILE).exists()

    def test_an_option_that_is_another_than_was_shown_is_refused_with_the_difference(self, record, tmp_path):
        stored = tmp_path / "review.json"
        assert run("review", record, "--format", "json", "--out", stored).exit_code == 0
        ids = [o["id"] for o in json.loads(stored.read_text(encoding="utf-8"))["options"]]
        # As long as nothing has changed, the number on the page is the number of today.
        by = ("--by", "Dr Example", "--note", "n")
        for name in ("1", "2", ids[0], ids[1][:8]):
            done = run("decide", record, "--option", name, *by, "--shown", stored)
            assert done.exit_code == 0, done.stderr
        assert [e.chosen for e in kept(record)] == [1, 2, 1, 2]
        medicines = record / "medicines.csv"
        text = medicines.read_text(encoding="utf-8")
        assert ",30," in text
        medicines.write_text(text.replace(",30,", ",22.5,"), encoding="utf-8")
        # With the review the difference is known by number too; without it, by the id of an earlier decision.
        for more in (("--option", "1", "--shown", stored), ("--option", ids[0]), ("--option", ids[0][:9])):
            done = run("decide", record, *more, *by)
            assert done.exit_code == 2
            told = done.stderr.replace("\N{NO-BREAK SPACE}", " ")
            assert (
                f"no change mirtazapine [{ids[0][:12]}] is no longer what was shown; today's option " in told
            )
            assert "its dose was 30 mg a day and is 22.5 mg a day" in told
            assert "Nothing was written" in told
        assert (
            "what the record holds up to 2026-02-27 has changed"
            in run("decide", record, "--option", "1", *by, "--shown", stored).stderr
        )
        assert len(kept(record)) == 4

    @pytest.mark.parametrize("data", [b"", b"{}", b"[" * 100_000, b'{"schema":"lenitive.review/1"}', b"\xff"])
    def test_what_is_no_stored_review_is_a_sentence(self, record, tmp_path, data):
        stored = tmp_path / "review.json"
        stored.write_bytes(data)
        for path in (stored, tmp_path / "none"):
            done = run("decide", record, "--option", "1", "--by", "Dr Example", "--shown", path)
            assert done.exit_code == 2
            assert f"--shown: {path.name}: " in done.stderr
        assert not (record / FILE).exists()

    NOW = (
        option(1, dose_mg=30.0),
        option(2, action="switch", drug="duloxetine", dose_mg=60.0, plan="p", findings=("safety.e",)),
        option(3, action="switch", drug="milnacipran", rank=None, withheld_by=("safety.b", "safety.c")),
        option(4, action="step_up", rank=None, no_plan="titration.plan.no_product"),
    )

    @pytest.mark.parametrize(
        ("then", "says"),
        [
            (option(1, dose_mg=30.0), []),
            (option(1, dose_mg=15.0, id="x"), ["its dose was 15 mg a day and is 30 mg a day"]),
            (option(9, dose_mg=30.0, id="x"), ["the steps on the way, or the rules behind it, are others"]),
            (replace(NOW[1], id="x", findings=()), ["it would bring about a finding now that did not stand beside it: safety.e"]),
            (replace(NOW[1], id="x", plan="q"), ["its plan, day by day, is another"]),
            (option(3, action="switch", drug="milnacipran", id="x"), ["it is withheld now by safety.b and safety.c"]),
            (
                option(3, action="switch", drug="milnacipran", id="x", withheld_by=("safety.a", "safety.b")),
                ["it is withheld now by safety.c", "it was withheld by safety.a and is so no longer"],
            ),
            (
                option(1, dose_mg=30.0, id="x", findings=("safety.d",)),
                ["a finding that stood beside it does so no longer: safety.d"],
            ),
            (option(4, action="step_up", id="x"), ["no plan can be made for it any more (titration.plan.no_product)"]),
            (option(5, action="start", id="x"), ["it is not offered any more"]),
            (option(5, action="switch", drug="pregabalin", id="x"), ["it is not offered any more"]),
        ],
    )  # fmt: skip
    def test_each_difference_has_its_words(self, then, says):
        told = [
            said(m).replace("\N{NO-BREAK SPACE}", " ") for m in differences(then, counterpart(then, self.NOW))
        ]
        assert told == says

    def test_of_several_that_answer_the_one_at_the_same_dose_is_taken(self):
        now = (option(1, dose_mg=15.0), option(2, dose_mg=30.0))
        assert counterpart(option(7, dose_mg=30.0), now) == now[1]
        assert counterpart(option(7, dose_mg=45.0), now) == now[0]


class TestWhatIsWithheld:
    def test_under_a_critical_finding_nothing_but_what_it_demands_can_be_recorded(self, record):
        """By its number or its id."""
        medicines = record / "medicines.csv"
        columns = medicines.read_text(encoding="utf-8").splitlines()[0].split(",")
        given = {"drug": "phenelzine", "dose_mg": "15", "start": "2026-02-20", "times": "morning"}
        with medicines.open("a", encoding="utf-8") as file:
            file.write(",".join(given.get(c, "") for c in columns) + "\n")
        listed = run("decide", record).stdout.splitlines()
        assert listed[0].startswith("1. today: stopping mirtazapine now")
        assert len(listed) > 1
        assert all("(withheld by " in line for line in listed[1:])
        for name in ("2", listed[1].rpartition("[")[2].rstrip("]")):
            done = run("decide", record, "--option", name, "--by", "Dr Example", "--note", "I know better")
            assert done.exit_code == 2
            assert "--option: option 2 is withheld by " in done.stderr
        assert not (record / FILE).exists()


def test_a_review_names_the_decision_as_the_next_step(record, tmp_path):
    out = tmp_path / "review.json"
    done = run("review", record, "--format", "json", "--out", out)
    assert done.stderr.splitlines()[-1] == f"next: lenitive decide {record} --shown {out}"
    piped = run("review", record, "--format", "json")
    assert "next: " not in piped.stderr


class TestVerify:
    def test_what_a_chain_without_a_key_shows_and_does_not(self, record):
        assert "no decision was recorded. next: lenitive decide" in run("decisions", "verify", record).stdout
        (record / FILE).write_bytes(written(chain(2)))
        done = run("decisions", "verify", record)
        assert done.exit_code == 0
        assert "1. 2026-05-02, Dr Example: option 1, taper mirtazapine. Not signed" in done.stdout
        assert f"is whole: 2 decisions, the last digest {chain(2)[1].digest}" in done.stdout
        assert "does not show who wrote them" in done.stdout

    def test_it_needs_no_record_that_can_be_read(self, record):
        (record / FILE).write_bytes(written(chain(1)))
        (record / "patient.toml").write_bytes(b"\xff")
        assert run("decisions", "verify", record).exit_code == 0

    def test_names_are_printed_as_one_piece(self, record):
        """A line of the first version may hold a name that would move the cursor."""
        plain = decided()
        old = forged(
            (),
            by="Dr\x1b[2K\n9. Example",
            schema="lenitive.decision/1",
            inputs=replace(plain.inputs, asked=None, libraries={}, processor=""),
            options=tuple(replace(o, id="") for o in plain.options),
            conclusions="",
        )
        (record / FILE).write_bytes(written((old,)))
        done = run("decisions", "verify", record)
        assert done.exit_code == 0
        assert "\x1b" not in done.stdout
        assert len(done.stdout.splitlines()) == 2
