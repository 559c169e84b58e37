r"""How much each direct comparison, and each trial, contributes to each estimate of a network: streams of evidence.

The trials' weights (at the fitted :math:`\tau^2`, multi-arm trials with their whole covariance) make a graph with a
conductance on each direct comparison. For an estimate of a against b a current of one flows from a to b; on each comparison it
is the entry of the aggregate hat matrix, and it runs from the higher to the lower potential, so that it makes no circles. A
walker who follows the current in proportion takes each path with the probability that is that path's stream. A path of n
comparisons gives each of them 1/n of its stream. Paths are not listed: what matters of them is how long they are before and
after a comparison, which is added up node by node.

Source: Davies, Papakonstantinou, Nikolakopoulou, Rücker and Galla 2022, Stat Med 41:2091-114 (random walks);
Papakonstantinou and others 2018, F1000Research 7:610 (streams; theirs takes shortest paths first).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lenitive.evidence.network.fit import NetworkResult
from lenitive.evidence.network.gls import weights_by_pair
from lenitive.frozen import dataclass

__all__ = ["Contributions", "contributions"]

Floats = NDArray[np.float64]
Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Contributions:
    """Contributions to every estimate of a network.

    Attributes:
        directs: The direct comparisons, in alphabetical order.
        of: For each pair of treatments the shares of ``directs``; they add up to 1.
        within: For each direct comparison the share of each trial that makes it; they add up to 1.
    """

    directs: tuple[Pair, ...]
    of: dict[Pair, Floats]
    within: dict[Pair, dict[str, float]]

    def by_comparison(self, a: str, b: str) -> dict[Pair, float]:
        """The share of each direct comparison in one estimate, those without any left out."""
        row = self.of[(a, b) if a < b else (b, a)]
        return {d: float(s) for d, s in zip(self.directs, row, strict=True) if s > 0}

    def by_study(self, a: str, b: str) -> dict[str, float]:
        """The share of each trial in one estimate; they add up to 1."""
        out: dict[str, float] = {}
        for direct, share in self.by_comparison(a, b).items():
            for study, part in self.within[direct].items():
                out[study] = out.get(study, 0.0) + share * part
        return out


def _shares(weights: Floats, potential: Floats, source: int, sink: int) -> Floats:
    """The share of each comparison, shape ``(treatment, treatment)``, in the current from source to sink."""
    k = potential.size
    flow = weights * (potential[:, None] - potential[None, :])
    # What flows at all, and downhill only: beside the estimate itself rounding leaves currents of 1e-17.
    flow = np.where(flow > 1e-13 * np.abs(flow).max(), flow, 0.0)
    out = flow.sum(1)
    step = np.divide(flow, out[:, None], out=np.zeros_like(flow), where=out[:, None] > 0)
    step[sink] = 0.0
    downhill = np.argsort(-potential)
    before, after = np.zeros((k, k)), np.zeros((k, k))
    before[source, 0], after[sink, 0] = 1.0, 1.0
    for i in downhill:
        for j in np.flatnonzero(step[i]):
            before[j, 1:] += step[i, j] * before[i, :-1]
    for i in downhill[::-1]:
        for j in np.flatnonzero(step[i]):
            after[i, 1:] += step[i, j] * after[j, :-1]
    length = 1.0 / (1 + np.arange(k)[:, None] + np.arange(k)[None, :])
    return np.asarray(step * (before @ length @ after.T), float)


def contributions(result: NetworkResult) -> Contributions:
    """The contributions to every estimate of a fitted network, at its tau2.

    A trial of several arms may take away from a comparison between two of them; where a comparison's weights add up to less
    than nothing it carries no stream.
    """
    order = tuple(sorted(result.treatments))
    number = {t: i for i, t in enumerate(order)}
    k = len(order)
    weights = np.zeros((k, k))
    within: dict[Pair, dict[str, float]] = {}
    for name, arms, w in weights_by_pair(result.network, result.tau2):
        for i, a in enumerate(arms):
            for j in range(i):
                b = arms[j]
                pair = (a, b) if a < b else (b, a)
                within.setdefault(pair, {})[name] = float(w[i, j])
                weights[number[a], number[b]] += w[i, j]
                weights[number[b], number[a]] += w[i, j]
    weights = np.maximum(weights, 0.0)
    laplacian = np.diag(weights.sum(1)) - weights
    inverse = np.linalg.pinv(laplacian, hermitian=True)
    directs = tuple(sorted(within))
    at = ([number[a] for a, _ in directs], [number[b] for _, b in directs])
    of: dict[Pair, Floats] = {}
    for i, a in enumerate(order):
        for j in range(i + 1, k):
            shares = _shares(weights, inverse[:, i] - inverse[:, j], i, j)
            row = (shares + shares.T)[at]
            of[a, order[j]] = row / row.sum()
    return Contributions(directs=directs, of=of, within={p: _positive(s) for p, s in within.items()})


def _positive(weights: dict[str, float]) -> dict[str, float]:
    """Weights as shares; a trial that takes away from its comparison has none."""
    kept = {s: max(w, 0.0) for s, w in weights.items()}
    total = sum(kept.values())
    return {s: w / total for s, w in kept.items()} if total > 0 else {s: 1 / len(kept) for s in kept}
