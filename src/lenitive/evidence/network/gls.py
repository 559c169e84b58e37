r"""Generalised least squares over studies, for any design matrix, at a given or estimated :math:`\tau^2`.

A study's contrasts have covariance :math:`V_s + \tau^2 B` with :math:`B` one on its diagonal and one half off it (one
heterogeneity variance for all comparisons). Studies with equally many arms are computed together, so that the work grows
with studies, not with their square. Where the design is the network itself (an effect a treatment), the normal equations
are a weighted graph's Laplacian and are added up arm by arm, without any matrix of studies by treatments.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lenitive.evidence.network.data import Network
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = [
    "CovarianceBlock",
    "Gls",
    "blocks_of",
    "design_of",
    "gls",
    "network_blocks",
    "split_blocks",
    "tau2_of",
    "weights_by_pair",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CovarianceBlock:
    """Studies with equally many contrasts.

    Attributes:
        at: Their positions in the network.
        y: Contrasts, shape ``(study, q)``.
        v: Covariances, shape ``(study, q, q)``.
        b: Shape of the heterogeneity, ``(q, q)``.
        x: Design, shape ``(study, q, p)``; None where ``arms`` stands for it.
        arms: Each study's treatments as numbers, shape ``(study, q + 1)``, 0 for the reference; None for other designs. With
            ``factors`` there are twice as many: after the treatments, for each arm the number of one more coefficient.
        factors: How often each of ``arms`` counts; None where each counts once.
        width: Number of coefficients.
    """

    at: NDArray[np.int_]
    y: Floats
    v: Floats
    b: Floats
    x: Floats | None
    arms: NDArray[np.int_] | None
    width: int
    factors: Floats | None = None


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


def _by_size(network: Network) -> list[list[int]]:
    by: dict[int, list[int]] = {}
    for i, s in enumerate(network.studies):
        by.setdefault(s.y.size, []).append(i)
    return [at for _, at in sorted(by.items())]


def _shape(q: int) -> Floats:
    return 0.5 * (np.eye(q) + np.ones((q, q)))


def blocks_of(network: Network, designs: list[Floats]) -> tuple[CovarianceBlock, ...]:
    """Studies gathered by their number of contrasts, with a design of each."""
    return tuple(
        CovarianceBlock(
            at=np.array(at),
            y=np.array([network.studies[i].y for i in at]),
            v=np.array([network.studies[i].v for i in at]),
            b=_shape(network.studies[at[0]].y.size),
            x=np.array([designs[i] for i in at]),
            arms=None,
            width=designs[0].shape[1],
        )
        for at in _by_size(network)
    )


def network_blocks(network: Network, order: tuple[str, ...]) -> tuple[CovarianceBlock, ...]:
    """Studies gathered by their number of contrasts, one coefficient a treatment but the first of ``order``."""
    number = {t: i for i, t in enumerate(order)}
    return tuple(
        CovarianceBlock(
            at=np.array(at),
            y=np.array([network.studies[i].y for i in at]),
            v=np.array([network.studies[i].v for i in at]),
            b=_shape(network.studies[at[0]].y.size),
            x=None,
            arms=np.array([[number[t] for t in network.studies[i].treatments] for i in at]),
            width=len(order) - 1,
        )
        for at in _by_size(network)
    )


def split_blocks(
    blocks: tuple[CovarianceBlock, ...], order: tuple[str, ...], treatment: str, comparator: str
) -> tuple[CovarianceBlock, ...]:
    """The blocks of a network with one more coefficient, in the studies that have both treatments.

    Half of it counts for the treatment's arm and half against the comparator's.
    """
    t, c = order.index(treatment), order.index(comparator)
    out = []
    for block in blocks:
        assert block.arms is not None
        is_t, is_c = block.arms == t, block.arms == c
        both = is_t.any(1) & is_c.any(1)
        width = block.width + 1
        for rows in (~both, both):
            if not rows.any():
                continue
            arms, factors = block.arms[rows], None
            if rows is both:
                factors = np.concatenate([np.ones(arms.shape), 0.5 * is_t[rows] - 0.5 * is_c[rows]], axis=1)
                arms = np.concatenate([arms, np.full(arms.shape, width)], axis=1)
            out.append(
                CovarianceBlock(
                    at=block.at[rows],
                    y=block.y[rows],
                    v=block.v[rows],
                    b=block.b,
                    x=None,
                    arms=arms,
                    width=width,
                    factors=factors,
                )
            )
    return tuple(out)


def _inverse(total: Floats) -> tuple[Floats, Floats]:
    """Inverses of many small matrices, and the logs of their determinants."""
    if total.shape[1] == 1:
        return 1 / total, np.log(total[:, 0, 0])
    if total.shape[1] == 2:
        a, b, d = total[:, 0, 0], total[:, 0, 1], total[:, 1, 1]
        det = a * d - b * b
        out = np.empty_like(total)
        out[:, 0, 0], out[:, 1, 1] = d / det, a / det
        out[:, 0, 1] = out[:, 1, 0] = -b / det
        return out, np.log(det)
    return np.asarray(np.linalg.inv(total), float), np.asarray(np.linalg.slogdet(total)[1], float)


def _times(a: Floats, b: Floats) -> Floats:
    """Products of small matrices; plain multiplication for 1 by 1, where the general product is all overhead."""
    return a * b if a.shape[-1] == 1 else np.asarray(a @ b, float)


def _to_arms(w: Floats) -> Floats:
    """From contrasts against the first arm to all arms: each row and column adds up to zero."""
    s, q, _ = w.shape
    out = np.empty((s, q + 1, q + 1))
    out[:, 1:, 1:] = w
    rows = w.sum(2)
    out[:, 0, 1:] = out[:, 1:, 0] = -rows
    out[:, 0, 0] = rows.sum(1)
    return out


def _spread(w: Floats, factors: Floats | None) -> Floats:
    """From weights of arms to weights of what ``arms`` numbers; leading axes are kept."""
    if factors is None:
        return w
    twice = np.concatenate([w, w], axis=-1)
    return np.asarray(
        np.concatenate([twice, twice], axis=-2) * factors[..., :, None] * factors[..., None, :], float
    )


def _spread_sums(values: Floats, factors: Floats | None) -> Floats:
    """The same for one value an arm."""
    return values if factors is None else np.concatenate([values, values], axis=-1) * factors


def _of_arms(theta: Floats, block: CovarianceBlock) -> Floats:
    """What each arm is fitted to; ``theta`` has a coefficient for each number, on its last axis."""
    assert block.arms is not None
    each = theta[..., block.arms]
    if block.factors is None:
        return np.asarray(each, float)
    each = each * block.factors
    half = block.arms.shape[1] // 2
    return np.asarray(each[..., :half] + each[..., half:], float)


def _normal_equations(block: CovarianceBlock, w: Floats, wbw: Floats) -> tuple[Floats, Floats, Floats]:
    """X'WX, X'Wy and X'WBWX of one block."""
    p = block.width
    if block.arms is None:
        assert block.x is not None
        x = block.x.reshape(-1, p)
        wx = (w @ block.x).reshape(-1, p)
        wbwx = (wbw @ block.x).reshape(-1, p)
        return x.T @ wx, wx.T @ block.y.reshape(-1), x.T @ wbwx
    n = p + 1
    at = (block.arms[:, :, None] * n + block.arms[:, None, :]).ravel()
    xwx = np.bincount(at, _spread(_to_arms(w), block.factors).ravel(), n * n).reshape(n, n).astype(float)
    xwbwx = np.bincount(at, _spread(_to_arms(wbw), block.factors).ravel(), n * n).reshape(n, n).astype(float)
    wy = np.einsum("sij,sj->si", w, block.y)
    arms_y = _spread_sums(np.concatenate([-wy.sum(1, keepdims=True), wy], axis=1), block.factors)
    xwy = np.bincount(block.arms.ravel(), arms_y.ravel(), n).astype(float)
    return xwx[1:, 1:], xwy[1:], xwbwx[1:, 1:]


