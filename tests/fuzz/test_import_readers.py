"""Whatever the bytes of an export, an import ends in what they say and problems with their place and remedy.

``tools/fuzz_import.py`` does the same for as long as it is told.
"""

from __future__ import annotations

import importlib.util
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenitive.intake.cells import _OF_TEN
from lenitive.intake.moments import written
from lenitive.intake.numbers import _OF
from lenitive.shells.importing import kinds

ROOT = Path(__file__).resolve().parents[2]
_SPEC = importlib.util.spec_from_file_location("fuzz_import", ROOT / "tools" / "fuzz_import.py")
assert _SPEC is not None
assert _SPEC.loader is not None
fuzz = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(fuzz)

NAMES = [None, "table", *(reader.name for reader in kinds())]
STARTS = fuzz.starts(sorted((ROOT / "examples" / "diaries").iterdir()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("exports")


def test_changed_exports(folder):
    chance = random.Random(1)
    for start in STARTS:
        for _ in range(4):
            fuzz.imported(fuzz.changed(start, chance), None, folder)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.binary(max_size=200)
    | st.lists(st.sampled_from(fuzz.PIECES), max_size=60).map(b"".join)
    | st.lists(st.lists(st.sampled_from(fuzz.PIECES), max_size=6).map(b",".join), max_size=12).map(
        b"\n".join
    ),
    st.sampled_from(NAMES),
)
def test_any_bytes_taken_for_any_kind(folder, data, kind):
    fuzz.imported(data, kind, folder)


@pytest.mark.parametrize("cell", [" ", "a ", "1 /", "GMT "])
def test_a_long_cell_is_not_looked_at_again_and_again(cell):
    long = cell * 30_000 + "x"
    begun = time.process_time()
    with pytest.raises(ValueError, match="does not match"):
        written(long, "%d/%m/%Y")
    assert _OF.fullmatch(long) is None
    assert _OF_TEN.fullmatch(long) is None
    assert time.process_time() - begun < 1


def test_the_name_of_a_column_stays_in_its_line(folder):
    data = b'date,"pain\n[day]\x1b[2J (0-10)"\n2026-03-01,5\n2026-03-02,6\n'
    found = fuzz.imported(data, None, folder)
    assert all(line.isprintable() for line in found.account)
