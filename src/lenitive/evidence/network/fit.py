"""The network model: every treatment against every other from direct and indirect comparisons together."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lenitive.evidence.distributions import chi2_tail, normal_quantile, normal_two_sided, t_quantile
from lenitive.evidence.network.data import Network
from lenitive.evidence.network.gls import gls, network_blocks, prediction_half_width, tau2_of
from lenitive.evidence.pairwise.effects import RATIOS
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["Comparison", "NetworkResult", "fit_network"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One treatment against another; ratios are logs.

    Attributes:
        treatment: The treatment.
        comparator: What it is compared with.
        estimate: Treatment less comparator.
        se: Its standard error.
        low: Lower end of the interval.
        high: Upper end.
        p: Two-sided P value.
        prediction: Interval for the effect in a new study (t with one degree of freedom less than Q has); None with common
            effects, and below three degrees of freedom, where it would say nothing.
    """

    treatment: str
    comparator: str
    estimate: float
    se: float
    low: float
    high: float
    p: float
    prediction: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class NetworkResult:
    """A fitted network.

    Attributes:
        network: What was fitted.
        reference: The treatment others are compared with.
        model: ``common`` or ``random``.
        method: How tau2 was found.
        level: The intervals' level.
        treatments: The order of ``theta``, the reference first.
        theta: Effects against the reference, 0 for the reference itself.
        cov: Their covariance (zero row and column for the reference).
        tau2: Heterogeneity variance; 0 with common effects.
        q: Q of the common-effect model.
        q_df: Its degrees of freedom.
        q_p: Its P value.
        i2: Share of variation beyond chance, percent.
        notes: Caveats.
    """

    network: Network
    reference: str
    model: str
    method: str
    level: float
    treatments: tuple[str, ...]
    theta: Floats
    cov: Floats
    tau2: float
    q: float
    q_df: int
    q_p: float
    i2: float
    notes: tuple[str, ...]

    @property
    def is_ratio(self) -> bool:
        """Whether results are shown after taking the exponential."""
        return self.network.measure in RATIOS

    def shown(self, value: float) -> float:
        """A value as a reader sees it."""
        return math.exp(value) if self.is_ratio else value

    def compare(self, treatment: str, comparator: str) -> Comparison:
        """One treatment against another.

        Raises:
            NotEstimable: ``unknown_treatment``.
        """
        for t in (treatment, comparator):
            if t not in self.treatments:
                raise NotEstimable(
                    "unknown_treatment",
                    f"{t!r} is not in the network",
                    f"Use one of {', '.join(self.treatments)}",
                )
        i, j = self.treatments.index(treatment), self.treatments.index(comparator)
        estimate = float(self.theta[i] - self.theta[j])
        variance = float(self.cov[i, i] + self.cov[j, j] - 2 * self.cov[i, j])
        se = math.sqrt(max(variance, 0.0))
        z = normal_quantile(0.5 + self.level / 2)
        prediction = None
        if self.model == "random" and i != j and self.q_df >= 3:
            half = prediction_half_width(t_quantile(0.5 + self.level / 2, self.q_df - 1), se, self.tau2)
            prediction = (estimate - half, estimate + half)
        return Comparison(
            treatment=treatment,
            comparator=comparator,
            estimate=estimate,
            se=se,
            low=estimate - z * se,
            high=estimate + z * se,
            p=normal_two_sided(estimate / se) if se > 0 else 1.0,
            prediction=prediction,
        )

    def against_reference(self) -> tuple[Comparison, ...]:
        """Every other treatment against the reference."""
        return tuple(self.compare(t, self.reference) for t in self.treatments[1:])

    def league(self) -> tuple[tuple[Comparison | None, ...], ...]:
        """Row treatment against column treatment, for every pair; None on the diagonal."""
        return tuple(
            tuple(None if a == b else self.compare(a, b) for b in self.treatments) for a in self.treatments
        )


def fit_network(
    network: Network,
    *,
    reference: str | None = None,
    model: str = "random",
    method: str = "REML",
    level: float = 0.95,
) -> NetworkResult:
    """The network's effects.

    Args:
        network: The trials.
        reference: What others are compared with; the first treatment by default.
        model: ``common`` or ``random`` (one heterogeneity variance for all comparisons).
        method: Estimator of tau2: ``REML``, ``ML`` or ``DL``.
        level: Of the intervals.

    Raises:
        NotEstimable: ``disconnected`` (it names the parts), ``unknown_treatment``, ``unknown_model``, ``unknown_method``.
    """
    if model not in {"common", "random"}:
        raise NotEstimable("unknown_model", f"{model!r} is not a model", "Use common or random")
    if len(network.components) > 1:
        parts = "; ".join(", ".join(c) for c in network.components)
        raise NotEstimable(
            "disconnected",
            f"the network falls into {len(network.components)} parts that no trial joins: {parts}",
            "Analyse a part with Network.part, or find a joining trial",
        )
    reference = network.treatments[0] if reference is None else reference
    if reference not in network.treatments:
        raise NotEstimable(
            "unknown_treatment",
            f"{reference!r} is not in the network",
            f"Use one of {', '.join(network.treatments)}",
        )
    order = (reference, *(t for t in network.treatments if t != reference))
    width = len(order) - 1
    blocks = network_blocks(network, order)
    contrasts = sum(b.y.size for b in blocks)
    df = contrasts - width
    at0 = gls(blocks, 0.0)
    tau2 = tau2_of(blocks, df, method) if model == "random" else 0.0
    at = at0 if tau2 == 0 else gls(blocks, tau2)
    notes = list(network.notes)
    if df <= 0:
        notes.append("no more contrasts than treatments: heterogeneity and inconsistency cannot be seen")
    elif model == "random" and df < 5:
        notes.append(f"{df} degrees of freedom: the heterogeneity is hardly known")
    theta, cov = np.zeros(width + 1), np.zeros((width + 1, width + 1))
    theta[1:], cov[1:, 1:] = at.beta, at.cov
    return NetworkResult(
        network=network,
        reference=reference,
        model=model,
        method=method if model == "random" else "common effect",
        level=level,
        treatments=order,
        theta=theta,
        cov=cov,
        tau2=tau2,
        q=at0.q if df > 0 else 0.0,
        q_df=df,
        q_p=chi2_tail(at0.q, df),
        i2=100 * max(0.0, (at0.q - df) / at0.q) if df > 0 and at0.q > 0 else 0.0,
        notes=tuple(notes),
    )
