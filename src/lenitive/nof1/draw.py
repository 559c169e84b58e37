"""A fair draw that anyone can repeat: a number below the count of schedules, from a seed.

The number is the first of SHA-256 of ``<digest of the design>:<seed>:<i>``, i = 0, 1, ..., read as an integer, that lies below the largest
multiple of the count; its remainder is the number of the schedule. No schedule is likelier than another, and no library is needed to
check it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from lenitive.frozen import dataclass
from lenitive.nof1.design import TrialDesign, TrialDesignError
from lenitive.nof1.schedules import Schedules, TrialPeriod

__all__ = ["Drawn", "Verified", "draw", "verify"]

_LEAST_SEED = 16
"""Letters of a seed: with fewer, somebody could try seeds until the schedule pleases."""
_BITS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A schedule that was drawn.

    Attributes:
        design: The rules.
        seed: What it was drawn with.
        size: How many schedules obey the rules.
        number: Which of them it is, from 0.
        periods: The schedule.
    """

    design: TrialDesign
    seed: str
    size: int
    number: int
    periods: tuple[TrialPeriod, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Whether a schedule is the one that its seed gives.

    Attributes:
        holds: Whether it is.
        size: How many schedules obey the rules.
        number: Which the seed gives.
        given: Which was shown; None when it does not obey the rules.
        why: Why it does not obey them; empty where it does.
    """

    holds: bool
    size: int
    number: int
    given: int | None
    why: str


def _below(size: int, digest: str, seed: str) -> int:
    limit = (1 << _BITS) // size * size
    i = 0
    while True:
        value = int.from_bytes(hashlib.sha256(f"{digest}:{seed}:{i}".encode()).digest())
        if value < limit:
            return value % size
        i += 1


def draw(design: TrialDesign, seed: str) -> Drawn:
    """The schedule of a seed, each as likely as any other.

    Args:
        design: The rules.
        seed: At least 16 letters that nobody chose, such as a token of the system.

    Raises:
        TrialDesignError: When the seed is short, or fewer than two schedules obey the rules.
    """
    if len(seed) < _LEAST_SEED:
        raise TrialDesignError(
            f"the seed has {len(seed)} letters", f"Take {_LEAST_SEED} at least that nobody chose"
        )
    allowed = Schedules(design)
    number = _below(allowed.size, design.digest, seed)
    return Drawn(design=design, seed=seed, size=allowed.size, number=number, periods=allowed.at(number))


def verify(design: TrialDesign, seed: str, periods: Sequence[TrialPeriod]) -> Verified:
    """Whether a schedule is what its seed gives under its rules.

    Raises:
        TrialDesignError: As ``draw``.
    """
    drawn = draw(design, seed)
    given, why = None, ""
    try:
        given = Schedules(design).number_of(periods)
    except TrialDesignError as refusal:
        why = refusal.what
    return Verified(holds=given == drawn.number, size=drawn.size, number=drawn.number, given=given, why=why)
