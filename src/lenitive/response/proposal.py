"""What draws are proposed from: a mixture of multivariate t distributions, one around each mode."""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist

import numpy as np

from lenitive.frozen import dataclass
from lenitive.response.result import Array

__all__ = ["Bells"]

_DF = 16.0
_LAPLACE_SHARE = 0.4
_LEAST = 0.1
"""No mode that is kept gets less than this share of the draws: what Laplace's method makes of a mode is rough."""
_FINE = 16


@dataclass(frozen=True, slots=True)
class _Bell:
    """A multivariate t with 16 degrees of freedom."""

    centre: Array
    chol: Array
    inverse: Array

    @classmethod
    def of(cls, centre: Array, cov: Array) -> _Bell:
        chol = np.asarray(np.linalg.cholesky(cov), dtype=float)
        return cls(centre, chol, np.asarray(np.linalg.inv(chol), dtype=float))

    def log_density(self, z: Array) -> Array:
        """Up to the constant that all of these share."""
        x = (z - self.centre) @ self.inverse.T
        scale = float(np.sum(np.log(np.diagonal(self.chol))))
        return np.asarray(-scale - (_DF + self.centre.size) / 2 * np.log1p(np.einsum("ni,ni->n", x, x) / _DF))


@dataclass(frozen=True, slots=True)
class Bells:
    """A mixture of them with weights that sum to 1."""

    bells: tuple[_Bell, ...]
    share: Array

    @classmethod
    def around(cls, centres: list[Array], covs: list[Array], share: Array) -> Bells:
        """One bell around each centre; none gets less than a tenth of the draws."""
        share = np.maximum(share / share.sum(), _LEAST)
        bells = tuple(_Bell.of(centre, cov) for centre, cov in zip(centres, covs, strict=True))
        return cls(bells, share / share.sum())

    def log_density(self, z: Array) -> Array:
        """``[n]``, up to the constant that all proposals share."""
        return np.asarray(np.logaddexp.reduce(self._parts(z), axis=0))

    def _parts(self, z: Array) -> Array:
        """``[bell, n]`` logarithms of share times density."""
        parts = zip(self.bells, np.log(self.share), strict=True)
        return np.stack([part + bell.log_density(z) for bell, part in parts])

    def owned(self, z: Array) -> Array:
        """``[bell, n]`` probability that a draw is of each bell."""
        parts = self._parts(z)
        return np.asarray(np.exp(parts - np.logaddexp.reduce(parts, axis=0)))

    def draw(self, rng: np.random.Generator, count: int) -> Array:
        """``[count, size]`` draws, each bell's by its share."""
        radius = np.sqrt(_DF / rng.chisquare(_DF, count))[:, None]
        ball = _hypercube(rng, count, self.bells[0].centre.size) * radius
        # Rows of the hypercube are in no order, so a block of them is as good as any other.
        ends = np.rint(count * np.cumsum(self.share)).astype(int)
        out = np.empty_like(ball)
        for bell, begin, end in zip(self.bells, [0, *ends[:-1]], ends, strict=True):
            out[begin:end] = bell.centre + ball[begin:end] @ bell.chol.T
        return out

    def adapted(self, z: Array, weight: Array, first: list[Array]) -> Bells:
        """The mixture moved to weighted draws: each bell to the moments of those that are its own.

        Args:
            z: ``[n, size]`` draws.
            weight: ``[n]`` their weights.
            first: Laplace covariance of each bell, of which a part stays.
        """
        own = self.owned(z) * weight
        centres, covs = [], []
        for w, bell, cov in zip(own, self.bells, first, strict=True):
            total = float(w.sum())
            if total < 1e-3:
                centres.append(bell.centre)
                covs.append(cov)
                continue
            centre = w @ z / total
            spread = (z - centre).T @ ((z - centre) * (w / total)[:, None])
            centres.append(centre)
            covs.append((1 - _LAPLACE_SHARE) * spread + _LAPLACE_SHARE * cov)
        return Bells.around(centres, covs, np.asarray(own.sum(axis=1)))


@lru_cache(maxsize=4)
def _slices(draws: int) -> Array:
    """Standard normal quantiles at the middles of ``draws`` slices of equal probability, each cut into ``_FINE``."""
    normal, count = NormalDist(), draws * _FINE
    return np.array([normal.inv_cdf((i + 0.5) / count) for i in range(count)])


def _hypercube(rng: np.random.Generator, draws: int, size: int) -> Array:
    """``[draw, size]`` standard normals by a Latin hypercube: in each coordinate one draw in each slice of equal probability.

    Means over the draws then vary less than over as many independent ones. Ours because importing SciPy's would cost a
    review more than all its draws. Source: McKay, Beckman, Conover (1979), Technometrics 21:239-245.
    """
    order = rng.permuted(np.broadcast_to(np.arange(draws)[:, None], (draws, size)), axis=0)
    return np.asarray(_slices(draws)[order * _FINE + rng.integers(0, _FINE, (draws, size))])
