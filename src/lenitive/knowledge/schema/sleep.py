"""What is known of recorded sleep: devices, a drug's effect on architecture, and what to ask."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, model_validator

from lenitive.knowledge.schema.base import KnowledgeModel, Sourced, SourcedNumber, SourcedText

__all__ = [
    "CycleRule",
    "DefinitionFile",
    "DeviceKind",
    "Devices",
    "Direction",
    "DrugSleep",
    "Prompt",
    "PromptFile",
    "ReadingPriors",
    "SleepDefinition",
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


class SleepDefinition(Sourced):
    """One system's reading of a scored night. Every number carries the id of the definition that made it.

    Attributes:
        id: Stable name that every value carries.
        words: What sets it apart, one sentence.
        onset_epochs: Sleep epochs in a row that make sleep onset.
        onset_at: Whether onset is the first or the last epoch of that row.
        persistent_min: Minutes of unbroken sleep that make persistent sleep.
        persistent_at: Whether persistent sleep dates from the first or the last epoch of that row.
        sleep_from: Whether sleep (and its stages) counts over the whole record, or from onset on.
        unscored_is_sleep: Whether an epoch that was not scored counts toward total sleep time after onset.
        wake_until: Whether wake after onset ends with the last sleep epoch or with the record.
        share_of: Whether a stage's share is of total sleep time or of the whole record.
        latencies_from: Whether REM and N3 latency run from the start of the record or from onset, or are not defined.
        ours: Which of these the source leaves open and we chose.
    """

    id: str = Field(pattern=r"^[a-z0-9.-]+$")
    words: str = Field(min_length=1)
    onset_epochs: int = Field(ge=1)
    onset_at: Literal["first", "last"]
    persistent_min: float = Field(gt=0)
    persistent_at: Literal["first", "last"]
    sleep_from: Literal["record", "onset"]
    unscored_is_sleep: bool
    wake_until: Literal["last_sleep", "record"]
    share_of: Literal["tst", "record"]
    latencies_from: Literal["record", "onset", "undefined"]
    ours: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_its_own(self) -> SleepDefinition:
        unknown = sorted(set(self.ours) - set(type(self).model_fields))
        if unknown:
            raise ValueError(f"ours names what a definition does not have: {', '.join(unknown)}")
        if not self.grade.may_decide:
            raise ValueError("nights are not counted by a definition of grade D or U")
        return self


class CycleRule(Sourced):
    """What makes a NREM-REM cycle.

    Attributes:
        nrem_min: Least length of a NREM period, and least distance of two REM periods, min.
        rem_min: Least length of a REM period, the first one apart, min.
    """

    nrem_min: float = Field(gt=0)
    rem_min: float = Field(gt=0)


class DefinitionFile(KnowledgeModel):
    """How scored nights are counted.

    Attributes:
        default: Id of the definition that is used where none is asked for.
        definition: All of them.
        cycles: What makes a cycle.
    """

    default: str
    definition: tuple[SleepDefinition, ...] = Field(min_length=1)
    cycles: CycleRule

    @model_validator(mode="after")
    def _ids(self) -> DefinitionFile:
        ids = [d.id for d in self.definition]
        if len(set(ids)) != len(ids) or self.default not in ids:
            raise ValueError("each definition has an id of its own, and the default is one of them")
        return self


class Prompt(Sourced):
    """Something to ask.

    Attributes:
        when: Before any of the drugs was taken; while one is taken; or within some days of a start or a rise.
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
