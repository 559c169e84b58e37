"""Guided exercises: what a patient does step by step, from an article of the library."""

from __future__ import annotations

from pydantic import Field, model_validator

from lenitive.knowledge.schema.base import KnowledgeModel, Sourced
from lenitive.terms import ACTIVITIES

__all__ = ["Breath", "Exercise", "ExerciseStep"]


class ExerciseStep(KnowledgeModel):
    """One step.

    Attributes:
        words: What to do.
        title: What the step is called where the steps are done on different days; empty where they follow at once.
        seconds: How long; 0 where it takes as long as it takes.
        activity: What it counts as in the diary, where that differs from the exercise's.
    """

    words: str = Field(min_length=1)
    title: str = ""
    seconds: int = Field(default=0, ge=0, le=600)
    activity: str = ""


class Breath(KnowledgeModel):
    """The pace of an exercise in breathing; seconds, and minutes in all."""

    in_s: float = Field(gt=0, le=15)
    out_s: float = Field(gt=0, le=15)
    minutes: int = Field(ge=1, le=30)


class Exercise(Sourced):
    """A guided exercise.

    Attributes:
        id: The name of its file.
        title: What it is called.
        article: The article it is made from.
        activity: What it counts as in the diary.
        begin: What to know before.
        care: When not to, or when to stop.
        apart: Whether its steps are done on different days, each counting for itself.
        breath: The pace, for breathing.
        step: The steps, in their order.
    """

    id: str = Field(pattern=r"^[a-z]+$")
    title: str = Field(min_length=1)
    article: str = Field(min_length=1)
    activity: str
    begin: str = Field(min_length=1)
    care: str = Field(min_length=1)
    apart: bool = False
    breath: Breath | None = None
    step: tuple[ExerciseStep, ...] = Field(min_length=1)

    @property
    def minutes(self) -> int | None:
        """How many minutes it takes, for the diary; None where that is not set."""
        if self.breath is not None:
            return self.breath.minutes
        seconds = sum(step.seconds for step in self.step)
        return round(seconds / 60) if seconds else None

    @model_validator(mode="after")
    def _known(self) -> Exercise:
        unknown = sorted({self.activity, *(s.activity for s in self.step if s.activity)} - set(ACTIVITIES))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no activity of this name")
        if self.apart and not all(s.title for s in self.step):
            raise ValueError("steps of different days have a title each")
        return self
