"""The glossary and the code say the same.

The rules. A name in backticks exists: a class, function, field or value of the code as ``Name``, ``name`` or ``room.name``, a file
or folder of the package or one that the code names, or a command. A public class whose name is a word of the glossary is named in a
row of that word as ``room.Class``, so that a reader knows which is meant; where the class means something else the row says *not*
before it. Whether a class is used in the meaning of its row is for a reader to judge: the test sees that the row says which class.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

import lenitive

ROOT = Path(lenitive.__file__).parent
GLOSSARY = Path(__file__).resolve().parents[2] / "GLOSSARY.md"
_ROW = re.compile(r"^\| \*\*(.+?)\*\*(.*?) \| (.*) \|$")


def rows() -> list[tuple[str, str, str]]:
    """Word, what stands beside it in brackets, and meaning, of each row."""
    found = []
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        if line.startswith("| **"):
            match = _ROW.match(line)
            assert match, f"not a row: {line}"
            word, beside = (
                re.sub(r"\s*\(.*?\)", "", match[1]),
                match[1][len(match[1].split(" (")[0]) :] + match[2],
            )
            found.append((word.strip().lower(), beside, match[3]))
    return found


@cache
def defined() -> dict[str, set[str]]:
    """Rooms by the name of each class, function, field, argument or value of the code."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in ROOT.rglob("*.py"):
        room = path.relative_to(ROOT).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found[node.name].add(room)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found[node.id].add(room)
            elif isinstance(node, ast.arg):
                found[node.arg].add(room)
    return found


@cache
def texts() -> str:
    return "\n".join(p.read_text(encoding="utf-8") for p in sorted(ROOT.rglob("*.py")))


@cache
def classes() -> dict[str, set[str]]:
    """Rooms by the name of each public class."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in ROOT.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].add(path.relative_to(ROOT).parts[0].removesuffix(".py"))
    return found


def exists(name: str) -> bool:
    """Whether the code has what a name in backticks says."""
    if re.fullmatch(r"[A-Za-z_]\w*", name):
        return name in defined() or (ROOT / name).is_dir()
    room, dot, inner = name.partition(".")
    if dot and re.fullmatch(r"[A-Za-z_]\w*", inner) and (ROOT / room).is_dir():
        return room in defined().get(inner, ())
    if name.startswith("review "):
        return all(
            f'"{option}"' in texts() or option.lstrip("-") in defined()
            for option in re.findall(r"--\w+", name)
        )
    return (ROOT / name).exists() or name.strip("[]") in texts()


def as_words(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()


NAMES = sorted(set(re.findall(r"`([^`]+)`", GLOSSARY.read_text(encoding="utf-8"))))
WORDS = {word for word, _, _ in rows()}
SHARED = sorted(name for name in classes() if as_words(name) in WORDS)


@pytest.mark.parametrize("name", NAMES)
def test_what_stands_in_backticks_exists(name):
    assert exists(name)


@pytest.mark.parametrize("name", SHARED)
def test_a_class_named_like_a_word_is_named_in_its_row(name):
    meanings = [meaning for word, _, meaning in rows() if word == as_words(name)]
    assert any(f"`{room}.{name}`" in m for room in classes()[name] for m in meanings), (
        f"say in the row of {as_words(name)!r} whether {', '.join(sorted(classes()[name]))}.{name} is meant"
    )


def test_the_rules_see_what_they_are_for():
    assert len(SHARED) > 40
    assert exists("entered_at")
    assert exists("kinetics.exposure")
    assert not exists("NoSuchClass")
    assert not exists("safety.exposure_of_nothing")
    assert not exists("no_such_folder/file.csv")
    assert as_words("InQuestion") == "in question"


def test_a_word_has_one_row_for_each_thing_that_it_means():
    heads = [(word, beside) for word, beside, _ in rows()]
    assert len(heads) == len(set(heads))
