"""What side effects of a drug that is not taken would cost this patient, from absolute rates; and what stands in where there are none.

The share who get an effect above placebo comes from the drug's file, and where that has none from its own trials pooled. Each is counted as
mild and lasting, or as heavy as she has had it already, by her own weights. A missing harm is not no harm: a drug with too few figures
counts no less than the costliest drug of its class that has them, and where no class has any there is no cost to give.
"""

from __future__ import annotations

from collections.abc import Mapping

from lenitive.evidence import drug_evidence
from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge
from lenitive.response import WeightTrajectory, points_at
from lenitive.review.visit import Visit
from lenitive.terms import EFFECTS, Message, Severity

__all__ = ["HarmCost", "excess_harms", "harm_cost"]

_WEIGHT_GAIN = "weight_gain"


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmCost:
    """What side effects take away.

    Attributes:
        points: NRS points; None where no figure is known of the drug or of its class.
        basis: What was counted, and what stands in.
        stands_in: The drug of its class whose harms count, where its own figures are too few.
    """

    points: float | None
    basis: tuple[Message, ...]
    stands_in: str | None = None


def excess_harms(knowledge: Knowledge, drug: str) -> dict[str, float]:
    """Share of people, above placebo, who get each side effect; fibromyalgia's own trials first. Empty where no source says."""
    found: dict[str, float] = {}
    if drug in knowledge.drugs:
        rows = [
            a for a in knowledge.drugs[drug].adverse.values() if a.effect in EFFECTS and a.grade.may_decide
        ]
        for row in sorted(rows, key=lambda a: a.setting != "fibromyalgia"):
            if row.excess_pct is not None:
                found.setdefault(row.effect, max(0.0, row.excess_pct / 100))
    for line in drug_evidence(knowledge.trials, drug).lines:
        if line.without is not None and line.outcome in EFFECTS:
            found.setdefault(line.outcome, max(0.0, line.estimate / 100))
    return found


def harm_cost(visit: Visit, drug: str, preferences: Mapping[str, float]) -> HarmCost:
    """The cost of a drug's side effects for the patient of a visit, by her weights and the usual ones where she gave none."""
    knowledge = visit.knowledge
    needed = knowledge.judgement.preferences.harm_figures.whole
    own = excess_harms(knowledge, drug)
    points = _cost(visit, own, preferences)
    had = tuple(e for e in own if own[e] > 0 and _had(visit, e) is not None)
    basis: list[Message] = []
    if own:
        basis.append(Message.of("review.worth.harms_counted", effects=tuple(sorted(own))))
    if had:
        basis.append(Message.of("review.worth.harms_had", effects=had))
    if len(own) >= needed:
        return HarmCost(points=points, basis=tuple(basis))
    like = _costs_of_class(visit, drug, preferences)
    if not like:
        return HarmCost(points=None, basis=(*basis, Message.of("review.worth.no_harms")))
    costliest = max(like, key=lambda other: (like[other], other))
    instead = Message.of("review.worth.harms_of_class", drug=costliest)
    return HarmCost(points=max(points, like[costliest]), basis=(*basis, instead), stands_in=costliest)


def _costs_of_class(visit: Visit, drug: str, preferences: Mapping[str, float]) -> dict[str, float]:
    """The cost of each drug with enough figures in the narrowest class of the drug that has any."""
    knowledge = visit.knowledge
    lines = knowledge.judgement.preferences
    matches = knowledge.substances.matches
    for of_class in lines.harm_classes.of:
        if not matches(drug, of_class):
            continue
        harms = {o: excess_harms(knowledge, o) for o in knowledge.drugs if o != drug and matches(o, of_class)}
        enough = {o: found for o, found in harms.items() if len(found) >= lines.harm_figures.whole}
        if enough:
            return {o: _cost(visit, found, preferences) for o, found in enough.items()}
    return {}


def _had(visit: Visit, effect: str) -> float | None:
    """What an effect that the patient has already takes away at weight 10, points; None where it is not heavier than a mild one."""
    lines = visit.knowledge.judgement.preferences
    mild = points_at(lines.severity_points, Severity.MILD.rank)
    if effect == _WEIGHT_GAIN and isinstance(visit.weight, WeightTrajectory):
        had = points_at(lines.weight_points, visit.weight.change_percent)
    else:
        worst = max((c.severity_now for c in visit.courses if c.effect == effect), default=0.0)
        had = points_at(lines.severity_points, worst)
    return had if had > mild else None


def _cost(visit: Visit, harms: Mapping[str, float], preferences: Mapping[str, float]) -> float:
    lines = visit.knowledge.judgement.preferences
    given = {**lines.weights.of, **preferences}
    mild = points_at(lines.severity_points, Severity.MILD.rank)
    return sum(
        share * (_had(visit, effect) or mild) * given.get(effect, lines.unstated.value) / 10
        for effect, share in harms.items()
    )
