"""A daily series after a first-order delay."""

from __future__ import annotations

import numpy as np

from lenitive.response.result import Array

__all__ = ["first_order"]


def first_order(signal: Array, days: Array) -> Array:
    """``[k, day]`` the series ``[day]`` after delays with time constants ``days [k]``, from rest before the first day."""
    keep = np.exp(-1.0 / days)
    out = np.empty((days.size, signal.size))
    state = np.zeros(days.size)
    for t, goal in enumerate(signal.tolist()):
        state = goal + (state - goal) * keep
        out[:, t] = state
    return out
