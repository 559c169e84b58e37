r"""Networks of counts by their own binomial distribution: nothing is added to empty cells, and none is taken for normal.

.. math:: r_{ik} \sim \mathrm{Bin}(n_{ik}, p_{ik}), \quad
   \operatorname{logit} p_{ik} = \mu_i + \theta_{t_{ik}} - \theta_{t_{i1}} + u_{ik}, \quad u_i \sim N(0, \tau^2 B)

with :math:`B` one on its diagonal and one half off it, and flat priors on :math:`\mu_i` and :math:`\theta`. For each
:math:`\tau` of a grid the mode of everything else is found by Newton's method, study by study, and what is not
:math:`\theta` is integrated out by Laplace's approximation; the posterior of the effects is a mixture over the grid, as for
the normal likelihood. No sampling, no seed. The approximation puts means at modes, nearer to no effect: with a handful of events
in an arm by a tenth of a standard deviation, against multinma's chains for smoking cessation by up to 0.16 of one.

Source: Dias, Sutton, Ades and Welton 2013, Med Decis Making 33:607-17 (the model); Tierney and Kadane 1986, J Am Stat Assoc
81:82-6 (the approximation).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from lenitive.evidence.labels import as_one
from lenitive.evidence.network.arms import from_arm_counts
from lenitive.evidence.network.bayes import BayesNetwork
from lenitive.evidence.network.data import Network
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["binomial_network"]

Floats = NDArray[np.float64]
_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Studies with equally many arms.

    Attributes:
        r: Events, shape ``(study, arm)``.
        n: People.
        x: Design against the first arm, shape ``(study, arm, effect)``; zero for the first arm.
    """

    r: Floats
    n: Floats
    x: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mode:
    """The mode at one tau: effects, their covariance, and the log of the integral over everything."""

    theta: Floats
    cov: Floats
    log: float
    latent: list[Floats]


def _groups(
    network: Network, counts: dict[tuple[str, str], tuple[float, float]], order: tuple[str, ...]
) -> list[_Group]:
    number = {t: i for i, t in enumerate(order)}
    by: dict[int, list[int]] = {}
    for i, s in enumerate(network.studies):
        by.setdefault(len(s.treatments), []).append(i)
    out = []
    for arms, at in sorted(by.items()):
        x = np.zeros((len(at), arms, len(order)))
        r, n = np.zeros((len(at), arms)), np.zeros((len(at), arms))
        for row, i in enumerate(at):
            s = network.studies[i]
            for k, t in enumerate(s.treatments):
                r[row, k], n[row, k] = counts[s.name, t]
                if k:
                    x[row, k, number[t]] += 1
                    x[row, k, number[s.treatments[0]]] -= 1
        out.append(_Group(r=r, n=n, x=x[:, :, 1:]))
    return out


def _latent_design(arms: int, *, spread: bool) -> Floats:
    """From the latent values of a study (its baseline, then its arms' deviations) to its arms."""
    if not spread:
        return np.ones((arms, 1))
    z = np.zeros((arms, arms))
    z[:, 0] = 1
    z[1:, 1:] = np.eye(arms - 1)
    return z


def _penalty(arms: int, tau: float) -> Floats:
    """The precision of the latent values; none on the baseline."""
    if tau == 0:
        return np.zeros((1, 1))
    out = np.zeros((arms, arms))
    shape = 0.5 * (np.eye(arms - 1) + np.ones((arms - 1, arms - 1)))
    out[1:, 1:] = np.linalg.inv(shape) / tau**2
    return out


def _log_joint(groups: list[_Group], theta: Floats, latent: list[Floats], tau: float) -> float:
    total = 0.0
    for g, z in zip(groups, latent, strict=True):
        arms = g.r.shape[1]
        eta = g.x @ theta + z @ _latent_design(arms, spread=tau > 0).T
        total += float((g.r * eta - g.n * np.logaddexp(0, eta)).sum())
        total -= 0.5 * float(np.einsum("si,ij,sj->", z, _penalty(arms, tau), z))
    return total


