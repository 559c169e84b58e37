"""What ``lenitive`` itself offers: everything it names, brought only when asked for."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import lenitive

PACKAGE = Path(lenitive.__file__).parent


def test_every_name_is_there_and_listed():
    for name in lenitive.__all__:
        assert getattr(lenitive, name) is not None
        assert name in dir(lenitive)
    assert lenitive.__version__ == version("lenitive")


def test_each_door_is_the_thing_of_its_room():
    from lenitive.evidence import synthesise
    from lenitive.knowledge import load
    from lenitive.review import review
    from lenitive.safety import check
    from lenitive.shells.files import open_record
    from lenitive.titration import Planner

    assert (lenitive.synthesise, lenitive.load, lenitive.ask) == (synthesise, load, review)
    assert (lenitive.check, lenitive.open_record, lenitive.Planner) == (check, open_record, Planner)


def test_a_name_that_is_not_there_is_an_error_as_ever():
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = lenitive.nothing


def test_rooms_keep_their_names():
    """A door must not hide the room beside it."""
    import lenitive.review as room

    assert room.__name__ == "lenitive.review"


def test_importing_it_brings_no_room():
    code = "import sys, lenitive; print(sorted(m for m in sys.modules if m.startswith('lenitive')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['lenitive', 'lenitive.doors']"


def test_no_room_goes_through_the_doors():
    """They lead up as well as down, and the import contract does not look behind them."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE)
        if name.parts[0] in {"shells", "__main__.py"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            plain = isinstance(node, ast.Import) and any(a.name == "lenitive" for a in node.names)
            if plain or (isinstance(node, ast.ImportFrom) and node.module == "lenitive"):
                found.append(f"{name}:{node.lineno}")
    assert found == []


def test_the_room_of_reviews_offers_what_it_names():
    import lenitive.review as room

    for name in room.__all__:
        assert getattr(room, name) is not None
        assert name in dir(room)


def test_no_name_of_a_room_hides_behind_a_module():
    """A module, once imported, takes its name in the package, so a thing of the same name would turn into the module."""
    for package in (lenitive, importlib.import_module("lenitive.review")):
        modules = {m.name for m in pkgutil.iter_modules(package.__path__)}
        assert not modules & set(package.__all__)
