"""Amounts carried from event to event, for many patients side by side.

The gut amount and one amount per exponential are all that the past leaves behind, so that a step of ``h`` hours is

    c_i <- c_i exp(-r_i h) + g ka phi(h; r_i),        g <- g exp(-ka h)

with factors that steps of equal length share. It is written out in NumPy, which is its meaning; the compiled kernel, where it
was built, does the same in the same order.
"""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["MODULE", "Events", "Factors", "carry", "carry_by_numpy"]

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]


def _load() -> ModuleType | None:
    try:
        from lenitive.kinetics import _kernel
    except ImportError:
        return None
    return _kernel


MODULE = _load()
"""The compiled kernel, or None where it was not built."""


class Events(NamedTuple):
    """Doses and looks in order of time.

    Attributes:
        step: Which of the factors leads to the event, -1 when no time passes, shape (event,).
        dose: mg that enter the gut; not used where the event is a look, shape (event,).
        row: The row of the answer that the event fills, -1 for a dose, shape (event,).
    """

    step: Index
    dose: Array
    row: Index


class Factors(NamedTuple):
    """What each length of step does.

    Attributes:
        stays: exp(-ka h), shape (step, patient).
        kept: exp(-r h), shape (step, term, patient).
        enters: ka phi(h; r), shape (step, term, patient).
    """

    stays: Array
    kept: Array
    enters: Array


def carry(events: Events, factors: Factors, weight: Array, gut: Array, central: Array, out: Array) -> None:
    """Fill the rows of ``out`` that the events look at; ``gut`` and ``central`` become what they are after the last.

    Args:
        events: In order of time.
        factors: Of the steps between them.
        weight: What makes levels of amounts, shape (term, patient).
        gut: mg, shape (patient,).
        central: The amount of each exponential, mg, shape (term, patient).
        out: ng/mL, shape (row, patient).
    """
    if MODULE is None:
        carry_by_numpy(events, factors, weight, gut, central, out)
        return
    terms, patients = weight.shape
    sizes = (events.step.size, patients, terms, factors.stays.shape[0], out.shape[0])
    parts = (events.step, events.dose, events.row, *factors, weight, gut, central, out)
    MODULE.carry(*sizes, parts)


def carry_by_numpy(
    events: Events, factors: Factors, weight: Array, gut: Array, central: Array, out: Array
) -> None:
    """What ``carry`` means; it is used where there is no compiled kernel."""
    scratch = np.empty_like(central)
    for step, dose, row in zip(*(a.tolist() for a in events), strict=True):
        if step >= 0:
            np.multiply(central, factors.kept[step], out=central)
            np.multiply(factors.enters[step], gut, out=scratch)
            np.add(central, scratch, out=central)
            np.multiply(gut, factors.stays[step], out=gut)
        if row < 0:
            gut += dose
        else:
            np.einsum("ij,ij->j", central, weight, out=out[row])
