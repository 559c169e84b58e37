"""What the trials say of drugs, at the dose that they are about: the prior of the response model, which carries it to other doses itself.

Asked at the dose that is taken, the evidence would move with every step, and the curve between doses, whose half-dose is a share of the trials'
dose, would be bent to the step's dose instead.
"""

from __future__ import annotations

from collections.abc import Mapping

from lenitive.evidence import beliefs
from lenitive.knowledge import Knowledge
from lenitive.review.harm_priors import reference_mg
from lenitive.terms import EffectBelief, Score

__all__ = ["trial_beliefs"]


def trial_beliefs(
    knowledge: Knowledge, taken: Mapping[str, float], outcomes: tuple[Score, ...]
) -> tuple[EffectBelief, ...]:
    """The belief about each outcome of each drug, at the dose of its trials.

    Args:
        knowledge: What is known.
        taken: By drug, the dose that is judged, mg a day; it stands in where the drug's own doses are not known.
        outcomes: The scores.
    """
    drugs = knowledge.drugs
    doses = {drug: reference_mg(drugs[drug]) if drug in drugs else mg for drug, mg in taken.items()}
    return beliefs(knowledge, doses, outcomes=outcomes)
