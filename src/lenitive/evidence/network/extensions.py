r"""Networks whose treatments share something: components of combinations, and doses of one drug.

Both are the network model with a smaller design: a treatment's effect is a sum of its components' effects, or a function of
its dose, :math:`\beta_d x` (linear) or :math:`\beta_d\,x / (x + \mathrm{ED}_{50})` (Emax, one ED50 as a multiple of a
reference dose for each drug).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import field, replace

import numpy as np
from numpy.typing import NDArray

from lenitive.evidence.distributions import chi2_tail, normal_quantile
from lenitive.evidence.network.data import Network
from lenitive.evidence.network.gls import Gls, blocks_of, design_of, gls, tau2_of
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["Additive", "ExtraCoefficient", "component_network", "dose_network"]

Floats = NDArray[np.float64]
_LOG_ED50 = (math.log(1e-3), math.log(1e3))
"""Where an ED50 is looked for, as a multiple of the reference dose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraCoefficient:
    """A component's or a drug's coefficient with its interval; ratios are logs."""

    name: str
    estimate: float
    se: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Additive:
    """A fitted network of components or doses.

    Attributes:
        parts: The coefficients.
        cov: Their covariance.
        tau2: Heterogeneity.
        q: Q of the common-effect model.
        q_df: Degrees of freedom.
        q_p: P value; small when effects do not add up (or the dose curve is wrong).
        ed50: ED50 of an Emax curve as a multiple of the reference dose, one for all drugs; None otherwise.
        ed50s: ED50 of each drug's own curve, where each has its own; empty otherwise.
        log_likelihood: Full log likelihood up to a constant, to compare curves on the same data.
        notes: Caveats.
    """

    parts: tuple[ExtraCoefficient, ...]
    cov: Floats
    tau2: float
    q: float
    q_df: int
    q_p: float
    ed50: float | None
    log_likelihood: float
    notes: tuple[str, ...] = ()
    ed50s: Mapping[str, float] = field(default_factory=dict)

    def effect(self, weights: dict[str, float]) -> ExtraCoefficient:
        """A weighted sum of coefficients: a combination, or a drug at a dose (linear: the dose over the reference)."""
        names = [p.name for p in self.parts]
        for name in weights:
            if name not in names:
                raise NotEstimable(
                    "unknown_treatment", f"{name!r} is not a part", f"Use one of {', '.join(names)}"
                )
        w = np.array([weights.get(n, 0.0) for n in names])
        estimate = float(w @ [p.estimate for p in self.parts])
        se = math.sqrt(float(w @ self.cov @ w))
        z = normal_quantile(0.975)
        name = " + ".join(weights)
        return ExtraCoefficient(
            name=name, estimate=estimate, se=se, low=estimate - z * se, high=estimate + z * se
        )


def _fit(
    network: Network, rows: dict[str, Floats], width: int, model: str, method: str
) -> tuple[Gls, Gls, float, int]:
    blocks = blocks_of(network, design_of(network, rows, width))
    stacked = np.concatenate([b.x.reshape(-1, width) for b in blocks if b.x is not None])
    if np.linalg.matrix_rank(stacked) < width:
        raise NotEstimable(
            "not_identified", "the trials cannot tell the components apart", "Join some of them"
        )
    df = stacked.shape[0] - width
    tau2 = tau2_of(blocks, df, method) if model == "random" else 0.0
    return gls(blocks, tau2), gls(blocks, 0.0), tau2, df


def _additive(
    names: tuple[str, ...],
    at: Gls,
    at0: Gls,
    tau2: float,
    df: int,
    ed50: float | None,
    notes: tuple[str, ...],
) -> Additive:
    z = normal_quantile(0.975)
    se = np.sqrt(np.diag(at.cov))
    return Additive(
        parts=tuple(
            ExtraCoefficient(
                name=n, estimate=float(b), se=float(s), low=float(b - z * s), high=float(b + z * s)
            )
            for n, b, s in zip(names, at.beta, se, strict=True)
        ),
        cov=at.cov,
        tau2=tau2,
        q=at0.q,
        q_df=df,
        q_p=chi2_tail(at0.q, df),
        ed50=ed50,
        log_likelihood=at.log_likelihood_ml,
        notes=notes,
    )


def component_network(
    network: Network,
    *,
    inactive: str,
    separator: str = "+",
    model: str = "random",
    method: str = "REML",
) -> Additive:
    """The additive component model: a combination's effect is the sum of its components' effects against ``inactive``.

    Works also where the network of treatments is disconnected but its components join it.

    Source: Welton and others 2009, Am J Epidemiol 169:1158-65; Rücker, Petropoulou and Schwarzer 2020, Biom J 62:808-21.

    Raises:
        NotEstimable: ``unknown_treatment``, ``not_identified``.
    """
    if inactive not in network.treatments:
        raise NotEstimable(
            "unknown_treatment", f"{inactive!r} is not in the network", "Name the inactive treatment"
        )
    split = {t: [] if t == inactive else [c.strip() for c in t.split(separator)] for t in network.treatments}
    names = tuple(sorted({c for cs in split.values() for c in cs} - {inactive}))
    rows = {t: np.array([float(cs.count(n)) for n in names]) for t, cs in split.items()}
    at, at0, tau2, df = _fit(network, rows, len(names), model, method)
    notes = (
        ("the network of treatments falls apart; only the assumption that effects add up joins it",)
        if len(network.components) > 1
        else ()
    )
    return _additive(names, at, at0, tau2, df, None, (*network.notes, *notes))


