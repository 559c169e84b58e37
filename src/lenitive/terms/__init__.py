"""Words every room shares: days, units, vocabularies, codes, sources, reasons and problems."""

from lenitive.terms.audience import Audience
from lenitive.terms.canonical import digest
from lenitive.terms.chance import SEEDS, Stream, generator
from lenitive.terms.codes import AtcCode, LoincCode, RxNormCode, SnomedCode
from lenitive.terms.dates import EARLIEST, LATEST, DateOrder
from lenitive.terms.effect import EffectBelief
from lenitive.terms.evidence import Grade, Source
from lenitive.terms.mapping import FrozenMapping
from lenitive.terms.message import Fact, Message
from lenitive.terms.problem import Place, Problem, one_line
from lenitive.terms.quantity import UNITS, Quantity, UnitError
from lenitive.terms.reason import Outcome, Reason
from lenitive.terms.synonyms import (
    ACTIVITY_WORDS,
    EFFECT_WORDS,
    MEASURE_WORDS,
    SCORE_WORDS,
    near_words,
    plain_words,
)
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
    "ACTIVITY_WORDS",
    "EARLIEST",
    "EFFECTS",
    "EFFECT_WORDS",
    "LATEST",
    "MEASURES",
    "MEASURE_WORDS",
    "PREFERENCES",
    "SCORES",
    "SCORE_WORDS",
    "SEEDS",
    "UNITS",
    "Activity",
    "AtcCode",
    "Audience",
    "DateOrder",
    "Effect",
    "EffectBelief",
    "Fact",
    "FrozenMapping",
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
    "Stream",
    "UnitError",
    "digest",
    "generator",
    "near_words",
    "one_line",
    "plain_words",
]
