"""A trial base as a key."""

from __future__ import annotations

from lenitive.frozen import dataclass
from lenitive.knowledge import TrialBase

__all__ = ["SameBase"]


@dataclass(frozen=True, slots=True)
class SameBase:
    """A trial base that is equal only to itself, so that caching does not hash its rows."""

    value: TrialBase

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameBase) and other.value is self.value
