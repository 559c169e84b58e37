"""What a reader is: one module of a room's ``readers``, found by being there.

To add a kind of file, add one module with a ``READERS`` tuple; nothing else is edited. A test asks of every reader that its
own example is recognised by it, by no other, and read.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, Generic, TypeVar

from lenitive.files.probe import Probe
from lenitive.files.refusal import FileRefusal, RefusedError
from lenitive.frozen import dataclass

__all__ = ["Reader", "readers_in", "recognised"]

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader(Generic[R]):
    """A kind of file that can be read.

    Attributes:
        name: Its name on the command line, such as ``fitbit``.
        words: What it is, for people.
        recognises: Whether a file is of this kind, by its content.
        read: Reads it; takes the file and the room's options.
        example: The bytes of a small file of this kind, made up, or None where it is too large to write down (a database).
        members: Ends of the names under which files of this kind lie in archives of many files.
    """

    name: str
    words: str
    recognises: Callable[[Probe], bool]
    read: Callable[[Probe, Any], R]
    example: bytes | None
    members: tuple[str, ...] = ()


@cache
def readers_in(package: str) -> tuple[Reader[Any], ...]:
    """Every reader in the modules of a package, by name."""
    home = import_module(package)
    found: list[Reader[Any]] = []
    for entry in pkgutil.iter_modules(home.__path__):
        found += getattr(import_module(f"{package}.{entry.name}"), "READERS", ())
    return tuple(sorted(found, key=lambda reader: reader.name))


def recognised(probe: Probe, readers: tuple[Reader[Any], ...]) -> Reader[Any] | None:
    """The reader that knows a file; None when none does.

    Raises:
        RefusedError: When two do, with the word that decides; or when looking at it already fails.
    """
    found = [reader for reader in readers if reader.recognises(probe)]
    if len(found) > 1:
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            f"it could be {' or '.join(r.words for r in found)}",
            f"Say which, as in --as {found[0].name}",
        )
    return found[0] if found else None
