"""Which of the options that stand first cannot be told apart from the first by what is known of their worth."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.review.option import Option
from lenitive.review.worth import Expected

__all__ = ["not_apart", "worth_range"]

# Of a normal: 95 of 100 lie within so many standard deviations.
_WITHIN_95 = 1.96


def worth_range(expected: Expected) -> tuple[float, float] | None:
    """The 95 % range of a step's worth, points; None where its spread is not known.

    Only the benefit has a spread here: the cost is taken as it stands.
    """
    if expected.worth is None or not expected.benefit_sd:
        return None
    half = _WITHIN_95 * expected.benefit_sd
    return expected.worth - half, expected.worth + half


def not_apart(options: Sequence[Option]) -> tuple[Option, ...]:
    """Of these options, in order of rank, those whose range meets that of the first, the first among them.

    A step whose worth has no range is as it stands; empty where only the first would be left.
    """
    ends = []
    for o in options:
        if o.expected.worth is None:
            continue
        ends.append((o, worth_range(o.expected) or (o.expected.worth, o.expected.worth)))
    if not ends:
        return ()
    _, (low, high) = ends[0]
    found = tuple(o for o, (a, b) in ends if a <= high and low <= b)
    return found if len(found) > 1 else ()
