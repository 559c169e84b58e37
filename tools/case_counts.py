"""How many inputs the tests try of each case of ``tests/cases/README.md``: every collected test that names it in its
id, its docstring or its module's.

A parametrised test counts by its parameters; a loop within a test counts once, whatever it holds.

    python tools/case_counts.py            # the table, cases with fewer than eleven marked
    python tools/case_counts.py --write    # the same, and the table of the page
"""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "tests" / "cases" / "README.md"
LEAST = 11
"""The input itself and ten more of its kind."""
_NAMED = re.compile(r"\bcases?[ _]((?:[A-Z]\d+)(?:(?:, | and | to )[A-Z]\d+)*)", re.IGNORECASE)
_TABLE = re.compile(r"(<!-- counts -->\n).*?(<!-- end -->)", re.DOTALL)
_ACROSS = 8


def named(text: str) -> set[str]:
    """The cases that a text names: ``case A7``, ``Cases A1, A2 and A5``, ``A1 to A5``."""
    found: set[str] = set()
    for group in _NAMED.findall(text):
        parts = re.split(r"(, | AND | TO )", group.upper())
        for i, part in enumerate(parts):
            if i % 2 == 0:
                found.add(part)
            elif part == " TO ":
                letter, first, last = parts[i - 1][0], int(parts[i - 1][1:]), int(parts[i + 1][1:])
                found |= {f"{letter}{n}" for n in range(first, last + 1)}
    return found


class _Counting:
    """A plugin that counts what is collected."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            held = (getattr(item, "function", None), getattr(item, "module", None))
            docs = " ".join(getattr(one, "__doc__", "") or "" for one in held)
            self.counts.update(named(f"{item.name} {docs}"))


def counts() -> Counter[str]:
    """By case, the inputs tried."""
    plugin = _Counting()
    with redirect_stdout(io.StringIO()):
        code = pytest.main(["--collect-only", "-q", str(ROOT / "tests")], plugins=[plugin])
    if code:
        raise SystemExit(f"the tests could not be collected (exit status {int(code)})")
    return plugin.counts


def ordered(found: Counter[str]) -> list[str]:
    """The cases by letter and number."""
    return sorted(found, key=lambda c: (c[0], int(c[1:])))


def written(page: str, found: Counter[str]) -> str:
    """The page with its table of counts made anew."""
    cells = [f"{case}: {found[case]}" for case in ordered(found)]
    rows = [cells[i : i + _ACROSS] for i in range(0, len(cells), _ACROSS)]
    lines = ["| " + " | ".join([*row, *[""] * (_ACROSS - len(row))]) + " |" for row in rows]
    table = "\n".join(("|" + "  |" * _ACROSS, "|" + "---|" * _ACROSS, *lines))
    return _TABLE.sub(lambda m: f"{m[1]}{table}\n{m[2]}", page)


def main(arguments: list[str]) -> None:
    """Print the table; with ``--write`` put it on the page."""
    found = counts()
    for case in ordered(found):
        print(f"{case:5} {found[case]:4}{'' if found[case] >= LEAST else '  few'}")
    if "--write" in arguments:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
