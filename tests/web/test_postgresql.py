"""The same tests on PostgreSQL: a server of their own, made for the run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAME = ("test_access.py", "test_audit.py", "test_entering.py", "test_limits.py", "test_record_rows.py", "test_signing.py", "test_tokens.py")
"""What runs on both with every change: rules, audit, entries, limits, tokens."""
ALONE = {"test_postgresql.py", "test_keeping.py"}
"""What never does: this file, and the test that kills a server on its own file."""
EVERY = tuple(sorted(p.name for p in Path(__file__).parent.glob("test_*.py") if p.name not in ALONE))
"""The whole suite, by ``python tools/web_gates.py postgresql``."""
FILES = EVERY if os.environ.get("LENITIVE_POSTGRES") == "all" else SAME


def _programs():
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((p for p in places if (p / "initdb").exists() and (p / "pg_ctl").exists()), None)


@pytest.mark.slow
@pytest.mark.skipif("LENITIVE_DATABASE" in os.environ, reason="this is the run on PostgreSQL")
def test_the_suite_holds_on_postgresql(tmp_path, gate_figures):
    programs = _programs()
    if programs is None:
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail("REQUIRE_ALL=1 and PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    # The server refuses to run as root.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    who = ["runuser", "-u", "postgres", "--"] if as_root else []
    user = "postgres" if as_root else os.environ.get("USER", "postgres")
    home = Path("/tmp") / f"lenitive-pg-{os.getpid()}"
    home.mkdir(mode=0o700)
    if as_root:
        shutil.chown(home, "postgres", "postgres")
    data = home / "data"

    def run(*words):
        subprocess.run([*who, *map(str, words)], check=True, cwd="/tmp", stdout=subprocess.DEVNULL)

    try:
        run(programs / "initdb", "--no-sync", "-A", "trust", "-U", user, "-D", data)
        run(programs / "pg_ctl", "-w", "-D", data, "-l", home / "log", "-o", f"-k {home} -h '' -F", "start")
        try:
            env = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "LENITIVE_", "PYTEST_"))}
            env["LENITIVE_DATABASE"] = f"postgresql://{user}@/postgres?host={home}"
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *(f"tests/web/{n}" for n in FILES)],
                cwd=ROOT, env=env, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout[-3000:]
            assert " passed" in done.stdout
            gate_figures("postgresql", files=len(FILES), said=done.stdout.strip().splitlines()[-1].strip("= "))
        finally:
            run(programs / "pg_ctl", "-m", "fast", "-D", data, "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
