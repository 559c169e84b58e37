"""The mean benefit over the days to come along a way of dosing: the present state, onset and washout are in it.

Given theta the day's benefit is linear in the coefficients, B_t = -sum_o w_o (beta_o h_o(t) + gamma_o b_o(t)), with h and b the dose's curve
and its bend after the onset filter. So is its mean over the days: each draw gives a normal, and the whole is again a mixture of normals.
Between changes of dose the filter's sum has a closed form. A dose taken at bedtime acts from the next day on, so day 0 is still that of the
present dose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from lenitive.frozen import dataclass
from lenitive.response.dose_path import DosePath, DoseStep
from lenitive.response.doses import bend, curve
from lenitive.response.filters import first_order
from lenitive.response.fit import Fit
from lenitive.response.posterior import Posterior
from lenitive.response.priors import Priors
from lenitive.response.result import Array
from lenitive.terms import EffectBelief, Score

__all__ = ["BelievedBenefit", "BenefitAhead", "MeanBenefit", "OwnBenefit"]

_NOTHING: tuple[DoseStep, ...] = ((0, 0.0),)
_Asked = tuple[tuple[DoseStep, ...], int, tuple[tuple[Score, float], ...]]
"""Doses of a drug, days, and weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanBenefit:
    """A mixture of normals: the mean daily benefit over the horizon, points.

    Attributes:
        weight: ``[k]``, sums to 1.
        mean: ``[k]``.
        variance: ``[k]``.
    """

    weight: Array
    mean: Array
    variance: Array

    @property
    def expected(self) -> float:
        """Its mean."""
        return float(self.weight @ self.mean)

    @property
    def spread(self) -> float:
        """Its variance."""
        centre = self.expected
        return float(self.weight @ (self.variance + (self.mean - centre) ** 2))


class BenefitAhead(Protocol):
    """What a drug's benefit is forecast from."""

    def over(self, path: DosePath, days: int, weights: Mapping[Score, float]) -> MeanBenefit:
        """Its mean over so many days along a path; the weights of the outcomes sum to 1."""
        ...


def _filtered(horizon: int, drives: list[tuple[int, Array]], state: Array, keep: Array) -> Array:
    """Mean over the days of a first-order filter: ``state [n, c, r]`` at first, each drive ``[r]`` for so many days."""
    total = np.zeros_like(state)
    # Where the time constant is beyond all days nothing of a state goes: the sum of its powers is their number.
    stays = keep >= 1
    left = keep / np.where(stays, 1.0, 1 - keep)
    for days, drive in drives:
        gap = state - drive
        power = keep**days
        total += days * drive + gap * np.where(stays, float(days), left * (1 - power))
        state = drive + gap * power
    return np.asarray(total / horizon)


class OwnBenefit:
    """Of a drug of the fit: by the patient's own posterior.

    Args:
        fit: The posterior.
        drug: A drug of it.
        present_mg: What is taken of it now, mg a day.

    Raises:
        KeyError: When the drug is not an input of the fit.
        ValueError: When the fit was refused.
    """

    def __init__(self, fit: Fit, drug: str, present_mg: float) -> None:
        posterior = fit.posterior
        if posterior is None:
            raise ValueError(f"the fit was refused: {fit.reason}")
        design = posterior.design
        names = [s.input.name for s in design.sources]
        if drug not in names:
            raise KeyError(f"{drug!r} is not an input of this fit")
        k = names.index(drug)
        main, bent = design.input_row[k]
        rows = [main] if bent < 0 else [main, bent]
        offset = 3 * design.base.shape[1]
        at = [offset + 3 * row + slot for row in rows for slot in range(3)]
        moments = posterior.moments
        self._weight = posterior.draws.weight
        self._mean = np.ascontiguousarray(moments.mean[:, at])
        self._cov = np.ascontiguousarray(moments.cov[:, at][:, :, at])
        self._input, self._share, self._bent = design.sources[k].input, design.ed50_share, bent >= 0
        self._present, self._outcomes = present_mg, design.outcomes
        self._keep, self._state = _state_now(posterior, main, rows)
        # Where every dose was the reference the fit holds no column for the curve's bend; at another dose it is still unsure.
        size = np.hypot(self._mean, np.sqrt(np.diagonal(self._cov, axis1=1, axis2=2)))
        self._bend_variance = None if self._bent else (size * fit.settings.priors.ed50_log_sd) ** 2
        self._levels: dict[tuple[tuple[DoseStep, ...], int], Array] = {}
        # The same paths are asked about under several weights of harms, which change no benefit.
        self._over: dict[_Asked, MeanBenefit] = {}
        self._slopes: dict[_Asked, tuple[float, float]] = {}

    def _asked(self, path: DosePath, days: int, weights: Mapping[Score, float]) -> _Asked:
        return path.steps.get(self._input.name, _NOTHING), days, tuple(weights.items())

    def over(self, path: DosePath, days: int, weights: Mapping[Score, float]) -> MeanBenefit:
        """Its mean over so many days along a path; the weights of the outcomes sum to 1."""
        asked = self._asked(path, days, weights)
        if asked not in self._over:
            self._over[asked] = self._mean_over(path, days, weights)
        return self._over[asked]

    def _mean_over(self, path: DosePath, days: int, weights: Mapping[Score, float]) -> MeanBenefit:
        levels = self._mean_levels(path, days)
        w = np.array([weights.get(o, 0.0) for o in self._outcomes])
        v = self._direction(levels, weights)
        mean = np.einsum("ni,ni->n", v, self._mean)
        variance = np.einsum("ni,ni->n", np.einsum("nij,nj->ni", self._cov, v), v)
        if self._bend_variance is not None:
            variance = variance + np.einsum("ni,ni->n", self._bend_variance, (w * levels[:, 1]) ** 2)
        return MeanBenefit(weight=self._weight, mean=mean, variance=np.maximum(variance, 1e-16))

    def slope(self, path: DosePath, days: int, weights: Mapping[Score, float]) -> tuple[float, float]:
        """How the mean benefit along a path goes with the steady benefit at the reference dose, and the SD of that.

        Returns:
            The regression coefficient of the first on the second, by what is believed of both, and the SD of the second, points.
        """
        asked = self._asked(path, days, weights)
        if asked not in self._slopes:
            self._slopes[asked] = self._slope(path, days, weights)
        return self._slopes[asked]

    def _slope(self, path: DosePath, days: int, weights: Mapping[Score, float]) -> tuple[float, float]:
        along, steady = self._direction(self._mean_levels(path, days), weights), self._steady(weights)
        m_along, m_steady = (np.einsum("ni,ni->n", v, self._mean) for v in (along, steady))
        moved = np.einsum("ni,nij->nj", steady, self._cov)
        w, centre = self._weight, float(self._weight @ m_steady)
        within = float(w @ np.einsum("nj,nj->n", moved, along))
        between = float(w @ ((m_steady - centre) * (m_along - float(w @ m_along))))
        own = float(w @ (np.einsum("nj,nj->n", moved, steady) + (m_steady - centre) ** 2))
        return (within + between) / max(own, 1e-16), float(np.sqrt(max(own, 0.0)))

    def _steady(self, weights: Mapping[Score, float]) -> Array:
        """``[draw, column]`` the direction of the steady benefit at the reference dose."""
        levels = np.zeros((self._weight.size, 2, 3))
        levels[:, 0] = 1.0
        return self._direction(levels, weights)

    def _direction(self, levels: Array, weights: Mapping[Score, float]) -> Array:
        w = np.array([weights.get(o, 0.0) for o in self._outcomes])
        v = -w * levels[:, 0]
        return np.concatenate([v, -w * levels[:, 1]], axis=1) if self._bent else v

    def _mean_levels(self, path: DosePath, days: int) -> Array:
        """``[draw, 2, 3]`` mean over the days of the dose's curve and of its bend, after the onset of each outcome."""
        key = path.steps.get(self._input.name, _NOTHING), days
        if key not in self._levels:
            stretches = [(1, self._present), *path.stretches(self._input.name, days)]
            drives = [(n, self._drive(mg)) for n, mg in _cut(stretches, days)]
            found = _filtered(days, drives, self._state, self._keep)
            self._levels[key] = found[:, [0, 1, 1]].transpose(0, 2, 1)
        return self._levels[key]

    def _drive(self, mg: float) -> Array:
        reference = self._input.reference
        return np.array([curve(mg, reference, self._share), bend(mg, reference, self._share)], dtype=float)


