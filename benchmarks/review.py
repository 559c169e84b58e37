"""A review, warm and in a fresh process: by part, as text, page and PDF, and where two checkouts are named, before and after.

    .venv/bin/python benchmarks/review.py                      this checkout: warm, then fresh processes
    .venv/bin/python benchmarks/review.py BEFORE AFTER         two checkouts, each built in place, as ratios

Warm parts are measured by ``warm_review.py`` in a process of each checkout's own, in turn, three rounds; of each part the least
counts. The records are ``--record`` (clear-responder) and a simulated year with three drugs, the same files for both. The peer
of a fresh process is Python starting and importing NumPy, in the same run: how many such starts a review costs. With
``--instructions`` each is run once more under valgrind, whose count no busy machine changes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from warm_review import year_with_three_drugs

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5
ROUNDS = 3
NUMPY_ONLY = (
    "import importlib, dataclasses;"
    "b = importlib.import_module('lenitive.response.backend');"
    "k = importlib.import_module('lenitive.response.kernel');"
    "b.available = lambda: False;"
    "from lenitive.shells.cli import main; main()"
)


def environment(checkout: Path) -> dict[str, str]:
    """One thread, the checkout's own modules, and the same order of every set."""
    source = str(checkout / "src")
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": source, "PYTHONHASHSEED": "0"}


