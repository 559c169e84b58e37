"""A network's effects moved to one person by what the trials say of their people; or why they cannot be.

An effect may be moved by regression where enough trials report the modifier, it varies among them, and the person lies within their range.
Anything else is said to be impossible, with the reason: an average is then the answer for her too, and her own diary the better one.

Source: Cochrane Handbook 6.4, 10.11.4 (fewest trials for a meta-regression); Dias and others 2013, Med Decis Making 33:618-40.
"""

from __future__ import annotations

from collections.abc import Mapping

from lenitive.evidence.network import network_regression
from lenitive.evidence.network.extensions import ExtraCoefficient
from lenitive.evidence.network.fit import NetworkResult
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["AtPerson", "at_person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtPerson:
    """One modifier of one drug's effect.

    Attributes:
        modifier: One of ``MODIFIERS``.
        value: Hers; a share of women is 0 or 100, low mood 0 or 1.
        reported: Trials of the outcome that report it.
        trials: Trials of the outcome.
        effect: The drug's effect against placebo at her value; None where it cannot be moved.
        slope: Change of every drug's effect for one unit; None where it was not fitted.
        why: Why it cannot be moved: ``not_reported``, ``too_few``, ``does_not_vary``, ``outside``, ``not_identified``; empty where it was.
    """

    modifier: str
    value: float
    reported: int
    trials: int
    effect: ExtraCoefficient | None
    slope: ExtraCoefficient | None
    why: str


def at_person(
    result: NetworkResult,
    modifiers: Mapping[str, Mapping[str, float]],
    person: Mapping[str, float],
    *,
    treatment: str,
    least: int,
) -> tuple[AtPerson, ...]:
    """One drug's effect moved to a person, modifier by modifier.

    Args:
        result: The outcome's network, against placebo.
        modifiers: For each modifier the trials that report it.
        person: Her values of the modifiers that are known.
        treatment: The drug.
        least: Fewest trials that a slope is fitted to.
    """
    names = {s.name for s in result.network.studies}
    out = []
    for modifier, value in person.items():
        found = {s: v for s, v in modifiers.get(modifier, {}).items() if s in names}
        effect = slope = None
        why = (
            "not_reported"
            if not found
            else "too_few"
            if len(found) < least
            else "does_not_vary"
            if len(set(found.values())) < 2
            else "outside"
            if not min(found.values()) <= value <= max(found.values())
            else ""
        )
        if not why:
            effect, slope, why = _moved(result, found, value, treatment)
        out.append(
            AtPerson(
                modifier=modifier,
                value=value,
                reported=len(found),
                trials=len(names),
                effect=effect,
                slope=slope,
                why=why,
            )
        )
    return tuple(out)


def _moved(
    result: NetworkResult, found: Mapping[str, float], value: float, treatment: str
) -> tuple[ExtraCoefficient | None, ExtraCoefficient | None, str]:
    """The regression on the trials that report the modifier."""
    from lenitive.evidence.network.data import subset

    network = subset(result.network, (s for s in result.network.studies if s.name in found))
    if treatment not in network.treatments or result.reference not in network.treatments:
        return None, None, "not_reported"
    try:
        fitted = network_regression(
            network.part(result.reference), found, reference=result.reference, model=result.model
        )
        return fitted.at(treatment, value), fitted.slopes[0], ""
    except NotEstimable:
        return None, None, "not_identified"