def _cut(stretches: list[tuple[int, float]], days: int) -> list[tuple[int, float]]:
    """The stretches within so many days."""
    found, left = [], days
    for n, mg in stretches:
        if left > 0:
            found.append((min(n, left), mg))
            left -= n
    return found


def _state_now(posterior: Posterior, main: int, rows: list[int]) -> tuple[Array, Array]:
    """``[draw, 2, 1]`` what is kept of the filter's state from day to day, and ``[draw, 2, 2]`` that state on the last day: curve, bend."""
    design, theta = posterior.design, posterior.draws.theta
    rate = -1.0 / design.onset_days(theta[:, 13:15])[:, main]
    days = len(design.days)
    state = np.zeros((*rate.shape, 2))
    ago = np.arange(days - 1, -1, -1.0)
    for c in range(2):
        power = np.exp(rate[:, c, None] * ago)
        for r, row in enumerate(rows):
            new = power @ design.drive[:, row, c] * -np.expm1(rate[:, c])
            state[:, c, r] = new + design.before[row, c] * np.exp(rate[:, c] * days)
    return np.exp(rate)[:, :, None], state


_NODES = np.array([-1.28, -0.52, 0.0, 0.52, 1.28])
"""Medians of fifths of a normal, near enough: an onset that nobody has seen is averaged over them."""


class BelievedBenefit:
    """Of a drug that the diary says nothing about: by the trials.

    Args:
        drug: The drug.
        beliefs: What they say of it, by outcome. An outcome without a belief gets nothing.
        priors: Of the onset and the dose's curve.
        past_mg: ``[day]`` mg up to today.
    """

    def __init__(
        self, drug: str, beliefs: Mapping[Score, EffectBelief], priors: Priors, past_mg: Array
    ) -> None:
        self._drug, self._beliefs, self._priors, self._past = drug, beliefs, priors, past_mg

    def over(self, path: DosePath, days: int, weights: Mapping[Score, float]) -> MeanBenefit:
        """As of ``OwnBenefit``. Effects on the scores are taken to go together: the wider choice."""
        doses = np.concatenate([self._past, path.daily(self._drug, days)])[: self._past.size + days - 1]
        onset = self._priors.onset(self._drug)
        mean = sd = 0.0
        for slot, (outcome, weight) in enumerate(weights.items()):
            if (b := self._beliefs.get(outcome)) is None:
                continue
            median = onset.sleep if slot == 0 else onset.other
            drive = curve(np.append(0.0, doses), b.dose_mg_per_day, self._priors.ed50_share)
            share = float(first_order(drive, median * np.exp(onset.log_sd * _NODES))[:, -days:].mean())
            mean -= weight * b.mean * share
            sd += weight * b.sd * share
        return MeanBenefit(weight=np.ones(1), mean=np.array([mean]), variance=np.array([max(sd**2, 1e-16)]))
