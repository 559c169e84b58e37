"""Data files that the wheel would leave behind show here: only files of a package with a listed suffix are shipped."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

from lenitive.knowledge.load import FOLDER

ROOT = Path(__file__).resolve().parents[2]


def test_every_data_file_lies_in_a_package_and_has_a_shipped_suffix():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["*"]
    left = [
        path.relative_to(FOLDER).as_posix()
        for path in FOLDER.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.suffix != ".py"
        and not (
            (path.parent / "__init__.py").is_file()
            and any(fnmatch(path.name, pattern) for pattern in patterns)
        )
    ]
    assert left == []
