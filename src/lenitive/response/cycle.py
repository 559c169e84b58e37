"""A monthly cycle that nobody recorded: where blocks of about half a cycle took turns, it could be taken for the drug.

All scores of many women go up and down over a menstrual cycle, each in a phase of her own. Blocks of two weeks on and off have the same
period. So where a record holds such blocks, a cosine and a sine of 28 days stand beside the drug in the mean, each with a prior; in other
records they would only blur what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from lenitive.record import Patient
from lenitive.response.doses import InputSeries
from lenitive.response.priors import Priors
from lenitive.response.result import Array

__all__ = ["cycle_waves"]

_TURNS = 3
"""Stretches of about half a cycle from which on they have its period."""


def cycle_waves(
    patient: Patient, found: Sequence[InputSeries], first: date, priors: Priors
) -> tuple[tuple[str, Array], ...]:
    """Name and ``[day]`` series of the waves, or nothing where none is needed.

    Args:
        patient: Who; men and people beyond the age at which cycles end have none.
        found: The inputs.
        first: First day of the grid.
        priors: How long a cycle is, and which blocks it could be.
    """
    age = patient.age(first)
    if patient.sex == "male" or (age is not None and age > priors.cycle_until_age):
        return ()
    if not any(_like_a_cycle(s, priors) for s in found):
        return ()
    # Phase is free, so the count may begin on any day; this one does not depend on where the grid begins.
    days = np.arange(found[0].taking.size) + first.toordinal()
    angle = 2 * np.pi * days / priors.cycle_days
    return ("cosine", np.cos(angle)), ("sine", np.sin(angle))


def _like_a_cycle(source: InputSeries, priors: Priors) -> bool:
    edges = np.concatenate([[0], np.flatnonzero(np.diff(source.taking)) + 1, [source.taking.size]])
    lengths = np.diff(edges)[source.taking[edges[:-1]] >= 0]
    alike = (lengths >= priors.cycle_shortest_block) & (lengths <= priors.cycle_longest_block)
    return int(alike.sum()) >= _TURNS
