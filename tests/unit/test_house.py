"""What the house promises is counted: doors, names, parameters, roles."""

from __future__ import annotations

import importlib.util
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_SPEC = importlib.util.spec_from_file_location("house", ROOT / "tools" / "house.py")
house = importlib.util.module_from_spec(_SPEC)
sys.modules["house"] = house
_SPEC.loader.exec_module(house)

FOUND = house.modules()
ROOMS = sorted({m.split(".")[1] for m in FOUND if m.count(".") > 1} - {"shells"})


def test_rooms_are_entered_by_their_doors():
    assert house.past_doors(FOUND) == []


def test_each_public_class_name_has_one_meaning():
    assert house.same_names(FOUND) == {}


def test_no_function_takes_more_than_eight_values():
    assert house.long_lists(FOUND) == []


def test_every_module_has_a_role_and_keeps_it():
    assert house.broken_roles(FOUND) == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_offers_what_it_names(room):
    door = import_module(f"lenitive.{room}")
    assert door.__all__ == sorted(door.__all__, key=door.__all__.index)
    assert len(door.__all__) == len(set(door.__all__))
    for name in door.__all__:
        assert getattr(door, name) is not None
        assert name in dir(door)
    with pytest.raises(AttributeError):
        _ = door.no_such_name


def _tree(tmp_path, files):
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {
        ".".join(name.removesuffix(".py").split("/")).removesuffix(".__init__"): tmp_path / name for name in files
    }


def test_a_pure_room_that_reaches_the_clock_is_named_with_its_chain(tmp_path):
    found = _tree(
        tmp_path,
        {
            "lenitive/record/a.py": "from lenitive.record.b import f\n",
            "lenitive/record/b.py": "import time\n\ndef f():\n    return time.time()\n",
            "lenitive/record/c.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import os\n",
            "lenitive/attic/d.py": "",
        },
    )
    said = house.broken_roles(found)
    assert "lenitive.record.a -> lenitive.record.b: imports time in line 1" in said
    assert "lenitive.record.b: imports time in line 1" in said
    assert "lenitive.attic.d: has no role; give it one in ROLES" in said
    assert not [line for line in said if "record.c" in line]


def test_what_breaks_a_promise_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(house, "ROOT", tmp_path)
    nine = ", ".join(f"p{i}: int" for i in range(9))
    found = _tree(
        tmp_path,
        {
            "lenitive/safety/x.py": f"from lenitive.review.y import Z\nclass Same: ...\ndef f({nine}): ...\n",
            "lenitive/review/y.py": "class Same: ...\nfrom lenitive.safety import Finding\n",
        },
    )
    assert house.past_doors(found) == ["lenitive/safety/x.py:1: lenitive.review.y"]
    assert list(house.same_names(found)) == ["Same"]
    assert house.long_lists(found) == ["lenitive/safety/x.py:3: f (9)"]
