"""How far the answers depend on what was assumed."""

from __future__ import annotations

import numpy as np

from lenitive.response.backend import likelihood
from lenitive.response.fit import Fit
from lenitive.response.kernel import projected
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
    if not design.sources:
        return ()
    cross, log_s = likelihood(design, fit.settings).gram(draws.distinct)
    subjects = [(s.input, outcome) for s in design.sources for outcome in design.outcomes]
    directions = np.stack(
        [
            design.effect_weights(s, slot, source.input.current)
            for s, source in enumerate(design.sources)
            for slot in range(3)
        ]
    )
    base = projected(cross, log_s, design.observed, design.prior, directions[:0])
    kinds = np.array([what for what, _, _ in design.labels])
    rows: list[SensitivityRow] = []
    with np.errstate(divide="ignore"):
        log_w = np.log(draws.own_weight)
    for prior in ("expectation", "trend", "decay", "level", "effect"):
        chosen = np.isin(kinds, ("trend", "drift") if prior == "trend" else (prior,))
        if not chosen.any():
            continue
        for factor in factors:
            scale_mean = prior not in ("level", "effect")
            mean = np.where(chosen & scale_mean, design.prior_mean * factor, design.prior_mean)
            changed = design.prior.scaled(np.where(chosen, factor, 1.0), mean)
            got = projected(cross, log_s, design.observed, changed, directions)
            # A draw so far out that the filter overflows has density zero under either prior.
            ratio = np.full_like(log_w, -np.inf)
            sound = np.isfinite(base.lp) & np.isfinite(got.lp)
            ratio[sound] = log_w[sound] + got.lp[sound] - base.lp[sound]
            weight, k = psis(ratio)
            share = (weight[:, None] * got.share)[sound].reshape(-1)
            centre = got.mean[sound].reshape(share.size, -1).T
            variance = np.maximum(got.var[sound].reshape(share.size, -1).T, 1e-16)
            average = centre @ share
            spread = np.sqrt((variance + (centre - average[:, None]) ** 2) @ share)
            limit = np.full((len(subjects), 1), -fit.settings.mcid)
            reaches = cdf(limit, share, centre, np.sqrt(variance))[:, 0]
            rows += [
                SensitivityRow(
                    input=item.name,
                    outcome=outcome,
                    prior=prior,
                    factor=factor,
                    mean=m,
                    sd=sd,
                    probability_mcid=probability,
                    pareto_k=k,
                )
                for (item, outcome), m, sd, probability in zip(
                    subjects, average.tolist(), spread.tolist(), reaches.tolist(), strict=True
                )
            ]
    return tuple(rows)