def dose_network(
    network: Network,
    doses: dict[str, tuple[str, float]],
    *,
    reference_dose: dict[str, float] | None = None,
    curve: str = "linear",
    ed50: float | Mapping[str, float] | None = None,
    model: str = "random",
    method: str = "REML",
    own_curves: bool = False,
) -> Additive:
    """Doses of one drug as one curve each, against dose 0.

    Args:
        network: Treatments are drug-dose arms.
        doses: For each treatment its drug and dose; dose 0 is the inactive arm.
        reference_dose: A dose of each drug in whose multiples doses count (1 by default).
        curve: ``linear``: the coefficient is the effect of the reference dose; ``emax``: it is the largest effect.
        ed50: For ``emax``: ED50 as a multiple of the reference dose, one for all drugs or one for each; found by maximum
            likelihood when not given.
        model: ``common`` or ``random``.
        method: Estimator of tau2.
        own_curves: Whether an ED50 is found for each drug. A drug with one dose above 0 has no curve of its own to find.

    Source: Mawdsley and others 2016, CPT Pharmacometrics Syst Pharmacol 5:393-401.

    Raises:
        NotEstimable: ``unknown_curve``, ``unknown_treatment``, ``not_identified``.
    """
    if curve not in {"linear", "emax"}:
        raise NotEstimable("unknown_curve", f"{curve!r} is not a dose curve", "Use linear or emax")
    missing = [t for t in network.treatments if t not in doses]
    if missing:
        raise NotEstimable(
            "unknown_treatment", f"no dose is given for {missing[0]!r}", "Give a drug and dose for each"
        )
    names = tuple(sorted({drug for drug, dose in doses.values() if dose > 0}))
    reference = reference_dose or {}

    def fitted(shape: Callable[[float, str], float]) -> tuple[Gls, Gls, float, int]:
        rows = {}
        for t in network.treatments:
            drug, dose = doses[t]
            row = np.zeros(len(names))
            if dose > 0:
                row[names.index(drug)] = shape(dose / reference.get(drug, 1.0), drug)
            rows[t] = row
        return _fit(network, rows, len(names), model, method)

    if curve == "linear":
        return _additive(names, *fitted(lambda x, _: x), None, network.notes)
    if own_curves or isinstance(ed50, Mapping):
        return _own_curves(network, doses, names, fitted, ed50)
    notes: tuple[str, ...] = network.notes
    if ed50 is None:
        from scipy import optimize

        best = optimize.minimize_scalar(
            lambda log: -fitted(lambda x, _: x / (x + math.exp(log)))[0].log_likelihood_ml,
            bounds=_LOG_ED50,
            method="bounded",
            options={"xatol": 1e-8},
        )
        ed50 = math.exp(float(best.x))
        if not 2 * math.exp(_LOG_ED50[0]) < ed50 < 0.5 * math.exp(_LOG_ED50[1]):
            notes = (
                *notes,
                "the doses do not show where the curve bends: ED50 lies at the edge of the search",
            )
    if ed50 <= 0:
        raise NotEstimable("wrong_ed50", "ED50 is not above zero", "Give a positive value")
    half = ed50
    return _additive(names, *fitted(lambda x, _: x / (x + half)), ed50, notes)


def _own_curves(
    network: Network,
    doses: dict[str, tuple[str, float]],
    names: tuple[str, ...],
    fitted: Callable[[Callable[[float, str], float]], tuple[Gls, Gls, float, int]],
    given: float | Mapping[str, float] | None,
) -> Additive:
    """An ED50 for each drug: given, or found for those that were tried at two doses or more.

    A drug of one dose has any curve through it; its ED50 is held at its dose, so that its largest effect is twice what was seen.
    """
    tried = {n: {x for drug, x in doses.values() if drug == n and x > 0} for n in names}
    several = [n for n in names if len(tried[n]) > 1]
    notes = [
        f"{n} was tried at one dose: its curve is not known, only its effect there"
        for n in names
        if n not in several
    ]
    if isinstance(given, Mapping):
        missing = sorted(set(names) - set(given))
        if missing or min(given.values()) <= 0:
            raise NotEstimable(
                "wrong_ed50",
                f"ED50 of {missing[0] if missing else 'a drug'} is missing or not above zero",
                "Give each drug a positive one",
            )
        half = {n: float(given[n]) for n in names}
    else:
        from scipy import optimize

        half = dict.fromkeys(names, 1.0)

        def curves(logs: Floats) -> dict[str, float]:
            return half | {n: math.exp(float(v)) for n, v in zip(several, logs, strict=True)}

        def minus(logs: Floats) -> float:
            mine = curves(np.clip(logs, *_LOG_ED50))
            return -fitted(lambda x, drug: x / (x + mine[drug]))[0].log_likelihood_ml

        best = optimize.minimize(
            minus,
            np.zeros(len(several)),
            method="Powell",
            bounds=[_LOG_ED50] * len(several),
            options={"xtol": 1e-5, "ftol": 1e-9},
        )
        half = curves(np.atleast_1d(best.x))
        notes += [
            f"the doses of {n} do not show where its curve bends: ED50 lies at the edge of the search"
            for n in several
            if not 2 * math.exp(_LOG_ED50[0]) < half[n] < 0.5 * math.exp(_LOG_ED50[1])
        ]
    found = _additive(names, *fitted(lambda x, drug: x / (x + half[drug])), None, (*network.notes, *notes))
    return replace(found, ed50s=half)
