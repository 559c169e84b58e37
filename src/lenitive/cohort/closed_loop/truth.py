"""What a course of doses truly did to simulated patients: relief less side effects and weight, by the curves that a review uses.

    net = mean over the days of ( relief - cost of side effects - cost of weight )

Relief is what the drug itself changed in that day's scores, with its onset, its fading, missed doses and the rebound of a step down; expectation,
the flare on entry and drift are not the drug's. Only what the drug brings counts as a cost, on the day on which it is there.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lenitive.cohort.closed_loop.course import BASELINE_DAYS, horizon_days
from lenitive.frozen import dataclass
from lenitive.knowledge import PreferenceLines
from lenitive.response import benefit_weights, preference_for
from lenitive.terms import Score
from lenitive.virtual import HABITS, OUTCOMES, Cohort, Design, Given, Phase, World, severity_path, simulate

__all__ = ["CONSTANT_DOSES", "SimulatedPeople", "TrueNet", "people"]

Array = NDArray[np.float64]

CONSTANT_DOSES = (0.0, 7.5, 15.0, 22.5, 30.0, 45.0)
"""Doses, mg a day, of which the clairvoyant gives each patient her best one, from the first evening to the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueNet:
    """What each of n patients had from her doses, points a day on average [n].

    Attributes:
        relief: Benefit above zero, weighed over the scores.
        side_effects: What side effects of the drug took away.
        weight: What weight gained with it took away.
    """

    relief: Array
    side_effects: Array
    weight: Array

    @property
    def net(self) -> Array:
        """Relief less both costs."""
        return self.relief - self.side_effects - self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPeople:
    """Simulated patients with the truth about them, to be asked what any course of doses would do.

    Attributes:
        cohort: Who they are.
        preferences: What matters to them; all the same.
        lines: The curves.
    """

    cohort: Cohort
    preferences: Mapping[str, float]
    lines: PreferenceLines

    def daily(self, dose_mg: Array) -> TrueNet:
        """The same for every day of a course of doses [n, T] instead of their mean: attributes are [n, T]."""
        weights = benefit_weights([Score(o) for o in OUTCOMES], self.preferences, self.lines)
        relief = -self.cohort.drug_change(dose_mg) @ np.array(list(weights.values()))
        relative = dose_mg / self.cohort.world.reference_dose_mg
        effects, weight = np.zeros_like(relief), np.zeros_like(relief)
        heavy = self._share("weight_gain")
        for i, courses in enumerate(self.cohort.courses):
            for c in courses:
                if c.kind in ("fading", "staying"):
                    latent = severity_path(c, HABITS[c.effect], relative[i])
                    effects[i] += self._share(c.effect) * self._points("severity_points", latent)
            weight[i] = heavy * self._points("weight_points", 100 * self.cohort.weight_gain(i, relative[i]))
        return TrueNet(relief=relief, side_effects=effects, weight=weight)

    def net(self, dose_mg: Array, weeks: int) -> TrueNet:
        """The mean over so many weeks from the first dose on."""
        days = slice(BASELINE_DAYS, BASELINE_DAYS + 7 * weeks)
        d = self.daily(dose_mg)
        return TrueNet(
            relief=d.relief[:, days].mean(axis=1),
            side_effects=d.side_effects[:, days].mean(axis=1),
            weight=d.weight[:, days].mean(axis=1),
        )

    def constant(self, dose_mg: float) -> Array:
        """One dose from the first evening on [n, T]."""
        out = np.zeros(self.cohort.missed.shape)
        out[:, BASELINE_DAYS:] = dose_mg
        return out

    def best_constant(self, weeks: int) -> tuple[Array, Array]:
        """The best of ``CONSTANT_DOSES`` for each patient, and its net benefit: what a clairvoyant gives [n] each."""
        nets = np.stack([self.net(self.constant(d), weeks).net for d in CONSTANT_DOSES])
        best = nets.argmax(axis=0)
        return np.array(CONSTANT_DOSES)[best], nets.max(axis=0)

    def _share(self, effect: str) -> float:
        return preference_for(effect, self.preferences, self.lines) / 10

    def _points(self, curve: str, x: Array) -> Array:
        row = getattr(self.lines, curve)
        return np.asarray(np.interp(x, row.at, row.points))


def people(
    world: World, *, n: int, seed: int, weeks: int, preferences: Mapping[str, float], lines: PreferenceLines
) -> SimulatedPeople:
    """The first n patients of a world."""
    design = Design(name="closed-loop", days=horizon_days(weeks), phases=(Phase(0, 0.0),))
    cohort = simulate(world, design, n=n, seed=seed, given=Given(preferences=preferences))
    return SimulatedPeople(cohort=cohort, preferences=preferences, lines=lines)
