"""No sentence is written where a judgement is made: the rooms named here return ids, and the words stand in a catalogue.

The rule: a string of the room's code, or a piece of an f-string, is prose when two words stand in it side by side, when it is
one capitalised word that ends like a sentence, or when a word meets the space or the stop at its end. Docstrings, the texts
of exceptions (for programmers) and ``__all__`` are left out.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import lenitive

SOURCE = Path(lenitive.__file__).parent
ROOMS = ("review", "safety", "titration")
# Where the evidence is judged. Its engines return caveats as text, for readers of Python and of any table.
JUDGING = ("evidence/certainty/appraisal.py", "evidence/certainty/trials.py", "evidence/synthesis.py")
VOCABULARY = {"no superiority", "no figures"}
PROSE = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z(]|^[A-Z][a-z]+[.!?]$|^[ ;:,(]+[a-z]{2,}|[a-z]{2,}[ ;:,]+$")


def prose(source: str) -> list[tuple[int, str]]:
    """Line and text of every string that is prose by the rule above."""
    tree = ast.parse(source)
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(id(node.value))
        elif isinstance(node, ast.Raise) or (
            isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "__all__" for t in node.targets)
        ):
            left_out |= {id(inner) for inner in ast.walk(node)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in left_out
        and PROSE.search(node.value)
    ]


@pytest.mark.parametrize("place", JUDGING)
def test_a_judgement_of_evidence_holds_no_sentence(place):
    found = [
        (line, text)
        for line, text in prose((SOURCE / place).read_text(encoding="utf-8"))
        if text not in VOCABULARY
    ]
    assert not found


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_of_judgement_holds_no_sentence(room):
    found = [
        f"{path.relative_to(SOURCE)}:{line}: {text!r}"
        for path in sorted((SOURCE / room).rglob("*.py"))
        for line, text in prose(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        'x = "Record it"',
        'x = "Wait."',
        'x = f"{a} begins {n} days after {b}"',
        'x = f"average {a}"',
        'x = f"Unverified: {a}"',
        'x = "pain alone"',
    ],
)
def test_the_rule_sees_a_sentence(line):
    assert prose(line)


@pytest.mark.parametrize(
    "line",
    [
        '"""A docstring of words."""',
        'raise ValueError("a mistake of ours")',
        'x = "safety.dose.above_limit.met"',
        'x = f"missing.{rule}"',
        'x = "mL/min"',
        'x = "mg/d"',
        '__all__ = ["Part"]',
    ],
)
def test_the_rule_passes_what_is_no_sentence(line):
    assert not prose(line)
