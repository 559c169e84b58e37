"""What a judgement of certainty is made of."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.terms import Message

__all__ = [
    "DOMAINS",
    "HETEROGENEITY",
    "IMPRECISION",
    "INCOHERENCE",
    "INDIRECTNESS",
    "REPORTING",
    "WITHIN_STUDY",
    "Certainty",
    "CertaintyLevel",
    "Concern",
    "Domain",
    "Overruled",
    "Risk",
    "certainty_of",
]

DOMAINS = (
    "within-study bias",
    "reporting bias",
    "indirectness",
    "imprecision",
    "heterogeneity",
    "incoherence",
)
WITHIN_STUDY, REPORTING, INDIRECTNESS, IMPRECISION, HETEROGENEITY, INCOHERENCE = DOMAINS


class Concern(StrEnum):
    """How much a domain takes from certainty."""

    NONE = "no concern"
    SOME = "some concern"
    MAJOR = "major concern"
    VERY_SERIOUS = "very serious concern"


class CertaintyLevel(StrEnum):
    """How sure one may be."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very low"


class Risk(StrEnum):
    """What was judged of one trial; that nobody judged it is a value too, and costs."""

    LOW = "low"
    SOME = "some concerns"
    HIGH = "high"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overruled:
    """Who put another judgement in the place of a computed one.

    Attributes:
        computed: The judgement of the rule.
        who: A name.
        when: The day.
        why: The reason.
    """

    computed: Concern
    who: str
    when: date
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A domain's judgement with its reason.

    Attributes:
        name: One of ``DOMAINS``.
        concern: What counts.
        reasons: Of the rule, as messages.
        overruled: Who judged otherwise than the rule; None where the rule stands.
    """

    name: str
    concern: Concern
    reasons: tuple[Message, ...]
    overruled: Overruled | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """The certainty of one comparison.

    Attributes:
        treatment: The treatment.
        comparator: What it is compared with.
        level: What is left of *high*.
        domains: In the order of ``DOMAINS``.
        computed: The level without any overruling.
    """

    treatment: str
    comparator: str
    level: CertaintyLevel
    domains: tuple[Domain, ...]
    computed: CertaintyLevel


_LEVELS = {Concern.NONE: 0, Concern.SOME: 0, Concern.MAJOR: 1, Concern.VERY_SERIOUS: 2}


def _level(concerns: tuple[Concern, ...], some_per_level: int) -> CertaintyLevel:
    down = sum(_LEVELS[c] for c in concerns) + concerns.count(Concern.SOME) // some_per_level
    return tuple(CertaintyLevel)[min(down, len(CertaintyLevel) - 1)]


def certainty_of(
    treatment: str, comparator: str, domains: tuple[Domain, ...], *, some_per_level: int
) -> Certainty:
    """The certainty that the domains leave: it starts at high and falls by a level for each major concern, by two for a very
    serious one, and by one for every so many lesser ones.
    """
    return Certainty(
        treatment=treatment,
        comparator=comparator,
        level=_level(tuple(d.concern for d in domains), some_per_level),
        domains=domains,
        computed=_level(
            tuple(d.concern if d.overruled is None else d.overruled.computed for d in domains),
            some_per_level,
        ),
    )
