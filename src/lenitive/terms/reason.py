"""Why something was concluded: the rule, the facts used, what was missing, and the sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lenitive.terms.evidence import Source

__all__ = ["Fact", "Outcome", "Reason"]


class Outcome(StrEnum):
    """What became of a rule."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact used in a conclusion.

    Attributes:
        name: A stable name, such as ``weeks_at_dose``.
        value: The value, or None when it is unknown.
        unit: A UCUM unit, ``1`` for a pure number, or empty for words.
        on: The day it was true, where that matters.
    """

    name: str
    value: float | str | bool | None
    unit: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule that was considered, and what came of it.

    Attributes:
        rule: A stable rule id, ``room.topic.name``.
        outcome: Met, not met, or unknown.
        facts: The facts used.
        missing: Names of facts that the rule needed and did not have.
        sources: What the rule rests on.
    """

    rule: str
    outcome: Outcome
    facts: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()
    sources: tuple[Source, ...] = field(default=())
