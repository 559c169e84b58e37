"""The shapes of the trial tables and of the judgements between them and what is pooled."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.knowledge.schema.judgement import CertaintyLines
from lenitive.terms import Grade

__all__ = [
    "ArmRow",
    "BiasJudgement",
    "BiasJudgements",
    "Category",
    "CertaintyRow",
    "CertaintyRows",
    "Choice",
    "ContrastRow",
    "DoseJudgement",
    "Exclusion",
    "Judgements",
    "MissingTrial",
    "MissingTrials",
    "NonDrugPools",
    "OutcomeJudgement",
    "PeopleJudgement",
    "PeopleOfTrials",
    "PriorJudgement",
    "PublishedPool",
    "PublishedPools",
    "ScaleJudgement",
    "StandardErrorJudgement",
    "TransitivityNote",
    "TransitivityNotes",
    "TreatmentJudgement",
    "TrialBase",
    "TrialBias",
    "TrialPeople",
    "UnlikePeople",
]


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


Number = Annotated[float | None, BeforeValidator(_empty_is_none)]
Positive = Annotated[Annotated[float, Field(gt=0)] | None, BeforeValidator(_empty_is_none)]
Count = Annotated[Annotated[int, Field(ge=0)] | None, BeforeValidator(_empty_is_none)]


class ArmRow(KnowledgeModel):
    """One arm and outcome of ``arms.csv``, as printed."""

    study_id: str = Field(min_length=1)
    year: int = Field(ge=1950, le=2100)
    registry_or_pmid: str
    drug: str = Field(min_length=1)
    dose_mg_per_day: Number
    dose_note: str
    formulation: str
    weeks: Number
    n_randomised: Count
    outcome: str = Field(min_length=1)
    scale: str
    n_analysed: Count
    mean: Number
    sd: Positive
    se: Positive
    events: Count
    risk_of_bias: str
    source_url: str = Field(min_length=8)
    note: str
    design: str = Field(min_length=1)
    derived: str


class ContrastRow(KnowledgeModel):
    """One published treatment contrast of ``contrasts.csv``, as printed."""

    study_id: str = Field(min_length=1)
    treatment: str = Field(min_length=1)
    comparator: str = Field(min_length=1)
    outcome: str = Field(min_length=1)
    measure: str
    estimate: Number
    ci_low: Number
    ci_high: Number
    p_value: str
    method: str
    source_url: str = Field(min_length=8)
    note: str


class OutcomeJudgement(KnowledgeModel):
    """An outcome that is pooled: which printed names feed it, on which measure, in which unit.

    ``harm`` says that the drug can only do harm by it: the size called important then counts on that side.
    """

    id: str
    words: str
    printed: tuple[str, ...] = Field(min_length=1)
    measure: str = Field(pattern="^(MD|SMD|RR|OR|RD)$")
    unit: str
    better: str = Field(default="lower", pattern="^(lower|higher)$")
    harm: bool = False
    important: float = Field(gt=0)
    why: str = Field(min_length=1)


class TreatmentJudgement(KnowledgeModel):
    """Which drug and form make one treatment."""

    id: str
    words: str
    drug: str
    form: str = ""
    why: str = Field(min_length=1)


class DoseJudgement(KnowledgeModel):
    """The dose an arm stands for, where the table holds a range."""

    study: str
    treatment: str
    mg_per_day: float = Field(gt=0)
    why: str = Field(min_length=1)


class ScaleJudgement(KnowledgeModel):
    """How a printed scale is brought to the outcome's unit."""

    outcome: str
    printed: str
    low: float | None = None
    high: float | None = None
    factor: float
    indirect: str = ""
    why: str = Field(min_length=1)


class Choice(KnowledgeModel):
    """Which of several analyses of one trial counts."""

    study: str
    outcome: str
    method: str
    why: str = Field(min_length=1)


class StandardErrorJudgement(KnowledgeModel):
    """A standard error taken from a P value instead of an interval."""

    study: str
    outcome: str
    p: float = Field(gt=0, lt=1)
    why: str = Field(min_length=1)


class PeopleJudgement(KnowledgeModel):
    """How many people stand behind a printed contrast whose arms are not in the table."""

    study: str
    outcome: str
    n: int = Field(ge=1)
    why: str = Field(min_length=1)


class Category(StrEnum):
    """Why results are not pooled with parallel randomised trials."""

    OPEN_LABEL = "open_label"
    ENRICHED_WITHDRAWAL = "enriched_withdrawal"
    CROSSOVER = "crossover"
    TERMINATED = "terminated"
    DEFINITION = "definition"


class Exclusion(KnowledgeModel):
    """Results that are in the tables and are not pooled."""

    study: str
    outcomes: tuple[str, ...] = ()
    category: Category
    why: str = Field(min_length=1)


class PriorJudgement(KnowledgeModel):
    """What turns trial means into a belief about one person; stated choices with their reasons."""

    tau_scale: float = Field(gt=0)
    tau_why: str
    omega_scale: float = Field(gt=0)
    omega_why: str
    centre_sd: float = Field(gt=0)
    centre_why: str
    between_patient_sd: float = Field(gt=0)
    between_patient_why: str
    between_patient_source: str
    untried_why: str
    dose_why: str


