"""All readers under atheris, whose coverage chooses the bytes; ``tools/fuzz_guided.py --each --seconds 60`` gives each a minute of its own."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "fuzz_guided.py"
RUNS = 3000
"""By one seed: a run in CI finds what the run before it found."""


def test_no_bytes_that_coverage_finds_break_an_import():
    if importlib.util.find_spec("atheris") is None:
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail("REQUIRE_ALL=1 and atheris is not installed")
        pytest.skip("atheris is not installed; it is built for Linux")
    done = subprocess.run(
        [sys.executable, str(TOOL), "--runs", str(RUNS)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "stat::number_of_executed_units" in done.stderr
