"""How sure one may be of a comparison: six domains, each with a judgement made by a stated rule and its reason.

The domains are CINeMA's. The rules are ours and are applied by machine, so that the same data give the same judgement; a
reader may disagree with one and say so. A certainty starts at high and falls one level for each major concern and for
each two lesser ones.

Source: Nikolakopoulou and others 2020, PLoS Med 17:e1003082; Guyatt and others 2011, J Clin Epidemiol 64:383-94.
"""

from __future__ import annotations

import math
from enum import StrEnum

from lenitive.evidence.network import Comparison, NetworkResult
from lenitive.evidence.selection import Selected
from lenitive.frozen import dataclass
from lenitive.knowledge import TrialBase

__all__ = ["Certainty", "CertaintyLevel", "Concern", "Domain", "certainty"]


class Concern(StrEnum):
    """How much a domain takes from certainty."""

    NONE = "no concern"
    SOME = "some concern"
    MAJOR = "major concern"


class CertaintyLevel(StrEnum):
    """How sure one may be."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A domain's judgement with its reason."""

    name: str
    concern: Concern
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """The certainty of one comparison."""

    treatment: str
    comparator: str
    level: CertaintyLevel
    domains: tuple[Domain, ...]


def certainty(
    base: TrialBase, chosen: Selected, result: NetworkResult, treatment: str, comparator: str
) -> Certainty:
    """The judgement of one comparison of a fitted network."""
    sides = tuple(t for t in (treatment, comparator) if t != "placebo")
    studies = {s.name for s in result.network.studies if set(sides) & set(s.treatments)}
    direct = any(treatment in s.treatments and comparator in s.treatments for s in result.network.studies)
    compared = result.compare(treatment, comparator)
    domains = (
        _bias(base, studies),
        _reporting(chosen, sides, len(studies)),
        _indirectness(base, chosen, studies, direct=direct),
        _imprecision(chosen, result, compared),
        _heterogeneity(chosen, result, compared),
        _incoherence(result, direct=direct),
    )
    major = sum(d.concern is Concern.MAJOR for d in domains)
    some = sum(d.concern is Concern.SOME for d in domains)
    level = tuple(CertaintyLevel)[min(3, major + some // 2)]
    return Certainty(treatment=treatment, comparator=comparator, level=level, domains=domains)


def _bias(base: TrialBase, studies: set[str]) -> Domain:
    texts = {
        s: next((a.risk_of_bias for a in base.arms if a.study_id == s and a.risk_of_bias), "")
        for s in studies
    }
    high = sorted(s for s, t in texts.items() if " high" in t)
    unjudged = sorted(s for s, t in texts.items() if not t)
    unclear = sorted(s for s, t in texts.items() if "unclear" in t and s not in high)
    if len(high) * 2 > len(studies):
        concern = Concern.MAJOR
    elif high or unjudged or unclear:
        concern = Concern.SOME
    else:
        concern = Concern.NONE
    reason = (
        f"{len(high)} of {len(studies)} trials at high risk in some domain, {len(unclear)} unclear, "
        f"{len(unjudged)} without a published judgement that was read"
    )
    return Domain(name="within-study bias", concern=concern, reason=reason)


def _reporting(chosen: Selected, sides: tuple[str, ...], used: int) -> Domain:
    missing = [m for m in chosen.missing if set(m.treatments) & set(sides) and m.status != "not_poolable"]
    hidden = [m for m in missing if m.status in {"unpublished", "failed_primary"}]
    count = sum(len(m.study.split(", ")) if "(" not in m.study else 1 for m in missing)
    concern = Concern.MAJOR if hidden or count > used else Concern.SOME if missing else Concern.NONE
    named = f", among them {', '.join(m.study for m in hidden)} (unpublished or failed)" if hidden else ""
    reason = f"{count} known trials without figures beside {used} with figures{named}"
    return Domain(name="reporting bias", concern=concern, reason=reason)


def _indirectness(base: TrialBase, chosen: Selected, studies: set[str], *, direct: bool) -> Domain:
    flagged = sorted(
        {
            c.study
            for c in chosen.contrasts
            if c.study in studies and any(f.startswith("asks") for f in c.flags)
        }
    )
    reasons = []
    if not direct:
        reasons.append(
            "no trial compares the two; trials differ in run-in, depression allowed, imputation and length"
        )
    if flagged:
        reasons.append(f"another question was asked in {', '.join(flagged)}")
    if any("Miki" in s for s in studies):
        reasons.append(
            "the mirtazapine trial took Japanese adults under 65 without depression after a placebo run-in"
        )
    concern = Concern.NONE if not reasons else Concern.MAJOR if not direct and flagged else Concern.SOME
    return Domain(
        name="indirectness", concern=concern, reason="; ".join(reasons) or "the question of the trials"
    )


def _marks(chosen: Selected, result: NetworkResult) -> float:
    return math.log(chosen.outcome.important) if result.is_ratio else chosen.outcome.important


def _imprecision(chosen: Selected, result: NetworkResult, c: Comparison) -> Domain:
    mark = _marks(chosen, result)
    both = c.low < -mark and c.high > mark
    crosses = c.low < 0 < c.high
    reaches = c.low < -mark or c.high > mark
    concern = (
        Concern.MAJOR
        if both or (crosses and reaches)
        else Concern.SOME
        if crosses or reaches
        else Concern.NONE
    )
    reason = {
        Concern.MAJOR: "the interval holds no difference and an important one",
        Concern.SOME: "the interval holds no difference but no important one, or reaches from a small to an important one",
        Concern.NONE: "the interval leaves out no difference and important ones alike",
    }[concern]
    return Domain(name="imprecision", concern=concern, reason=reason)


def _heterogeneity(chosen: Selected, result: NetworkResult, c: Comparison) -> Domain:
    if c.prediction is None:
        return Domain(
            name="heterogeneity",
            concern=Concern.SOME,
            reason="too few trials a drug: variation between trials can hardly be seen",
        )
    low, high = c.prediction
    mark = _marks(chosen, result)

    def side(a: float, b: float) -> tuple[bool, bool]:
        return (a < 0 < b, a < -mark or b > mark)

    ci, pi = side(c.low, c.high), side(low, high)
    moved = sum(x != y for x, y in zip(ci, pi, strict=True))
    concern = (Concern.NONE, Concern.SOME, Concern.MAJOR)[moved]
    reason = (
        "a new trial would be expected to agree with the mean"
        if moved == 0
        else "a new trial could well say something else than the mean"
    )
    return Domain(name="heterogeneity", concern=concern, reason=f"{reason} (tau2 {result.tau2:.3g})")


def _incoherence(result: NetworkResult, *, direct: bool) -> Domain:
    if direct:
        return Domain(
            name="incoherence",
            concern=Concern.NONE,
            reason="direct trials only: nothing indirect enters that could disagree",
        )
    return Domain(
        name="incoherence",
        concern=Concern.SOME,
        reason="no closed loop: whether direct and indirect evidence agree cannot be seen",
    )