class Judgements(KnowledgeModel):
    """``judgements.toml``."""

    read: date
    review: date
    sha256: dict[str, str]
    outcome: tuple[OutcomeJudgement, ...]
    treatment: tuple[TreatmentJudgement, ...]
    dose: tuple[DoseJudgement, ...]
    scale: tuple[ScaleJudgement, ...]
    choice: tuple[Choice, ...]
    standard_error: tuple[StandardErrorJudgement, ...]
    people: tuple[PeopleJudgement, ...]
    exclusion: tuple[Exclusion, ...]
    grade_by_host: dict[str, Grade]
    prior: PriorJudgement


class MissingTrial(KnowledgeModel):
    """A trial known to exist whose figures are missing, for some outcomes (named) or all (none named)."""

    study: str
    treatments: tuple[str, ...] = Field(min_length=1)
    randomised: int | None = Field(default=None, ge=1)
    weeks: float | None = None
    outcomes: tuple[str, ...] = ()
    design: str
    status: str = Field(
        pattern="^(unpublished|failed_primary|figures_not_open|figures_not_read|figures_not_found|figures_not_comparable|other_outcomes_only|not_poolable)$"
    )
    p: float | None = Field(default=None, gt=0, lt=1)
    known: str = Field(min_length=1)
    source: str = Field(min_length=1)


class MissingTrials(KnowledgeModel):
    """``missing.toml``."""

    read: date
    trial: tuple[MissingTrial, ...]


class PublishedPool(KnowledgeModel):
    """A pooled effect from a published review; negative is better unless the remark says otherwise."""

    treatment: str
    outcome: str
    measure: str = Field(pattern="^(MD|SMD|RD)$")
    estimate: float
    low: float | None = None
    high: float | None = None
    trials: str
    people: int | None = None
    control: str
    source: str = Field(min_length=1)
    grade: Grade
    remark: str = ""


class NonDrugPools(KnowledgeModel):
    """``nondrug.toml``."""

    read: date
    warning: str
    pool: tuple[PublishedPool, ...]


class PublishedPools(KnowledgeModel):
    """``published_pools.toml``: what reviews pooled from trials whose own figures are not open."""

    read: date
    pool: tuple[PublishedPool, ...]


class TransitivityNote(KnowledgeModel):
    """Something that differs between trials and could make an indirect comparison unfair."""

    topic: str
    text: str = Field(min_length=1)
    source: str = Field(min_length=1)


class TransitivityNotes(KnowledgeModel):
    """``transitivity.toml``."""

    read: date
    note: tuple[TransitivityNote, ...]


class BiasJudgement(KnowledgeModel):
    """A published judgement of one domain of a trial, with its place in the source."""

    domain: str = Field(pattern="^(sequence|allocation|blinding|detection|attrition|reporting|other)$")
    judgement: str = Field(pattern="^(low|unclear|high)$")
    at: str = Field(min_length=1)


class TrialBias(KnowledgeModel):
    """What a published review judged of one trial's risk of bias."""

    study: str
    review: str = Field(min_length=1)
    source: str = Field(min_length=8)
    domain: tuple[BiasJudgement, ...] = Field(min_length=1)


class UnjudgedTrial(KnowledgeModel):
    """A trial whose risk of bias is not judged, and why."""

    study: str
    why: str = Field(min_length=1)
    source: str = Field(min_length=8)


class UnlikePeople(KnowledgeModel):
    """A trial whose people are unlike those asked about."""

    study: str
    why: str = Field(min_length=1)
    source: str = Field(min_length=8)


class TrialPeople(KnowledgeModel):
    """Who took part in a trial, as far as a source that was read says so."""

    study: str
    age: float | None = Field(default=None, gt=0, lt=120)
    women: float | None = Field(default=None, ge=0, le=100)
    baseline_pain: float | None = Field(default=None, ge=0, le=10)
    low_mood: bool | None = None
    weight: float | None = Field(default=None, gt=20, lt=400)
    source: str = Field(min_length=8)
    at: str = Field(min_length=1)


class PeopleOfTrials(KnowledgeModel):
    """``people.toml``."""

    read: date
    trial: tuple[TrialPeople, ...]


class BiasJudgements(KnowledgeModel):
    """``bias.toml``."""

    read: date
    trial: tuple[TrialBias, ...]
    unjudged: tuple[UnjudgedTrial, ...] = ()
    people: tuple[UnlikePeople, ...]


class CertaintyRow(KnowledgeModel):
    """How sure one may be of one drug against placebo for one outcome."""

    outcome: str
    treatment: str
    level: str = Field(pattern="^(high|moderate|low|very low)$")


class CertaintyRows(KnowledgeModel):
    """``certainties.toml``."""

    read: date
    certainty: tuple[CertaintyRow, ...]


class TrialBase(KnowledgeModel):
    """All that is known of the trials: tables as printed, judgements, bias, missing results, non-drug pools.

    ``certainty`` has the numbers that the rules on certainty turn on, from the folder ``judgement``; ``certainties`` what they say.
    """

    arms: tuple[ArmRow, ...]
    contrasts: tuple[ContrastRow, ...]
    judgements: Judgements
    missing: tuple[MissingTrial, ...]
    nondrug: NonDrugPools
    published: tuple[PublishedPool, ...]
    transitivity: tuple[TransitivityNote, ...]
    bias: BiasJudgements
    certainty: CertaintyLines
    certainties: tuple[CertaintyRow, ...]
    people: tuple[TrialPeople, ...]
