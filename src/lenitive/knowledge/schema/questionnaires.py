"""Questionnaires that may be printed: their items word for word or in our own words, and the scores that their answers add up to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lenitive.knowledge.schema.base import KnowledgeModel, Sourced
from lenitive.terms import MEASURES

__all__ = ["AnswerChoice", "Questionnaire", "QuestionnaireItem", "QuestionnairePart"]


class AnswerChoice(KnowledgeModel):
    """One answer.

    Attributes:
        value: What it counts.
        words: As it is printed.
    """

    value: int = Field(ge=0)
    words: str = Field(min_length=1)


class QuestionnaireItem(KnowledgeModel):
    """One item.

    Attributes:
        id: Its name within the questionnaire; where an item is a place of the body, the place.
        words: As it is printed.
        group: What it stands under in a list; empty without.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    words: str = Field(min_length=1)
    group: str = ""


class QuestionnairePart(KnowledgeModel):
    """Items that are asked and answered in one way.

    Attributes:
        asks: What is asked of each of its items.
        choices: The answers; of two, the higher one is a box to tick when ``tick`` is set.
        tick: Whether an item that is left blank is answered by the lower choice.
        none: What is ticked where no item is true; needed with ``tick``, so that a blank page is not an answer.
        counts: The measures that each item's answer is added to.
        item: The items, in their order.
    """

    asks: str = Field(min_length=1)
    choices: tuple[AnswerChoice, ...] = Field(min_length=2)
    tick: bool = False
    none: str = ""
    counts: tuple[str, ...] = Field(min_length=1)
    item: tuple[QuestionnaireItem, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _answers(self) -> QuestionnairePart:
        values = [c.value for c in self.choices]
        if values != sorted(set(values)):
            raise ValueError("the answers ascend, and no two count the same")
        if self.tick and (len(values) != 2 or values[0] != 0 or not self.none):
            raise ValueError(
                "a box to tick has two answers, the lower counts 0, and `none` says that no box is true"
            )
        return self


class Questionnaire(Sourced):
    """A questionnaire that may be printed here, with why.

    Attributes:
        id: The name of its file.
        title: What it is called.
        plain: What a patient reads instead.
        licence: By whose word it may be printed.
        wording: Whether the items are the authors' own or ours.
        alone: Items whose answer is a measure of its own too: the measure by the item.
        part: Its parts, in their order.
    """

    id: str = Field(pattern=r"^[a-z0-9]+$")
    title: str = Field(min_length=1)
    plain: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    wording: Literal["authors", "ours"]
    alone: dict[str, str] = Field(default_factory=dict)
    part: tuple[QuestionnairePart, ...] = Field(min_length=1)

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that a whole answer gives, in their order."""
        return (*dict.fromkeys(m for part in self.part for m in part.counts), *self.alone.values())

    @model_validator(mode="after")
    def _sound(self) -> Questionnaire:
        ids = [item.id for part in self.part for item in part.item]
        if len(set(ids)) != len(ids):
            raise ValueError("each item has an id of its own")
        unknown = sorted(set(self.measures) - set(MEASURES)) or sorted(set(self.alone) - set(ids))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no measure, or no item, of this name")
        for measure, (low, high) in self.ranges().items():
            known = MEASURES[measure]
            if (known.low, known.high) != (low, high):
                raise ValueError(
                    f"its answers give {measure} from {low} to {high}, not from {known.low:g} to {known.high:g}"
                )
        return self

    def ranges(self) -> dict[str, tuple[int, int]]:
        """The lowest and the highest score that its answers can give, by measure."""
        found: dict[str, tuple[int, int]] = {}
        for part in self.part:
            low, high = part.choices[0].value, part.choices[-1].value
            for measure in part.counts:
                before = found.get(measure, (0, 0))
                found[measure] = (before[0] + low * len(part.item), before[1] + high * len(part.item))
            found |= {self.alone[item.id]: (low, high) for item in part.item if item.id in self.alone}
        return found
