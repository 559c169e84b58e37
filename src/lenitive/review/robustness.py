"""Would the verdict stand if what is assumed were half or twice as large?

The model's nuisance priors (expectation, trend, decay, level) and the prior of the effect are halved and doubled one at a
time; the benefit is recomputed from the reweighted effects. Its mean is exact; its spread is taken to change as the spread
of the weighted outcomes does, which is close, because one prior moves all three alike.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from lenitive.frozen import dataclass
from lenitive.response import ESTIMATE_LIMIT, SensitivityRow, Verdict, VerdictSettings
from lenitive.terms import Score

__all__ = ["Robustness", "robustness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """The benefit under one changed prior.

    Attributes:
        drug: The drug or activity.
        prior: Which prior was changed.
        factor: What its size was multiplied by.
        benefit_mean: Points, positive is better.
        probability: That the benefit is at least the smallest that matters.
        same: Whether yes, no, or open would be said as now; None when the reweighting is not to be trusted.
    """

    drug: str
    prior: str
    factor: float
    benefit_mean: float
    probability: float
    same: bool | None


def _call(probability: float, sure: float) -> int:
    return 1 if probability >= sure else -1 if probability <= 1 - sure else 0


def robustness(
    verdicts: Sequence[Verdict],
    rows: Sequence[SensitivityRow],
    base: dict[tuple[str, Score], float],
    settings: VerdictSettings,
) -> tuple[Robustness, ...]:
    """Each verdict under each changed prior.

    Args:
        verdicts: The verdicts as they stand.
        rows: The effects under changed priors.
        base: SD of each effect as it stands, by drug and outcome.
        settings: Where the lines of the verdict are.
    """
    found = []
    for v in verdicts:
        if v.benefit_sd is None or v.probability is None:
            continue
        own = [r for r in rows if r.input == v.drug]
        for prior, factor in dict.fromkeys((r.prior, r.factor) for r in own):
            chosen = {r.outcome: r for r in own if (r.prior, r.factor) == (prior, factor)}
            weights = {o: w for o, w in v.weights.items() if o in chosen and (v.drug, o) in base}
            mean = -sum(w * chosen[o].mean for o, w in weights.items())
            before = sum(w * base[v.drug, o] for o, w in weights.items())
            spread = sum(w * chosen[o].sd for o, w in weights.items())
            sd = v.benefit_sd * spread / before if before > 0 else v.benefit_sd
            probability = 0.5 * math.erfc((v.line - mean) / (sd * math.sqrt(2)))
            sound = all(r.pareto_k <= ESTIMATE_LIMIT for r in chosen.values())
            same = _call(probability, settings.sure) == _call(v.probability, settings.sure)
            found.append(
                Robustness(
                    drug=v.drug,
                    prior=prior,
                    factor=factor,
                    benefit_mean=mean,
                    probability=probability,
                    same=same if sound else None,
                )
            )
    return tuple(found)
