"""What is believed of the linear coefficients before the diary: a mixture of normals with one mean.

How much the effect of a drug differs between people is told by no trial, and whether who is helped in one score is helped in all
is not told either. So the effects have several normals: each with a spread, as a multiple of the one that was handed in, and a
correlation over the three scores. What the diary says of the effects says which of them holds, and the others fade.
Given a component everything is a ridge regression as before.
"""

from __future__ import annotations

from dataclasses import field

import numpy as np

from lenitive.frozen import dataclass
from lenitive.response.result import Array

__all__ = ["EffectSpread", "Normals"]


@dataclass(frozen=True, slots=True)
class EffectSpread:
    """One way in which effects may differ between people.

    Attributes:
        factor: Multiplies the SD that was handed in.
        together: Correlation of a drug's effects on the three scores.
        weight: Probability before the diary; all sum to 1.
    """

    factor: float
    together: float
    weight: float


@dataclass(frozen=True, slots=True)
class Normals:
    """A mixture of C normals of p coefficients.

    Attributes:
        weight: ``[C]``.
        mean: ``[p]`` of each of them.
        cov: ``[C, p, p]``.
        kept: What ``ridge`` gives, once it was asked for.
    """

    weight: Array
    mean: Array
    cov: Array
    kept: tuple[Array, Array, Array] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def flat(cls, mean: Array, sd: Array) -> Normals:
        """One normal of independent coefficients."""
        return cls(np.ones(1), mean, np.diag(sd**2)[None])

    @property
    def parts(self) -> int:
        """C."""
        return int(self.weight.size)

    @property
    def total(self) -> Array:
        """``[p, p]`` covariance of the whole mixture."""
        return np.asarray(np.einsum("c,cij->ij", self.weight, self.cov))

    def sd(self, direction: Array) -> Array:
        """``[C]`` SD of a linear combination ``[p]`` in each component."""
        return np.asarray(np.sqrt(np.einsum("i,cij,j->c", direction, self.cov, direction)))

    def scaled(self, factor: Array, mean: Array) -> Normals:
        """With another mean, and each coefficient's SD multiplied."""
        return Normals(self.weight, mean, self.cov * factor[None, :, None] * factor[None, None, :])

    def ridge(self) -> tuple[Array, Array, Array]:
        """What a ridge regression needs of each component.

        Returns:
            ``[C, p, p]`` precision; ``[C, p]`` precision times mean; ``[C]`` log weight + 1/2 log|precision| - 1/2 mean' precision mean.
        """
        if self.kept is not None:
            return self.kept
        precision: Array = np.asarray(np.linalg.inv(self.cov), dtype=float)
        shift = precision @ self.mean
        const: Array = np.log(self.weight) - 0.5 * np.linalg.slogdet(self.cov)[1] - 0.5 * (shift @ self.mean)
        found = (precision, shift, const)
        object.__setattr__(self, "kept", found)
        return found
