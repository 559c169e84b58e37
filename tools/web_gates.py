"""The long form of the web's gates, one command each; what was measured is kept under ``docs/reports/web``.

    python tools/web_gates.py foreign-ids     # 10,000 cases
    python tools/web_gates.py kill            # 50 rounds
    python tools/web_gates.py postgresql      # the whole suite of the web on PostgreSQL
    python tools/web_gates.py all
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "reports" / "web"
RUNS = {
    "foreign-ids": (["tests/web/test_foreign_ids.py"], {"LENITIVE_FOREIGN_CASES": "10000"}),
    "kill": (["tests/web/test_keeping.py"], {"LENITIVE_KILL_ROUNDS": "50", "LENITIVE_KILL_WRITERS": "16"}),
    "postgresql": (["tests/web/test_postgresql.py"], {"LENITIVE_POSTGRES": "all"}),
}
"""The tests of each, and what makes them long."""


def main(words: list[str]) -> int:
    """Run what was named; the first failure's exit status."""
    names = list(RUNS) if words == ["all"] else words
    if not names or set(names) - set(RUNS):
        print(__doc__)
        return 2
    OUT.mkdir(parents=True, exist_ok=True)
    for name in names:
        tests, more = RUNS[name]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", "--show-capture=no", *tests],
            cwd=ROOT,
            env={**os.environ, **more, "LENITIVE_GATES_OUT": str(OUT)},
            check=False,
        )
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
