"""The underlying course of each outcome over the days, with its band, and the course without the drugs."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from lenitive.response.dynamics import dynamics
from lenitive.response.fit import Fit
from lenitive.response.latent import responses, smoothed
from lenitive.response.mixture import evenly
from lenitive.response.posterior import coefficient_draws
from lenitive.response.result import Array, Band
from lenitive.terms import Stream, generator

__all__ = ["bands"]

_DRAWS = 64
_Z80, _Z95 = 1.2815515655446004, 1.959963984540054


def bands(fit: Fit, draws: int = _DRAWS, without: Collection[str] | None = None) -> tuple[Band, Band, Band]:
    """Posterior band of each outcome on each diary day, and of the same days without these drugs; without a list, without any.

    Given theta and the coefficients the latent deviation is smoothed; over the draws means and variances are pooled, and the
    edges are those of a normal with the pooled moments. "Without" takes away the drugs' own accumulated effect and
    leaves everything else, expectation included, as it was.

    Raises:
        ValueError: When the fit was refused.
    """
    if fit.posterior is None:
        raise ValueError(f"the fit was refused: {fit.reason}")
    p = fit.posterior
    index = evenly(p.draws.weight, draws)
    beta = coefficient_draws(p.moments, index, generator(fit.seed, Stream.BANDS))
    design = p.design
    m = dynamics(p.draws.theta[index])
    q, inputs = design.base.shape[1], design.drive.shape[1]
    level = np.einsum("tq,nqo->tno", design.base, beta[:, : 3 * q].reshape(-1, q, 3))
    effect, drug = responses(design, m, beta[:, 3 * q : 3 * (q + inputs)].reshape(draws, inputs, 3), without)
    y = design.y[:, None, :] - level - effect
    # A device reads the state and what moves the mean, on its own scale and from its own level.
    moved = effect[:, :, 0] + np.einsum("tq,q,nq->tn", design.base, design.shared, beta[:, 0 : 3 * q : 3])
    own = beta[:, [design.own(a) for a in range(len(design.readings))]]
    night = design.nightly[:, None, :] - own - m.scale * moved[:, :, None]
    mean, var = smoothed(design, m, y, night)
    total = mean + level + effect
    lead = design.lead
    centre, sd = _pool(total[lead:], var[lead:])
    bare, bare_sd = _pool((total - drug)[lead:], var[lead:])
    out = [
        Band(
            outcome=outcome,
            mean=_clip(centre[:, o]),
            low95=_clip(centre[:, o] - _Z95 * sd[:, o]),
            low80=_clip(centre[:, o] - _Z80 * sd[:, o]),
            high80=_clip(centre[:, o] + _Z80 * sd[:, o]),
            high95=_clip(centre[:, o] + _Z95 * sd[:, o]),
            without=_clip(bare[:, o]),
            without_low80=_clip(bare[:, o] - _Z80 * bare_sd[:, o]),
            without_high80=_clip(bare[:, o] + _Z80 * bare_sd[:, o]),
        )
        for o, outcome in enumerate(design.outcomes)
    ]
    return out[0], out[1], out[2]


def _clip(score: Array) -> Array:
    """Kept on the scale."""
    return np.clip(score, 0.0, 10.0)


def _pool(mean: Array, var: Array) -> tuple[Array, Array]:
    """``[day, 3]`` mean and SD over draws of normals ``[day, draw, 3]``."""
    return mean.mean(axis=1), np.sqrt(np.maximum(var.mean(axis=1) + mean.var(axis=1), 0.0))
