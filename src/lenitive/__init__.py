"""Lenitive: does this medicine ease this patient's symptoms, and what should be considered next?

What most people need stands here; each is brought from its room when it is first asked for, so that importing ``lenitive``
costs nothing.
"""

from typing import TYPE_CHECKING

from lenitive.doors import brought_from

if TYPE_CHECKING:
    from lenitive.evidence import synthesise
    from lenitive.knowledge import load
    from lenitive.review import review as ask
    from lenitive.safety import check
    from lenitive.shells.files import open_record
    from lenitive.titration import Planner

__all__ = ["Planner", "__version__", "ask", "check", "load", "open_record", "synthesise"]

# The build reads it from here: asking the installed package for it would import an e-mail parser into every start.
__version__ = "0.1.0"

_DOORS = {
    "Planner": "lenitive.titration",
    "ask": "lenitive.review:review",
    "check": "lenitive.safety",
    "load": "lenitive.knowledge",
    "open_record": "lenitive.shells.files",
    "synthesise": "lenitive.evidence",
}

if not TYPE_CHECKING:
    __getattr__ = brought_from(__name__, _DOORS)

    def __dir__() -> list[str]:
        """The names, those not yet brought among them."""
        return sorted({*globals(), *__all__})
