"""Breaks one number or one line at a time in a copy, and runs the tests of the room that it belongs to.

.venv/bin/python tools/mutants.py            every mutant
.venv/bin/python tools/mutants.py helps age  those whose name holds one of the words

A mutant is killed when a test fails. One that survives ends the run with status 1: a number decides and no test of its own room knows.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_NEEDED = ("src", "tests", "examples", "pyproject.toml")
_FAILED, _INTERRUPTED = 1, 2


@dataclass(frozen=True)
class Mutant:
    """One change, and the tests that must notice.

    Attributes:
        name: What is broken.
        file: Where, from ``src/lenitive``.
        old: The text; it stands there once.
        new: What takes its place.
        tests: The room's own tests.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def _number(name: str, file: str, key: str, old: str, new: str, *tests: str) -> Mutant:
    row = f"[{key}]\nvalue = {{}}\n"
    return Mutant(name, f"knowledge/judgement/{file}.toml", row.format(old), row.format(new), tests)


_REVIEW = ("tests/unit/review/test_standing.py", "tests/unit/review/test_worth.py")
_SAFETY = ("tests/unit/safety/test_lines.py", "tests/unit/safety/test_boundaries.py")
_TITRATION = ("tests/unit/titration/test_planner.py", "tests/unit/titration/test_protocol.py")
_RESPONSE = ("tests/unit/response/test_priors.py", "tests/unit/response/test_harm_lines.py")

MUTANTS = (
    # The seven that once survived.
    _number("helps 0.7", "standing", "helps", "0.8", "0.7", *_REVIEW),
    _number("older 70", "people", "older_adult_age", "65", "70", *_REVIEW),
    _number("falling 28 days", "standing", "falling_days", "56", "28", *_REVIEW),
    Mutant(
        "age > 65",
        "review/stand.py",
        "age >= judgement.people.older_adult_age.value",
        "age > judgement.people.older_adult_age.value",
        _REVIEW,
    ),
    Mutant(
        "harm_factor dropped for trial drugs",
        "review/worth.py",
        "self.harm_factor * self.typical_cost(drug)",
        "self.typical_cost(drug)",
        _REVIEW,
    ),
    Mutant(
        "unknown for not met",
        "knowledge/protocol_check.py",
        "return Outcome.NOT_MET, missing",
        "return Outcome.UNKNOWN, missing",
        _TITRATION,
    ),
    Mutant(
        "until keeps later missed days",
        "record/record.py",
        "missed=frozenset(d for d in p.missed if d <= at)",
        "missed=p.missed",
        ("tests/unit/test_record.py",),
    ),
    # Five more, one for each kind of line.
    _number("a sign counts for 27 days", "findings", "sign_days", "28", "27", *_SAFETY),
    _number("as needed for 15 days", "findings", "as_needed_days", "14", "15", *_SAFETY),
    Mutant(
        "a wait goes on for a day more",
        "safety/drugs.py",
        "passed >= needed:",
        "passed > needed:",
        _SAFETY,
    ),
    _number("sure 0.8", "verdict", "sure", "0.85", "0.8", *_RESPONSE),
    Mutant(
        "older row from 66 on",
        "titration/dosing_row.py",
        "age < older_from",
        "age <= older_from",
        _TITRATION,
    ),
    # The same lines in other rooms, and the tables.
    _number("hard from moderate on", "standing", "harm_hard", "1.5", "2.0", *_REVIEW),
    _number("older 66 in safety", "people", "older_adult_age", "65", "66", *_SAFETY),
    _number("older 64 in titration", "people", "older_adult_age", "65", "64", *_TITRATION),
    Mutant(
        "major is information",
        "knowledge/judgement/findings.toml",
        'major = "warning"',
        'major = "info"',
        _SAFETY,
    ),
    Mutant(
        "onset of duloxetine as of mirtazapine",
        "knowledge/judgement/response.toml",
        "[onset.duloxetine]\nsleep_days = 7.0\nother_days = 7.0\n",
        "[onset.duloxetine]\nsleep_days = 7.0\nother_days = 21.0\n",
        _RESPONSE,
    ),
    _number("a course from two reports", "side_effects", "least_reports", "3", "2", *_RESPONSE),
    _number("weights of 100 days before", "weight", "baseline_before_days", "90", "100", *_RESPONSE),
    _number("steps of five weeks", "rebound", "window_days", "42", "35", *_RESPONSE),
)


def _copy(folder: Path) -> None:
    for name in _NEEDED:
        source = ROOT / name
        ignore = shutil.ignore_patterns("__pycache__", "parsed.bin")
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignore)
        else:
            shutil.copy(source, folder / name)


def _pytest(folder: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@cache
def _pass_unbroken(tests: tuple[str, ...]) -> bool:
    """Whether the tests pass in a copy in which nothing is broken: else their failure would say nothing."""
    with tempfile.TemporaryDirectory() as made:
        _copy(Path(made))
        return _pytest(Path(made), tests).returncode == 0


def _run(mutant: Mutant) -> str:
    """``killed``, ``survived``, or why it could not be tried."""
    if not _pass_unbroken(mutant.tests):
        return "not tried: its tests fail although nothing is broken"
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _copy(folder)
        path = folder / "src" / "lenitive" / mutant.file
        text = path.read_text(encoding="utf-8")
        if text.count(mutant.old) != 1:
            return f"not tried: the text stands {text.count(mutant.old)} times in {mutant.file}"
        path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        done = _pytest(folder, mutant.tests)
        if done.returncode == 0:
            return "survived"
        # Knowledge that cannot be loaded any more stops the collection of the tests.
        if done.returncode in {_FAILED, _INTERRUPTED}:
            told = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
            return f"killed by {told[0].split(' ')[1].split('/')[-1]}" if told else "killed"
        return f"not tried: pytest ended with {done.returncode}"


def main(words: Sequence[str]) -> int:
    """Try the mutants whose name holds a word, and print what became of each."""
    chosen = [m for m in MUTANTS if not words or any(w in m.name for w in words)]
    bad = 0
    for mutant in chosen:
        found = _run(mutant)
        bad += not found.startswith("killed")
        print(f"{mutant.name:40} {found}", flush=True)
    print(f"{len(chosen) - bad} of {len(chosen)} killed")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
