"""The one root of chance: a seed, and a stream of its own for each use that a review makes of it.

Streams come from ``SeedSequence(seed, spawn_key=...)``, so no seed meets another's stream (a list such as ``[seed, 3]``
does: a seed of more than 32 bits is cut into several words). A digest is never a seed: equal seeds must give
equal draws also when something else about the question changes.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

__all__ = ["SEEDS", "Stream", "generator"]

SEEDS = 2**128
"""How many seeds there are: NumPy pads a seed to 128 bits before it adds the stream, and longer ones could meet another's."""


class Stream(IntEnum):
    """What draws are for. A number is never used again for something else."""

    POSTERIOR = 0
    """The parameters of the response model. The fit with measured nights draws the same numbers as the one without, so that
    chance does not tell the two apart."""
    WEIGHT = 1
    """The trajectory of weight."""
    EFFECTS = 2
    """Joint effects of all inputs."""
    COUPLING = 3
    """The share of each effect that runs through sleep."""
    BANDS = 4
    """The courses of the outcomes."""


def generator(seed: int, stream: Stream) -> np.random.Generator:
    """The random numbers of one use of a seed.

    Args:
        seed: From 0 up to below ``SEEDS``.
        stream: What they are for.

    Raises:
        ValueError: When the seed is outside that range.
    """
    if not 0 <= seed < SEEDS:
        raise ValueError("a seed is a whole number from 0 to 2**128 - 1")
    # Words are shared by rooms that draw nothing and start without NumPy.
    import numpy as np

    key = () if stream is Stream.POSTERIOR else (int(stream),)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
