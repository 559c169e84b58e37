"""Questionnaires by their scores: what a score is called, and which change of it means something. No item of any is held here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.knowledge.schema.based import BasedRow, JudgementRow

__all__ = ["Bands", "ChangeRow", "Instrument", "OveruseGroup"]


class Bands(BasedRow):
    """The name of a score, by the lowest score that has it; the first begins at the foot of the scale."""

    lowest: dict[str, float] = Field(min_length=2)

    @model_validator(mode="after")
    def _ascend(self) -> Bands:
        if list(self.lowest.values()) != sorted(set(self.lowest.values())):
            raise ValueError("the bands ascend, and no two begin at one score")
        return self

    def name(self, score: float) -> str:
        """The band of a score; the lowest for what lies below all."""
        found = next(iter(self.lowest))
        for name, low in self.lowest.items():
            if score >= low:
                found = name
        return found


class ChangeRow(BasedRow):
    """A change of a score from which on something is said of it; a change of exactly so much counts.

    Attributes:
        value: How much, of the unit.
        unit: ``{score}`` for points, ``1`` for a share of the score before.
    """

    value: float = Field(gt=0)
    unit: Literal["{score}", "1"]

    @model_validator(mode="after")
    def _possible(self) -> ChangeRow:
        if self.unit == "1" and self.value >= 1:
            raise ValueError("a share lies below 1")
        return self


class Instrument(KnowledgeModel):
    """A questionnaire on which a lower score is better.

    Attributes:
        bands: What its scores are called; None where no source was found.
        important: The change that matters to patients; None where no source was found.
        reliable: The change beyond what answering twice would give; None where no source was found.
        is_change: Whether the score says itself what changed, so that no change of it is judged.
    """

    is_change: bool = False
    bands: Bands | None = None
    important: ChangeRow | None = None
    reliable: ChangeRow | None = None


class OveruseGroup(JudgementRow):
    """Medicines against headache whose use on so many days a month is called overuse.

    Attributes:
        days: From so many days on, of those that are counted.
        classes: Classes of substances that belong to it.
        drugs: Names of drugs that are in no class.
    """

    days: int = Field(ge=1, le=31)
    classes: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
