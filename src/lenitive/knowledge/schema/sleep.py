"""What is known of recorded sleep: devices, a drug's effect on architecture, and what to ask."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lenitive.knowledge.schema.base import KnowledgeModel, Sourced, SourcedText

__all__ = ["Devices", "Direction", "DrugSleep", "Prompt", "PromptFile", "SleepMeasure", "Study"]

SleepMeasure = Literal["tst", "se", "sol", "waso", "awakenings", "n1", "n2", "n3", "rem", "rem_latency"]
Direction = Literal["up", "down", "unchanged"]


class Study(Sourced):
    """One study's findings on recorded sleep, as directions; sizes are seldom in an abstract."""

    id: str = Field(min_length=1)
    people: str
    duration: str
    dose: str
    findings: dict[SleepMeasure, Direction] = Field(min_length=1)


class DrugSleep(KnowledgeModel):
    """All studies of one drug; ``looked_for`` says what was searched for in vain."""

    drug: str
    looked_for: str = ""
    study: tuple[Study, ...] = Field(min_length=1)


class Devices(KnowledgeModel):
    """How far devices may be believed; ``looked_for`` says what was searched for in vain."""

    looked_for: str = ""
    stages: SourcedText
    wake: SourcedText
    bias: SourcedText
    complaint: SourcedText


class Prompt(Sourced):
    """Something to ask.

    Attributes:
        when: Before any of the drugs was taken; while one is taken; or within two weeks of a start or a rise.
    """

    id: str = Field(pattern=r"^sleep\.[a-z_]+\.[a-z_]+$")
    about: Literal["apnoea", "restless_legs"]
    drugs: tuple[str, ...] = Field(min_length=1)
    when: Literal["before", "during", "after_a_change"]
    ask: str
    why: str


class PromptFile(KnowledgeModel):
    """All prompts."""

    prompt: tuple[Prompt, ...]
