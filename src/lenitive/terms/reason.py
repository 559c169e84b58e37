"""Why something was concluded: the rule, the facts used, what was missing, and the sources."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.terms.evidence import Source
from lenitive.terms.message import Fact, Message

__all__ = ["Outcome", "Reason"]


class Outcome(StrEnum):
    """What became of a rule."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule that was considered, and what came of it.

    Attributes:
        rule: A stable rule id, ``room.topic.name``.
        outcome: Met, not met, or unknown.
        facts: The facts used.
        missing: Names of facts that the rule needed and did not have.
        sources: What the rule rests on.
        text: The English wording of this outcome, where it stands in a row of the knowledge; else the catalogue has it.
        says: What is said of it where many rules share a wording (the rows of a table); else ``rule.outcome`` is said.
    """

    rule: str
    outcome: Outcome
    facts: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()
    sources: tuple[Source, ...] = field(default=())
    text: str = ""
    says: Message | None = None

    @property
    def message(self) -> Message:
        """What is to be said of it: ``rule.outcome`` with the facts used, unless it says otherwise."""
        return self.says or Message(id=f"{self.rule}.{self.outcome.value}", facts=self.facts, text=self.text)
