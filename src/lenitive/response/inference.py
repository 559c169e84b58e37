"""From a log posterior to weighted draws: modes, Laplace, one adaptation, Pareto-smoothed importance sampling.

Everything runs in the coordinates of ``climb``.
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.response.climb import Target
from lenitive.response.peaks import Peak, peaks
from lenitive.response.proposal import Bells
from lenitive.response.psis import ESTIMATE_LIMIT, psis
from lenitive.response.result import Array
from lenitive.terms import Stream, generator

__all__ = ["Weighted", "sample"]

_ROUNDS = 8
_ENOUGH = 0.6
_MISSED = 2.0
"""A draw that is higher than the highest mode by so many log units shows a mode that was missed: the search begins again there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """Weighted draws of theta; once spread out, a row is a draw with a component of the coefficients' prior.

    Attributes:
        distinct: ``[draw, 15 + 2 a]`` the draws of theta.
        row: ``[n]`` which draw a row is of.
        component: ``[n]`` and which component.
        weight: ``[n]``, sums to 1.
        pareto_k: k-hat.
        ess: Effective number of draws, 1 / Σ w².
        mode: ``[15 + 2 a]`` the highest.
        rivals: ``[mode, 15 + 2 a]`` the modes, where there are several, that of the largest share first.
        shares: ``[mode]`` their shares of the posterior.
        converged: Whether the mode was found to tolerance.
        evaluations: Likelihoods computed, gradients not counted.
        gradients: Gradients computed.
    """

    distinct: Array
    row: NDArray[np.intp]
    component: NDArray[np.intp]
    weight: Array
    pareto_k: float
    ess: float
    mode: Array
    rivals: Array
    shares: Array
    converged: bool
    evaluations: int
    gradients: int

    @property
    def theta(self) -> Array:
        """``[n, 15 + 2 a]`` theta of each row."""
        return np.asarray(self.distinct[self.row])

    @property
    def own_weight(self) -> Array:
        """``[draw]`` weights of the draws of theta."""
        return np.asarray(np.bincount(self.row, self.weight, minlength=self.distinct.shape[0]), dtype=float)

    @property
    def component_share(self) -> Array:
        """``[C]`` posterior probability of each component of the coefficients' prior."""
        return np.asarray(np.bincount(self.component, self.weight), dtype=float)

    @property
    def sound(self) -> bool:
        """Whether the weights may be used."""
        return self.pareto_k <= ESTIMATE_LIMIT


def _truncated(log_ratio: Array) -> Array:
    """Normalised weights, none above the mean of all times the root of their number.

    Source: Ionides (2008), Truncated importance sampling, Journal of Computational and Graphical Statistics 17:295-311.
    """
    w = np.exp(log_ratio - np.max(log_ratio))
    w = np.minimum(w, np.mean(w) * np.sqrt(w.size))
    return np.asarray(w / w.sum())


def sample(target: Target, scores: int, draws: int, seed: int, start: Array | None = None) -> Weighted:
    """Weighted draws from the posterior, in rounds of ``draws`` each.

    The first round is drawn from a t around each mode with the Laplace covariance, the second from t distributions with the weighted
    moments of the first (60 %) and the Laplace covariance (40 %). While k-hat is above 0.6 up to six more
    follow, each adapted to all before it. Every draw is weighted against the even mixture of the proposals used.
    """
    rng = generator(seed, Stream.POSTERIOR)
    known = list(peaks(target, scores, start))
    proposals = [_from(known)]
    z, lp = np.empty((0, target.size)), np.empty(0)
    weight, k = np.empty(0), np.inf
    for rounds in range(1, _ROUNDS + 1):
        new = proposals[-1].draw(rng, draws)
        z, lp = np.vstack([z, new]), np.concatenate([lp, target.draw(target.theta_at(new))])
        mixture = np.logaddexp.reduce(np.stack([p.log_density(z) for p in proposals]), axis=0) - log(rounds)
        ratio = np.where(np.isfinite(lp), lp, -np.inf) - mixture
        # The first round's weights only place the second's draws: no tail of theirs needs smoothing.
        weight, k = (_truncated(ratio), np.inf) if rounds == 1 else psis(ratio)
        if rounds == _ROUNDS or (rounds > 1 and k <= _ENOUGH):
            break
        highest = int(np.argmax(np.where(np.isfinite(lp), lp, -np.inf)))
        if lp[highest] > max(p.lp for p in known) + _MISSED:
            known = list(peaks(target, scores, z[highest])) + known
            proposals.append(_from(known))
            continue
        proposals.append(proposals[-1].adapted(z, weight, [p.cov for p in known]))
    top = max(known, key=lambda p: p.lp)
    rivals, shares = _rivals(target, known, proposals[-1].owned(z) @ weight)
    return Weighted(
        distinct=target.theta_at(z),
        row=np.arange(weight.size),
        component=np.zeros(weight.size, dtype=np.intp),
        weight=weight,
        pareto_k=k,
        ess=float(1.0 / np.sum(weight**2)),
        mode=target.theta_at(top.z),
        rivals=rivals,
        shares=shares,
        converged=top.converged,
        evaluations=sum(p.evaluations for p in known) + z.shape[0],
        gradients=sum(p.gradients for p in known),
    )


def _from(known: list[Peak]) -> Bells:
    mass = np.array([p.log_mass for p in known])
    return Bells.around([p.z for p in known], [p.cov for p in known], np.exp(mass - mass.max()))


def _rivals(target: Target, known: list[Peak], share: Array) -> tuple[Array, Array]:
    """Theta and share of each of several modes, largest first; nothing where there is one."""
    if len(known) < 2:
        return np.empty((0, target.size)), np.empty(0)
    order = np.argsort(-share, kind="stable")
    return target.theta_at(np.stack([known[i].z for i in order])), share[order]
