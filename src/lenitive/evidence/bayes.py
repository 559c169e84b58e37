r"""Trials nested in drugs, by exact conjugacy over a grid of the two spreads.

A result :math:`y_i` of a trial of drug :math:`d` with variance :math:`v_i`:

.. math::
    y_i \sim N(\theta_d, v_i + \tau^2), \quad \theta_d \sim N(\mu, \omega^2), \quad \mu \sim N(0, c^2)

with a half-normal prior on the spread between trials :math:`\tau` and a Rayleigh prior on the spread between drugs
:math:`\omega`, which keeps it off zero: drugs of different kinds are not the same drug. Given both spreads everything is
normal and known in closed form, so the posterior is a weighted mean over a grid: no sampling, no seed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass

__all__ = ["Nested", "nested"]

Floats = NDArray[np.float64]
_POINTS = 48
_REACH = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested:
    """The posterior of drugs' mean effects.

    Attributes:
        groups: The drugs, in the order of the arrays.
        mean: Posterior mean of each drug's effect.
        sd: Its posterior standard deviation.
        own_weight: How much of each mean comes from the drug's own trials (the rest from the other drugs).
        new_mean: Mean effect of one more drug of the kind that was tried.
        new_sd: Its standard deviation, spread between drugs included.
        tau2: Posterior mean of the variance between trials of one drug.
        omega2: Posterior mean of the variance between drugs.
    """

    groups: tuple[str, ...]
    mean: Floats
    sd: Floats
    own_weight: Floats
    new_mean: float
    new_sd: float
    tau2: float
    omega2: float


def nested(
    y: Floats, v: Floats, group: tuple[str, ...], *, tau_scale: float, omega_scale: float, centre_sd: float
) -> Nested:
    """Drugs' mean effects with the drugs' own mean as their prior.

    Args:
        y: Results, shape ``(k,)``.
        v: Their variances, positive, shape ``(k,)``.
        group: The drug of each result.
        tau_scale: Scale of the half-normal prior of the spread between trials.
        omega_scale: Mode of the Rayleigh prior of the spread between drugs.
        centre_sd: Standard deviation of the drugs' mean around no effect.

    Raises:
        ValueError: When there is nothing to pool or a variance is not positive.

    Source: the normal-normal model with exact conditional posteriors, Gelman and others, Bayesian Data Analysis
    (3rd edition), sections 5.4 and 10; priors that avoid the boundary, Chung and others 2013, Psychometrika 78:685-709.
    """
    y, v = np.asarray(y, float), np.asarray(v, float)
    if y.size == 0 or not (np.all(np.isfinite(y)) and np.all(v > 0)):
        raise ValueError("pooling needs at least one finite result, with variances above zero")
    names = tuple(sorted(set(group)))
    member = np.array([[g == n for g in group] for n in names], float)  # drug x trial
    steps = (np.arange(_POINTS) + 0.5) / _POINTS * _REACH
    tau, omega = steps * tau_scale, steps * omega_scale
    prior = -0.5 * (steps[:, None] ** 2 + steps[None, :] ** 2) + np.log(steps[None, :])

    total = v[None, :] + tau[:, None] ** 2  # tau x trial
    weight = (member[None] / total[:, None, :]).sum(-1)  # tau x drug
    centre = (member[None] * (y / total)[:, None, :]).sum(-1) / weight
    residual = ((y[None, :] - centre @ member) ** 2 / total).sum(-1)
    within = -0.5 * (np.log(total).sum(-1) + np.log(weight).sum(-1) + residual)  # tau

    spread = 1 / weight[:, None, :] + omega[None, :, None] ** 2  # tau x omega x drug
    precision = (1 / spread).sum(-1) + 1 / centre_sd**2
    s2 = 1 / precision
    m = s2 * (centre[:, None, :] / spread).sum(-1)
    between = -0.5 * (
        np.log(spread).sum(-1)
        + (centre[:, None, :] ** 2 / spread).sum(-1)
        - m**2 * precision
        + np.log(precision)
    )
    log = prior + within[:, None] + between
    p = np.exp(log - log.max())
    p /= p.sum()

    own = omega[None, :, None] ** 2 / spread
    theta = own * centre[:, None, :] + (1 - own) * m[..., None]
    theta_var = own / weight[:, None, :] + (1 - own) ** 2 * s2[..., None]
    mean = np.einsum("to,tod->d", p, theta)
    var = np.einsum("to,tod->d", p, theta_var + theta**2) - mean**2
    new_mean = float((p * m).sum())
    new_var = float((p * (s2 + omega[None, :] ** 2 + m**2)).sum()) - new_mean**2
    return Nested(
        groups=names,
        mean=mean,
        sd=np.sqrt(var),
        own_weight=np.einsum("to,tod->d", p, own),
        new_mean=new_mean,
        new_sd=float(np.sqrt(new_var)),
        tau2=float((p.sum(1) * tau**2).sum()),
        omega2=float((p.sum(0) * omega**2).sum()),
    )
