"""Where the diary contradicts what was believed beforehand, and which inputs it cannot tell apart."""

from __future__ import annotations

import numpy as np

from lenitive.response.design import DesignMatrix
from lenitive.response.filters import first_order
from lenitive.response.inference import Weighted
from lenitive.response.likelihood import Moments
from lenitive.response.result import Conflict, Separability
from lenitive.response.settings import Lines

__all__ = ["conflicts", "separability"]


def conflicts(design: DesignMatrix, draws: Weighted, m: Moments, lines: Lines) -> tuple[Conflict, ...]:
    """Coefficients that the diary pulls further from their prior than the prior allows for.

    The difference of a posterior mean from its prior mean has, if the prior is right, the variance by which the
    diary narrowed it; beyond so many of its SDs (twice, usually) it is listed.
    """
    mean = draws.weight @ m.mean
    var = draws.weight @ (np.diagonal(m.cov, axis1=1, axis2=2) + (m.mean - mean) ** 2)
    before = design.prior_sd
    gained = before**2 - var
    out: list[Conflict] = []
    for j in range(design.columns):
        # Where the diary taught next to nothing there is nothing to contradict.
        if gained[j] < 0.02 * before[j] ** 2:
            continue
        z = float((mean[j] - design.prior_mean[j]) / np.sqrt(gained[j]))
        if abs(z) > lines.conflict:
            out.append(
                Conflict(
                    coefficient=" ".join(filter(None, design.labels[j])),
                    prior_mean=float(design.prior_mean[j]),
                    posterior_mean=float(mean[j]),
                    z=z,
                )
            )
    return tuple(out)


def separability(design: DesignMatrix, lines: Lines) -> tuple[Separability, ...]:
    """Pairs of inputs whose doses rose and fell together over the diary (a high correlation after onset)."""
    if len(design.sources) < 2:
        return ()
    seen = np.isfinite(design.y).any(axis=1)
    out: list[Separability] = []
    u = np.zeros((design.drive.shape[0], len(design.sources)))
    for k, (row, _) in enumerate(design.input_row):
        days = np.exp(design.log_tau[row, 1:2])
        left = np.exp(-np.arange(1, u.shape[0] + 1) / days)
        u[:, k] = first_order(design.drive[:, row, 1], days)[0] + design.before[row, 1] * left
    u = u[seen]
    if u.shape[0] < 3:
        return ()
    for a in range(u.shape[1]):
        for b in range(a):
            sa, sb = u[:, a].std(), u[:, b].std()
            if sa < 1e-9 or sb < 1e-9:
                continue
            r = float(np.mean((u[:, a] - u[:, a].mean()) * (u[:, b] - u[:, b].mean())) / (sa * sb))
            if abs(r) > lines.together:
                out.append(
                    Separability(
                        first=design.sources[b].input.name,
                        second=design.sources[a].input.name,
                        correlation=r,
                    )
                )
    return tuple(out)
