r"""The Bayesian network by exact conjugacy over a grid of :math:`\tau`: no sampling, no seed.

Given :math:`\tau`, effects are normal with the generalised least-squares mean and covariance (flat priors); their weight is
the restricted likelihood times the prior of :math:`\tau`. Posteriors are mixtures of normals.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from lenitive.evidence.network.data import Network
from lenitive.evidence.network.gls import gls, network_blocks
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["BayesNetwork", "Mixture", "bayes_network"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """A mixture of normals.

    Attributes:
        weights: They add to 1.
        means: Of the parts.
        sds: Of the parts, above zero.
    """

    weights: Floats
    means: Floats
    sds: Floats

    @property
    def mean(self) -> float:
        """The mean."""
        return float(self.weights @ self.means)

    @property
    def sd(self) -> float:
        """The standard deviation."""
        second = float(self.weights @ (self.sds**2 + self.means**2))
        return math.sqrt(max(0.0, second - self.mean**2))

    def below(self, x: float) -> float:
        """Probability of a value below x."""
        return float(self.weights @ special.ndtr((x - self.means) / self.sds))

    def quantile(self, p: float) -> float:
        """The quantile, by bisection.

        Raises:
            ValueError: When p is not between 0 and 1.
        """
        if not 0 < p < 1:
            raise ValueError("a quantile is for a probability between 0 and 1")
        low = float((self.means - 40 * self.sds).min())
        high = float((self.means + 40 * self.sds).max())
        for _ in range(200):
            middle = 0.5 * (low + high)
            if self.below(middle) < p:
                low = middle
            else:
                high = middle
            if high - low < 1e-13 * max(1.0, abs(high)):
                break
        return 0.5 * (low + high)


@dataclass(frozen=True, slots=True, kw_only=True)
class BayesNetwork:
    """The posterior of a network.

    Attributes:
        treatments: The reference first.
        tau: Grid of the heterogeneity standard deviation.
        weight: Its posterior weights; they add to 1.
        theta: Effects against the reference at each tau, shape ``(tau, treatment)``.
        cov: Their covariance, shape ``(tau, treatment, treatment)``.
    """

    treatments: tuple[str, ...]
    tau: Floats
    weight: Floats
    theta: Floats
    cov: Floats

    def compare(self, treatment: str, comparator: str, *, new_study: bool = False) -> Mixture:
        """The posterior of one treatment against another, or of their difference in a new study.

        Raises:
            NotEstimable: ``unknown_treatment``.
        """
        for t in (treatment, comparator):
            if t not in self.treatments:
                raise NotEstimable(
                    "unknown_treatment", f"{t!r} is not in the network", "Use a treatment of it"
                )
        i, j = self.treatments.index(treatment), self.treatments.index(comparator)
        variance = self.cov[:, i, i] + self.cov[:, j, j] - 2 * self.cov[:, i, j]
        if new_study:
            variance = variance + self.tau**2
        return Mixture(
            weights=self.weight,
            means=self.theta[:, i] - self.theta[:, j],
            sds=np.sqrt(np.maximum(variance, 1e-300)),
        )

    @property
    def tau_mean(self) -> float:
        """Posterior mean of the heterogeneity standard deviation."""
        return float(self.weight @ self.tau)


def bayes_network(
    network: Network,
    *,
    reference: str | None = None,
    prior: str = "half_normal",
    scale: float = 1.0,
    points: int = 200,
) -> BayesNetwork:
    """The posterior with flat priors on effects and a half-normal or uniform prior on tau.

    Args:
        network: The trials, connected.
        reference: The reference treatment.
        prior: ``half_normal`` with the given scale, or ``uniform`` from 0 to it.
        scale: In the units of the contrasts.
        points: Of the grid.

    Raises:
        NotEstimable: ``disconnected``, ``unknown_prior``, ``unknown_treatment``.
    """
    if len(network.components) > 1:
        raise NotEstimable(
            "disconnected", "the network falls into parts that no trial joins", "Analyse one part"
        )
    if prior not in {"half_normal", "uniform"} or not scale > 0:
        raise NotEstimable(
            "unknown_prior", f"{prior!r} with scale {scale:g}", "Use half_normal or uniform, above zero"
        )
    reference = network.treatments[0] if reference is None else reference
    if reference not in network.treatments:
        raise NotEstimable(
            "unknown_treatment", f"{reference!r} is not in the network", "Use a treatment of it"
        )
    order = (reference, *(t for t in network.treatments if t != reference))
    width = len(order) - 1
    blocks = network_blocks(network, order)
    reach = scale * (5.0 if prior == "half_normal" else 1.0)
    tau = (np.arange(points) + 0.5) / points * reach
    fits = [gls(blocks, float(t) ** 2) for t in tau]
    log = np.array([f.log_likelihood for f in fits])
    if prior == "half_normal":
        log = log - 0.5 * (tau / scale) ** 2
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    theta = np.zeros((points, width + 1))
    cov = np.zeros((points, width + 1, width + 1))
    for k, f in enumerate(fits):
        theta[k, 1:], cov[k, 1:, 1:] = f.beta, f.cov
    return BayesNetwork(treatments=order, tau=tau, weight=weight, theta=theta, cov=cov)
