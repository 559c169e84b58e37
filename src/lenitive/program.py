"""What this program is: its code, the libraries beneath it and the processor, each so that a change can be named.

A version number stands still between commits, so what decides is a digest of the source files themselves.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["REVIEW_ROOMS", "code_digest", "libraries", "processor", "review_code"]

REVIEW_ROOMS = (
    "terms",
    "record",
    "knowledge",
    "kinetics",
    "response",
    "evidence",
    "titration",
    "safety",
    "library",
    "sleep",
    "review",
    "render",
)
"""The rooms whose code a review document comes from. Reading files, simulation and the shells stay outside: they hand over a
record, and what they hand over has a digest of its own."""
_SOURCES = (".py", ".c", ".h", ".po")
"""Catalogues of words count: they change a document as code does."""
_LIBRARIES = ("numpy", "scipy", "pydantic")
"""Those that a review's numbers pass through."""
_CPU = Path("/proc/cpuinfo")


def _sources(root: str, room: str) -> Iterator[tuple[list[str], str]]:
    """Name, in parts, and path of each source file of a room."""
    for folder, inner, names in os.walk(os.path.join(root, room)):  # noqa: PTH118 - twice as quick, and each answer pays it
        inner[:] = [name for name in inner if name != "__pycache__"]
        for name in names:
            if name.endswith(_SOURCES):
                path = f"{folder}{os.sep}{name}"
                yield path[len(root) + 1 :].split(os.sep), path  # noqa: PTH206 - as above


def code_digest(rooms: Sequence[str], *, left_out: str = "", root: Path | None = None) -> str:
    """The first 16 hexadecimal digits of one SHA-256 over the source files of rooms; knowledge files have their own.

    Args:
        rooms: Which rooms, in the order in which they count.
        left_out: The stem of files, or the name of a folder, that do not count.
        root: The package's folder; without it, the one that is running.
    """
    folder = os.fspath(root or Path(__file__).parent)
    total = hashlib.sha256()
    for room in rooms:
        for parts, path in sorted(_sources(folder, room)):
            if left_out not in (*parts[1:-1], parts[-1].rpartition(".")[0]):
                with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - as above
                    data = file.read()
                total.update(f"{'/'.join(parts)}\0{len(data)}\0".encode() + data)
    return total.hexdigest()[:16]


@cache
def review_code() -> str:
    """The digest of the code behind a review document, read once in a process."""
    return code_digest(REVIEW_ROOMS)


def libraries() -> dict[str, str]:
    """The version of Python and of each library that a review's numbers pass through, by name."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "without metadata"
    return found


def processor() -> str:
    """The processor's kind and, where the system tells, its model: sums may differ in their last digits between two."""
    model = platform.processor()
    try:
        lines = _CPU.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    return " ".join(dict.fromkeys(part for part in (platform.machine(), named) if part))
