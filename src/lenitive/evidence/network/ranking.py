"""Who may be best: P-scores and rank distributions, withheld when they would only dress up noise."""

from __future__ import annotations

import numpy as np
from scipy import special

from lenitive.evidence.network.fit import NetworkResult
from lenitive.frozen import dataclass

__all__ = ["Rank", "Ranking", "rank"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """One treatment's standing.

    Attributes:
        treatment: The treatment.
        p_score: Mean probability of being better than another treatment, 0 to 1.
        probabilities: Probability of each rank, best first; they add to 1.
        mean: Mean rank.
        low: 2.5 % point of its rank.
        high: 97.5 % point.
    """

    treatment: str
    p_score: float
    probabilities: tuple[float, ...]
    mean: float
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Ranks, or the reason why there are none.

    Attributes:
        ranks: By falling P-score; empty when withheld.
        withheld: Why ranks are not shown; empty when they are.
        told_apart: Pairs whose interval leaves out no difference, among the treatments ranked.
        pairs: All pairs.
    """

    ranks: tuple[Rank, ...]
    withheld: str
    told_apart: int
    pairs: int


def rank(
    result: NetworkResult,
    *,
    lower_is_better: bool,
    among: tuple[str, ...] | None = None,
    draws: int = 20_000,
    seed: int = 1,
) -> Ranking:
    """P-scores and rank distributions from the estimates' joint normal distribution.

    Two treatments are ranked exactly; more by simulation with the given seed (error of a probability at most 0.0036 for
    20,000 draws). When no pair can be told apart, ranks are withheld: they would be an order made of noise.

    Source: Rücker and Schwarzer 2015, BMC Med Res Methodol 15:58.

    Args:
        result: The fitted network.
        lower_is_better: The outcome's direction.
        among: The treatments to rank; all by default.
        draws: Simulated joint outcomes.
        seed: Of the simulation.
    """
    names = result.treatments if among is None else among
    at = [result.treatments.index(n) for n in names]
    k = len(at)
    sign = -1.0 if lower_is_better else 1.0
    theta, cov = sign * result.theta[at], result.cov[np.ix_(at, at)]
    variance = np.diag(cov)[:, None] + np.diag(cov)[None, :] - 2 * cov
    off = ~np.eye(k, dtype=bool)
    z = np.zeros((k, k))
    z[off] = ((theta[:, None] - theta[None, :])[off]) / np.sqrt(np.maximum(variance[off], 1e-300))
    better = special.ndtr(z)
    p_scores = (better.sum(1) - 0.5) / (k - 1)
    limit = float(special.ndtri(0.5 + result.level / 2))
    told_apart, pairs = int((np.abs(z[off]) > limit).sum()) // 2, k * (k - 1) // 2
    if told_apart == 0:
        return Ranking(
            ranks=(),
            withheld="no two of the treatments can be told apart, so an order would be made of noise",
            told_apart=0,
            pairs=pairs,
        )
    if k == 2:
        first = float(better[0, 1])
        table = np.array([[first, 1 - first], [1 - first, first]])
    else:
        values, vectors = np.linalg.eigh(cov)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        normal = np.random.default_rng(seed).standard_normal((draws, k))
        sample = theta + normal @ root.T
        places = np.argsort(np.argsort(-sample, axis=1), axis=1)
        table = np.array([np.bincount(places[:, i], minlength=k) / draws for i in range(k)])
    cumulative = np.cumsum(table, axis=1)
    ranks = [
        Rank(
            treatment=names[i],
            p_score=float(p_scores[i]),
            probabilities=tuple(float(p) for p in table[i]),
            mean=float(table[i] @ np.arange(1, k + 1)),
            low=int(np.searchsorted(cumulative[i], 0.025) + 1),
            high=int(np.searchsorted(cumulative[i], 0.975) + 1),
        )
        for i in range(k)
    ]
    return Ranking(
        ranks=tuple(sorted(ranks, key=lambda r: (-r.p_score, r.treatment))),
        withheld="",
        told_apart=told_apart,
        pairs=pairs,
    )
