r"""Generalised least squares over studies, for any design matrix, at a given or estimated :math:`\tau^2`.

A study's contrasts have covariance :math:`V_s + \tau^2 B` with :math:`B` one on its diagonal and one half off it (one
heterogeneity variance for all comparisons). Studies with equally many arms are computed together, so that the work grows
with studies, not with their square.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lenitive.evidence.network.data import Network
from lenitive.evidence.refusal import Refusal

__all__ = ["Block", "Gls", "blocks_of", "design_of", "gls", "tau2_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Studies with equally many contrasts.

    Attributes:
        at: Their positions in the network.
        y: Contrasts, shape ``(study, q)``.
        v: Covariances, shape ``(study, q, q)``.
        x: Design, shape ``(study, q, p)``.
    """

    at: NDArray[np.int_]
    y: Floats
    v: Floats
    x: Floats

    @property
    def b(self) -> Floats:
        """Shape of the heterogeneity."""
        q = self.y.shape[1]
        return 0.5 * (np.eye(q) + np.ones((q, q)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gls:
    """A fit.

    Attributes:
        beta: Coefficients.
        cov: Their covariance.
        q: Weighted residual sum of squares.
        score: Derivative of twice the restricted log likelihood by tau2.
        log_likelihood: The restricted log likelihood, up to a constant.
        trace: tr(P B), by which the moment estimator divides.
        score_ml: Derivative of twice the full log likelihood by tau2.
    """

    beta: Floats
    cov: Floats
    q: float
    score: float
    log_likelihood: float
    trace: float
    score_ml: float
    log_likelihood_ml: float


def design_of(network: Network, rows: dict[str, Floats], width: int) -> list[Floats]:
    """Each study's design: its arms' rows less that of its first arm."""
    out = []
    for s in network.studies:
        arms = np.array([rows[t] for t in s.treatments]).reshape(len(s.treatments), width)
        out.append(arms[1:] - arms[:1])
    return out


def blocks_of(network: Network, designs: list[Floats]) -> tuple[Block, ...]:
    """Studies gathered by their number of contrasts."""
    by: dict[int, list[int]] = {}
    for i, s in enumerate(network.studies):
        by.setdefault(s.y.size, []).append(i)
    return tuple(
        Block(
            at=np.array(at),
            y=np.array([network.studies[i].y for i in at]),
            v=np.array([network.studies[i].v for i in at]),
            x=np.array([designs[i] for i in at]),
        )
        for _, at in sorted(by.items())
    )


def gls(blocks: tuple[Block, ...], tau2: float) -> Gls:
    """The fit at one tau2.

    Raises:
        Refusal: ``not_identified`` when the design cannot tell its coefficients apart.
    """
    p = blocks[0].x.shape[2]
    xwx, xwy = np.zeros((p, p)), np.zeros(p)
    xwbwx = np.zeros((p, p))
    logdet = trace_w = 0.0
    kept = []
    for block in blocks:
        total = block.v + tau2 * block.b
        if block.y.shape[1] == 1:
            w = 1 / total[:, 0, 0]
            x, y = block.x[:, 0, :], block.y[:, 0]
            wx = x * w[:, None]
            xwx += x.T @ wx
            xwy += wx.T @ y
            xwbwx += wx.T @ wx
            logdet += float(np.log(total[:, 0, 0]).sum())
            trace_w += float(w.sum())
            kept.append((block, w[:, None, None]))
        else:
            w = np.asarray(np.linalg.inv(total), float)
            wx = w @ block.x
            flat = block.x.reshape(-1, p)
            xwx += flat.T @ wx.reshape(-1, p)
            xwy += wx.reshape(-1, p).T @ block.y.reshape(-1)
            xwbwx += wx.reshape(-1, p).T @ (block.b @ wx).reshape(-1, p)
            logdet += float(np.linalg.slogdet(total)[1].sum())
            trace_w += float(np.einsum("sij,ji->", w, block.b))
            kept.append((block, w))
    try:
        cov: Floats = np.asarray(np.linalg.inv(xwx), float)
    except np.linalg.LinAlgError:
        raise Refusal(
            "not_identified", "the data cannot tell the coefficients apart", "Take a simpler model"
        ) from None
    if not np.all(np.isfinite(cov)) or np.any(np.diag(cov) <= 0):
        raise Refusal("not_identified", "the data cannot tell the coefficients apart", "Take a simpler model")
    beta = cov @ xwy
    q = ypbpy = 0.0
    for block, w in kept:
        residual = block.y - block.x @ beta
        wr = np.einsum("sij,sj->si", w, residual)
        q += float((residual * wr).sum())
        ypbpy += float(np.einsum("si,ij,sj->", wr, block.b, wr))
    trace = trace_w - float(np.sum(cov * xwbwx))
    likelihood_ml = -0.5 * (logdet + q)
    return Gls(
        beta=beta,
        cov=cov,
        q=q,
        score=ypbpy - trace,
        log_likelihood=likelihood_ml - 0.5 * float(np.linalg.slogdet(xwx)[1]),
        trace=trace,
        score_ml=ypbpy - trace_w,
        log_likelihood_ml=likelihood_ml,
    )


def _scale(blocks: tuple[Block, ...]) -> float:
    """A tau2 that is surely large: the contrasts' own spread and variance."""
    spread = max(float(np.mean(b.y**2)) for b in blocks)
    sampling = float(np.median(np.concatenate([np.einsum("sii->si", b.v).ravel() for b in blocks])))
    return max(spread, sampling, 1e-10)


def tau2_of(blocks: tuple[Block, ...], df: int, method: str) -> float:
    """The heterogeneity variance: ``REML``, ``ML`` or ``DL`` (the moment estimator of Jackson and others).

    Source: Jackson, White and Riley 2012, Stat Med 31:3805-20 (one variance for all contrasts);
    Rücker and Schwarzer 2014, Stat Med 33:4353-69.

    Raises:
        Refusal: ``unknown_method``.
    """
    if df <= 0:
        return 0.0
    if method == "DL":
        at0 = gls(blocks, 0.0)
        return max(0.0, (at0.q - df) / at0.trace)
    if method not in {"REML", "ML"}:
        raise Refusal("unknown_method", f"{method!r} is not an estimator of tau2", "Use REML, ML or DL")
    restricted = method == "REML"
    top = _scale(blocks)
    grid = [0.0, *(top * np.logspace(-5, 0.9, 12))]
    fits = [gls(blocks, float(t)) for t in grid]
    values = [f.log_likelihood if restricted else f.log_likelihood_ml for f in fits]
    scores = [f.score if restricted else f.score_ml for f in fits]
    best = int(np.argmax(values))
    if best == 0 and scores[0] <= 0:
        return 0.0
    low, high = float(grid[max(0, best - 1)]), float(grid[min(best + 1, len(grid) - 1)])

    def score(t: float) -> float:
        f = gls(blocks, t)
        return f.score if restricted else f.score_ml

    while score(high) > 0:
        low, high = high, 2 * high
    return _brent(score, low, high)


def _brent(f: Callable[[float], float], low: float, high: float) -> float:
    from scipy import optimize

    f_low, f_high = f(low), f(high)
    if f_low <= 0:
        return low
    if f_high == 0:
        return high
    return float(optimize.brentq(f, low, high, xtol=1e-14 * max(1.0, high), rtol=1e-13))


def prediction_half_width(quantile: float, se: float, tau2: float) -> float:
    """Half the width of a prediction interval."""
    return quantile * math.sqrt(se**2 + tau2)