def _fitted(block: CovarianceBlock, beta: Floats) -> Floats:
    if block.arms is None:
        assert block.x is not None
        return np.asarray(block.x @ beta, float)
    theta = _of_arms(np.concatenate([[0.0], beta]), block)
    return np.asarray(theta[:, 1:] - theta[:, :1], float)


def gls(blocks: tuple[CovarianceBlock, ...], tau2: float) -> Gls:
    """The fit at one tau2.

    Raises:
        NotEstimable: ``not_identified`` when the design cannot tell its coefficients apart.
    """
    p = blocks[0].width
    xwx, xwy, xwbwx = np.zeros((p, p)), np.zeros(p), np.zeros((p, p))
    logdet = trace_w = 0.0
    kept = []
    for block in blocks:
        w, logs = _inverse(block.v + tau2 * block.b)
        wb = _times(w, block.b)
        logdet += float(logs.sum())
        trace_w += float(np.trace(wb.sum(0)))
        one, two, three = _normal_equations(block, w, _times(wb, w))
        xwx += one
        xwy += two
        xwbwx += three
        kept.append((block, w))
    try:
        cov: Floats = np.asarray(np.linalg.inv(xwx), float)
    except np.linalg.LinAlgError:
        raise NotEstimable(
            "not_identified", "the data cannot tell the coefficients apart", "Take a simpler model"
        ) from None
    if not np.all(np.isfinite(cov)) or np.any(np.diag(cov) <= 0):
        raise NotEstimable(
            "not_identified", "the data cannot tell the coefficients apart", "Take a simpler model"
        )
    beta = cov @ xwy
    q = ypbpy = 0.0
    for block, w in kept:
        residual = block.y - _fitted(block, beta)
        wr = np.einsum("sij,sj->si", w, residual)
        q += float((residual * wr).sum())
        ypbpy += float((wr * _times(wr, block.b)).sum())
    trace = trace_w - float((cov * xwbwx).sum())
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


