"""How the falls of a plan made after withdrawal compare with the fall that brought it."""

from __future__ import annotations

from lenitive.frozen import dataclass

__all__ = ["Falls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Falls:
    """The falls of a plan made after withdrawal, beside the fall that brought it.

    Attributes:
        target: Whose occupancy falls, by the drug's curve; empty where the dose is what falls.
        unit: ``1`` for a share, ``mg/d`` for a dose.
        former: The fall that brought withdrawal.
        largest: The largest of the plan.
        blocked: The next fall, mg a day before and after, when no product makes it smaller than the former; else None.
        blocked_size: How large that one would be.
    """

    target: str
    unit: str
    former: float
    largest: float
    blocked: tuple[float, float] | None = None
    blocked_size: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.largest < self.former:
            raise ValueError("every fall is smaller than the one that brought withdrawal")
        if (self.blocked is None) != (self.blocked_size is None):
            raise ValueError("a fall that is not made has its size")
