"""Posteriors that are weighted mixtures of normals: given theta every coefficient is normal, so nothing is lost to draws.

Distribution functions and quantiles are computed by the compiled kernel where there is one, in the same steps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lenitive.response.compiled import MODULE, level
from lenitive.response.result import QUANTILES, Array, Summary

__all__ = ["cdf", "evenly", "normal_cdf", "of_draws", "quantiles", "summarise"]


_NUMERATOR = (
    3.52624965998911e-02,
    0.700383064443688,
    6.37396220353165,
    33.912866078383,
    112.079291497871,
    221.213596169931,
    220.206867912376,
)
_DENOMINATOR = (
    8.83883476483184e-02,
    1.75566716318264,
    16.064177579207,
    86.7807322029461,
    296.564248779674,
    637.333633378831,
    793.826512519948,
    440.413735824752,
)
_SHAPE = 64
_QUANTILES = np.array(QUANTILES)
_NONE = np.zeros(0)
_KEYS = tuple(f"{q:g}" for q in QUANTILES)
_START = np.array([-1.959964, -1.281552, -0.67449, 0.0, 0.67449, 1.281552, 1.959964])


def normal_cdf(x: Array) -> Array:
    """Standard normal distribution function, absolute error below 1e-14.

    Ours because importing SciPy's costs 0.3 s, a third of the time in which a review should be there.
    Source: Hart's rational form as given by West (2005), Better approximations to cumulative normal functions,
    Wilmott Magazine 9:70-76.
    """
    return _cdf_and_bell(x)[0]


def _cdf_and_bell(x: Array) -> tuple[Array, Array]:
    """The distribution function, and exp(-x^2 / 2), which it needs anyway."""
    size = np.minimum(np.abs(x), 37.0)
    near = np.minimum(size, 7.07106781186547)
    lower = np.exp(-0.5 * size * size)
    top, bottom = np.full_like(near, _NUMERATOR[0]), np.full_like(near, _DENOMINATOR[0])
    for c in _NUMERATOR[1:]:
        top *= near
        top += c
    for c in _DENOMINATOR[1:]:
        bottom *= near
        bottom += c
    tail = lower * top / bottom
    far = size >= 7.07106781186547
    if far.any():
        s = size[far]
        tail[far] = lower[far] / (s + 1 / (s + 2 / (s + 3 / (s + 4 / (s + 0.65))))) / 2.506628274631000
    return np.asarray(np.where(x > 0, 1.0 - tail, tail)), lower


def evenly(weight: Array, count: int) -> NDArray[np.intp]:
    """``[count]`` indices by systematic resampling at the midpoints: no chance enters."""
    edges = np.cumsum(weight)
    wanted = (np.arange(count) + 0.5) / count * edges[-1]
    return np.asarray(np.minimum(np.searchsorted(edges, wanted), weight.size - 1), dtype=np.intp)


def cdf(x: Array, weight: Array, mean: Array, sd: Array) -> Array:
    """``[f, x]`` probability of at most ``x [f, x]`` for mixtures with ``mean, sd [f, draw]``."""
    if MODULE is not None:
        return _compiled(weight, mean, sd, limits=x)[0]
    out: Array = normal_cdf((x[:, :, None] - mean[:, None, :]) / sd[:, None, :]) @ weight
    return out


def quantiles(weight: Array, mean: Array, sd: Array) -> Array:
    """``[f, 7]`` the quantiles ``QUANTILES``, by safeguarded Newton steps on the mixture's distribution function."""
    if MODULE is not None:
        return _compiled(weight, mean, sd)[1]
    return quantiles_by_numpy(weight, mean, sd)


def _compiled(weight: Array, mean: Array, sd: Array, limits: Array | None = None) -> tuple[Array, Array]:
    """Probabilities of at most the limits; without limits the quantiles instead."""
    assert MODULE is not None
    f = mean.shape[0]
    below = np.empty((f, 0) if limits is None else limits.shape)
    q = _QUANTILES if limits is None else _NONE
    at = np.empty((f, q.size))
    parts = (weight, mean, sd, np.empty((f, 0)) if limits is None else limits, q, _START[: q.size])
    MODULE.mixture(level(), *(np.ascontiguousarray(a, dtype=np.float64) for a in parts), below, at)
    return below, at


def quantiles_by_numpy(weight: Array, mean: Array, sd: Array) -> Array:
    """What ``quantiles`` means; it is used where there is no compiled kernel."""
    q = _QUANTILES
    centre = mean @ weight
    spread = np.sqrt((sd**2 + (mean - centre[:, None]) ** 2) @ weight)
    x = centre[:, None] + spread[:, None] * _START[None, :]
    low, high = centre[:, None] - 40 * spread[:, None] + 0 * x, centre[:, None] + 40 * spread[:, None] + 0 * x
    middle, wide = mean[:, None, :], sd[:, None, :]
    height = weight / (sd * np.sqrt(2 * np.pi))
    step, before = high - low, high - low
    for _ in range(100):
        below, bell = _cdf_and_bell((x[:, :, None] - middle) / wide)
        gap = below @ weight - q
        open_ = np.abs(gap) >= 1e-7
        if not open_.any():
            break
        slope = (bell @ height[:, :, None])[:, :, 0]
        low, high = np.where(gap < 0, x, low), np.where(gap > 0, x, high)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            newton = gap / slope
        new = x - newton
        # A Newton step must be less than half of the last but one, else the bracket is halved (Press et al., Numerical Recipes 9.4).
        quick = (new >= low) & (new <= high) & (np.abs(newton) < 0.5 * before)
        before, step = step, np.where(quick, np.abs(newton), 0.5 * (high - low))
        # A quantile already found stays: it is its own bracket's end, and would be halved away from there.
        x = np.where(open_, np.where(quick, new, low + step), x)
    return np.asarray(x)


def summarise(weight: Array, mean: Array, sd: Array) -> list[Summary]:
    """One summary for each of f mixtures.

    Mean and SD are of all components. Quantiles are those of 64 components picked evenly by weight, moved and
    stretched to that mean and SD: the shape needs no more, and they are the larger part of the work.
    """
    centre = mean @ weight
    spread = np.sqrt((sd**2 + (mean - centre[:, None]) ** 2) @ weight)
    if weight.size > _SHAPE:
        index = evenly(weight, _SHAPE)
        even = np.full(_SHAPE, 1.0 / _SHAPE)
        m, s = mean[:, index], sd[:, index]
        c = m @ even
        width = np.sqrt((s**2 + (m - c[:, None]) ** 2) @ even)
        at = quantiles(even, m, s)
        at = centre[:, None] + (at - c[:, None]) * (spread / width)[:, None]
    else:
        at = quantiles(weight, mean, sd)
    return [
        Summary(
            mean=c,
            sd=s,
            quantiles=dict(zip(_KEYS, row, strict=True)),
        )
        for c, s, row in zip(centre.tolist(), spread.tolist(), at.tolist(), strict=True)
    ]


def of_draws(weight: Array, value: Array) -> Summary:
    """Summary of weighted draws ``[draw]``."""
    mean = float(weight @ value)
    order = np.argsort(value, kind="stable")
    below = np.cumsum(weight[order]) - 0.5 * weight[order]
    at = np.interp(QUANTILES, below, value[order])
    return Summary(
        mean=mean,
        sd=float(np.sqrt(weight @ (value - mean) ** 2)),
        quantiles=dict(zip(_KEYS, at.tolist(), strict=True)),
    )
