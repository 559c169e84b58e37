"""From the parameters to the matrices of the equations.

    (I - G) d_t = A d_{t-1} + (I - G - A) E u_t + w_t,     y_t = m_t + d_t + v_t

A device a, where there is one, reads the sleep state on a scale of its own: n_t = c + s_a x_t + noise, where x_t is what
moves the sleep slot's score, less its level. Each brings two parameters more, log s_a and the log SD of its noise.

With L = (I - G)^-1 and T = L A this is d_t = T d_{t-1} + (I - T) E u_t + L w_t: at steady state d = E u, so E is the
total effect, whatever the couplings.
"""

from __future__ import annotations

import numpy as np

from lenitive.frozen import dataclass
from lenitive.response.priors import NAMES
from lenitive.response.result import Array

__all__ = ["THETA", "Dynamics", "couplings", "dynamics"]

THETA = len(NAMES)

_DOUBLINGS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Dynamics:
    """The matrices for each of n parameter vectors.

    Attributes:
        A: ``[n, 3, 3]`` carry-over from yesterday.
        G: ``[n, 3, 3]`` same-day couplings, strictly lower triangular.
        T: ``[n, 3, 3]`` transition (I - G)^-1 A.
        Q: ``[n, 3, 3]`` covariance of the day's shocks.
        R: ``[n, 3]`` variances of reporting noise.
        P0: ``[n, 3, 3]`` covariance before the first day: that after 2^8 days, the stationary one for every
            process that has one, and finite for one that has not.
        onset: ``[n, 2]`` logarithm of the factors on the onset time constants.
        scale: ``[n, a]`` of each device's reading, its units per point.
        noise: ``[n, a]`` variance of each device's reading.
    """

    A: Array
    G: Array
    T: Array
    Q: Array
    R: Array
    P0: Array
    onset: Array
    scale: Array
    noise: Array


def couplings(theta: Array) -> tuple[Array, Array]:
    """A and G, each ``[n, 3, 3]``, of parameter vectors ``[n, 15 + 2 a]``."""
    n = theta.shape[0]
    phi = np.tanh(theta[:, 0:3])
    A, G = np.zeros((n, 3, 3)), np.zeros((n, 3, 3))
    A[:, 0, 0], A[:, 1, 1], A[:, 2, 2], A[:, 0, 1] = phi[:, 0], phi[:, 1], phi[:, 2], theta[:, 6]
    G[:, 1, 0], G[:, 2, 0], G[:, 2, 1] = theta[:, 3], theta[:, 4], theta[:, 5]
    return A, G


def dynamics(theta: Array) -> Dynamics:
    """Matrices of parameter vectors ``[n, 15 + 2 a]``: ``priors.NAMES``, then log scale and log noise of each device."""
    A, G = couplings(theta)
    L = np.zeros_like(G)
    L[:, 0, 0] = L[:, 1, 1] = L[:, 2, 2] = 1.0
    L[:, 1, 0], L[:, 2, 1], L[:, 2, 0] = G[:, 1, 0], G[:, 2, 1], G[:, 2, 0] + G[:, 2, 1] * G[:, 1, 0]
    T = L @ A
    W = np.exp(2.0 * theta[:, 7:10])
    Q = (L * W[:, None, :]) @ L.transpose(0, 2, 1)
    P0, power = Q, T
    for _ in range(_DOUBLINGS):
        P0 = P0 + power @ P0 @ power.transpose(0, 2, 1)
        power = power @ power
    return Dynamics(
        A=A,
        G=G,
        T=T,
        Q=Q,
        R=np.exp(2.0 * theta[:, 10:13]),
        P0=P0,
        onset=theta[:, 13:15],
        scale=np.exp(theta[:, THETA::2]),
        noise=np.exp(2.0 * theta[:, THETA + 1 :: 2]),
    )
