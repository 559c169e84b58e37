r"""What a pool would be if studies were missing from it for their results: trim and fill, and a selection model.

Neither shows that studies are missing; each shows how far the pool moves if they are as the model says.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lenitive.evidence.distributions import chi2_tail, normal_quantile, normal_two_sided
from lenitive.evidence.pairwise.effects import Effects, generic
from lenitive.evidence.pairwise.pool import Coefficient, Pooled, pool
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["Filled", "Selection", "selection_model", "trim_and_fill"]

Floats = NDArray[np.float64]
_ROUNDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A pool with the studies that a symmetrical funnel would have.

    Attributes:
        filled: How many were put in.
        side: On which side they are missing, ``left`` or ``right``.
        pooled: The pool with them.
        before: The pool without.
        added: Their effects.
    """

    filled: int
    side: str
    pooled: Pooled
    before: Pooled
    added: tuple[float, ...]


def trim_and_fill(effects: Effects, *, model: str = "random", method: str = "REML") -> Filled:
    """The pool with mirror images of the studies that a symmetrical funnel would not have (estimator L0).

    Studies are trimmed from the crowded side until their number settles, the centre found without them, and their images
    put on the other side. The side where studies are missing is the one that Egger's slope points away from.

    Source: Duval and Tweedie 2000, J Am Stat Assoc 95:89-98; as metafor's ``trimfill`` does it.

    Raises:
        NotEstimable: ``too_few_studies`` with fewer than three.
    """
    k = effects.yi.size
    if k < 3:
        raise NotEstimable(
            "too_few_studies", f"{k} studies have no funnel to be symmetrical", "Look at them one by one"
        )
    before = pool(effects, model=model, method=method, tau2_interval=False)
    slope = pool(
        effects,
        model=model,
        method=method,
        moderators={"standard error": np.sqrt(effects.vi)},
        tau2_interval=False,
    ).coefficients[1]
    right_missing = slope.estimate < 0
    # Everything as if studies were missing on the left.
    y = -effects.yi if right_missing else effects.yi.copy()
    order = np.argsort(y, kind="stable")
    y, v = y[order], effects.vi[order]
    missing, settled = 0, -1
    for _ in range(_ROUNDS):
        if missing == settled:
            break
        settled = missing
        kept = generic(y[: k - missing], v[: k - missing], measure=effects.measure)
        centre = pool(kept, model=model, method=method, tau2_interval=False).effect.estimate
        deviation = y - centre
        ranks = _average_ranks(np.abs(deviation)) * np.sign(deviation)
        s = float(ranks[ranks > 0].sum())
        missing = max(0, round((4 * s - k * (k + 1)) / (2 * k - 1)))
        missing = min(missing, k - 1)
    images = 2 * centre - y[k - missing :] if missing else np.zeros(0)
    sign = -1.0 if right_missing else 1.0
    names = tuple(effects.studies[i] for i in order)
    whole = generic(
        np.concatenate([sign * y, sign * images]),
        np.concatenate([v, v[k - missing :] if missing else np.zeros(0)]),
        studies=(*names, *(f"filled {i + 1}" for i in range(missing))),
        measure=effects.measure,
    )
    return Filled(
        filled=missing,
        side="right" if right_missing else "left",
        pooled=pool(whole, model=model, method=method, tau2_interval=False),
        before=before,
        added=tuple(float(x) for x in sign * images),
    )


