r"""Pooling by inverse variance: common or random effects, with or without moderators.

.. math:: y_i = x_i'\beta + u_i + e_i, \quad u_i \sim N(0, \tau^2), \quad e_i \sim N(0, v_i)
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lenitive.evidence.distributions import chi2_tail, t_quantile, two_sided
from lenitive.evidence.pairwise.effects import RATIOS, Effects
from lenitive.evidence.pairwise.tau import TauFit, estimate_tau2, fit, profile_interval
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["Coefficient", "Pooled", "pool"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """An estimate with its interval and test; ratios are logs.

    Attributes:
        name: ``intercept`` for the pooled effect, or a moderator's name.
        estimate: On the scale of the effects.
        se: Its standard error.
        low: Lower end of the interval.
        high: Upper end.
        statistic: z or t.
        p: Two-sided P value.
    """

    name: str
    estimate: float
    se: float
    low: float
    high: float
    statistic: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """How a pooling was asked for; see `pool`."""

    model: str
    method: str
    test: str
    level: float
    prediction: str
    tau2_interval: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solved:
    """What the weighted least squares gave.

    Attributes:
        x: ``[study, coefficient]`` design.
        names: Of its columns.
        at: The fit at ``tau2``.
        at0: The fit without variance between studies.
        tau2: Variance between studies; None where the model has none.
        scale: Factor on the covariance (Hartung-Knapp), else 1.
        df: Degrees of freedom of the test; infinite for z.
    """

    x: Floats
    names: list[str]
    at: TauFit
    at0: TauFit
    tau2: float | None
    scale: float
    df: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """A pooled result.

    Attributes:
        measure: What was pooled.
        model: ``common`` or ``random``.
        method: How tau2 (or the pooled value) was found.
        test: ``z``, ``hk`` (Hartung-Knapp) or ``hk_adhoc`` (never narrower than ``z``).
        level: The intervals' level.
        k: Studies pooled.
        coefficients: The pooled effect first; moderators after it.
        tau2: Variance between studies; None where the model has none.
        tau2_interval: Its Q-profile interval; None where there is none.
        i2: Share of the variation that is between studies, percent.
        h2: Total over sampling variance.
        q: Cochran's Q of the residuals.
        q_df: Its degrees of freedom.
        q_p: Its P value.
        moderators_q: Test of all moderators: Q, or F with Hartung-Knapp.
        moderators_p: Its P value.
        prediction: Interval for the effect in a new study; None where it means nothing.
        weights: Studies' weights, percent.
        studies: Their names.
        notes: Caveats.
    """

    measure: str
    model: str
    method: str
    test: str
    level: float
    k: int
    coefficients: tuple[Coefficient, ...]
    tau2: float | None
    tau2_interval: tuple[float, float] | None
    i2: float | None
    h2: float | None
    q: float
    q_df: int
    q_p: float
    moderators_q: float | None
    moderators_p: float | None
    prediction: tuple[float, float] | None
    weights: tuple[float, ...]
    studies: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def effect(self) -> Coefficient:
        """The pooled effect (with moderators: the intercept)."""
        return self.coefficients[0]

    @property
    def is_ratio(self) -> bool:
        """Whether results are shown after taking the exponential."""
        return self.measure in RATIOS

    def shown(self, value: float) -> float:
        """A value as a reader sees it: the exponential of a log ratio."""
        return math.exp(value) if self.is_ratio else value


def _design(effects: Effects, moderators: dict[str, Floats] | None) -> tuple[Floats, list[str]]:
    k = effects.yi.size
    columns, names = [np.ones(k)], ["intercept"]
    for name, values in (moderators or {}).items():
        column = np.asarray(values, float)
        if column.shape != (k,) or not np.all(np.isfinite(column)):
            raise NotEstimable(
                "wrong_moderator", f"{name} is not one number a study", "Give one finite value a study"
            )
        columns.append(column)
        names.append(name)
    x = np.column_stack(columns)
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise NotEstimable(
            "collinear", "the moderators determine one another or do not vary", "Leave one of them out"
        )
    return x, names


def pool(
    effects: Effects,
    *,
    model: str = "random",
    method: str = "REML",
    test: str = "z",
    level: float = 0.95,
    moderators: dict[str, Floats] | None = None,
    prediction: str = "normal",
    tau2_interval: bool = True,
) -> Pooled:
    """The pooled effect.

    Args:
        effects: Effect sizes with variances.
        model: ``common`` or ``random``.
        method: Estimator of tau2: ``DL, PM, REML, ML, EB`` or ``SJ``.
        test: ``z``; ``hk`` for Hartung-Knapp; ``hk_adhoc`` for Hartung-Knapp with its variance factor not below 1.
        level: Of the intervals, between 0 and 1.
        moderators: Meta-regression: a column for each name.
        tau2_interval: Whether to find the interval of tau2, which takes most of the time.
        prediction: ``normal`` (the test's own quantile) or ``higgins`` (t with k - 2 degrees of freedom).

    Raises:
        NotEstimable: ``unknown_model``, ``unknown_test``, ``unknown_method``, ``too_few_studies``, ``collinear``.
    """
    if model not in {"common", "random"}:
        raise NotEstimable("unknown_model", f"{model!r} is not a model", "Use common or random")
    if test not in {"z", "hk", "hk_adhoc"}:
        raise NotEstimable("unknown_test", f"{test!r} is not a test", "Use z, hk or hk_adhoc")
    if not 0 < level < 1:
        raise NotEstimable("wrong_level", f"{level!r} is not a level", "Use a number between 0 and 1")
    y, v = effects.yi, effects.vi
    x, names = _design(effects, moderators)
    k, p = x.shape
    notes = list(effects.notes)
    if k < p or (moderators and k <= p):
        raise NotEstimable("too_few_studies", f"{k} studies for {p} coefficients", "Drop a moderator")
    if k == 1:
        notes.append("one study: nothing is known of the variation between studies")
        tau2: float | None = 0.0 if model == "random" else None
    elif model == "random":
        tau2 = estimate_tau2(y, v, x, method)
        if k < 5:
            notes.append(
                f"{k} studies: tau2 is hardly known, and random-effects intervals are too narrow or too wide"
            )
    else:
        tau2 = None
    at = fit(y, v, x, tau2 or 0.0)
    at0 = at if not tau2 else fit(y, v, x, 0.0)
    df_resid = k - p
    scale, df = 1.0, math.inf
    if test != "z":
        if df_resid < 1:
            notes.append("one study: Hartung-Knapp is not defined; z is used")
        else:
            scale, df = at.q / df_resid, float(df_resid)
            if test == "hk_adhoc":
                scale = max(1.0, scale)
            if scale < 1e-12:
                notes.append("identical studies: Hartung-Knapp gives a width of zero; use hk_adhoc")
    chosen = _Chosen(
        model=model, method=method, test=test, level=level, prediction=prediction, tau2_interval=tau2_interval
    )
    solved = _Solved(x=x, names=names, at=at, at0=at0, tau2=tau2, scale=scale, df=df)
    return _result(effects, chosen, solved, notes)


def _result(effects: Effects, chosen: _Chosen, solved: _Solved, notes: list[str]) -> Pooled:
    at, at0, x, df, tau2 = solved.at, solved.at0, solved.x, solved.df, solved.tau2
    model, level = chosen.model, chosen.level
    k, p = x.shape
    cov = at.cov * solved.scale
    quantile = t_quantile(0.5 + level / 2, df)
    coefficients = []
    for i, name in enumerate(solved.names):
        se = math.sqrt(cov[i, i])
        b = float(at.beta[i])
        stat = b / se if se > 0 else math.copysign(math.inf, b) if b else 0.0
        coefficients.append(
            Coefficient(
                name=name,
                estimate=b,
                se=se,
                low=b - quantile * se,
                high=b + quantile * se,
                statistic=stat,
                p=two_sided(stat, df),
            )
        )
    typical = (k - p) / at0.trace_p if k > p else math.nan
    i2 = h2 = None
    if k > p:
        variation = tau2 if tau2 is not None else max(0.0, (at0.q - (k - p)) / at0.trace_p)
        i2, h2 = 100 * variation / (typical + variation), variation / typical + 1
    moderators_q = moderators_p = None
    if p > 1:
        rest = slice(1, None)
        moderators_q = float(at.beta[rest] @ np.linalg.solve(cov[rest, rest], at.beta[rest]))
        if math.isinf(df):
            moderators_p = chi2_tail(moderators_q, p - 1)
        else:
            from scipy import special

            moderators_q /= p - 1
            moderators_p = float(special.fdtrc(p - 1, df, moderators_q))
    interval = None
    if model == "random" and tau2 is not None and p == 1 and k > 1:
        if chosen.prediction == "higgins":
            spread = t_quantile(0.5 + level / 2, k - 2) if k > 2 else math.nan
        else:
            spread = quantile
        if math.isfinite(spread):
            half = spread * math.sqrt(tau2 + cov[0, 0])
            interval = (float(at.beta[0]) - half, float(at.beta[0]) + half)
    tau2_range = (
        profile_interval(effects.yi, effects.vi, x, level)
        if chosen.tau2_interval and tau2 is not None and k > p
        else None
    )
    if tau2_range is not None and tau2 is not None and not tau2_range[0] <= tau2 <= tau2_range[1]:
        notes.append(
            "tau2 lies outside its own interval: two methods disagree, look at the studies' variances"
        )
    return Pooled(
        measure=effects.measure,
        model=model,
        method=chosen.method
        if model == "random"
        else "Peto"
        if effects.measure == "PETO"
        else "inverse variance",
        test=chosen.test,
        level=level,
        k=k,
        coefficients=tuple(coefficients),
        tau2=tau2,
        tau2_interval=tau2_range,
        i2=i2,
        h2=h2,
        q=at0.q if k > 1 else 0.0,
        q_df=k - p,
        q_p=chi2_tail(at0.q, k - p),
        moderators_q=moderators_q,
        moderators_p=moderators_p,
        prediction=interval,
        weights=tuple(float(w) for w in 100 * at.w / at.w.sum()),
        studies=effects.studies,
        notes=tuple(notes),
    )
