"""Streams of one seed: apart from each other, the same again, and never met by another seed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from lenitive.terms.chance import Stream, generator


def numbers(seed, stream):
    return tuple(generator(seed, stream).integers(0, 2**63, 4))


def test_a_stream_gives_the_same_numbers_again():
    assert numbers(7, Stream.WEIGHT) == numbers(7, Stream.WEIGHT)


def test_no_two_streams_of_nearby_and_large_seeds_meet():
    seeds = [0, 1, 2, 2**32, 2**32 + 1, 3 * 2**32 + 1, 2**64 + 1, 2**128 - 1]
    found = [numbers(seed, stream) for seed, stream in itertools.product(seeds, Stream)]
    assert len(set(found)) == len(seeds) * len(Stream)


def test_a_list_as_seed_would_meet_another_seed():
    """What the streams are for: the words of ``[1, 3]`` are those of the seed ``3 * 2**32 + 1``."""
    listed = np.random.default_rng([1, 3]).integers(0, 2**63, 4)
    assert np.array_equal(listed, np.random.default_rng(3 * 2**32 + 1).integers(0, 2**63, 4))


@pytest.mark.parametrize("seed", [-1, 2**128])
def test_a_seed_that_could_meet_another_is_refused(seed):
    with pytest.raises(ValueError, match="from 0 to"):
        generator(seed, Stream.POSTERIOR)
