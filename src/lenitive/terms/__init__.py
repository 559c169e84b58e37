"""Words every room shares: days, units, vocabularies, codes, sources, reasons and problems."""

from lenitive.terms.audience import Audience
from lenitive.terms.codes import AtcCode, LoincCode, RxNormCode, SnomedCode
from lenitive.terms.effect import EffectBelief
from lenitive.terms.evidence import Grade, Source
from lenitive.terms.message import Fact, Message
from lenitive.terms.problem import Place, Problem
from lenitive.terms.quantity import Quantity, UnitError
from lenitive.terms.reason import Outcome, Reason
from lenitive.terms.vocabulary import (
    ACTIVITIES,
    EFFECTS,
    MEASURES,
    PREFERENCES,
    SCORES,
    Activity,
    Effect,
    Measure,
    Score,
    Severity,
)

__all__ = [
    "ACTIVITIES",
    "EFFECTS",
    "MEASURES",
    "PREFERENCES",
    "SCORES",
    "Activity",
    "AtcCode",
    "Audience",
    "Effect",
    "EffectBelief",
    "Fact",
    "Grade",
    "LoincCode",
    "Measure",
    "Message",
    "Outcome",
    "Place",
    "Problem",
    "Quantity",
    "Reason",
    "RxNormCode",
    "Score",
    "Severity",
    "SnomedCode",
    "Source",
    "UnitError",
]
