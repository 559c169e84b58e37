"""What a reader asks of a table's report beyond what is always there."""

from __future__ import annotations

from lenitive.evidence import Rating
from lenitive.frozen import dataclass
from lenitive.knowledge import CertaintyLines

__all__ = ["PARTS", "MetaAsked"]

PARTS = (
    "leave-one-out",
    "consistency",
    "net-heat",
    "unrelated",
    "ranks",
    "league",
    "funnel",
    "contribution",
    "certainty",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaAsked:
    """What a reader asks.

    Attributes:
        show: Parts wanted whatever their length; the others are shown while they are short.
        lower_is_better: The outcome's direction, without which nothing is ranked; None where it was not said.
        important: The size that matters, as a reader sees it; None where it was not said.
        lines: The numbers that rules on certainty turn on; needed with ``important``.
        ratings: A reader's own ratings.
    """

    show: frozenset[str] = frozenset()
    lower_is_better: bool | None = None
    important: float | None = None
    lines: CertaintyLines | None = None
    ratings: tuple[Rating, ...] = ()