def _profile(blocks: tuple[CovarianceBlock, ...], tau2: Floats, *, restricted: bool) -> tuple[Floats, Floats]:
    """Slope and value of (restricted) log likelihood at several tau2 at once.

    The same sums as in ``gls``, for all values together: small networks are dominated by the cost of calls, not of sums.
    """
    if any(block.arms is None for block in blocks):
        fits = [gls(blocks, float(t)) for t in tau2]
        if restricted:
            return np.array([f.score for f in fits]), np.array([f.log_likelihood for f in fits])
        return np.array([f.score_ml for f in fits]), np.array([f.log_likelihood_ml for f in fits])
    k, p = tau2.size, blocks[0].width
    n = p + 1
    xwx, xwbwx, xwy = np.zeros((k, n, n)), np.zeros((k, n, n)), np.zeros((k, n))
    logdet, trace = np.zeros(k), np.zeros(k)
    offset = np.arange(k)[:, None]
    kept = []
    for block in blocks:
        assert block.arms is not None
        s, q = block.y.shape
        total = block.v[None] + tau2[:, None, None, None] * block.b
        w, logs = _inverse(total.reshape(-1, q, q))
        wb = _times(w, block.b)
        logdet += logs.reshape(k, s).sum(1)
        trace += np.einsum("nii->n", wb).reshape(k, s).sum(1)
        at = (block.arms[:, :, None] * n + block.arms[:, None, :]).ravel()
        index = (offset * (n * n) + at[None, :]).ravel()
        armed, squared = (
            _spread(_to_arms(m).reshape(k, s, q + 1, q + 1), block.factors) for m in (w, _times(wb, w))
        )
        xwx += np.bincount(index, armed.ravel(), k * n * n).reshape(k, n, n)
        xwbwx += np.bincount(index, squared.ravel(), k * n * n).reshape(k, n, n)
        w = w.reshape(k, s, q, q)
        wy = np.einsum("ksij,sj->ksi", w, block.y)
        arms_y = _spread_sums(np.concatenate([-wy.sum(2, keepdims=True), wy], axis=2), block.factors)
        xwy += np.bincount((offset * n + block.arms.ravel()[None, :]).ravel(), arms_y.ravel(), k * n).reshape(
            k, n
        )
        kept.append((block, w))
    inner = xwx[:, 1:, 1:]
    cov = np.linalg.inv(inner)
    theta = np.zeros((k, n))
    theta[:, 1:] = np.einsum("kij,kj->ki", cov, xwy[:, 1:])
    residual_q, slope = np.zeros(k), -trace
    for block, w in kept:
        arms = _of_arms(theta, block)
        residual = block.y[None] - (arms[:, :, 1:] - arms[:, :, :1])
        wr = np.einsum("ksij,ksj->ksi", w, residual)
        residual_q += (residual * wr).sum((1, 2))
        slope += (wr * _times(wr, block.b)).sum((1, 2))
    value = -0.5 * (logdet + residual_q)
    if restricted:
        slope += np.einsum("kij,kij->k", cov, xwbwx[:, 1:, 1:])
        value -= 0.5 * np.linalg.slogdet(inner)[1]
    return slope, value