def _average_ranks(values: Floats) -> Floats:
    """Ranks from 1, ties at their mean."""
    order = np.argsort(values, kind="stable")
    ranks = np.empty(values.size)
    ranks[order] = np.arange(1, values.size + 1)
    for v in np.unique(values):
        same = values == v
        if same.sum() > 1:
            ranks[same] = ranks[same].mean()
    return ranks


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A pool in which a study with a large P value was published less often.

    Attributes:
        effect: The mean effect corrected for selection.
        tau2: Variance between studies.
        odds: How many times as likely a study with a P value above the step was to be published as one below it; below 1 where
            they are held back.
        odds_se: Its standard error.
        p: P value that nothing is held back (likelihood ratio).
        before: The pool without selection, by maximum likelihood.
        below: Studies below the step.
        above: Studies above it.
        notes: Caveats.
    """

    effect: Coefficient
    tau2: float
    odds: float
    odds_se: float
    p: float
    before: Pooled
    below: int
    above: int
    notes: tuple[str, ...] = ()


def selection_model(effects: Effects, *, step: float = 0.025, greater: bool = True) -> Selection:
    """The three-parameter selection model: one step at a one-sided P value.

    Args:
        effects: The studies.
        step: The one-sided P value at which publication changes.
        greater: Whether results above no difference are those that are sought.

    Source: Vevea and Hedges 1995, Psychometrika 60:419-35; McShane, Böckenholt and Hansen 2016, Perspect Psychol Sci 11:730-49;
    as metafor's ``selmodel`` with ``type = "stepfun"``.

    Raises:
        NotEstimable: ``too_few_studies``; ``one_sided`` when all studies lie on one side of the step.
    """
    from scipy import optimize, special

    k = effects.yi.size
    if k < 3:
        raise NotEstimable("too_few_studies", f"{k} studies for three parameters", "Look at the funnel")
    sign = 1.0 if greater else -1.0
    y, v = sign * effects.yi, effects.vi
    se = np.sqrt(v)
    cut = normal_quantile(1 - step) * se
    above = y < cut
    if above.all() or not above.any():
        raise NotEstimable(
            "one_sided",
            f"all studies lie on one side of P = {step:g}",
            "The model cannot tell what was held back; take another step",
        )
    before = pool(effects, method="ML", tau2_interval=False)

    def minus(parameters: Floats, odds: float | None = None) -> float:
        mu, tau2 = float(parameters[0]), math.exp(float(parameters[1]))
        delta = math.exp(float(parameters[2])) if odds is None else odds
        sd = np.sqrt(v + tau2)
        held = special.ndtr((cut - mu) / sd)
        log = -0.5 * ((y - mu) / sd) ** 2 - np.log(sd) + np.where(above, math.log(delta), 0.0)
        return float(-(log - np.log(held * delta + 1 - held)).sum())

    scale = max(float(np.median(v)), 1e-8)
    starts = [
        np.array([sign * before.effect.estimate, math.log(max(before.tau2 or 0.0, 1e-3 * scale)), d])
        for d in (0.0, -1.0, 0.7)
    ]
    options = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 20000, "maxfev": 20000}
    best = min(
        (optimize.minimize(minus, s, method="Nelder-Mead", options=options) for s in starts),
        key=lambda r: float(r.fun),
    )
    null = min(
        (
            optimize.minimize(
                lambda q: minus(np.append(q, 0.0), 1.0), s[:2], method="Nelder-Mead", options=options
            )
            for s in starts[:1]
        ),
        key=lambda r: float(r.fun),
    )
    mu, tau2, delta = float(best.x[0]), math.exp(float(best.x[1])), math.exp(float(best.x[2]))
    notes = []
    flat = tau2 < 1e-6 * scale
    if flat:
        notes.append("no variation between studies is left")
        tau2 = 0.0

    def natural(p: Floats) -> float:
        t = float(p[1]) if p.size == 3 else 0.0
        if t < 0 or float(p[-1]) <= 0:
            return math.inf
        return minus(np.array([p[0], math.log(max(t, 1e-300)), math.log(float(p[-1]))]))

    at = np.array([mu, delta]) if flat else np.array([mu, tau2, delta])
    hessian = _hessian(natural, at)
    cov = np.linalg.inv(hessian)
    mu_se, odds_se = math.sqrt(float(cov[0, 0])), math.sqrt(float(cov[-1, -1]))
    estimate = sign * mu
    z = normal_quantile(0.975)
    if min(int(above.sum()), int((~above).sum())) < 4:
        notes.append("fewer than four studies on one side of the step: the model rests on those few")
    return Selection(
        effect=Coefficient(
            name="intercept",
            estimate=estimate,
            se=mu_se,
            low=estimate - z * mu_se,
            high=estimate + z * mu_se,
            statistic=estimate / mu_se,
            p=normal_two_sided(estimate / mu_se),
        ),
        tau2=tau2,
        odds=delta,
        odds_se=odds_se,
        p=chi2_tail(2 * max(0.0, float(null.fun) - float(best.fun)), 1),
        before=before,
        below=int((~above).sum()),
        above=int(above.sum()),
        notes=tuple(notes),
    )


def _hessian(f: Callable[[Floats], float], at: Floats) -> Floats:
    k = at.size
    h = 1e-4 * np.maximum(np.abs(at), 1e-3)
    out = np.empty((k, k))
    for i in range(k):
        for j in range(k):
            ei, ej = np.eye(k)[i] * h[i], np.eye(k)[j] * h[j]
            out[i, j] = (f(at + ei + ej) - f(at + ei - ej) - f(at - ei + ej) + f(at - ei - ej)) / (
                4 * h[i] * h[j]
            )
    return out
