"""The monthly cycle, which moves all scores of many women, each in a phase of her own: a cosine and a sine beside the drugs in the mean.

Where the record says on which day of the cycle she was, they follow it, whatever was taken. Where nobody recorded it, blocks of about half a cycle on and
off have its period and could be taken for it: there, and only there, a wave of 28 days guards the answer; in other records it would only blur what is
asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np

from lenitive.record import Patient, Record
from lenitive.response.doses import InputSeries
from lenitive.response.priors import Priors
from lenitive.response.result import Array

__all__ = ["CYCLE_DAY", "cycle_waves"]

CYCLE_DAY = "cycle_day"
"""The measure that holds the day of the cycle, 1 for the first."""
_TURNS = 3
"""Stretches of about half a cycle from which on they have its period."""


def cycle_waves(
    record: Record, found: Sequence[InputSeries], first: date, days: int, priors: Priors
) -> tuple[tuple[str, Array], ...]:
    """Name and ``[day]`` series of the waves, or nothing where none is needed.

    Args:
        record: Whose.
        found: The inputs.
        first: First day of the grid.
        days: How many there are.
        priors: How long a cycle is, and which blocks it could be.
    """
    begun = _begun(record, first, priors)
    if begun:
        turn = _turns(begun, days, priors)
    elif _has_cycles(record.patient, first, priors) and any(_like_a_cycle(s, priors) for s in found):
        # Phase is free, so the count may begin on any day; this one does not depend on where the grid begins.
        turn = (np.arange(days) + first.toordinal()) / priors.cycle_days
    else:
        return ()
    angle = 2 * np.pi * turn
    return ("cosine", np.cos(angle)), ("sine", np.sin(angle))


def _begun(record: Record, first: date, priors: Priors) -> list[int]:
    """On which days of the grid, ascending, cycles began, by what was recorded; some may lie before it."""
    told = sorted((m.day - first).days - round(m.value) + 1 for m in record.series(CYCLE_DAY))
    apart = priors.cycle_days / 2
    begun: list[int] = []
    for start in told:
        # Two entries of one cycle may differ by some days: the earlier counts.
        if not begun or start - begun[-1] > apart:
            begun.append(start)
    return begun


def _turns(begun: Sequence[int], days: int, priors: Priors) -> Array:
    """``[day]`` cycles gone by: between two that were recorded as many as fit, each of equal length; beyond them in cycles of her usual length."""
    usual = priors.cycle_days
    counts = [max(round((b - a) / usual), 1) for a, b in pairwise(begun)]
    own = float(
        np.median([(b - a) / n for (a, b), n in zip(pairwise(begun), counts, strict=True)] or [usual])
    )
    at = np.array(begun, dtype=float)
    turn = np.concatenate([[0.0], np.cumsum(counts)])
    day = np.arange(days, dtype=float)
    inside = np.interp(day, at, turn)
    before, after = (day - at[0]) / own, turn[-1] + (day - at[-1]) / own
    return np.asarray(np.where(day < at[0], before, np.where(day > at[-1], after, inside)))


def _has_cycles(patient: Patient, first: date, priors: Priors) -> bool:
    """Whether there may be cycles that nobody recorded: not in men, nor beyond the age at which they end."""
    age = patient.age(first)
    return patient.sex != "male" and (age is None or age <= priors.cycle_until_age)


def _like_a_cycle(source: InputSeries, priors: Priors) -> bool:
    edges = np.concatenate([[0], np.flatnonzero(np.diff(source.taking)) + 1, [source.taking.size]])
    lengths = np.diff(edges)[source.taking[edges[:-1]] >= 0]
    alike = (lengths >= priors.cycle_shortest_block) & (lengths <= priors.cycle_longest_block)
    return int(alike.sum()) >= _TURNS