def _scale(blocks: tuple[CovarianceBlock, ...]) -> float:
    """A tau2 that is surely large: the contrasts' own spread and variance."""
    spread = max(float(np.mean(b.y**2)) for b in blocks)
    sampling = float(np.median(np.concatenate([np.einsum("sii->si", b.v).ravel() for b in blocks])))
    return max(spread, sampling, 1e-10)


def tau2_of(blocks: tuple[CovarianceBlock, ...], df: int, method: str) -> float:
    """The heterogeneity variance: ``REML``, ``ML`` or ``DL`` (the moment estimator of Jackson and others).

    Source: Jackson, White and Riley 2012, Stat Med 31:3805-20 (one variance for all contrasts);
    Rücker and Schwarzer 2014, Stat Med 33:4353-69.

    Raises:
        NotEstimable: ``unknown_method``.
    """
    if df <= 0:
        return 0.0
    if method == "DL":
        at0 = gls(blocks, 0.0)
        return max(0.0, (at0.q - df) / at0.trace)
    if method not in {"REML", "ML"}:
        raise NotEstimable("unknown_method", f"{method!r} is not an estimator of tau2", "Use REML, ML or DL")
    restricted = method == "REML"
    grid = np.concatenate([[0.0], _scale(blocks) * np.logspace(-4, 0.6, 11)])
    slope, value = _profile(blocks, grid, restricted=restricted)
    best = int(np.argmax(value))
    if best == 0 and slope[0] <= 0:
        return 0.0
    while best == grid.size - 1 and slope[best] > 0:
        grid = grid[-1] * np.logspace(0, 2, 11)
        slope, value = _profile(blocks, grid, restricted=restricted)
        best = int(np.argmax(value))
    # The slope at the best point says on which side of it the top lies; its sign changes between two points.
    first = best if slope[best] > 0 else max(best - 1, 0)
    low, high = float(grid[first]), float(grid[min(first + 1, grid.size - 1)])
    for _ in range(6):
        # Close points around the guess from the last ones, and the bracket's own ends in case the guess is wrong.
        guess = _inverse_interpolation(*_nearest(slope, grid, first))
        if not low < guess < high:
            guess = 0.5 * (low + high)
        near = guess + (high - low) * np.array([-0.08, -0.02, 0.0, 0.02, 0.08])
        grid = np.unique(np.concatenate([[low], near[(near > low) & (near < high)], [high]]))
        slope, value = _profile(blocks, grid, restricted=restricted)
        below = np.flatnonzero(slope <= 0)
        if below.size == 0 or below[0] == 0:
            return float(grid[int(np.argmax(value))])
        first = int(below[0]) - 1
        low, high = float(grid[first]), float(grid[first + 1])
        if high - low <= 0.02 * high:
            break
    found = _inverse_interpolation(*_nearest(slope, grid, first))
    return found if low <= found <= high else 0.5 * (low + high)


def _nearest(slope: Floats, at: Floats, first: int) -> tuple[Floats, Floats]:
    """Four points (or as many as there are) around the change of sign after ``first``, all of different slope."""
    start = min(max(first - 1, 0), max(at.size - 4, 0))
    s, a = slope[start : start + 4], at[start : start + 4]
    falling = np.concatenate([[True], np.diff(s) < 0])
    return s[falling], a[falling]


def _inverse_interpolation(slope: Floats, at: Floats) -> float:
    """Where a smooth falling function is zero, by the cubic through four of its points seen from the side."""
    s, a = slope.tolist(), at.tolist()
    total = 0.0
    for i, si in enumerate(s):
        term = a[i]
        for j, sj in enumerate(s):
            if j != i:
                term *= sj / (sj - si)
        total += term
    return float(total)


def prediction_half_width(quantile: float, se: float, tau2: float) -> float:
    """Half the width of a prediction interval."""
    return quantile * math.sqrt(se**2 + tau2)


def weights_by_pair(network: Network, tau2: float) -> list[tuple[str, tuple[str, ...], Floats]]:
    """For each study its name, arms, and the weight that it gives each pair of them, a symmetric matrix."""
    out = []
    for s in network.studies:
        w, _ = _inverse((s.v + tau2 * _shape(s.y.size))[None])
        out.append((s.name, s.treatments, -_to_arms(w)[0]))
    return out
