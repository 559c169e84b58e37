r"""Networks whose effects move with something about the trial, and networks without the assumption of consistency.

*Meta-regression*: :math:`y_{ik} = \theta_k - \theta_1 + (\beta_k - \beta_1)(x_i - \bar x) + u_{ik}`, with one slope for all treatments
against the reference (``common``) or one for each (``independent``). Between two treatments neither of which is the reference a common
slope cancels. *Unrelated mean effects*: each direct comparison has an effect of its own, taken against each trial's first arm.

Source: Dias, Sutton, Welton and Ades 2013, Med Decis Making 33:618-40 (regression) and 33:641-56 (unrelated mean effects).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lenitive.evidence.distributions import chi2_tail, normal_quantile, normal_two_sided
from lenitive.evidence.network.data import Network
from lenitive.evidence.network.extensions import ExtraCoefficient
from lenitive.evidence.network.fit import NetworkResult, fit_network
from lenitive.evidence.network.gls import blocks_of, gls, tau2_of
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["NetworkRegression", "UnrelatedMeans", "network_regression", "unrelated_mean_effects"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class NetworkRegression:
    """A network with a covariate of its trials.

    Attributes:
        treatments: The reference first.
        centre: The value of the covariate at which ``theta`` holds: its mean over the trials.
        lowest: The smallest value of the covariate in a trial.
        highest: The largest; outside the two an effect is only an extrapolation.
        theta: Effects against the reference at the centre, 0 for the reference itself.
        slopes: Change of an effect against the reference for each unit; one of the name ``all``, or one a treatment.
        cov: Covariance of the effects (reference left out), then of the slopes.
        tau2: Heterogeneity that the covariate leaves.
        tau2_without: Heterogeneity without it.
        p: Two-sided P value that all slopes are zero.
    """

    treatments: tuple[str, ...]
    centre: float
    lowest: float
    highest: float
    theta: Floats
    slopes: tuple[ExtraCoefficient, ...]
    cov: Floats
    tau2: float
    tau2_without: float
    p: float

    def at(self, treatment: str, x: float) -> ExtraCoefficient:
        """The effect of a treatment against the reference in trials with a value of the covariate."""
        if treatment not in self.treatments[1:]:
            raise NotEstimable(
                "unknown_treatment",
                f"{treatment!r} has no effect against the reference",
                f"Use one of {', '.join(self.treatments[1:])}",
            )
        i, k = self.treatments.index(treatment) - 1, len(self.treatments) - 1
        w = np.zeros(self.cov.shape[0])
        w[i] = 1
        slope = k if len(self.slopes) == 1 and self.slopes[0].name == "all" else k + i
        w[slope] = x - self.centre
        beta = np.concatenate([self.theta[1:], [s.estimate for s in self.slopes]])
        estimate, se = float(w @ beta), math.sqrt(float(w @ self.cov @ w))
        z = normal_quantile(0.975)
        return ExtraCoefficient(
            name=treatment, estimate=estimate, se=se, low=estimate - z * se, high=estimate + z * se
        )


def network_regression(
    network: Network,
    covariate: Mapping[str, float],
    *,
    reference: str,
    slopes: str = "common",
    model: str = "random",
    method: str = "REML",
) -> NetworkRegression:
    """A network with one value of a covariate for each trial.

    Args:
        network: The trials, connected.
        covariate: For each trial its value, such as year, dose, baseline risk or risk of bias (0 or 1).
        reference: The treatment that slopes are against.
        slopes: ``common`` or ``independent``.
        model: ``common`` or ``random`` effects.
        method: Estimator of tau2: ``REML``, ``ML`` or ``DL``.

    Raises:
        NotEstimable: ``missing_covariate``; ``constant_covariate``; ``unknown_slopes``; ``not_identified``; as ``fit_network``.
    """
    if slopes not in {"common", "independent"}:
        raise NotEstimable("unknown_slopes", f"{slopes!r} is not a choice", "Use common or independent")
    without = fit_network(network, reference=reference, model=model, method=method)
    missing = [s.name for s in network.studies if not math.isfinite(covariate.get(s.name, math.nan))]
    if missing:
        raise NotEstimable(
            "missing_covariate",
            f"{missing[0]} has no value of the covariate ({len(missing)} of {len(network.studies)} trials)",
            "Give one for each trial, or leave those trials out by name",
        )
    values = np.array([covariate[s.name] for s in network.studies])
    if np.ptp(values) == 0:
        raise NotEstimable(
            "constant_covariate", "the covariate is the same in all trials", "Nothing can be learnt of it"
        )
    centre = float(values.mean())
    order = without.treatments
    k = len(order) - 1
    extra = 1 if slopes == "common" else k
    designs = []
    for s, x in zip(network.studies, values, strict=True):
        arms = np.zeros((len(s.treatments), k + extra))
        for row, t in enumerate(s.treatments):
            i = order.index(t) - 1
            if i >= 0:
                arms[row, i] = 1
                arms[row, k + (0 if extra == 1 else i)] = x - centre
        designs.append(arms[1:] - arms[:1])
    stacked = np.concatenate(designs)
    if np.linalg.matrix_rank(stacked) < k + extra:
        raise NotEstimable(
            "not_identified",
            "the covariate does not vary within enough comparisons to tell slopes from effects",
            "Take a common slope, or leave the covariate out",
        )
    blocks = blocks_of(network, designs)
    df = stacked.shape[0] - k - extra
    tau2 = tau2_of(blocks, df, method) if model == "random" else 0.0
    at = gls(blocks, tau2)
    theta = np.concatenate([[0.0], at.beta[:k]])
    z = normal_quantile(0.975)
    names = ("all",) if extra == 1 else order[1:]
    found = []
    for i, name in enumerate(names):
        b, se = float(at.beta[k + i]), math.sqrt(float(at.cov[k + i, k + i]))
        found.append(ExtraCoefficient(name=name, estimate=b, se=se, low=b - z * se, high=b + z * se))
    wald = float(at.beta[k:] @ np.linalg.solve(at.cov[k:, k:], at.beta[k:]))
    return NetworkRegression(
        treatments=order,
        centre=centre,
        lowest=float(values.min()),
        highest=float(values.max()),
        theta=theta,
        slopes=tuple(found),
        cov=at.cov,
        tau2=tau2,
        tau2_without=without.tau2,
        p=normal_two_sided(math.sqrt(wald)) if extra == 1 else chi2_tail(wald, extra),
    )


@dataclass(frozen=True, kw_only=True)
class UnrelatedMeans:
    """A network without consistency beside the one with it.

    Attributes:
        effects: For each pair that some trial's first arm makes, second less first, its effect.
        tau2: Heterogeneity.
        tau2_consistent: Heterogeneity of the consistent network; clearly larger where loops do not close.
        q: Q of the common-effect model without consistency.
        q_df: Its degrees of freedom.
        consistent: The consistent network.
    """

    effects: dict[tuple[str, str], ExtraCoefficient]
    tau2: float
    tau2_consistent: float
    q: float
    q_df: int
    consistent: NetworkResult


def unrelated_mean_effects(
    network: Network, *, model: str = "random", method: str = "REML"
) -> UnrelatedMeans:
    """Every direct comparison with an effect of its own, one heterogeneity for all.

    In a trial of several arms each is taken against the first, so that the order of its arms matters, as it does in the source.

    Raises:
        NotEstimable: As ``fit_network``.
    """
    consistent = fit_network(network, model=model, method=method)
    pairs = sorted({(s.treatments[0], t) for s in network.studies for t in s.treatments[1:]})
    known: dict[tuple[str, str], tuple[int, float]] = {}
    columns = 0
    for a, b in pairs:
        if (b, a) in known:
            known[a, b] = (known[b, a][0], -1.0)
        else:
            known[a, b] = (columns, 1.0)
            columns += 1
    designs = []
    for s in network.studies:
        x = np.zeros((len(s.treatments) - 1, columns))
        for row, t in enumerate(s.treatments[1:]):
            i, sign = known[s.treatments[0], t]
            x[row, i] = sign
        designs.append(x)
    blocks = blocks_of(network, designs)
    df = sum(d.shape[0] for d in designs) - columns
    tau2 = tau2_of(blocks, df, method) if model == "random" else 0.0
    at, at0 = gls(blocks, tau2), gls(blocks, 0.0)
    z = normal_quantile(0.975)
    effects = {}
    for (a, b), (i, sign) in known.items():
        if sign > 0:
            e, se = float(at.beta[i]), math.sqrt(float(at.cov[i, i]))
            effects[a, b] = ExtraCoefficient(
                name=f"{b} less {a}", estimate=e, se=se, low=e - z * se, high=e + z * se
            )
    return UnrelatedMeans(
        effects=effects,
        tau2=tau2,
        tau2_consistent=consistent.tau2,
        q=at0.q,
        q_df=df,
        consistent=consistent,
    )
