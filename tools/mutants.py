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


def _list(name: str, file: str, key: str, old: str, new: str, *tests: str) -> Mutant:
    row = f"[{key}]\nof = {{}}\n"
    return Mutant(name, f"knowledge/judgement/{file}.toml", row.format(old), row.format(new), tests)


def _limit(name: str, key: str, old: str, new: str) -> Mutant:
    row = f"[limit.{key}]\nvalue = {{}}\n"
    return Mutant(name, "knowledge/planning/stopping.toml", row.format(old), row.format(new), _LIMITS)


def _definition(name: str, old: str, new: str) -> Mutant:
    return Mutant(name, "knowledge/sleep/definitions.toml", old, new, _SLEEP)


def _number(name: str, file: str, key: str, old: str, new: str, *tests: str) -> Mutant:
    row = f"[{key}]\nvalue = {{}}\n"
    return Mutant(name, f"knowledge/judgement/{file}.toml", row.format(old), row.format(new), tests)


_REVIEW = ("tests/unit/review/test_standing.py", "tests/unit/review/test_worth.py")
_SAFETY = ("tests/unit/safety/test_lines.py", "tests/unit/safety/test_boundaries.py")
_TITRATION = ("tests/unit/titration/test_planner.py", "tests/unit/titration/test_protocol.py")
_DIARY = ("tests/unit/review/test_diary_lines.py", "tests/unit/review/test_remarks.py")
_HOURS = ("tests/unit/review/test_hours.py",)
_SLEEP = ("tests/unit/sleep/test_lines.py",)
_CURVES = ("tests/unit/response/test_curves.py",)
_HARMS = ("tests/unit/test_harm_priors.py",)
_LIMITS = ("tests/unit/titration/test_limits.py",)
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
        "harm_factor dropped from the cost",
        "review/net.py",
        "cost += harm_factor * mean\n",
        "cost += mean\n",
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
    # The diary, measured nights, and the hours of intake and of blood samples.
    _number("an entry late after 37 hours", "diary", "late_hours", "36", "37", *_DIARY),
    _number("a gap from eight days on", "diary", "long_gap_days", "7", "8", *_DIARY),
    _number("asked six times is enough", "diary", "asked_enough", "7", "6", *_DIARY),
    _number("much missing from 0.31", "diary", "much_missing", "0.3", "0.31", *_DIARY),
    _number("a floor from 0.13", "diary", "much_at_floor", "0.12", "0.13", *_DIARY),
    _number("low below two", "diary", "low_points", "1", "2", *_DIARY),
    _number("recent for 29 days", "diary", "recent_days", "28", "29", *_DIARY),
    _number("new for 15 days", "diary", "new_days", "14", "15", *_DIARY),
    _number("thirteen nights a series", "diary", "least_nights", "14", "13", *_DIARY),
    _list("a sample from nine on", "visit", "draw_hours", "[8.0, 10.0, 12.0]", "[9.0, 10.0, 12.0]", *_DIARY),
    _list("four hours earlier", "visit", "hours_earlier", "[1.0, 2.0, 3.0]", "[1.0, 2.0, 4.0]", *_HOURS),
    Mutant("k-hat 0.8", "response/psis.py", "ESTIMATE_LIMIT = 0.7", "ESTIMATE_LIMIT = 0.8", _DIARY),
    _number("an evening from seven on", "sleep", "evening_hour", "18", "19", *_SLEEP),
    _number("sleeps 60 minutes apart joined", "sleep", "join_min", "60", "61", *_SLEEP),
    _number("six nights have an interval", "sleep", "least_nights", "7", "6", *_SLEEP),
    _number("thirteen pairs of nights", "sleep", "least_pairs", "14", "13", *_SLEEP),
    _number("a change from 1.1 points", "sleep", "disturbance_points", "1.0", "1.1", *_SLEEP),
    _number("a change from 31 minutes", "sleep", "tst_min", "30", "31", *_SLEEP),
    _number("weak below 0.29", "sleep", "weak", "0.3", "0.29", *_SLEEP),
    _number("four pairs of days", "sleep", "least_day_pairs", "5", "4", *_SLEEP),
    _number("one free night", "sleep", "least_each", "2", "1", *_SLEEP),
    _number("asked again for 15 days", "sleep", "ask_again_days", "14", "15", *_SLEEP),
    _definition("persistent after 20 minutes", "persistent_min = 10\n", "persistent_min = 20\n"),
    _definition("onset after two epochs", "onset_epochs = 3\n", "onset_epochs = 2\n"),
    _definition("a NREM period of 14 minutes", "nrem_min = 15\n", "nrem_min = 14\n"),
    _definition("a REM period of six minutes", "\nrem_min = 5\n", "\nrem_min = 6\n"),
    # Side effects and a step down: sizes, curves and days.
    _number("quick to 15 days", "side_effects", "quick_days", "14", "15", *_HARMS),
    _number("slow to 61 days", "side_effects", "slow_days", "60", "61", *_HARMS),
    _number("still there at 0.66", "side_effects", "still_there", "0.67", "0.66", *_CURVES),
    _number("worsening begins at 0.4", "side_effects", "worsening_start", "0.3", "0.4", *_CURVES),
    _list(
        "worsening over 30 days", "side_effects", "worsening_days", "[40.0, 90.0]", "[30.0, 90.0]", *_CURVES
    ),
    _list("six in ten leave nothing", "side_effects", "rest_chances", "[0.7, 0.3]", "[0.6, 0.4]", *_CURVES),
    _number("withdrawal comes in two days", "rebound", "rise_days", "1.5", "2", *_CURVES),
    _list(
        "withdrawal fades in four days",
        "rebound",
        "fade_days",
        "[3.0, 5.0, 7.0]",
        "[4.0, 5.0, 7.0]",
        *_CURVES,
    ),
    _number("a report counts threefold", "rebound", "new_report", "4", "3", *_CURVES),
    _number("censored from 0.13", "verdict", "bound_share", "0.12", "0.13", *_CURVES),
    # Days of a plan.
    _limit("drugs cross for 13 days", "crossing", "14", "13"),
    _limit("contact after eight days", "contact", "7", "8"),
    _limit("close within 15 days", "close", "14", "15"),
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
