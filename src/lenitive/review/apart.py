"""Which of the options that stand first are as good as each other, and the range of what a step is worth."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.review.option import Option
from lenitive.review.worth import Expected

__all__ = ["not_apart", "worth_range"]

# Of a normal: 95 of 100 lie within so many standard deviations.
_WITHIN_95 = 1.96


def worth_range(expected: Expected) -> tuple[float, float] | None:
    """The 95 % range of a step's worth, points; None where its spread is not known."""
    if expected.worth is None or not expected.benefit_sd:
        return None
    half = _WITHIN_95 * expected.benefit_sd
    return expected.worth - half, expected.worth + half


def not_apart(options: Sequence[Option]) -> tuple[Option, ...]:
    """Of these options, in order of rank, those that are as good as the first, the first among them; empty where it stands alone."""
    found = [o for o in options if o.tied_with]
    ids = {i for o in found[:1] for i in (o.id, *o.tied_with)}
    tied = tuple(o for o in options if o.id in ids)
    return tied if len(tied) > 1 and tied[0] == options[0] else ()
