"""Knowledge parsed ahead of time: one file beside the knowledge files, used only when it was made from them.

Most of a short command's time went into parsing files that had not changed since the last one. The file holds every part
as it comes out of the readers. Its key is a digest of the bytes of the knowledge files, of the code that reads them, and
of the versions of Python and pydantic: with any other key it is left alone, and everything is parsed from the files.

It is a pickle that lies where the code lies, so that whoever could change it could change the code. Even so it may name
only the classes of this room and of ``terms``, days and plain values, and nothing else is ever called.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from pydantic.version import VERSION as PYDANTIC

__all__ = ["FILE", "Parsed", "read_parsed", "write_parsed"]

FILE = Path(__file__).parent / "parsed.bin"

_HERE = os.path.dirname(__file__)  # noqa: PTH120 - paths as text: a start reads them all
_READERS = (_HERE, os.path.join(_HERE, "schema"), os.path.join(os.path.dirname(_HERE), "terms"))  # noqa: PTH118, PTH120
_ROOMS = ("lenitive.knowledge.", "lenitive.terms.")
_DIGEST = 32


@cache
def _readers() -> bytes:
    """A digest of the code that reads knowledge: once a process, since the code that runs does not change."""
    total = hashlib.sha256(f"{sys.implementation.cache_tag} {sys.byteorder} {PYDANTIC}\0".encode())
    for folder in _READERS:
        for name in sorted(os.listdir(folder)):  # noqa: PTH208 - as above
            if name.endswith(".py"):
                with open(os.path.join(folder, name), "rb", buffering=0) as file:  # noqa: PTH118, PTH123 - as above
                    data = file.read()
                total.update(f"{name}\0{len(data)}\0".encode() + data)
    return total.digest()


def _key(version: str) -> bytes:
    return hashlib.sha256(_readers() + version.encode()).digest()


class Parsed(Mapping[str, Any]):
    """Parts by name, each brought to life when it is asked for.

    Args:
        parts: The parts as bytes.
        version: The digest of the knowledge files that they were parsed from.
    """

    def __init__(self, parts: Mapping[str, bytes], version: str) -> None:
        self._parts, self.version = parts, version

    def __getitem__(self, name: str) -> Any:
        """A new copy of the part.

        Raises:
            KeyError: When there is none.
        """
        return _Known(io.BytesIO(self._parts[name])).load()

    def __iter__(self) -> Iterator[str]:
        """Names of the parts."""
        return iter(self._parts)

    def __len__(self) -> int:
        """How many parts there are."""
        return len(self._parts)

    def __contains__(self, name: object) -> bool:
        """Whether there is such a part."""
        return name in self._parts


def _member(of: type, name: str) -> Enum:
    """A member of an enumeration, which some releases of Python 3.11 spell ``getattr(class, name)``; never anything else."""
    if not (isinstance(of, type) and issubclass(of, Enum) and isinstance(name, str)):
        raise pickle.UnpicklingError("not the member of an enumeration")
    return of[name]


class _Known(pickle.Unpickler):
    """Refuses every name but those of our own value classes, the members of our enumerations, and of a day."""

    def find_class(self, module: str, name: str) -> Any:
        """The class.

        Raises:
            UnpicklingError: When it is no class of ours.
        """
        if (module, name) == ("datetime", "date"):
            return date
        if (module, name) == ("builtins", "getattr"):
            return _member
        if module.startswith(_ROOMS):
            found = super().find_class(module, name)
            # A dotted name could lead from a module of ours to a class of another.
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not part of knowledge")


def read_parsed(version: str, path: Path = FILE) -> Parsed | None:
    """The parts parsed ahead from exactly these knowledge files by exactly this code, or None.

    Args:
        version: The digest of the knowledge files.
        path: Where the parts lie.
    """
    try:
        with path.open("rb") as file:
            if file.read(_DIGEST) != _key(version):
                return None
            whole, body = file.read(_DIGEST), file.read()
    except OSError:
        return None
    if hashlib.sha256(body).digest() != whole:
        return None
    return Parsed(_Known(io.BytesIO(body)).load(), version)


def write_parsed(parts: Mapping[str, object], version: str, path: Path = FILE) -> None:
    """Keep parts for the next start; a reader meets the old file or the new one, never half of one.

    Raises:
        OSError: When the file cannot be written.
        UnpicklingError: When a part could not be read back: nothing is written that a start could fail on.
    """
    kept = {name: pickle.dumps(part, protocol=5) for name, part in parts.items()}
    for name in kept:
        _ = Parsed(kept, version)[name]
    body = pickle.dumps(kept, protocol=5)
    half = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        half.write_bytes(_key(version) + hashlib.sha256(body).digest() + body)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
