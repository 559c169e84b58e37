"""What a side effect, or the weight, will take away along a way of dosing: mean over the days of its cost in points.

A cost is convex in what it prices, so it is averaged over the posterior and never taken at its mean. What a day costs depends on the day's
shape alone once size and background are averaged over: a table for each shape, in which the days of a path are looked up. What
would be there without the drug is no cost of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from lenitive.frozen import dataclass
from lenitive.knowledge import CurveRow, SideEffectLines
from lenitive.response.course_grid import CourseAhead, course_shapes, floors, relative_dose
from lenitive.response.dose_path import DosePath
from lenitive.response.filters import first_order
from lenitive.response.result import Array
from lenitive.response.weight import WeightAhead

__all__ = ["Burden", "MeanCost", "course_burden", "weight_burden"]

_FINE = 32
"""Steps of a table for each unit of a shape."""
_MOST = 3.0
"""The end of a table, in reference doses: no saturating dose comes near it, and a weight is priced at no more."""
_NODES = np.linspace(-3.0, 3.0, 41)
_CHANCES = np.exp(-0.5 * _NODES**2) / np.exp(-0.5 * _NODES**2).sum()


@dataclass(frozen=True, slots=True)
class MeanCost:
    """The mean of a day's cost over the horizon, points, and its variance: taken as if one day's part of it were felt on all, the wider choice."""

    mean: float
    variance: float


@dataclass(frozen=True, kw_only=True)
class Burden:
    """A cost that goes with one drug.

    Attributes:
        what: An effect of the vocabulary, or ``weight``.
        drug: The drug.
        shapes: From ``[day]`` mg, past and to come, to ``[shape, day]``.
        past_mg: ``[day]`` mg up to today.
        table: ``[shape, step]`` expected cost, weighed by the shape's probability.
        square: ``[shape, step]`` the same of the cost's square.
    """

    what: str
    drug: str
    shapes: Callable[[Array], Array]
    past_mg: Array
    table: Array
    square: Array

    def over(self, path: DosePath, days: int) -> MeanCost:
        """What it takes away over so many days along a path."""
        to_come = path.daily(self.drug, days)
        if not to_come.any() and not self.past_mg.any():
            return MeanCost(0.0, 0.0)
        at = self.shapes(np.concatenate([self.past_mg, to_come]))[:, -days:] * _FINE
        np.minimum(at, _MOST * _FINE, out=at)
        place = np.minimum(at.astype(np.intp), self.table.shape[1] - 2)
        share = (at - place).ravel()
        found = self._steps.take((place + self._rows).ravel(), axis=0)
        first = float((found[:, 0].sum() + share @ found[:, 1]) / days)
        second = float((found[:, 2].sum() + share @ found[:, 3]) / days)
        return MeanCost(first, max(second - first**2, 0.0))

    @cached_property
    def _steps(self) -> Array:
        """``[shape x step, 4]`` the table and how much it goes up to the next step, and the same of the square: one look-up a day."""
        tables = []
        for table in (self.table, self.square):
            tables += [table, np.diff(table, append=table[:, -1:])]
        return np.ascontiguousarray(np.stack([t.ravel() for t in tables], axis=1))

    @cached_property
    def _rows(self) -> Array:
        """``[shape, 1]`` where each shape's steps begin."""
        shapes, steps = self.table.shape
        return np.asarray(np.arange(shapes) * steps)[:, None]


_STEPS = np.arange(int(_MOST * _FINE) + 1) / _FINE


def course_burden(ahead: CourseAhead, points: CurveRow, preference: float, lines: SideEffectLines) -> Burden:
    """The cost of a side effect.

    Args:
        ahead: What is believed of it.
        points: What a severity takes away at weight 10.
        preference: The patient's weight of it, 0 to 10.
        lines: What is believed of any side effect.
    """
    _, floor = floors(ahead.prior.background, lines)
    sizes = np.array(lines.sizes.of)
    felt = floor[None, None, :] + sizes[None, :, None] * _STEPS[:, None, None]
    cost = np.interp(felt, points.at, points.points)
    cost = (cost - np.interp(floor, points.at, points.points)) * preference / 10
    return Burden(
        what=ahead.effect,
        drug=ahead.prior.drug,
        shapes=lambda mg: course_shapes(relative_dose(mg, ahead.prior), ahead.prior, lines).path,
        past_mg=ahead.past_mg,
        table=np.einsum("ksf,tsf->kt", ahead.weight, cost),
        square=np.einsum("ksf,tsf->kt", ahead.weight, cost**2),
    )


def weight_burden(ahead: WeightAhead, points: CurveRow, preference: float) -> Burden:
    """The cost of weight gained with a drug.

    Args:
        ahead: What is believed of it.
        points: What so many percent take away at weight 10.
        preference: The patient's weight of it, 0 to 10.
    """
    gain = ahead.gain[:, None] + ahead.gain_sd[:, None] * _NODES
    percent = 100 * gain[:, None, :] * _STEPS[:, None]
    cost = np.interp(percent, points.at, points.points) * preference / 10
    chance = ahead.weight[:, None]
    return Burden(
        what="weight",
        drug=ahead.drug,
        shapes=lambda mg: first_order(mg / ahead.reference_mg, ahead.delay_days),
        past_mg=ahead.past_mg,
        table=chance * (cost @ _CHANCES),
        square=chance * (cost**2 @ _CHANCES),
    )
