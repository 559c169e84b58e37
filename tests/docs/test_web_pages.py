"""Every test and file that the pages on gates and hazards name is there: a line that leads nowhere holds nothing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/reference/web-gates.md", "docs/reference/hazards.md")
NAMED = re.compile(r"`((?:tests|benchmarks|tools|docs)/[\w./-]+?)(?:::(\w+))?`")


@pytest.mark.parametrize("page", PAGES)
def test_what_is_named_is_there(page):
    found = NAMED.findall((ROOT / page).read_text())
    assert len(found) > 30
    for file, name in found:
        assert (ROOT / file).exists(), file
        if name:
            assert re.search(rf"^(async )?def {name}\(|^    def {name}\(", (ROOT / file).read_text(), re.M), f"{file}::{name}"


def test_every_hazard_has_an_id_of_its_own_and_a_test():
    rows = [line for line in (ROOT / PAGES[1]).read_text().splitlines() if re.match(r"\| W\d+ \|", line)]
    ids = [row.split("|")[1].strip() for row in rows]
    assert ids == [f"W{i}" for i in range(1, len(ids) + 1)]
    assert len(ids) >= 20
    for row in rows:
        assert any(name for _, name in NAMED.findall(row)), row


def test_the_unit_is_one_that_systemd_takes(tmp_path):
    import os
    import shutil

    verify = shutil.which("systemd-analyze")
    if verify is None:
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail("REQUIRE_ALL=1 and systemd-analyze is not installed")
        pytest.skip("systemd-analyze is not installed (Debian package systemd)")
    text = (ROOT / "deploy/lenitive.service").read_text()
    unit = tmp_path / "lenitive.service"
    # The program need not lie where a site puts it.
    unit.write_text(text.replace("/opt/lenitive/.venv/bin/lenitive", "/bin/true"))
    done = subprocess.run([verify, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "lenitive.service" not in done.stderr


def test_the_image_says_that_it_was_never_built():
    text = (ROOT / "deploy/Containerfile").read_text()
    assert "never built" in text.splitlines()[0]
    for lock in re.findall(r"requirements[\w-]*\.lock", text):
        assert (ROOT / lock).is_file()
