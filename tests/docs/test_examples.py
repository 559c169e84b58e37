"""Every fenced example in the documents runs, the README's first.

A block marked ``console`` or ``python`` is run from the repository's root, with ``OUT`` a scratch folder. A line
that cannot run here is written in a block without a language.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "examples" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str, str]]:
    found = []
    for page in PAGES:
        for number, match in enumerate(FENCE.finditer(page.read_text(encoding="utf-8")), 1):
            found.append((f"{page.relative_to(ROOT).as_posix()}#{number}", match.group(1), match.group(2)))
    return found


def test_there_are_examples():
    assert len(examples()) >= 3


@pytest.mark.parametrize(("name", "language", "text"), examples(), ids=[e[0] for e in examples()])
def test_the_example_runs(name, language, text, tmp_path):
    environment = {
        **os.environ,
        "OUT": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    command = (
        ["bash", "-euo", "pipefail", "-c", text]
        if language == "console"
        else [sys.executable, "-W", "error", "-c", text]
    )
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, (
        f"{name} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    )
