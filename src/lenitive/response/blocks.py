"""On minus off: plain means on stretches with an input against those without it, where the two took turns."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lenitive.response.estimands import Answers, Found, Pending, Subject, effect_of
from lenitive.response.result import Array, Estimand

__all__ = ["on_minus_off"]

_SHORTEST = 3
"""Days of a stretch: a tablet taken on a bad day is no block, and its day differs from others by why it was taken."""
_LEAST = 3
"""Stretches, so that it was begun or left off again at least once: a trend can look like a single change."""


def on_minus_off(a: Answers) -> Found:
    """The difference for each drug that was taken and left off in turn, by randomised or chosen blocks; nothing for others.

    No model: means of all entries on the days of either kind, from the first recorded period on, the days on which the effect comes or goes
    included, so that a slow drug's is smaller than its effect. The variance takes the entries' correlation from day to day into account.
    """
    pending = Pending(np.ones(1), a.settings)
    least = a.settings.lines.least_entries
    for k, source in enumerate(a.design.sources):
        runs = _stretches(source.taking)
        for slot, reference in enumerate(a.reference[k]):
            scores = a.design.raw[:, slot]
            kept = [(on, scores[days]) for on, days in runs if np.isfinite(scores[days]).sum() >= least]
            turns = sum(x[0] != y[0] for x, y in pairwise(kept))
            if turns + 1 < _LEAST:
                continue
            (mean_on, n_on), (mean_off, n_off) = (_mean(kept, side) for side in (True, False))
            variance, r = _variance(kept, mean_on, mean_off)
            inflated = variance * (1 + r) / (1 - r)
            told = {
                "entries_on": float(n_on),
                "entries_off": float(n_off),
                "stretches": float(len(kept)),
                "lag_one": r,
            }
            about = Subject(a.design, k, slot, source.input.current, Estimand.ON_MINUS_OFF)
            pending.add(
                np.array([mean_on - mean_off]),
                np.array([inflated * (1 / n_on + 1 / n_off)]),
                reference,
                effect_of(about, reference, told),
            )
    return pending.done(), []


def _stretches(taking: NDArray[np.int8]) -> list[tuple[bool, slice]]:
    """Stretches on and off, in order, those of few days left out."""
    edges = [0, *(np.flatnonzero(np.diff(taking)) + 1).tolist(), taking.size]
    return [
        (bool(taking[begin]), slice(begin, end))
        for begin, end in pairwise(edges)
        if taking[begin] >= 0 and end - begin >= _SHORTEST
    ]


def _mean(kept: list[tuple[bool, Array]], side: bool) -> tuple[float, int]:
    every = np.concatenate([scores[np.isfinite(scores)] for on, scores in kept if on == side])
    return float(every.mean()), int(every.size)


def _variance(kept: list[tuple[bool, Array]], mean_on: float, mean_off: float) -> tuple[float, float]:
    """Variance of the entries around the mean of their kind, and their correlation from day to day, 0 to 0.9."""
    square, product, pairs, count = 0.0, 0.0, 0, 0
    for on, scores in kept:
        rest = scores - (mean_on if on else mean_off)
        both = np.isfinite(rest[1:]) & np.isfinite(rest[:-1])
        square += float(np.nansum(rest**2))
        count += int(np.isfinite(rest).sum())
        product += float((rest[1:] * rest[:-1])[both].sum())
        pairs += int(both.sum())
    variance = square / max(count - 2, 1)
    if pairs < 1 or square <= 0:
        return variance, 0.0
    return variance, float(np.clip(product / pairs / (square / count), 0.0, 0.9))
