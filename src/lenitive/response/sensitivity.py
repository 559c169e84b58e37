"""How far the answers depend on what was assumed, and where the diary contradicts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lenitive.response.backend import likelihood
from lenitive.response.design import Design
from lenitive.response.inference import Weighted
from lenitive.response.likelihood import Moments, solve
from lenitive.response.mixture import cdf
from lenitive.response.psis import psis
from lenitive.response.result import Conflict, SensitivityRow, Separability

if TYPE_CHECKING:
    from lenitive.response.fit import Fit

__all__ = ["conflicts", "sensitivity", "separability"]

_CONFLICT = 2.0
_TOGETHER = 0.95


def conflicts(design: Design, draws: Weighted, m: Moments) -> tuple[Conflict, ...]:
    """Coefficients that the diary pulls further from their prior than the prior allows for.

    The difference of a posterior mean from its prior mean has, if the prior is right, the variance by which the
    diary narrowed it; beyond twice its SD it is listed.
    """
    mean = draws.weight @ m.mean
    var = draws.weight @ (np.diagonal(m.cov, axis1=1, axis2=2) + (m.mean - mean) ** 2)
    gained = design.prior_sd**2 - var
    out: list[Conflict] = []
    for j in range(design.columns):
        # Where the diary taught next to nothing there is nothing to contradict.
        if gained[j] < 0.02 * design.prior_sd[j] ** 2:
            continue
        z = float((mean[j] - design.prior_mean[j]) / np.sqrt(gained[j]))
        if abs(z) > _CONFLICT:
            out.append(
                Conflict(
                    coefficient=" ".join(filter(None, design.labels[j])),
                    prior_mean=float(design.prior_mean[j]),
                    posterior_mean=float(mean[j]),
                    z=z,
                )
            )
    return tuple(out)


def separability(design: Design) -> tuple[Separability, ...]:
    """Pairs of inputs whose doses rose and fell together over the diary (correlation above 0.95 after onset)."""
    if len(design.sources) < 2:
        return ()
    seen = np.isfinite(design.y).any(axis=1)
    out: list[Separability] = []
    u = np.zeros((design.drive.shape[0], len(design.sources)))
    for k, (row, _) in enumerate(design.input_row):
        keep = np.exp(-1.0 / np.exp(design.log_tau[row, 1]))
        state = design.before[row, 1]
        for t in range(u.shape[0]):
            state = design.drive[t, row, 1] + (state - design.drive[t, row, 1]) * keep
            u[t, k] = state
    u = u[seen]
    if u.shape[0] < 3:
        return ()
    for a in range(u.shape[1]):
        for b in range(a):
            sa, sb = u[:, a].std(), u[:, b].std()
            if sa < 1e-9 or sb < 1e-9:
                continue
            r = float(np.mean((u[:, a] - u[:, a].mean()) * (u[:, b] - u[:, b].mean())) / (sa * sb))
            if abs(r) > _TOGETHER:
                out.append(
                    Separability(
                        first=design.sources[b].input.name,
                        second=design.sources[a].input.name,
                        correlation=r,
                    )
                )
    return tuple(out)


def sensitivity(fit: Fit, factors: tuple[float, float] = (0.5, 2.0)) -> tuple[SensitivityRow, ...]:
    """Each attributable effect at the current dose with each prior halved and doubled.

    The draws are reweighted, not drawn again: a prior of a linear coefficient enters only the last, small solve.
    Rows whose ``pareto_k`` is above 0.7 are not to be trusted.

    Raises:
        ValueError: When the fit was refused.
    """
    if fit.posterior is None:
        raise ValueError(f"the fit was refused: {fit.reason}")
    design, draws = fit.posterior.design, fit.posterior.draws
    cross, log_s = likelihood(design, fit.settings).gram(draws.theta)
    base = solve(cross, log_s, design.observed, design.prior_mean, design.prior_sd)
    kinds = np.array([what for what, _, _ in design.labels])
    rows: list[SensitivityRow] = []
    with np.errstate(divide="ignore"):
        log_w = np.log(draws.weight)
    for prior in ("expectation", "trend", "decay", "level", "effect"):
        chosen = np.isin(kinds, ("trend", "drift") if prior == "trend" else (prior,))
        if not chosen.any():
            continue
        for factor in factors:
            sd = np.where(chosen, design.prior_sd * factor, design.prior_sd)
            scale_mean = prior not in ("level", "effect")
            mean = np.where(chosen & scale_mean, design.prior_mean * factor, design.prior_mean)
            got = solve(cross, log_s, design.observed, mean, sd)
            # A draw so far out that the filter overflows has density zero under either prior.
            ratio = np.full_like(log_w, -np.inf)
            sound = np.isfinite(base.lp) & np.isfinite(got.lp)
            ratio[sound] = log_w[sound] + got.lp[sound] - base.lp[sound]
            weight, k = psis(ratio)
            for s, source in enumerate(design.sources):
                for slot, outcome in enumerate(design.outcomes):
                    w = design.effect_weights(s, slot, source.input.current)
                    centre = got.mean @ w
                    var = np.einsum("i,nij,j->n", w, got.cov, w, optimize=True)
                    average = float(weight @ centre)
                    spread = float(np.sqrt(weight @ (var + (centre - average) ** 2)))
                    limit = np.full((1, 1), -fit.settings.mcid)
                    probability = cdf(limit, weight, centre[None], np.sqrt(np.maximum(var, 1e-16))[None])
                    rows.append(
                        SensitivityRow(
                            input=source.input.name,
                            outcome=outcome,
                            prior=prior,
                            factor=factor,
                            mean=average,
                            sd=spread,
                            probability_mcid=float(probability[0, 0]),
                            pareto_k=k,
                        )
                    )
    return tuple(rows)
