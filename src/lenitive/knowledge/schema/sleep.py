"""What is known of recorded sleep: devices, a drug's effect on architecture, and what to ask."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, model_validator

from lenitive.knowledge.schema.base import KnowledgeModel, Sourced, SourcedNumber, SourcedText

__all__ = [
    "DeviceKind",
    "Devices",
    "Direction",
    "DrugSleep",
    "Prompt",
    "PromptFile",
    "ReadingPriors",
    "SleepMeasure",
    "SleepStudy",
]

SleepMeasure = Literal["tst", "se", "sol", "waso", "awakenings", "n1", "n2", "n3", "rem", "rem_latency"]
DeviceKind = Literal["psg", "actigraph", "wearable", "nearable", "phone", "manual", "unknown"]
Direction = Literal["up", "down", "unchanged"]


class SleepStudy(Sourced):
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
    study: tuple[SleepStudy, ...] = Field(min_length=1)


class ReadingPriors(Sourced):
    """What is believed, before a device's nights are seen, of how they read the sleep that the diary scores; hours of sleep.

    Attributes:
        level_h: Hours short of twelve at the patient's own level.
        level_sd_h: How sure that is.
        scale_h: Hours lost for each point of sleep disturbance.
        scale_log_sd: How sure that is, as an SD of the logarithm.
        noise_h: By kind of device, the SD of what is not felt and of the device's error together.
        noise_log_sd: How sure those are, as an SD of the logarithm.
    """

    level_h: float
    level_sd_h: float = Field(gt=0)
    scale_h: float = Field(gt=0)
    scale_log_sd: float = Field(gt=0)
    noise_h: dict[DeviceKind, float]
    noise_log_sd: float = Field(gt=0)

    @model_validator(mode="after")
    def _complete(self) -> ReadingPriors:
        missing = sorted(set(get_args(DeviceKind)) - set(self.noise_h))
        if missing:
            raise ValueError(f"noise_h has nothing for {', '.join(missing)}; give every kind of device one")
        if min(self.noise_h.values()) <= 0:
            raise ValueError("a noise is above zero")
        return self


class Devices(KnowledgeModel):
    """How far devices may be believed; ``looked_for`` says what was searched for in vain.

    Attributes:
        looked_for: What was searched for in vain.
        stages: How well stages are told.
        wake: How well wake is told.
        bias: Which way they err.
        complaint: How the complaint compares with the recording in fibromyalgia.
        night_to_night: SD of sleep time within a person, h.
        error: SD of a consumer device's sleep time, h.
        felt: Correlation of what is felt with what is recorded, between persons.
        felt_weakly: Another such, much lower.
        reading: What the response model makes of these.
    """

    looked_for: str = ""
    stages: SourcedText
    wake: SourcedText
    bias: SourcedText
    complaint: SourcedText
    night_to_night: SourcedNumber
    error: SourcedNumber
    felt: SourcedNumber
    felt_weakly: SourcedNumber
    reading: ReadingPriors


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
