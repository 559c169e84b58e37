"""Names that a package offers and brings from its modules only when they are asked for (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

__all__ = ["brought_from"]


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
