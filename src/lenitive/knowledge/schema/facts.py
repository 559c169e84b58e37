"""A fact that can be followed: a stable id, how it was checked on entry, and who says otherwise."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from lenitive.knowledge.schema.base import KnowledgeModel, Sourced, SourceModel
from lenitive.terms import Fact as NamedFact

__all__ = ["Check", "Contradiction", "FactRow", "Market", "Number", "Topic"]

Market = Literal["any", "us", "uk", "eu", "ch", "ca", "au", "jp"]
"""Where a product is sold or a label holds; ``any`` when the source is not tied to a market."""


class Check(StrEnum):
    """What was done when the fact was entered."""

    REREAD = "reread"
    """The source was opened again and says so."""
    AGREES = "agrees"
    """A second, independent source was found that says the same."""
    COPIED = "copied"
    """Taken from notes made at the source earlier; not opened again."""
    COMPUTED = "computed"
    """Worked out from other facts by the formula stated."""


class Contradiction(KnowledgeModel):
    """A source that says otherwise, and what we made of it."""

    says: str = Field(min_length=1)
    source: tuple[SourceModel, ...] = ()
    choice: str = Field(min_length=1)


class FactRow(Sourced):
    """Something stated about a drug.

    Attributes:
        id: ``file.section.key``, set by the loader; stable as long as the file keeps the key.
        says: The fact in our words.
        value: A number, a list, or named numbers, where the fact has one.
        unit: Of the value; empty for words.
        interval: What ``low`` and ``high`` are, such as ``95% CI`` or ``range``.
        computed: The formula, when we worked the value out ourselves.
        check: What was done when it was entered.
        contradictions: Sources that say otherwise.
        decides: Whether a rule may rest on it. Never true for grade D or U.
    """

    id: str = ""
    says: str = ""
    value: float | str | tuple[float, ...] | dict[str, float] | None = None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    interval: str = ""
    computed: str = ""
    check: Check = Check.COPIED
    contradictions: tuple[Contradiction, ...] = ()
    decides: bool = False

    @model_validator(mode="after")
    def _stands(self) -> FactRow:
        if self.decides and not self.grade.may_decide:
            raise ValueError(
                "a fact of grade D or U carries no decision: set decides = false or find a source"
            )
        if (self.check is Check.COMPUTED) != bool(self.computed):
            raise ValueError("a computed fact states its formula in `computed`, and only a computed one does")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low lies above high")
        if isinstance(self.value, float) and (
            (self.low is not None and self.value < self.low)
            or (self.high is not None and self.value > self.high)
        ):
            raise ValueError("the value lies outside its own interval")
        return self

    @property
    def verified(self) -> bool:
        """Whether it may be shown without the word "unverified"."""
        return self.grade.may_decide

    @property
    def as_fact(self) -> NamedFact:
        """As a fact used in a reason."""
        plain = self.value if isinstance(self.value, float | str) else None
        return NamedFact(name=self.id, value=plain, unit=self.unit)


class Number(FactRow):
    """A fact whose value is one number with a unit; usable as an input of a calculation."""

    value: float
    unit: str = Field(min_length=1)
    decides: bool = True


class Topic(KnowledgeModel):
    """Facts that belong to no single drug."""

    id: str
    title: str
    fact: dict[str, FactRow] = Field(min_length=1)
