"""Data files that the wheel would leave behind show here."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

from lenitive.knowledge.load import FOLDER
from lenitive.knowledge.parsed import FILE

ROOT = Path(__file__).resolve().parents[2]


def test_every_data_file_is_of_a_package_or_matches_a_shipped_pattern():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = settings["tool"]["setuptools"]["package-data"]
    deep = {pattern.removeprefix("**/") for pattern in shipped["lenitive.knowledge"]}
    left = [
        path.relative_to(FOLDER).as_posix()
        for path in FOLDER.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.suffix != ".py"
        and path != FILE  # the build makes it where it builds
        and not (
            (path.parent / "__init__.py").is_file()
            and any(fnmatch(path.name, pattern) for pattern in shipped["*"])
        )
        and not any(fnmatch(path.name, pattern) for pattern in deep)
    ]
    assert left == []
