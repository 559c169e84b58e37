"""How far the answers depend on what was assumed."""

from __future__ import annotations

import numpy as np

from lenitive.response.backend import likelihood
from lenitive.response.fit import Fit
from lenitive.response.likelihood import solve
from lenitive.response.mixture import cdf
from lenitive.response.psis import psis
from lenitive.response.result import SensitivityRow

__all__ = ["sensitivity"]


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
                    var = (got.cov @ w) @ w
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
