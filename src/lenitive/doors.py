"""Names that a package offers and brings from its modules only when they are asked for (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

__all__ = ["brought_from", "room_door"]


def brought_from(package: str, doors: Mapping[str, str]) -> Callable[[str], object]:
    """A package's ``__getattr__``: each name is looked up once and then stands in the package.

    Args:
        package: The package's name.
        doors: By the name offered, ``module`` where the name is the same there, or ``module:name``.
    """

    def bring(name: str) -> object:
        if name not in doors:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, _, inside = doors[name].partition(":")
        found: object = getattr(import_module(module), inside or name)
        setattr(sys.modules[package], name, found)
        return found

    return bring


def room_door(
    room: str, names: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """A room's ``__getattr__`` and ``__dir__`` for the names that it brings when they are asked for.

    A name that is also the name of a module of the room cannot stand behind it: importing the module would put the module
    in the name's place.

    Args:
        room: The room's ``__name__``.
        names: The public names by the module, within the room, that has them.
    """
    bring = brought_from(
        room, {name: f"{room}.{module}" for module, those in names.items() for name in those}
    )

    def known() -> list[str]:
        return sorted({*vars(sys.modules[room]), *(name for those in names.values() for name in those)})

    return bring, known
