"""Two processes decide on one record at once: one is kept, the other is told, nothing is lost. No test here sleeps."""

from __future__ import annotations

import fcntl
import multiprocessing
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lenitive.review import DecisionError, read_entries
from lenitive.shells.decisions import FILE, keep, kept

sys.path.insert(0, str(Path(__file__).parents[1] / "review"))
from decided import decided

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"
CONTEXT = multiprocessing.get_context("spawn")


def decision(after, by):
    return decided(after, by=by)


def _once(folder, by, barrier, answers):
    """Reads, waits until the other has read as well, then writes."""
    after = kept(folder)
    entry = decision(after, by)
    barrier.wait(60)
    try:
        keep(folder, entry, after=after)
        answers.put((by, ""))
    except DecisionError as error:
        answers.put((by, str(error)))


def _until_kept(folder, by, times, answers):
    """Writes so many decisions, each made again whenever another came first."""
    refused = 0
    for _ in range(times):
        while True:
            after = kept(folder)
            try:
                keep(folder, decision(after, by), after=after)
                break
            except DecisionError:
                refused += 1
    answers.put((by, refused))


def run(target, arguments):
    workers = [CONTEXT.Process(target=target, args=a) for a in arguments]
    for w in workers:
        w.start()
    for w in workers:
        w.join(120)
    assert [w.exitcode for w in workers] == [0] * len(workers)


def test_of_two_decisions_made_on_the_same_chain_one_is_kept_and_one_is_told(tmp_path):
    barrier, answers = CONTEXT.Barrier(2), CONTEXT.Queue()
    run(_once, [(tmp_path, by, barrier, answers) for by in ("Dr A", "Dr B")])
    said = dict(answers.get() for _ in range(2))
    entries = kept(tmp_path)
    assert len(entries) == 1
    (winner,) = (by for by, why in said.items() if not why)
    (loser,) = (by for by, why in said.items() if why)
    assert entries[0].by == winner
    assert said[loser].startswith(f"decision 1 by {winner} was recorded meanwhile")


def test_many_writers_lose_nothing_and_the_chain_stays_whole(tmp_path):
    answers, times, names = CONTEXT.Queue(), 25, ("Dr A", "Dr B", "Dr C")
    run(_until_kept, [(tmp_path, by, times, answers) for by in names])
    entries = read_entries((tmp_path / FILE).read_bytes())
    assert [e.number for e in entries] == list(range(1, times * len(names) + 1))
    assert {by: sum(e.by == by for e in entries) for by in names} == dict.fromkeys(names, times)


def test_the_command_waits_for_the_lock_and_then_sees_what_was_written(tmp_path):
    """Two commands, held up by this test until both run: whatever the order, each decision is kept or refused."""
    record = tmp_path / "record"
    shutil.copytree(EXAMPLE, record)
    path = record / FILE

    def start(by):
        return subprocess.Popen(
            [sys.executable, "-m", "lenitive", "decide", str(record), "--option", "1", "--by", by],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        commands = [start(by) for by in ("Dr A", "Dr B")]
    done = [(c, *c.communicate(timeout=120)) for c in commands]
    kept_ones = [c for c, _, _ in done if c.returncode == 0]
    entries = kept(record)
    assert 1 <= len(entries) == len(kept_ones)
    for c, _, err in done:
        if c.returncode:
            assert c.returncode == 2
            assert "was recorded meanwhile. Nothing was written" in err


def test_a_file_changed_meanwhile_is_not_written_on(tmp_path):
    first = decision((), "Dr A")
    keep(tmp_path, first, after=())
    later = decision((first,), "Dr B")
    (tmp_path / FILE).write_bytes(b"")
    with pytest.raises(DecisionError, match="a change of the file was recorded meanwhile"):
        keep(tmp_path, later, after=(first,))
    assert (tmp_path / FILE).read_bytes() == b""


def test_what_the_disk_refuses_halfway_is_taken_back(tmp_path, monkeypatch):
    first = decision((), "Dr A")
    keep(tmp_path, first, after=())
    before = (tmp_path / FILE).read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lenitive.shells.decisions.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep(tmp_path, decision((first,), "Dr B"), after=(first,))
    assert (tmp_path / FILE).read_bytes() == before
