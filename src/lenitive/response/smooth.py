"""The underlying course of each outcome over the days, with its band, and the course without the drugs."""

from __future__ import annotations

import numpy as np

from lenitive.response.design import Design
from lenitive.response.dynamics import dynamics
from lenitive.response.fit import Fit, coefficient_draws
from lenitive.response.mixture import evenly
from lenitive.response.result import Array, Band, InputKind
from lenitive.terms.chance import Stream, generator

__all__ = ["bands"]

_DRAWS = 64
_Z80, _Z95 = 1.2815515655446004, 1.959963984540054


def bands(fit: Fit, draws: int = _DRAWS) -> tuple[Band, Band, Band]:
    """Posterior band of each outcome on each diary day, and of the same days without any drug of the record.

    Given theta and the coefficients the latent deviation is smoothed (Kalman filter, Rauch-Tung-Striebel); over the
    draws means and variances are pooled, and the edges are those of a normal with the pooled moments. "Without" takes
    away the drugs' own accumulated effect and leaves everything else, expectation included, as it was.

    Raises:
        ValueError: When the fit was refused.
    """
    if fit.posterior is None:
        raise ValueError(f"the fit was refused: {fit.reason}")
    p = fit.posterior
    index = evenly(p.draws.weight, draws)
    theta = p.draws.theta[index]
    beta = coefficient_draws(p.moments, index, generator(fit.seed, Stream.BANDS))
    design = p.design
    m = dynamics(theta)
    days, q = design.y.shape[0], design.base.shape[1]
    level = np.einsum("tq,nqo->tno", design.base, beta[:, : 3 * q].reshape(-1, q, 3))
    effect, drug = _responses(
        design.drive, design.before, design, m.T, m.onset, beta[:, 3 * q : 3 * len(design.names)]
    )
    y = design.y[:, None, :] - level - effect
    seen = np.isfinite(design.y)
    # A device reads the state and what moves the mean, on its own scale and from its own level.
    moved = effect[:, :, 0] + np.einsum("tq,q,nq->tn", design.base, design.shared, beta[:, 0 : 3 * q : 3])
    own = beta[:, [design.own(a) for a in range(len(design.readings))]]
    night = design.nightly[:, None, :] - own - m.scale * moved[:, :, None]
    worn = np.isfinite(design.nightly)

    n = theta.shape[0]
    a, P = np.zeros((n, 3)), m.P0
    Tt = m.T.transpose(0, 2, 1)
    ahead_a, ahead_P = np.empty((days, n, 3)), np.empty((days, n, 3, 3))
    now_a, now_P = np.empty((days, n, 3)), np.empty((days, n, 3, 3))
    for t in range(days):
        a = np.einsum("nij,nj->ni", m.T, a)
        P = m.T @ P @ Tt + m.Q
        ahead_a[t], ahead_P[t] = a, P
        for o in range(3):
            if seen[t, o]:
                s = P[:, o, o] + m.R[:, o] + design.extra[t, o]
                gain = P[:, :, o] / s[:, None]
                a = a + gain * (y[t, :, o] - a[:, o])[:, None]
                P = P - gain[:, :, None] * P[:, o, None, :]
        for j in np.flatnonzero(worn[t]):
            cover = P[:, :, 0] * m.scale[:, j, None]
            gain = cover / (cover[:, 0] * m.scale[:, j] + m.noise[:, j])[:, None]
            a = a + gain * (night[t, :, j] - m.scale[:, j] * a[:, 0])[:, None]
            P = P - gain[:, :, None] * cover[:, None, :]
        now_a[t], now_P[t] = a, P
    mean, var = np.empty((days, n, 3)), np.empty((days, n, 3))
    sa, sP = now_a[-1], now_P[-1]
    for t in range(days - 1, -1, -1):
        if t < days - 1:
            J = np.linalg.solve(ahead_P[t + 1], m.T @ now_P[t]).transpose(0, 2, 1)
            sa = now_a[t] + np.einsum("nij,nj->ni", J, sa - ahead_a[t + 1])
            sP = now_P[t] + J @ (sP - ahead_P[t + 1]) @ J.transpose(0, 2, 1)
        mean[t], var[t] = sa, np.diagonal(sP, axis1=1, axis2=2)
    total = mean + level + effect
    lead = design.lead
    out = []
    for o, outcome in enumerate(design.outcomes):
        centre, sd = _pool(total[lead:, :, o], var[lead:, :, o])
        bare, bare_sd = _pool((total - drug)[lead:, :, o], var[lead:, :, o])
        out.append(
            Band(
                outcome=outcome,
                mean=_clip(centre),
                low95=_clip(centre - _Z95 * sd),
                low80=_clip(centre - _Z80 * sd),
                high80=_clip(centre + _Z80 * sd),
                high95=_clip(centre + _Z95 * sd),
                without=_clip(bare),
                without_low80=_clip(bare - _Z80 * bare_sd),
                without_high80=_clip(bare + _Z80 * bare_sd),
            )
        )
    return out[0], out[1], out[2]


def _clip(score: Array) -> Array:
    """Kept on the scale."""
    return np.clip(score, 0.0, 10.0)


def _pool(mean: Array, var: Array) -> tuple[Array, Array]:
    """``[day]`` mean and SD over draws of normals ``[day, draw]``."""
    return mean.mean(axis=1), np.sqrt(np.maximum(var.mean(axis=1) + mean.var(axis=1), 0.0))


def _responses(
    drive: Array, before: Array, design: Design, T: Array, onset: Array, beta: Array
) -> tuple[Array, Array]:
    """``[day, draw, 3]`` response to all inputs, and to the drugs alone."""
    days, k = drive.shape[0], drive.shape[1]
    n = T.shape[0]
    E = beta.reshape(n, k, 3)
    tau = np.exp(design.log_tau)[None] * np.where(design.learned[None, :, None], onset[:, None, :], 1.0)
    keep = np.exp(-1.0 / tau)
    u = np.broadcast_to(before, (n, k, 2))
    is_drug = np.zeros(k, dtype=bool)
    for source, (main, bent) in zip(design.sources, design.input_row, strict=True):
        is_drug[main] = source.input.kind is InputKind.DRUG
        if bent >= 0:
            is_drug[bent] = is_drug[main]
    slot = [0, 1, 1]
    masks = np.stack([np.ones(k), is_drug.astype(float)])
    state = np.einsum("ck,nko->cno", masks, E * u[:, :, slot])
    entry = np.eye(3) - T
    out = np.empty((days, 2, n, 3))
    for t in range(days):
        u = drive[t] + (u - drive[t]) * keep
        push = np.einsum("ck,nko->cno", masks, E * u[:, :, slot])
        state = np.einsum("nij,cnj->cni", T, state) + np.einsum("nij,cnj->cni", entry, push)
        out[t] = state
    return out[:, 0], out[:, 1]
