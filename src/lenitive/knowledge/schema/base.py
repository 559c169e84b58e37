"""What every knowledge file shares: a value is nothing without its source, place and grade."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from lenitive.terms import Grade, Source

__all__ = ["Demands", "KnowledgeModel", "SourceModel", "Sourced", "SourcedNumber", "SourcedText"]


Demands = Literal["stop", "hold", "contact"]
"""What has to be done on the same day: stop a drug, hold it until something is known, or speak with the patient."""


class KnowledgeModel(BaseModel):
    """A frozen model that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def __getstate__(self) -> dict[Any, Any]:
        """The values alone: thousands of rows are parsed ahead and come to life at a start. Which of them a file gave is not kept."""
        return self.__dict__

    def __setstate__(self, state: dict[Any, Any]) -> None:
        put = object.__setattr__
        put(self, "__dict__", state)
        put(self, "__pydantic_fields_set__", set())
        put(self, "__pydantic_extra__", None)
        put(self, "__pydantic_private__", None)


class SourceModel(KnowledgeModel):
    """A place in a source: ``article`` is a bibliography key or an address, ``at`` the place in it."""

    article: str = Field(min_length=1)
    at: str = ""

    @property
    def source(self) -> Source:
        """The same as a term."""
        return Source(article=self.article, at=self.at)


class Sourced(KnowledgeModel):
    """What is stated with its sources, its grade, the day it was read and the day to look again."""

    source: tuple[SourceModel, ...] = Field(min_length=1)
    grade: Grade
    read: date
    review: date | None = None
    note: str = ""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources as terms."""
        return tuple(s.source for s in self.source)


class SourcedNumber(Sourced):
    """A number with its unit, and an interval where the source gives one."""

    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    interval: str = ""


class SourcedText(Sourced):
    """A statement."""

    value: str = Field(min_length=1)
