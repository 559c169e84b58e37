"""Given the parameters: what the inputs move each outcome by, and what the diary says of the rest.

    r_t = T r_{t-1} + (I - T) Σ_k E_k u_kt            what the inputs do, u_k being input k after its onset filter
    x_t = T x_{t-1} + L w_t                           the rest, read as y_t = x_t + noise, and by device a as s_a x_t + noise

The first is a recursion; the second is smoothed (Kalman filter, Rauch-Tung-Striebel), one reading at a time, so that a
missing one is passed over. Each function is written out in NumPy, which is its meaning; the compiled kernel does the same in the same order.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from lenitive.response.compiled import MODULE, level
from lenitive.response.design import DesignMatrix
from lenitive.response.dynamics import Dynamics
from lenitive.response.result import Array, InputKind

__all__ = ["responses", "responses_by_numpy", "smoothed", "smoothed_by_numpy"]


def responses(
    design: DesignMatrix, m: Dynamics, effect: Array, drugs: Collection[str] | None = None
) -> tuple[Array, Array]:
    """``[day, draw, 3]`` response to all inputs, and to some drugs alone.

    Args:
        design: The record.
        m: Matrices of n parameter vectors.
        effect: ``[n, k, 3]`` steady-state effect of each column of ``design.drive`` on each outcome.
        drugs: Which; None for every one.
    """
    if MODULE is None:
        return responses_by_numpy(design, m, effect, drugs)
    days, k = design.drive.shape[:2]
    n = effect.shape[0]
    out, alone = np.empty((days, n, 3)), np.empty((days, n, 3))
    parts = (design.drive, design.before, _keep(design, m), m.T, effect, _is_drug(design, drugs))
    MODULE.respond(level(), n, days, k, (*map(_flat, parts), out, alone))
    return out, alone


def responses_by_numpy(
    design: DesignMatrix, m: Dynamics, effect: Array, drugs: Collection[str] | None = None
) -> tuple[Array, Array]:
    """What ``responses`` means; it is used where there is no compiled kernel."""
    drive, T, keep = design.drive, m.T, _keep(design, m)
    days, n = drive.shape[0], effect.shape[0]
    u = np.broadcast_to(design.before, keep.shape)
    slot = [0, 1, 1]
    is_drug = _is_drug(design, drugs)
    masks = np.stack([np.ones(is_drug.size), is_drug])
    state = np.einsum("ck,nko->cno", masks, effect * u[:, :, slot])
    entry = np.eye(3) - T
    out = np.empty((2, days, n, 3))
    for t in range(days):
        u = drive[t] + (u - drive[t]) * keep
        push = np.einsum("ck,nko->cno", masks, effect * u[:, :, slot])
        state = np.einsum("nij,cnj->cni", T, state) + np.einsum("nij,cnj->cni", entry, push)
        out[:, t] = state
    return out[0], out[1]


def smoothed(design: DesignMatrix, m: Dynamics, y: Array, night: Array) -> tuple[Array, Array]:
    """``[day, draw, 3]`` posterior mean and variance of the latent deviation given every day.

    Args:
        design: Which scores and nights there are, and the variance of rounding.
        m: Matrices of n parameter vectors.
        y: ``[day, n, 3]`` scores less level and response.
        night: ``[day, n, device]`` nights less the device's level and what the inputs and the mean move it by.
    """
    if MODULE is None:
        return smoothed_by_numpy(design, m, y, night)
    days, n, devices = night.shape
    mean, var = np.empty((days, n, 3)), np.empty((days, n, 3))
    parts = (m.T, m.Q, m.R, m.P0, m.scale, m.noise, y, night, design.y, design.nightly, design.extra)
    MODULE.smooth(level(), n, days, devices, (*map(_flat, parts), mean, var))
    return mean, var


def smoothed_by_numpy(design: DesignMatrix, m: Dynamics, y: Array, night: Array) -> tuple[Array, Array]:
    """What ``smoothed`` means; it is used where there is no compiled kernel."""
    days, n = y.shape[0], m.T.shape[0]
    seen, worn = np.isfinite(design.y), np.isfinite(design.nightly)
    a, P = np.zeros((n, 3)), m.P0
    Tt = m.T.transpose(0, 2, 1)
    ahead_a, ahead_P = np.empty((days, n, 3)), np.empty((days, n, 3, 3))
    now_a, now_P = np.empty((days, n, 3)), np.empty((days, n, 3, 3))
    for t in range(days):
        a = np.einsum("nij,nj->ni", m.T, a)
        P = m.T @ P @ Tt + m.Q
        ahead_a[t], ahead_P[t] = a, P
        for o in np.flatnonzero(seen[t]):
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
    return mean, var


def _flat(array: Array) -> Array:
    return np.ascontiguousarray(array, dtype=np.float64)


def _keep(design: DesignMatrix, m: Dynamics) -> Array:
    """``[n, k, 2]`` what of an input's distance to its goal is left after a day."""
    return np.asarray(np.exp(-1.0 / design.onset_days(m.onset)))


def _is_drug(design: DesignMatrix, drugs: Collection[str] | None) -> Array:
    """``[k]`` 1 for the columns of these drugs, their bends included."""
    out = np.zeros(design.drive.shape[1])
    for source, rows in zip(design.sources, design.input_row, strict=True):
        for row in rows:
            if row >= 0:
                out[row] = float(
                    source.input.kind is InputKind.DRUG and (drugs is None or source.input.name in drugs)
                )
    return out