def _mode(groups: list[_Group], theta: Floats, latent: list[Floats], tau: float) -> _Mode:
    """Newton's method with halved steps; effects through the complement of the studies' own values."""
    p = theta.size
    value = _log_joint(groups, theta, latent, tau)
    for _ in range(_STEPS):
        hessian, score, kept, logdet = np.zeros((p, p)), np.zeros(p), [], 0.0
        for g, z in zip(groups, latent, strict=True):
            arms = g.r.shape[1]
            lz, k = _latent_design(arms, spread=tau > 0), _penalty(arms, tau)
            prob = special.expit(g.x @ theta + z @ lz.T)
            w, e = g.n * prob * (1 - prob), g.r - g.n * prob
            hzz = np.einsum("sa,ai,aj->sij", w, lz, lz) + k
            hzd = np.einsum("sa,ai,sap->sip", w, lz, g.x)
            gz = e @ lz - z @ k
            inverse = np.linalg.inv(hzz)
            logdet += float(np.linalg.slogdet(hzz)[1].sum())
            hessian += np.einsum("sa,sap,saq->pq", w, g.x, g.x) - np.einsum(
                "sip,sij,sjq->pq", hzd, inverse, hzd
            )
            score += np.einsum("sap,sa->p", g.x, e) - np.einsum("sip,sij,sj->p", hzd, inverse, gz)
            kept.append((inverse, hzd, gz))
        try:
            cov: Floats = np.asarray(np.linalg.inv(hessian), float)
        except np.linalg.LinAlgError:
            raise NotEstimable(
                "not_identified", "the counts cannot tell the effects apart", "Join treatments, or pool fewer"
            ) from None
        step = cov @ score
        moves = [np.einsum("sij,sj->si", i, gz - h @ step) for i, h, gz in kept]
        size = 1.0
        while size > 1e-6:
            new_theta = theta + size * step
            new_latent = [z + size * m for z, m in zip(latent, moves, strict=True)]
            new_value = _log_joint(groups, new_theta, new_latent, tau)
            if new_value >= value - 1e-12 * abs(value):
                break
            size *= 0.5
        moved = max(float(np.abs(size * step).max()), *(float(np.abs(size * m).max()) for m in moves))
        theta, latent, value = new_theta, new_latent, new_value
        if moved < 1e-9:
            break
    prior = 0.0
    if tau > 0:
        for g in groups:
            q = g.r.shape[1] - 1
            shape = 0.5 * (np.eye(q) + np.ones((q, q)))
            prior -= 0.5 * g.r.shape[0] * float(np.linalg.slogdet(tau**2 * shape)[1])
    log = value + prior - 0.5 * logdet + 0.5 * float(np.linalg.slogdet(cov)[1])
    return _Mode(theta=theta, cov=cov, log=log, latent=latent)


def binomial_network(
    study: Sequence[object],
    treatment: Sequence[object],
    events: ArrayLike,
    n: ArrayLike,
    *,
    reference: str | None = None,
    scale: float = 5.0,
    points: int = 60,
) -> BayesNetwork:
    """The posterior of log odds ratios under the binomial likelihood.

    Studies without (or with only) events in every arm say nothing of an odds ratio and are left out.

    Args:
        study: One row an arm.
        treatment: Its treatment.
        events: People with the event.
        n: People.
        reference: What others are compared with; the first treatment by default.
        scale: The prior of tau is uniform from 0 to it; 0 for common effects.
        points: Of the grid.

    Raises:
        NotEstimable: As ``from_arm_counts``; ``disconnected``; ``unknown_treatment``; ``not_identified``.
    """
    network = from_arm_counts(study, treatment, events, n)
    if len(network.components) > 1:
        raise NotEstimable(
            "disconnected", "the network falls into parts that no trial joins", "Analyse one part"
        )
    reference = network.treatments[0] if reference is None else reference
    if reference not in network.treatments:
        raise NotEstimable(
            "unknown_treatment", f"{reference!r} is not in the network", "Use a treatment of it"
        )
    order = (reference, *(t for t in network.treatments if t != reference))
    names, _ = as_one(study)
    treatments, _ = as_one(treatment)
    counts = {
        (s, t): (float(r), float(k))
        for s, t, r, k in zip(names, treatments, np.asarray(events), np.asarray(n), strict=True)
    }
    groups = _groups(network, counts, order)
    tau = np.array([0.0]) if scale == 0 else (np.arange(points) + 0.5) / points * scale
    theta = np.zeros(len(order) - 1)
    latent = [np.zeros((g.r.shape[0], g.r.shape[1] if scale > 0 else 1)) for g in groups]
    for g, z in zip(groups, latent, strict=True):
        z[:, 0] = special.logit(np.clip((g.r.sum(1) + 0.5) / (g.n.sum(1) + 1), 1e-9, 1 - 1e-9))
    found = []
    for t in tau[::-1]:  # from wide to narrow: each start is the last mode
        mode = _mode(groups, theta, latent, float(t))
        theta, latent = mode.theta, mode.latent
        found.append(mode)
    found.reverse()
    log = np.array([m.log for m in found])
    weight = np.exp(log - log.max())
    k = len(order)
    thetas, covs = np.zeros((tau.size, k)), np.zeros((tau.size, k, k))
    for i, m in enumerate(found):
        thetas[i, 1:], covs[i, 1:, 1:] = m.theta, m.cov
    return BayesNetwork(treatments=order, tau=tau, weight=weight / weight.sum(), theta=thetas, cov=covs)
