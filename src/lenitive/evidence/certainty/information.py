r"""How much information there is beside how much one trial would need.

*Needed*: the people of one trial of two equal arms with a stated power to find a stated size,
:math:`N = 4 (z_{1-\alpha/2} + z_{\text{power}})^2 / d^2` for a difference of *d* standard deviations, and
:math:`N = 2 (z_{1-\alpha/2} + z_{\text{power}})^2 \{p_1(1-p_1) + p_2(1-p_2)\} / (p_1-p_2)^2` for events.

*There*: each trial is a wire between its arms whose conductance is its number of people; the network's conductance between two
treatments is the size of the one trial that would say as much. Two steps through a common comparator, of 400 people each, are
worth a trial of 200.

Source: Guyatt and others 2011, J Clin Epidemiol 64:1283-93 (optimal information size); Thorlund and Mills 2012, Syst Rev 1:41
(effective size of an indirect comparison, of which this is the form for any network).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lenitive.evidence.distributions import normal_quantile
from lenitive.evidence.network import Network

__all__ = ["Information", "needed_for_events", "needed_for_scores"]

Floats = NDArray[np.float64]


def needed_for_scores(size: float, *, alpha: float, power: float) -> float:
    """People for a difference of ``size`` standard deviations."""
    z = normal_quantile(1 - alpha / 2) + normal_quantile(power)
    return 4 * z**2 / size**2


def needed_for_events(risk: float, ratio: float, measure: str, *, alpha: float, power: float) -> float:
    """People for a change from one risk to another, by the important ratio; infinite where the change is none.

    Args:
        risk: Without the treatment, 0 to 1.
        ratio: The size called important: of risks (``RR``), of odds (``OR``), or a difference of risks (``RD``).
        measure: Which of the three it is.
        alpha: Two-sided.
        power: Of the trial.
    """
    odds = risk / (1 - risk) if risk < 1 else math.inf
    other = (
        risk * ratio
        if measure == "RR"
        else risk + ratio
        if measure == "RD"
        else odds * ratio / (1 + odds * ratio)
    )
    other = min(other, 1.0)
    if risk <= 0 or other == risk:
        return math.inf
    z = normal_quantile(1 - alpha / 2) + normal_quantile(power)
    return 2 * z**2 * (risk * (1 - risk) + other * (1 - other)) / (risk - other) ** 2


class Information:
    """The effective number of people behind every comparison of a network."""

    def __init__(self, network: Network) -> None:
        """Add up a network's trials; trials whose size is not known count for nothing."""
        self._number = {t: i for i, t in enumerate(network.treatments)}
        k = len(self._number)
        wires = np.zeros((k, k))
        self.unknown = tuple(s.name for s in network.studies if s.n is None)
        for s in network.studies:
            if s.n is None:
                continue
            at = [self._number[t] for t in s.treatments]
            # Arms of equal size: a trial of two arms is a wire of its number of people.
            wires[np.ix_(at, at)] += 4 * s.n / len(at) ** 2
        np.fill_diagonal(wires, 0.0)
        self._joined = np.linalg.matrix_power((wires > 0).astype(float) + np.eye(k), k) > 0
        self._inverse: Floats = np.asarray(
            np.linalg.pinv(np.diag(wires.sum(1)) - wires, hermitian=True), float
        )

    def people(self, a: str, b: str) -> float:
        """The size of the one trial that would say as much; 0 where no trial of known size joins the two."""
        i, j = self._number[a], self._number[b]
        if not self._joined[i, j]:
            return 0.0
        resistance = self._inverse[i, i] + self._inverse[j, j] - 2 * self._inverse[i, j]
        return float(1 / resistance)
