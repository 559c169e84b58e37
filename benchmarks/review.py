"""A review in a fresh process: seconds, and peak memory, with the compiled kernel and on NumPy alone.

The peer is Python starting and importing NumPy, in the same run: how many such starts a review costs. Run from the
repository's root: ``.venv/bin/python benchmarks/review.py [RECORD]``.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5
NUMPY_ONLY = (
    "import importlib, dataclasses;"
    "b = importlib.import_module('lenitive.response.backend');"
    "k = importlib.import_module('lenitive.response.kernel');"
    "b.available = lambda: False;"
    "from lenitive.shells.cli import main; main()"
)


def measure(command: list[str]) -> tuple[float, float]:
    """Median seconds of wall time, and CPU seconds, of fresh processes."""
    wall, cpu = [], []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run(
            command,
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        wall.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(wall), statistics.median(cpu)


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


def main() -> None:
    record = sys.argv[1] if len(sys.argv) > 1 else "examples/clear-responder"
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
    base = None
    for name, command in peers.items():
        wall, cpu = measure(command)
        base = base or cpu
        print(
            f"{name:28s} {wall:6.2f} s wall {cpu:6.2f} s CPU {cpu / base:6.1f} x {peak_mib(command):7.0f} MiB"
        )


if __name__ == "__main__":
    main()
