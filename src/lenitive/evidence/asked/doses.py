"""Arms of a drug at several doses as one curve of the dose, beside what the network says of each dose by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lenitive.evidence.asked.values import DoseCurves, Interval, TriedDose, normal_interval
from lenitive.evidence.network import NetworkResult, dose_network
from lenitive.evidence.refusal import NotEstimable

__all__ = ["CURVES", "dose_curves"]

CURVES = ("emax", "emax-shared", "linear")


def dose_curves(
    doses: Mapping[str, tuple[str, float]], result: NetworkResult, how: Mapping[str, Any]
) -> DoseCurves:
    """The curves.

    Doses count in multiples of each drug's largest, so that coefficients and half-way points of different drugs are alike.

    Args:
        doses: For each treatment of the network its drug and dose.
        result: The network in which every dose is a treatment.
        how: ``dose`` (the column) and ``curve``.

    Raises:
        NotEstimable: ``unknown_curve``; ``no_inactive`` where nothing without a dose is in the network; ``not_identified``.
    """
    curve = str(how.get("curve") or "emax")
    if curve not in CURVES:
        raise NotEstimable("unknown_curve", f"{curve!r} is not a curve", f"Use one of {', '.join(CURVES)}")
    mine = {t: doses[t] for t in result.network.treatments}
    if all(dose > 0 for _, dose in mine.values()):
        raise NotEstimable(
            "no_inactive", "no arm is without a drug, from which curves begin", "Give it the dose 0"
        )
    largest: dict[str, float] = {}
    for drug, dose in mine.values():
        if dose > 0:
            largest[drug] = max(dose, largest.get(drug, 0.0))
    fitted = dose_network(
        result.network,
        dict(mine),
        reference_dose=largest,
        curve="linear" if curve == "linear" else "emax",
        model=result.model,
        method=result.method if result.model == "random" else "REML",
        own_curves=curve == "emax",
    )
    half = dict(fitted.ed50s) if fitted.ed50s else dict.fromkeys(largest, fitted.ed50) if fitted.ed50 else {}

    def share(drug: str, dose: float) -> float:
        x = dose / largest[drug]
        at = half.get(drug)
        return x if at is None else x / (x + at)

    inactive = {t for t, (_, dose) in mine.items() if dose == 0}
    tried = []
    for t, (drug, dose) in sorted(mine.items(), key=lambda one: one[1]):
        if dose == 0:
            continue
        own = result.compare(t, result.reference) if result.reference in inactive else None
        tried.append(
            TriedDose(
                drug=drug,
                dose=dose,
                curve=normal_interval(fitted.effect({drug: share(drug, dose)}), result.level, name=drug),
                network=None
                if own is None
                else Interval(name=t, estimate=own.estimate, low=own.low, high=own.high),
            )
        )
    return DoseCurves(
        column=str(how["dose"]),
        curve=curve,
        tried=tuple(tried),
        half=tuple((drug, at * largest[drug]) for drug, at in sorted(half.items()) if at is not None),
        tau2=fitted.tau2,
        q=fitted.q,
        q_df=fitted.q_df,
        q_p=fitted.q_p,
        log_likelihood=fitted.log_likelihood,
        notes=tuple(n for n in fitted.notes if n not in result.network.notes),
    )
