"""Lenitive: does this medicine ease this patient's symptoms, and what should be considered next?

What most people need stands here; each is brought from its room when it is first asked for, so that importing ``lenitive``
costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lenitive.evidence import synthesise
    from lenitive.knowledge import load
    from lenitive.review import review as ask
    from lenitive.safety import check
    from lenitive.shells.files import open_record
    from lenitive.titration import Planner

    __version__: str

__all__ = ["Planner", "__version__", "ask", "check", "load", "open_record", "synthesise"]

_DOORS = {
    "Planner": ("lenitive.titration", "Planner"),
    "ask": ("lenitive.review", "review"),
    "check": ("lenitive.safety", "check"),
    "load": ("lenitive.knowledge", "load"),
    "open_record": ("lenitive.shells.files", "open_record"),
    "synthesise": ("lenitive.evidence", "synthesise"),
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """A name of a room, or the version of the installed package."""
        if name == "__version__":
            found: object = import_module("importlib.metadata").version("lenitive")
        elif name in _DOORS:
            room, inside = _DOORS[name]
            found = getattr(import_module(room), inside)
        else:
            raise AttributeError(f"module 'lenitive' has no attribute {name!r}")
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        """The names, those not yet brought among them."""
        return sorted({*globals(), *__all__})
