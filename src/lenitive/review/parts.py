"""The parts of a review, all of them made: what a document holds of it."""

from __future__ import annotations

from collections.abc import Mapping

from lenitive.evidence import DrugEvidence
from lenitive.frozen import dataclass
from lenitive.kinetics import History
from lenitive.library import Opening
from lenitive.response import (
    Band,
    BenefitAnswer,
    Fit,
    SensitivityRow,
    Settling,
    SideEffectCourse,
    WeightRefused,
    WeightTrajectory,
)
from lenitive.review.absent import Absent
from lenitive.review.agreed import AgreedPlan
from lenitive.review.as_needed import AsNeeded
from lenitive.review.known import Known
from lenitive.review.level_or_dose import Followed
from lenitive.review.measured import MeasuredSleep
from lenitive.review.nights import JointSleep
from lenitive.review.option import Options
from lenitive.review.person_line import PersonLine
from lenitive.review.quality import DataQuality
from lenitive.review.question import InQuestion
from lenitive.review.regimen import Regimen
from lenitive.review.robustness import Robustness
from lenitive.review.scores import ScoreCourse
from lenitive.safety import Finding, MonitoringItem
from lenitive.sleep import Assessment
from lenitive.terms import EffectBelief, Message, Score

__all__ = ["Parts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Each part is its value, or `Absent` with the reason.

    Attributes:
        question: What is judged, and what the other drugs are to it.
        regimen: What is taken on the day.
        beliefs: What the trials say of each drug, before the diary.
        evidence: Each drug's trials against placebo, outcome by outcome, with what is missing.
        followed: For each drug, whether its effect follows its level or its dose, and why.
        fit: The response model's answer.
        bands: The estimated course of each outcome; empty when there is no fit.
        sensitivity: The effects under halved and doubled nuisance priors; empty when there is no fit.
        robustness: The verdicts under those priors.
        side_effects: The course of each side effect reported.
        weight: The trajectory of the weight, or why there is none.
        answers: The answer about each drug and activity in question.
        not_known: Drugs of which no facts are held, by the record's names, and how little is known of each.
        settling: For each drug and activity in question, what would settle its verdict, best first.
        needed: The scores whose entries a verdict waits for, when the diary gave none; otherwise empty.
        findings: What the safety check says about what is taken now, the loudest first.
        monitoring: What is overdue, due and upcoming.
        levels: Each drug's level from the doses really taken.
        levels_not_drawn: Drugs without a level, and why.
        articles: What the library has to read beside this review, each with why it is shown.
        options: What to consider next, or why nothing is proposed.
        data_quality: What there is to go by.
        sleep: Measured nights beside the diary, and what to ask about sleep.
        measured: Each drug's effect on measured sleep.
        joint: The fit of diary and measured nights together, or why there is none.
        person: Who the patient is, in one line.
        agreed: What was agreed beforehand, with its answer, or that nothing was.
        scores: The scores of questionnaires over time.
        as_needed: Each medicine taken as needed.
        with_nights: Whether ``fit`` and what rests on it took the nights in.
    """

    question: InQuestion
    regimen: tuple[Regimen, ...]
    beliefs: tuple[EffectBelief, ...]
    evidence: tuple[DrugEvidence, ...]
    followed: tuple[Followed, ...]
    fit: Fit | Absent
    bands: tuple[Band, ...]
    sensitivity: tuple[SensitivityRow, ...]
    robustness: tuple[Robustness, ...]
    side_effects: tuple[SideEffectCourse, ...]
    weight: WeightTrajectory | WeightRefused
    answers: tuple[BenefitAnswer, ...]
    not_known: Mapping[str, Known]
    settling: Mapping[str, tuple[Settling, ...]]
    needed: tuple[Score, ...]
    findings: tuple[Finding, ...]
    monitoring: tuple[MonitoringItem, ...]
    levels: tuple[History, ...]
    levels_not_drawn: Mapping[str, Message]
    articles: tuple[Opening, ...]
    options: Options | Absent
    data_quality: DataQuality
    sleep: Assessment
    measured: MeasuredSleep | Absent
    joint: JointSleep | Absent
    person: PersonLine
    agreed: AgreedPlan | Absent
    scores: tuple[ScoreCourse, ...]
    as_needed: tuple[AsNeeded, ...]
    with_nights: bool
