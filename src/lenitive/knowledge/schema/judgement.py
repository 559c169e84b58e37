"""The numbers that judgements turn on: a value with its unit, what it rests on, and the place where that stands.

Each room has its file in the folder ``judgement`` with every number named, so that one that is missing, misspelt or not of
its kind stops the start. A room never reads the file: it is handed the model, or plain values made from it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.terms import Grade, Source

__all__ = ["Days", "JudgementFile", "JudgementRow", "People", "Share", "Standing", "Threshold"]


class JudgementRow(KnowledgeModel):
    """A row with its basis.

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
    def _may_decide(self) -> JudgementRow:
        if not self.grade.may_decide:
            raise ValueError("a judgement may not rest on grade D or U: find a better source or say `ours`")
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


class Threshold(JudgementRow):
    """A number that a judgement turns on. Whether the value itself is on the upper side stands in ``says``."""

    value: float
    unit: str = Field(min_length=1)

    @property
    def whole(self) -> int:
        """The value as a whole number."""
        return int(self.value)

    @property
    def days(self) -> timedelta:
        """The value as a time."""
        return timedelta(days=self.value)


def _in(unit: str, low: float, high: float, *, whole: bool = False) -> AfterValidator:
    def checked(row: Threshold) -> Threshold:
        if row.unit != unit or not low <= row.value <= high or (whole and row.value != int(row.value)):
            kind = "a whole number" if whole else "a number"
            raise ValueError(f"is {kind} from {low:g} to {high:g} with the unit {unit!r}")
        return row

    return AfterValidator(checked)


Years = Annotated[Threshold, _in("a", 0, 120, whole=True)]
Days = Annotated[Threshold, _in("d", 0, 3660, whole=True)]
Share = Annotated[Threshold, _in("1", 0, 1)]
Steps = Annotated[Threshold, _in("severity", 0, 3)]


class JudgementFile(KnowledgeModel):
    """What every file of numbers has."""

    id: str
    read: date
    review: date

    def rows(self) -> dict[str, JudgementRow]:
        """Every row by its key, in the order of the schema."""
        found: dict[str, JudgementRow] = {}

        def walk(value: Any, path: str) -> None:
            if isinstance(value, JudgementRow):
                found[path] = value
            elif isinstance(value, dict):
                for key, below in value.items():
                    walk(below, f"{path}.{key}")

        for name in type(self).model_fields:
            walk(getattr(self, name), name)
        return found


class People(JudgementFile):
    """Ages that more than one room asks about.

    Attributes:
        older_adult_age: From this age on a person is an older adult, in every room.
    """

    older_adult_age: Years


class Standing(JudgementFile):
    """Where a patient stands with a drug: the lines between the words a protocol asks for.

    Attributes:
        helps: Probability of a benefit that matters from which an outcome counts as helped; 1 less it, as not helped.
        harm_hard: Expected severity now from which a side effect is hard to bear.
        harm_bearable: Expected severity now from which it is there at all.
        falling_days: Days within which two falls in a row are a taper, and a new drug replaces the one that falls.
        diary_days: Days that completeness of the diary is counted over.
    """

    helps: Share
    harm_hard: Steps
    harm_bearable: Steps
    falling_days: Days
    diary_days: Days

    @model_validator(mode="after")
    def _ordered(self) -> Standing:
        if not (self.helps.value > 1 - self.helps.value and self.harm_bearable.value < self.harm_hard.value):
            raise ValueError("helps lies above one half, and bearable below hard")
        return self
