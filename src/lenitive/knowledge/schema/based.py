"""A row with its basis: what it is, whose it is, where it stands, and how far it may be trusted."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.terms import Grade, Source

__all__ = ["BasedRow", "JudgementRow"]


class BasedRow(KnowledgeModel):
    """A row with its basis, of any grade: of D or U it is shown as unverified and carries no decision.

    Attributes:
        says: What it is and why it is what it is, in our words.
        article: Keys of the bibliography or of ``sources.csv``, each with the place in it (``key: place``), or ``ours``.
        grade: Of what was read; a choice of ours has C: it may decide, and says whose it is.
        basis: Who gives the value. ``ours`` where no source gives it, whatever it was chosen by.
    """

    says: str = Field(min_length=1)
    article: tuple[str, ...] = Field(min_length=1)
    grade: Grade
    basis: Literal["label", "guideline", "trial", "paper", "ours"]

    @model_validator(mode="after")
    def _named(self) -> BasedRow:
        if self.basis == "ours" and "ours" not in self.article:
            raise ValueError("a value of ours names `ours` among its sources")
        if self.basis != "ours" and set(self.article) == {"ours"}:
            raise ValueError("a value that is not ours names who gives it")
        return self

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where it stands; a choice of ours is its own source."""
        parts = (a.partition(":") for a in self.article)
        return tuple(Source(article=key, at=place.strip()) for key, _, place in parts)


class JudgementRow(BasedRow):
    """A row that a judgement may turn on."""

    @model_validator(mode="after")
    def _may_decide(self) -> JudgementRow:
        if not self.grade.may_decide:
            raise ValueError("a judgement may not rest on grade D or U: find a better source or say `ours`")
        return self