def once(command: list[str], checkout: Path) -> tuple[float, float]:
    """Seconds of wall time and of processor time of one fresh process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=environment(checkout))
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(command: list[str]) -> tuple[float, float]:
    """Median seconds of wall time, and CPU seconds, of fresh processes."""
    wall, cpu = zip(*(once(command, ROOT) for _ in range(RUNS)), strict=True)
    return statistics.median(wall), statistics.median(cpu)


def instructions(command: list[str], checkout: Path) -> float:
    """Instructions that one fresh process executes, in thousand millions, counted by valgrind."""
    done = subprocess.run(
        ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", *command],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env=environment(checkout),
    )
    counted = re.search(r"I +refs: +([0-9,]+)", done.stderr)
    assert counted, "valgrind printed no count"
    return int(counted[1].replace(",", "")) / 1e9


def fresh_in_each(checkouts: list[Path], record: str, *, count: bool) -> None:
    """What a fresh process takes in each checkout, in turn, so that all meet the same machine; the least counts."""
    review = [sys.executable, "-m", "lenitive", "review", record, "--format", "json"]
    modules = "import sys, runpy, atexit; atexit.register(lambda: print(len(sys.modules), file=sys.stderr));"
    modules += "sys.argv[0] = 'lenitive'; runpy.run_module('lenitive', run_name='__main__')"
    rows = [("python and numpy alone", [sys.executable, "-c", "import numpy"], ROOT)]
    rows += [(f"review, {c.name or c}", review, c) for c in checkouts]
    least = [(float("inf"), float("inf"))] * len(rows)
    for _ in range(RUNS):
        for i, (_, command, checkout) in enumerate(rows):
            wall, cpu = once(command, checkout)
            least[i] = min(wall, least[i][0]), min(cpu, least[i][1])
    print("\nfresh processes: least wall and processor time, beside NumPy, modules, instructions")
    for (name, command, checkout), (wall, cpu) in zip(rows, least, strict=True):
        line = f"  {name:26s} {wall:6.2f} s {cpu:6.2f} s {cpu / least[0][1]:6.1f} x"
        if command is review:
            done = subprocess.run(
                [sys.executable, "-c", modules, *review[3:]],
                cwd=ROOT,
                check=True,
                capture_output=True,
                text=True,
                env=environment(checkout),
            )
            line += f" {int(done.stderr.split()[-1]):5d}"
        else:
            line += " " * 6
        print(line + (f" {instructions(command, checkout):6.2f} G" if count else ""))


def peak_mib(command: list[str]) -> float:
    """Peak memory of one process, MiB."""
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return int(done.stdout.split()[-1]) / 1024


def warm(checkouts: list[Path], folders: list[Path]) -> list[dict[str, dict[str, float | None]]]:
    """For each checkout, record and part, the least of the rounds: ms, or a count."""
    least: list[dict[str, dict[str, float | None]]] = [{} for _ in checkouts]
    for _ in range(ROUNDS):
        for folder in map(str, folders):
            for checkout, kept in zip(checkouts, least, strict=True):
                done = subprocess.run(
                    [sys.executable, ROOT / "benchmarks" / "warm_review.py", str(RUNS), folder],
                    cwd=checkout,
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                    env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(checkout / "src")},
                )
                found = json.loads(done.stdout)
                old = kept.setdefault(folder, found)
                for part, value in found.items():
                    before = old[part]
                    if value is not None and before is not None:
                        old[part] = min(before, value)
    return least


def print_warm(checkouts: list[Path], folders: list[Path]) -> None:
    """A table for each record: the parts, and what each takes in each checkout."""
    found = warm(checkouts, folders)
    for folder in map(str, folders):
        print(f"\n{Path(folder).name}, warm, ms of processor time")
        for part in found[0][folder]:
            values = [each[folder][part] for each in found]
            cells = "".join("         -" if v is None else f"{v:10.1f}" for v in values)
            first, last = values[0], values[-1]
            ratio = f"{last / first:8.2f}" if len(values) > 1 and first and last else ""
            print(f"  {part:22s}{cells}{ratio}")
        print_faces([each[folder] for each in found])


def print_faces(found: list[dict[str, float | None]]) -> None:
    """The page and the PDF, each from the record on, as multiples of the JSON: at most twice is the aim."""
    for face in ("HTML", "PDF"):
        pairs = [(each[face], each["JSON"]) for each in found]
        cells = "".join(f"{a / b:10.2f}" if a and b else "         -" for a, b in pairs)
        print(f"  {f'{face} to JSON':22s}{cells}")


def year(folder: Path) -> Path:
    """The folder of the simulated year, written."""
    from lenitive.intake import write_folder

    folder.mkdir()
    for name, data in write_folder(year_with_three_drugs()).items():
        (folder / name).write_bytes(data)
    return folder


def fresh(record: str) -> None:
    """What a fresh process takes, beside Python and NumPy alone."""
    words = ["review", record, "--format", "json"]
    peers = {
        "python and numpy alone": [sys.executable, "-c", "import numpy"],
        "review, compiled kernel": [sys.executable, "-m", "lenitive", *words],
        "review, numpy alone": [sys.executable, "-c", NUMPY_ONLY, *words],
        "review as HTML": [sys.executable, "-m", "lenitive", "review", record, "--format", "html"],
        "review as PDF": [
            sys.executable,
            "-m",
            "lenitive",
            "review",
            record,
            "--format",
            "pdf",
            "--out",
            os.devnull,
        ],
    }
    base, document = None, None
    print("\nfresh processes")
    for name, command in peers.items():
        wall, cpu = measure(command)
        base = base or cpu
        if name == "review, compiled kernel":
            document = cpu
        print(
            f"{name:28s} {wall:6.2f} s wall {cpu:6.2f} s CPU {cpu / base:6.1f} x {peak_mib(command):7.0f} MiB"
            + (f" {cpu / document:6.2f} x the document" if document else "")
        )


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("checkouts", nargs="*", type=Path, help="folders of checkouts, the old one first")
    words.add_argument("--record", type=Path, default=ROOT / "examples" / "clear-responder")
    words.add_argument("--instructions", action="store_true", help="count instructions too (needs valgrind)")
    asked = words.parse_args()
    if asked.instructions and shutil.which("valgrind") is None:
        words.error("--instructions needs valgrind (Debian: valgrind)")
    with tempfile.TemporaryDirectory() as made:
        folders = [asked.record.resolve(), year(Path(made) / "a year with three drugs")]
        print_warm([c.resolve() for c in asked.checkouts] or [ROOT], folders)
    record = str(asked.record.resolve())
    fresh_in_each([c.resolve() for c in asked.checkouts] or [ROOT], record, count=asked.instructions)
    if not asked.checkouts:
        fresh(record)


if __name__ == "__main__":
    main()
